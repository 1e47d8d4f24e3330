"""Moves on the queue: put in, claim, keep, end, take back from the dead.

A job is put into the queue by the transaction that wants it done, so neither can be without the
other. A worker holds a job by a lease; whoever was silent for longer loses it, and what it still
tries to end is refused, because the job's attempt is no longer its own.

No machine's time is compared with another's to judge who lives: a lease is renewed by writing
another moment into it, whatever that moment is, and :mod:`assay.service.jobs.vigil` watches for how
long it stays the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.ids import new_id
from assay.service.jobs.tables import JobRow

_WAIT = timedelta(seconds=2)

#: When a job may begin that need not wait: whatever a clock says, it is past.
_AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)

#: While a disk, a store or the database is away: until the next attempt, and for how long in all.
_OUTAGE_WAIT, _OUTAGE = timedelta(seconds=30), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Beat:
    """What a running job shows of its worker.

    Parameters
    ----------
    job
        Its identifier.
    attempt
        Which attempt it is.
    lease
        What its worker wrote last; another as long as it lives.
    """

    job: str
    attempt: int
    lease: datetime | None


def enqueue(
    session: Session,
    kind: str,
    *,
    key: str,
    organisation: str,
    payload: Mapping[str, Any],
    not_before: datetime | None = None,
) -> str:
    """Put a job into the queue, once for each key; return its identifier.

    Parameters
    ----------
    session
        The transaction that wants it done.
    kind
        Name of a job kind.
    key
        Says what is done: a second call with the same key changes nothing.
    organisation
        For whom: a vendor with a thousand jobs does not keep another waiting.
    payload
        JSON that the job gets.
    not_before
        When it may begin; at once if not said.
    """
    known = session.scalar(select(JobRow.id).where(JobRow.key == key))
    if known is not None:
        return known
    row = JobRow(
        id=new_id("job"),
        kind=kind,
        key=key,
        organisation=organisation,
        payload=dict(payload),
        state="queued",
        turn=_turn(session, organisation),
        attempts=0,
        not_before=not_before or _AT_ONCE,
        worker=None,
        lease_ends=None,
        created=clock.now(),
        started=None,
        ended=None,
        error=None,
    )
    session.add(row)
    session.flush()
    return row.id


def _turn(session: Session, organisation: str) -> int:
    """Return the turn after an organisation's last, but not before the one that is served now."""
    waiting = JobRow.state.in_(("queued", "running"))
    served = session.scalar(select(func.min(JobRow.turn)).where(waiting)) or 0
    own = select(func.max(JobRow.turn)).where(waiting, JobRow.organisation == organisation)
    return max(served, (session.scalar(own) or 0) + 1)


def claim(session: Session, worker: str, lease: timedelta, kinds: Collection[str]) -> JobRow | None:
    """Take the next job for a worker, or None where none of the kinds that it knows waits."""
    query = (
        select(JobRow)
        .where(
            JobRow.state == "queued",
            JobRow.not_before <= clock.now(),
            JobRow.kind.in_(sorted(kinds)),
        )
        .order_by(JobRow.turn, JobRow.created)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.scalar(query)
    if row is None:
        return None
    row.state, row.worker = "running", worker
    row.attempts += 1
    row.started = clock.now()
    row.lease_ends = clock.now() + lease
    return row


def keep(session: Session, worker: str, jobs: Collection[str], lease: timedelta) -> None:
    """Say that a worker lives: the leases of what it has in its hands last longer.

    What it holds and does not know of, because the answer to its claim was lost, goes to another.
    """
    session.execute(
        update(JobRow)
        .where(JobRow.worker == worker, JobRow.state == "running", JobRow.id.in_(sorted(jobs)))
        .values(lease_ends=clock.now() + lease)
    )


def held(session: Session, identifier: str, worker: str, attempt: int) -> JobRow | None:
    """Return a job if it is still this worker's, locked until the transaction ends."""
    row = session.scalar(select(JobRow).where(JobRow.id == identifier).with_for_update())
    mine = row is not None and (row.state, row.worker, row.attempts) == ("running", worker, attempt)
    return row if mine else None


def finish(row: JobRow) -> None:
    """End a job that is done."""
    row.state, row.ended, row.error = "done", clock.now(), None


def retry_or_bury(row: JobRow, error: str, attempts: int) -> bool:
    """Put a failed job back for later, or aside after its last attempt; say whether aside."""
    row.error = error[:2000]
    if row.attempts >= attempts:
        row.state, row.ended = "dead", clock.now()
        return True
    row.state, row.worker, row.lease_ends = "queued", None, None
    row.not_before = clock.now() + _WAIT * 2 ** (row.attempts - 1)
    return False


def put_back(row: JobRow) -> bool:
    """Put a job back whose attempt failed for an outage, not for itself; say whether it may wait.

    The attempt does not count, for a day.
    """
    if clock.now() - row.created > _OUTAGE:
        return False
    row.state, row.worker, row.lease_ends = "queued", None, None
    row.attempts -= 1
    row.not_before = clock.now() + _OUTAGE_WAIT
    return True


def beats(session: Session, kinds: Collection[str]) -> list[Beat]:
    """Return what each running job shows of its worker."""
    query = select(JobRow.id, JobRow.attempts, JobRow.lease_ends).where(
        JobRow.state == "running", JobRow.kind.in_(sorted(kinds))
    )
    return [Beat(*row) for row in session.execute(query)]


def abandoned(session: Session, silent: Collection[Beat]) -> list[JobRow]:
    """Return the jobs that still show what their silent workers wrote last, locked."""
    query = (
        select(JobRow)
        .where(JobRow.state == "running", JobRow.id.in_(sorted(beat.job for beat in silent)))
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(query)
    return [row for row in rows if Beat(row.id, row.attempts, row.lease_ends) in silent]


def release(session: Session, worker: str) -> None:
    """Give back what a worker holds when it is asked to stop; the attempt does not count."""
    session.execute(
        update(JobRow)
        .where(JobRow.worker == worker, JobRow.state == "running")
        .values(state="queued", worker=None, lease_ends=None, attempts=JobRow.attempts - 1)
    )
