"""People look at what deserves a look: one reviewer an item at a time, in layers."""
