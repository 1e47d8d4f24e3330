"""Accepting what was delivered, with a stated risk: by plan, on evidence, on the record."""
