"""Reviewing: the next item, its picture and its labels, a verdict."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from assay.sampling.layers import ReviewVerdict
from assay.service.actor import Actor
from assay.service.batches.tables import BatchItemRow
from assay.service.deliveries import store as deliveries
from assay.service.deliveries.schemas import findings
from assay.service.edge import Require, Transaction, TransactionRoute
from assay.service.paging import Stretch, page, stretch
from assay.service.problems import NotFoundError
from assay.service.review import actions, store
from assay.service.review.pictures import labels_png
from assay.service.review.schemas import PinnedRegion, Review, Task, Verdict
from assay.service.review.tables import ReviewRow
from assay.service.schemas import Page

router = APIRouter(route_class=TransactionRoute, tags=["review"])

Reader = Annotated[Actor, Depends(Require("review.read"))]
Reviewer = Annotated[Actor, Depends(Require("review.change"))]
Listed = Annotated[Stretch, Depends(stretch)]

_IMAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": {}, "image/jpeg": {}}}}


@router.post("/batches/{batch}/reviews", status_code=201, responses={204: {}})
def take_next(session: Transaction, actor: Reviewer, batch: str, response: Response) -> Task | None:
    """Take the item that deserves a look most; 204 where nothing waits for you."""
    handed = actions.take_next(session, actor, batch)
    if handed is None:
        response.status_code = 204
        return None
    return Task(
        id=handed.review.id,
        batch=handed.review.batch_id,
        item=handed.item.alias,
        version=handed.version.number,
        layer=handed.review.layer,
        width=handed.asset.width,
        height=handed.asset.height,
        findings=findings(handed.version.findings),
        suspicion=handed.version.suspicion,
        held_until=handed.review.held_until,
    )


@router.get("/batches/{batch}/reviews")
def list_reviews(session: Transaction, actor: Reader, batch: str, part: Listed) -> Page[Review]:
    """List the reviews of a batch."""
    row = deliveries.batch(session, actor, batch)
    by = (ReviewRow.created, ReviewRow.id)
    query = store.reviews(row.id)
    return page(session, query, part, by=by, shown=lambda review: _review(session, review))


@router.put("/reviews/{review}/verdict")
def give_verdict(session: Transaction, actor: Reviewer, review: str, body: Verdict) -> Review:
    """Give a verdict on an item that you hold."""
    mine = store.own(session, actor.user, review)
    verdict = ReviewVerdict(mine.layer, body.outcome, body.score, body.severe)  # type: ignore[arg-type]  # a layer, written by actions
    regions = [region.model_dump() for region in body.regions]
    row = actions.give(session, actor, review, verdict=verdict, reason=body.reason, regions=regions)
    return _review(session, row)


@router.delete("/reviews/{review}", status_code=204)
def let_go(session: Transaction, actor: Reviewer, review: str) -> None:
    """Give an item back without a verdict."""
    actions.let_go(session, actor, review)


@router.get("/reviews/{review}/image", response_class=Response, responses=_IMAGE)
def show_image(session: Transaction, actor: Reader, request: Request, review: str) -> Response:
    """Show the photograph, as the vendor got it."""
    handed = actions.seen_by_reviewer(session, actor, review)
    data = b"".join(request.app.state.blobs.get(handed.asset.outgoing))
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    return Response(data, media_type=kind)


@router.get("/reviews/{review}/labels", response_class=Response, responses=_IMAGE)
def show_labels(session: Transaction, actor: Reader, request: Request, review: str) -> Response:
    """Show the labels in the colours of their classes."""
    handed = actions.seen_by_reviewer(session, actor, review)
    if handed.version.labels is None:
        raise NotFoundError("readable label map")
    data = labels_png(session, request.app.state.blobs, handed.version)
    return Response(data, media_type="image/png")


def _review(session: Session, row: ReviewRow) -> Review:
    return Review(
        id=row.id,
        batch=row.batch_id,
        item=session.get_one(BatchItemRow, row.batch_item_id).alias,
        layer=row.layer,
        reviewer=row.reviewer,
        state=row.state,
        outcome=row.outcome,
        score=row.score,
        severe=row.severe,
        reason=row.reason,
        regions=[PinnedRegion.model_validate(region) for region in row.regions],
        created=row.created,
        given=row.given,
    )
