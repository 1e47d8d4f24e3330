"""How long questions wait for their first answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median


@dataclass(frozen=True)
class Waiting:
    """How long a question waited for its first answer.

    Parameters
    ----------
    asked
        When it was asked.
    answered
        When it was first answered; None while it waits.
    """

    asked: datetime
    answered: datetime | None


@dataclass(frozen=True)
class ResponseTimes:
    """How quickly questions were first answered.

    Parameters
    ----------
    asked, answered
        How many.
    in_time
        How many were first answered within the time allowed.
    median_minutes, slowest_minutes
        Of those that were answered; None where there are none.
    """

    asked: int
    answered: int
    in_time: int
    median_minutes: float | None
    slowest_minutes: float | None


def response_times(questions: Sequence[Waiting], *, allowed: timedelta) -> ResponseTimes:
    """Return how quickly questions were first answered.

    Examples
    --------
    >>> start = datetime(2026, 5, 4, 9)
    >>> waited = [timedelta(minutes=30), timedelta(hours=30), None]
    >>> asked = [Waiting(start, None if gap is None else start + gap) for gap in waited]
    >>> response_times(asked, allowed=timedelta(hours=24)).in_time
    1
    """
    waits = [question.answered - question.asked for question in questions if question.answered]
    minutes = [wait / timedelta(minutes=1) for wait in waits]
    return ResponseTimes(
        asked=len(questions),
        answered=len(waits),
        in_time=sum(wait <= allowed for wait in waits),
        median_minutes=median(minutes) if minutes else None,
        slowest_minutes=max(minutes, default=None),
    )
