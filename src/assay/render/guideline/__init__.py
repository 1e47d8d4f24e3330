"""A guideline as people read it."""
