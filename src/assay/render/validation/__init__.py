"""A validation as JSON, page, CSV and at the terminal."""
