"""Malformed and tricky files, made by code, each with the verdict that it must get."""
