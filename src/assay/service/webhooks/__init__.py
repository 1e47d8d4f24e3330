"""Webhooks: what happens in a project, told to chat channels and programs elsewhere."""
