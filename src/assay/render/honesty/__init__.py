"""An examination of honesty as JSON, page and at the terminal."""
