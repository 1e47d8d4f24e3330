"""Moving a batch along its life, with an entry in the log."""

from sqlalchemy.orm import Session

from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.batches.tables import BatchRow
from assay.sourcing.lives import BATCH_LIFE, BatchStep


def move(session: Session, actor: Actor, batch: BatchRow, step: BatchStep) -> None:
    """Take a step with a batch.

    Raises
    ------
    StateError
        When its state does not allow the step; the message lists those that it does.
    """
    before = batch.state
    batch.state = BATCH_LIFE.after(before, step, by=actor.kind)
    batch.version += 1
    facts: dict[str, Fact] = {"from": before, "to": batch.state, "round": batch.round}
    record(session, actor, f"batch.{step.value.replace(' ', '-')}", subject=batch.id, facts=facts)
