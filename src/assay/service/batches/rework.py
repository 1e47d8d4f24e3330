"""A round of rework: which items are done again, and with which fresh gold."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from assay.errors import ParameterError
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.batches import store
from assay.service.batches.drawing import Drawn, draw_addition, write_down
from assay.service.batches.jobs import pack
from assay.service.batches.tables import BatchRow
from assay.service.problems import ServiceError


def rework(session: Session, actor: Actor, batch: BatchRow, aliases: Collection[str]) -> None:
    """Begin the next round of a batch that was sent back.

    Gold that is done again is gold no more: the vendor was told that it was not right, so that its
    next score says nothing of the rest, and people look at it instead.  Fresh gold is drawn, hidden
    among fresh honest images.  Where the stream or the gold is used up the round goes without; the
    log says so, and people's reviews decide.

    Parameters
    ----------
    aliases
        Items to be done again, by the names that the vendor knows.

    Raises
    ------
    ServiceError
        When there are none, the batch lacks one of them, or all of them are gold.
    """
    items = {item.alias: item for item in session.scalars(store.items(batch.id))}
    unknown = sorted(set(aliases) - items.keys())
    if unknown or not aliases:
        raise ServiceError(
            f"The batch has no item {unknown[0]}." if unknown else "Name the items to do again."
        )
    if all(items[alias].role == "gold" for alias in aliases):
        raise ServiceError(
            "All items to be done again are gold, which would tell the vendor so. Add others that "
            "need it, or decide about the batch as it is."
        )
    batch.round += 1
    batch.package = None
    for alias in aliases:
        items[alias].round = batch.round
        items[alias].gold_id = None
    drawn, shortage = _fresh(session, batch, len(aliases))
    write_down(session, batch, drawn)
    facts: dict[str, Fact] = {
        "round": batch.round,
        "again": len(aliases),
        "fresh": len(drawn.images),
        "fresh_gold": drawn.hidden,
        "shortage": shortage,
    }
    record(session, actor, "batch.rework-begun", subject=batch.id, facts=facts)
    pack(session, batch)


def _fresh(session: Session, batch: BatchRow, redone: int) -> tuple[Drawn, str | None]:
    try:
        return draw_addition(session, batch, redone=redone), None
    except ParameterError as error:
        return Drawn((), {}), str(error)
