"""A clock that jumps by an hour, and back."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Self
from unittest.mock import patch

from assay.service import clock


class JumpingClock:
    """Jumps at the n-th time that somebody asks what time it is.

    Parameters
    ----------
    hours
        How far.
    first
        Number of the question, from when the service runs.
    """

    def __init__(self, hours: int, first: int) -> None:
        self.passed = 0
        self._shift = timedelta(hours=hours)
        self._first = first
        self._back = False
        self._patches = ExitStack()

    def begin(self) -> None:
        """Count from now on."""
        right = clock.now

        def now() -> datetime:
            self.passed += 1
            off = self.passed >= self._first and not self._back
            return right() + self._shift if off else right()

        self._patches.enter_context(patch.object(clock, "now", now))

    def heal(self) -> None:
        """Jump back."""
        self._back = True

    @contextmanager
    def used(self) -> Iterator[Self]:
        """Be the clock for a while."""
        with self._patches:
            yield self
