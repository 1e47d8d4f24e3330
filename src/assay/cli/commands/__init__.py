"""What each command takes, by theme; each imports what it needs when it runs."""
