"""What time it is, in one place: UTC, with its zone; and how much of it has gone by."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment in UTC; tests replace this function to travel in time."""
    return datetime.now(UTC)


def elapsed() -> float:
    """Return the seconds of a clock that nobody sets: what :func:`now` says may jump."""
    return time.monotonic()
