"""Agreement of annotators as a page, as JSON, as CSV and at the terminal."""
