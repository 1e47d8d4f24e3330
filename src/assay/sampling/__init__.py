"""Which items to look at, and when the evidence suffices to accept or reject a batch."""
