"""Every action in one log that cannot be changed unseen."""
