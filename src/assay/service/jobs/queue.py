"""Moves on the queue: put in, claim, keep, end, take back from the dead.

A job is put into the queue by the transaction that wants it done, so neither can be without the
other. A worker holds a job by a lease; whoever was silent for longer loses it, and what it still
tries to end is refused, because the job's attempt is no longer its own.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.ids import new_id
from assay.service.jobs.tables import JobRow

_WAIT = timedelta(seconds=2)


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
        not_before=not_before or clock.now(),
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


def keep(session: Session, worker: str, lease: timedelta) -> None:
    """Say that a worker lives: its leases last longer."""
    session.execute(
        update(JobRow)
        .where(JobRow.worker == worker, JobRow.state == "running")
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


def abandoned(session: Session, kinds: Collection[str]) -> list[JobRow]:
    """Return the jobs of workers that were silent for longer than their lease, locked."""
    query = (
        select(JobRow)
        .where(
            JobRow.state == "running",
            JobRow.lease_ends < clock.now(),
            JobRow.kind.in_(sorted(kinds)),
        )
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))


def release(session: Session, worker: str) -> None:
    """Give back what a worker holds when it is asked to stop; the attempt does not count."""
    session.execute(
        update(JobRow)
        .where(JobRow.worker == worker, JobRow.state == "running")
        .values(state="queued", worker=None, lease_ends=None, attempts=JobRow.attempts - 1)
    )
