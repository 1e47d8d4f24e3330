"""The description of the service's API, for people to read."""
