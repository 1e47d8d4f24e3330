"""What recurs: at fixed moments a job is put into the queue, once however many workers there are.

Nothing is remembered but the job itself: its key names the moment, and a key is in the queue once.
A service that was away at that moment does it when it is back, the last one only.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assay.service import clock
from assay.service.database import Database
from assay.service.jobs.queue import enqueue
from assay.service.jobs.tables import JobRow


@dataclass(frozen=True)
class Recurring:
    """Something that recurs.

    Parameters
    ----------
    kind
        Name of the job kind; its payload is ``{"moment": …}``.
    summary
        When, in words.
    last
        Returns the newest moment, not after another, at which it is due.
    """

    kind: str
    summary: str
    last: Callable[[datetime], datetime]


def weekly(*, weekday: int, hour: int) -> Callable[[datetime], datetime]:
    """Return the moments of a weekday (0 is Monday) and hour, in UTC.

    Examples
    --------
    >>> mondays = weekly(weekday=0, hour=6)
    >>> str(mondays(datetime(2026, 11, 26, tzinfo=UTC)))
    '2026-11-23 06:00:00+00:00'
    >>> str(mondays(datetime(2026, 11, 23, 5, 59, tzinfo=UTC)))
    '2026-11-16 06:00:00+00:00'
    """

    def last(now: datetime) -> datetime:
        now = now.astimezone(UTC)
        day = now.replace(hour=hour, minute=0, second=0, microsecond=0)
        moment = day - timedelta(days=(now.weekday() - weekday) % 7)
        return moment if moment <= now else moment - timedelta(days=7)

    return last


def enqueue_due(database: Database, schedule: Sequence[Recurring]) -> None:
    """Put into the queue what is due and not there yet."""
    for recurring in schedule:
        moment = recurring.last(clock.now()).isoformat()
        key = f"{recurring.kind} {moment}"
        with database.reading() as session:
            known = session.scalar(select(JobRow.id).where(JobRow.key == key))
        if known is not None:
            continue
        # Another worker may put the same one in between our look and our insert.
        with suppress(IntegrityError), database.writing() as session:
            enqueue(
                session,
                recurring.kind,
                key=key,
                organisation="system",
                payload={"moment": moment},
            )
