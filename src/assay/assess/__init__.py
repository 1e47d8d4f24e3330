"""The front door: judge deliveries against a reference."""
