"""Queries about the log."""

from collections.abc import Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assay.service.audit.tables import EntryRow
from assay.service.problems import there


def entries(
    *, after: int, limit: int, actor: str | None, action: str | None, subject: str | None
) -> Select[EntryRow]:
    """Select entries by their number, and by what they say where that is given."""
    query = select(EntryRow).where(EntryRow.sequence > after)
    for column, wanted in (
        (EntryRow.actor, actor),
        (EntryRow.action, action),
        (EntryRow.subject, subject),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    return query.order_by(EntryRow.sequence).limit(limit)


def lines(session: Session, *, after: int, limit: int) -> list[str]:
    """Return the lines of the entries after a number."""
    query = select(EntryRow.line).where(EntryRow.sequence > after)
    return list(session.scalars(query.order_by(EntryRow.sequence).limit(limit)))


def all_lines(session: Session) -> Iterator[str]:
    """Yield the lines of the whole log, read a stretch at a time."""
    query = select(EntryRow.line).order_by(EntryRow.sequence)
    yield from session.scalars(query.execution_options(yield_per=5_000))


def entry(session: Session, sequence: int) -> EntryRow:
    """Return an entry, or say that there is none."""
    return there(session.get(EntryRow, sequence), "entry")
