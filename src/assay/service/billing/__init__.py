"""What is paid, to whom, for which accepted work."""
