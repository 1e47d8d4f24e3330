"""Who did what: one log that nobody can rewrite unseen."""
