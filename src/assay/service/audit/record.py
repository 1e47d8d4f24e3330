"""Writing the log: in the transaction of the action, so that neither is without the other.

Entries are added when the transaction is committed, whatever was done in it and in which order. The
end of the log is what all who change anything wait for: it is locked last and for a moment, so that
nobody who holds it waits for anything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import Actor
from assay.service.audit.chain import Event, Fact, Tip
from assay.service.audit.tables import EntryRow, TipRow
from assay.service.crashing import crash_point
from assay.service.database import WritingSession
from assay.service.webhooks.telling import tell

_KEPT = "audit"


@dataclass(frozen=True)
class _Done:
    """What was done in a transaction that is not yet committed."""

    actor: str
    action: str
    subject: str
    facts: Mapping[str, Fact]


def record(
    session: Session,
    actor: Actor,
    action: str,
    *,
    subject: str,
    facts: Mapping[str, Fact] | None = None,
) -> None:
    """Add what was done to the log, and tell the webhooks that want to know.

    Parameters
    ----------
    session
        The transaction in which it was done.
    actor
        Who did it.
    action
        What, as ``area.verb``, for example ``project.created``.
    subject
        Identifier of what it was done to.
    facts
        What else a reader must know; no secret, nobody's name.
    """
    session.flush()
    done = _Done(actor.user, action, subject, facts or {})
    session.info.setdefault(_KEPT, []).append(done)
    tell(session, action, subject)


@event.listens_for(WritingSession, "before_commit")
def _write_down(session: Session) -> None:
    """Add what was done to the log, before all of it is committed."""
    if session.in_nested_transaction() or not (entries := session.info.pop(_KEPT, [])):
        return
    row = _tip(session)
    for done in entries:
        _follow(session, row, done)
    session.flush()
    crash_point("audit-recorded")


def _follow(session: Session, row: TipRow, done: _Done) -> None:
    happened = Event(clock.now(), done.actor, done.action, done.subject, done.facts)
    entry = Tip(row.size, bytes.fromhex(row.digest)).follow(happened)
    session.add(
        EntryRow(
            sequence=entry.sequence,
            line=entry.line,
            moment=happened.time,
            actor=happened.actor,
            action=happened.action,
            subject=happened.subject,
        )
    )
    row.size, row.digest = entry.tip.size, entry.tip.digest.hex()


def _tip(session: Session) -> TipRow:
    # Locked until the transaction ends: entries follow one another whoever writes them.
    locked = select(TipRow).where(TipRow.id == 1).with_for_update()
    row = session.scalar(locked)
    if row is None:
        # Of two first writers the second waits here for the first, and then finds the first's row.
        session.execute(_BEGIN, {"size": Tip().size, "digest": Tip().digest.hex()})
        row = session.scalars(locked).one()
    return row


_BEGIN = text(
    "INSERT INTO audit_tip (id, size, digest) VALUES (1, :size, :digest) ON CONFLICT DO NOTHING"
)
