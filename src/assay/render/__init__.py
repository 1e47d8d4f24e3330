"""Reports as JSON, HTML, CSV and terminal text."""
