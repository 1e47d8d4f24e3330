"""A whole purchase told by the demo: every step a request that anybody could send."""
