"""A round of rework: which items are done again, and with which fresh gold."""

import hashlib
from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from assay.errors import ParameterError
from assay.sampling.work_packages import HONEST_PER_GOLD
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.batches import store
from assay.service.batches.drawing import Drawn, draw_addition, write_down
from assay.service.batches.jobs import pack
from assay.service.batches.tables import BatchRow
from assay.service.deliveries import store as deliveries
from assay.service.problems import ServiceError


def rework(session: Session, actor: Actor, batch: BatchRow, aliases: Collection[str]) -> None:
    """Begin the next round of a batch that was sent back.

    Gold that is done again is gold no more: the vendor was told that it was not right, so that its
    next score says nothing of the rest, and people look at it instead.  Fresh gold is drawn, hidden
    among fresh images as it was in the first round.  Where the stream or the gold is used up the
    round goes without; the log says so, and people's reviews decide.

    Parameters
    ----------
    aliases
        Items to be done again, by the names that the vendor knows.

    Raises
    ------
    ServiceError
        When there are none, the batch lacks one of them, or more than a third of them are gold in
        which the vendor was shown no fault.
    """
    items = {item.alias: item for item in session.scalars(store.items(batch.id))}
    again = frozenset(aliases)
    unknown = sorted(again - items.keys())
    if unknown or not again:
        raise ServiceError(
            f"The batch has no item {unknown[0]}." if unknown else "Name the items to do again."
        )
    gold = _unfounded_gold(session, batch) & again
    if len(gold) * HONEST_PER_GOLD > len(again) - len(gold):
        raise ServiceError(
            f"{len(gold)} of the {len(again)} items to be done again are gold in which nobody "
            "showed the vendor a fault, so that it would guess. Take some of them out, or add "
            "others until at least two in three are no gold."
        )
    batch.round += 1
    batch.package = None
    for alias in again:
        items[alias].round = batch.round
        items[alias].gold_id = None
    drawn, shortage = _fresh(session, batch, len(again))
    write_down(session, batch, drawn)
    facts: dict[str, Fact] = {
        "round": batch.round,
        "again": len(again),
        "fresh": len(drawn.images),
        "fresh_gold": drawn.hidden,
        "shortage": shortage,
    }
    record(session, actor, "batch.rework-begun", subject=batch.id, facts=facts)
    pack(session, batch)


def hide_gold(
    session: Session, batch: BatchRow, aliases: Sequence[str], *, looked: float
) -> list[str]:
    """Return items to be done again, with gold among them as seldom as other items.

    All gold is scored, but people look at some of the other items only. Were all gold that is not
    good enough done again, a vendor who knows its weak items would learn that those which stay are
    no gold. So of the gold in which it was shown no fault as large a part is done again as people
    looked at of the others, and never more than the others can hide. Which, the batch's seed says:
    the same in every round, as what people have seen stays seen.

    Parameters
    ----------
    aliases
        Items that are not good enough, gold by its score among them.
    looked
        Part of the items that are no gold at which people have looked.
    """
    gold = _unfounded_gold(session, batch) & set(aliases)
    others = [alias for alias in aliases if alias not in gold]
    chances = {alias: _chance(batch, alias) for alias in gold}
    drawn = sorted((alias for alias in gold if chances[alias] < looked), key=chances.__getitem__)
    return [*others, *drawn[: len(others) // HONEST_PER_GOLD]]


def _chance(batch: BatchRow, alias: str) -> float:
    """Return a random number of an item, from 0 to 1, that stays the same."""
    text = f"assay rework 1\0{batch.seed}\0{alias}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def _unfounded_gold(session: Session, batch: BatchRow) -> set[str]:
    """Return the gold in which the vendor was shown no fault: asking for it again needs cover."""
    newest = deliveries.newest_versions(session, batch.id)
    sound = {item for item, version in newest.items() if version.labels and not version.errors}
    items = session.scalars(store.items(batch.id))
    return {item.alias for item in items if item.role == "gold" and item.id in sound}


def _fresh(session: Session, batch: BatchRow, redone: int) -> tuple[Drawn, str | None]:
    try:
        return draw_addition(session, batch, redone=redone), None
    except ParameterError as error:
        return Drawn((), {}), str(error)
