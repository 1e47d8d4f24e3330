"""Answers of ``assay plan`` as page, document and terminal text."""
