"""How often anybody may try to sign in, and how often the log is told of failures."""

import threading
import time
from collections.abc import Callable

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assay.service.problems import TooManyError


class Knocks:
    """Counts attempts by address and by account, in this process.

    Parameters
    ----------
    per_minute
        Attempts that are let through.
    """

    def __init__(self, per_minute: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(per_minute)

    def let_in(self, request: Request, account: str | None = None) -> None:
        """Count an attempt; by its address alone where no account is known yet.

        Raises
        ------
        TooManyError
            When there were too many within a minute.
        """
        address = request.client.host if request.client else "nowhere"
        places = [("address", address)]
        if account is not None:
            places.append(("account", account.strip().lower()))
        # Both are counted, also when the first is over its limit.
        within = [self._limiter.hit(self._limit, *place) for place in places]
        if not all(within):
            raise TooManyError(
                f"More than {self._limit.amount} attempts within a minute. Wait a minute."
            )


class Refusals:
    """Lets so many failures a minute into the log that nobody can fill it; the rest are counted.

    Parameters
    ----------
    per_minute
        Failures that are let through.
    seconds
        A clock that never goes back; the minutes are its own.
    """

    def __init__(
        self, per_minute: int = 30, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._seconds = seconds
        self._lock = threading.Lock()
        self._minute, self._told, self._untold = 0, 0, 0

    def turn(self) -> int | None:
        """Count a failure; return how many went untold before it, or None where it must too."""
        minute = int(self._seconds() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._told = minute, 0
            if self._told == self._per_minute:
                self._untold += 1
                return None
            untold, self._untold = self._untold, 0
            self._told += 1
            return untold
