"""Bytes to deliveries and back."""
