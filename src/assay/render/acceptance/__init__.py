"""Acceptance of a batch as page, document, table and terminal text."""
