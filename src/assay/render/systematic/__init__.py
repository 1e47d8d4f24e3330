"""Systematic errors, in every form."""
