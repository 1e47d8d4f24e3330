"""Scenes, annotators and vendors with known faults."""
