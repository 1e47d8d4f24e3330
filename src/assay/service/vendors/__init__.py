"""Who may be bought from: what vendors can do, what they charge, what they answer."""
