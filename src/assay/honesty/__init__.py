"""Signs of work that was not done, for a person to look into; never a verdict."""
