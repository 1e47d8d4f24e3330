"""Moving a batch along its life, with an entry in the log."""

from sqlalchemy.orm import Session

from assay.errors import ParameterError
from assay.service.actor import Actor
from assay.service.audit.record import record
from assay.service.batches.tables import BatchRow
from assay.service.problems import ConflictError
from assay.sourcing.batch_life import BatchState, BatchStep, batch_after


def move(session: Session, actor: Actor, batch: BatchRow, step: BatchStep) -> None:
    """Take a step with a batch.

    Raises
    ------
    ConflictError
        When its state does not allow the step; the message lists those that it does.
    """
    before = BatchState(batch.state)
    try:
        batch.state = batch_after(before, step).value
    except ParameterError as error:
        raise ConflictError(str(error)) from None
    batch.version += 1
    facts = {"from": before.value, "to": batch.state, "round": batch.round}
    record(session, actor, f"batch.{step.value.replace(' ', '-')}", subject=batch.id, facts=facts)
