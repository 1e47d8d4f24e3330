"""Running the service: whether it is well, what it counts, its backups and its keys."""
