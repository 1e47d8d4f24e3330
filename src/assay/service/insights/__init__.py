"""What people ask of a running purchase: how good, how far, what blocks, and who must act."""
