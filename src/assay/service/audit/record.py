"""Writing the log: in the transaction of the action, so that neither is without the other."""

from collections.abc import Mapping

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import Actor
from assay.service.audit.chain import Event, Fact, Tip
from assay.service.audit.tables import EntryRow, TipRow
from assay.service.crashing import crash_point
from assay.service.webhooks.telling import tell


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
    row = _tip(session)
    event = Event(clock.now(), actor.user, action, subject, facts or {})
    entry = Tip(row.size, bytes.fromhex(row.digest)).follow(event)
    session.add(
        EntryRow(
            sequence=entry.sequence,
            line=entry.line,
            moment=event.time,
            actor=event.actor,
            action=event.action,
            subject=event.subject,
        )
    )
    row.size, row.digest = entry.tip.size, entry.tip.digest.hex()
    session.flush()
    tell(session, action, subject)
    crash_point("audit-recorded")


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
