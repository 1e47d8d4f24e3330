"""How often anybody may try to sign in."""

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

    def let_in(self, request: Request, account: str) -> None:
        """Count an attempt.

        Raises
        ------
        TooManyError
            When there were too many within a minute.
        """
        address = request.client.host if request.client else "nowhere"
        places = (("address", address), ("account", account.strip().lower()))
        # Both are counted, also when the first is over its limit.
        within = [self._limiter.hit(self._limit, *place) for place in places]
        if not all(within):
            raise TooManyError(
                f"More than {self._limit.amount} attempts within a minute. Wait a minute."
            )
