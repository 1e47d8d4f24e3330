"""A consensus of several annotators as a document, a page, and at the terminal."""
