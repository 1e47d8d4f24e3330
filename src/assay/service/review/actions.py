"""What can be done with reviews, a function each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assay.sampling.layers import Layer, ReviewVerdict, layer_reviews
from assay.service import clock
from assay.service.acceptance.standing import Standing, standing
from assay.service.actor import Actor
from assay.service.assets.tables import AssetRow
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.deliveries import store as deliveries
from assay.service.deliveries.tables import ItemVersionRow
from assay.service.ids import new_id
from assay.service.permissions import may
from assay.service.problems import ConflictError, ForbiddenError, NotFoundError
from assay.service.review import store
from assay.service.review.tables import ReviewRow
from assay.sourcing.lives import BatchState

#: How long an item stays with one reviewer who says nothing.
HELD = timedelta(minutes=20)


@dataclass(frozen=True)
class Handed:
    """An item that was handed to a reviewer."""

    review: ReviewRow
    item: BatchItemRow
    version: ItemVersionRow
    asset: AssetRow


def take_next(session: Session, actor: Actor, batch_id: str) -> Handed | None:
    """Hand the item that deserves a look most to a reviewer; None where nothing waits for them.

    First what the acceptance plan asks for next, then what a further layer must look at. Whoever
    holds an item gets it again.

    Raises
    ------
    ConflictError
        When the batch is not under review.
    """
    batch = deliveries.batch(session, actor, batch_id, lock=True)
    if batch.state != BatchState.JUDGED:
        raise ConflictError(f"The batch is {batch.state}; only what was judged is reviewed.")
    _let_go_of_old(session, batch)
    mine = [row for row in store.held(session, batch.id) if row.reviewer == actor.user]
    if mine:
        return _handed(session, mine[0])
    now = standing(session, batch)
    taken = {(row.version_id, row.layer) for row in store.held(session, batch.id)}
    looked = {
        row.version_id
        for rows in store.given(session, batch.id).values()
        for row in rows
        if row.reviewer == actor.user
    }
    for alias, layer in _wanted(now):
        version = now.versions[alias]
        # Nobody reviews twice what they have seen: a second look is another person's.
        if (version.id, layer) in taken or version.id in looked or not _may(actor, layer):
            continue
        return _hold(session, actor, batch, version, layer)
    return None


def _wanted(now: Standing) -> Iterator[tuple[str, Layer]]:
    """Yield aliases with the layer that must look, the plan's next first, then further layers."""
    following = [alias for alias in now.judgement.following if alias in now.layers]
    further = [
        alias
        for alias in sorted(now.layers, key=lambda alias: -now.versions[alias].suspicion)
        if now.layers[alias].next not in {None, "peer"}
    ]
    for alias in dict.fromkeys((*following, *further)):
        layer = now.layers[alias].next
        if layer is not None:
            yield alias, layer


def _may(actor: Actor, layer: Layer) -> bool:
    if layer == "adjudication":
        return may(actor, "review.adjudicate")
    return layer == "peer" or bool(actor.roles & {"admin", "expert"})


def _hold(
    session: Session, actor: Actor, batch: BatchRow, version: ItemVersionRow, layer: Layer
) -> Handed:
    row = ReviewRow(
        id=new_id("rev"),
        batch_id=batch.id,
        batch_item_id=version.batch_item_id,
        version_id=version.id,
        layer=layer,
        slot=f"{version.id} {layer}",
        reviewer=actor.user,
        state="held",
        held_until=clock.now() + HELD,
        outcome=None,
        score=None,
        severe=None,
        reason=None,
        regions=[],
        created=clock.now(),
        given=None,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise ConflictError("Somebody else has just taken this item. Ask for the next.") from None
    facts: dict[str, Fact] = {"batch": batch.id, "layer": layer}
    record(session, actor, "review.taken", subject=row.id, facts=facts)
    return _handed(session, row)


def _handed(session: Session, row: ReviewRow) -> Handed:
    item = session.get_one(BatchItemRow, row.batch_item_id)
    version = session.get_one(ItemVersionRow, row.version_id)
    return Handed(row, item, version, session.get_one(AssetRow, item.asset_id))


def _let_go_of_old(session: Session, batch: BatchRow) -> None:
    for row in store.held(session, batch.id):
        if row.held_until <= clock.now():
            row.state, row.slot = "let go", None
    session.flush()


def give(
    session: Session,
    actor: Actor,
    review_id: str,
    *,
    verdict: ReviewVerdict,
    reason: str,
    regions: list[dict[str, object]],
) -> ReviewRow:
    """Give a verdict on an item that one holds.

    Raises
    ------
    ConflictError
        When it is held no longer, or the labels were replaced meanwhile.
    ParameterError
        When the verdict contradicts itself.
    """
    row = store.own(session, actor.user, review_id, lock=True)
    if row.state != "held":
        raise ConflictError("This review has ended. Ask for the next item.")
    batch = session.get_one(BatchRow, row.batch_id)
    newest = deliveries.newest_versions(session, batch.id).get(row.batch_item_id)
    if batch.state != BatchState.JUDGED or newest is None or newest.id != row.version_id:
        raise ConflictError("The labels were replaced meanwhile. Ask for the next item.")
    before = store.given(session, batch.id).get(row.version_id, [])
    # Refuses an adjudicator who does not decide, before anything is written.
    layer_reviews([*(store.verdict_of(earlier) for earlier in before), verdict])
    row.state, row.given = "given", clock.now()
    row.outcome, row.score, row.severe = verdict.outcome, verdict.score, verdict.severe
    row.reason, row.regions = reason, regions
    facts: dict[str, Fact] = {
        "batch": batch.id,
        "version": row.version_id,
        "layer": row.layer,
        "outcome": verdict.outcome,
        "score": verdict.score,
        "severe": verdict.severe,
    }
    record(session, actor, "review.given", subject=row.id, facts=facts)
    return row


def let_go(session: Session, actor: Actor, review_id: str) -> None:
    """Give an item back without a verdict; a second time changes nothing."""
    row = store.own(session, actor.user, review_id, lock=True)
    if row.state == "held":
        row.state, row.slot = "let go", None
        record(session, actor, "review.let-go", subject=row.id)


def seen_by_reviewer(session: Session, actor: Actor, review_id: str) -> Handed:
    """Return what a reviewer looks at, or an admin or auditor wants to see again.

    Raises
    ------
    NotFoundError
        When there is no such review.
    ForbiddenError
        When it is another's, and one may not see all.
    """
    row = session.get(ReviewRow, review_id)
    if row is None:
        raise NotFoundError("review")
    if row.reviewer != actor.user and not actor.roles & {"admin", "lead", "expert", "auditor"}:
        raise ForbiddenError("This review is another's. Ask for the next item of the batch.")
    return _handed(session, row)
