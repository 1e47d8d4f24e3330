"""The self-hosted server: keeps the state of a purchase, and who did what."""
