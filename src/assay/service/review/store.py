"""Queries about reviews."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assay.sampling.layers import ReviewVerdict
from assay.service.problems import there
from assay.service.review.tables import ReviewRow


def reviews(batch_id: str) -> Select[ReviewRow]:
    """Select the reviews of a batch."""
    return select(ReviewRow).where(ReviewRow.batch_id == batch_id)


def given(session: Session, batch_id: str) -> dict[str, list[ReviewRow]]:
    """Return the verdicts that were given on each version of a batch, in the order of layers."""
    query = reviews(batch_id).where(ReviewRow.state == "given")
    found: dict[str, list[ReviewRow]] = {}
    for row in session.scalars(query.order_by(ReviewRow.given, ReviewRow.id)):
        found.setdefault(row.version_id, []).append(row)
    return found


def held(session: Session, batch_id: str) -> list[ReviewRow]:
    """Return the reviews of a batch that somebody holds, also for too long."""
    return list(session.scalars(reviews(batch_id).where(ReviewRow.state == "held")))


def own(session: Session, reviewer: str, identifier: str, *, lock: bool = False) -> ReviewRow:
    """Return a review of one's own."""
    query = select(ReviewRow).where(ReviewRow.id == identifier, ReviewRow.reviewer == reviewer)
    return there(session.scalar(query.with_for_update() if lock else query), "review")


def verdict_of(row: ReviewRow) -> ReviewVerdict:
    """Return what was found in a review that was given."""
    return ReviewVerdict(row.layer, row.outcome, row.score or 0.0, row.severe or 0)  # type: ignore[arg-type]  # checked when it was given
