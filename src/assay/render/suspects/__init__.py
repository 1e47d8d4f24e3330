"""Suspects in every form."""
