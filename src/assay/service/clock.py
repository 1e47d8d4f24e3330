"""What time it is, in one place: UTC, with its zone."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment in UTC; tests replace this function to travel in time."""
    return datetime.now(UTC)
