"""Insights, a function each: the library computes from what the store counts."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assay.drift.chart import Point, Stream, Track, follow
from assay.drift.evidence import limit_for
from assay.honesty import Gap, GoldOnlyParameters, adjust, gap_between
from assay.sampling.plan import Verdict
from assay.service import clock
from assay.service.acceptance import store as acceptance
from assay.service.acceptance.actions import band_of, finite
from assay.service.acceptance.standing import standing
from assay.service.batches.tables import BatchRow
from assay.service.deliveries.tables import ItemVersionRow
from assay.service.insights import store
from assay.service.insights.schemas import (
    BatchBand,
    Feedback,
    GoldGaps,
    NextAction,
    NextActions,
    Pipeline,
    Quality,
    QualityPoint,
    RuleCount,
    StateCount,
    VendorGap,
    VendorQuality,
)
from assay.service.insights.store import GoldScore
from assay.service.projects import actions as project_actions
from assay.service.projects import store as projects
from assay.service.questions import store as questions

#: First batches of a vendor that say what is normal, and batches between false alarms.
BASELINE_BATCHES = 4
RUN_LENGTH = 200

#: False discovery rate of gaps between gold and audits.
GAP_LEVEL = 0.01

#: Half the width of the drawn limits, in standard errors (Shewhart 1931).
_SIGMAS = 3


def pipeline(session: Session, project_id: str) -> Pipeline:
    """Count batches and images by vendor and state."""
    projects.project(session, project_id)
    return Pipeline(
        counts=[
            StateCount(vendor=vendor, vendor_name=name, state=state, batches=batches, images=images)
            for vendor, name, state, batches, images in store.batches_by_state(session, project_id)
        ]
    )


def quality(session: Session, project_id: str) -> Quality:
    """Chart the hidden gold of every vendor, and count what was right at once."""
    projects.project(session, project_id)
    scores = store.gold_scores(session, project_id)
    decided = {row[0]: row[1:] for row in store.decisions(session, project_id)}
    rounds = {row[0]: row[1:] for row in store.items_in_rounds(session, project_id)}
    reviews: dict[str, dict[str, int]] = {}
    for vendor, outcome, count, _ in store.reviews_by_outcome(session, project_id):
        reviews.setdefault(vendor, {})[outcome] = count
    by_vendor: dict[str, list[GoldScore]] = {}
    for score in scores:
        by_vendor.setdefault(score.vendor, []).append(score)
    vendors = sorted({*by_vendor, *decided, *reviews})
    return Quality(
        vendors=[
            _vendor_quality(
                vendor,
                by_vendor.get(vendor, []),
                decided.get(vendor, (0, 0, 0, 0)),
                rounds.get(vendor, (0, 0)),
                reviews.get(vendor, {}),
            )
            for vendor in vendors
        ]
    )


def _vendor_quality(
    vendor: str,
    scores: Sequence[GoldScore],
    decided: Sequence[int],
    rounds: Sequence[int],
    reviews: dict[str, int],
) -> VendorQuality:
    decisions, accepted, at_once, _ = decided
    items, again = rounds
    reviewed = sum(reviews.values())
    batches = [list(group) for _, group in groupby(scores, key=lambda score: score.batch)]
    track = _followed(batches)
    since = None if track is None or track.since is None else batches[track.since][0].batch
    return VendorQuality(
        vendor=vendor,
        points=[] if track is None else list(map(_point, track.points, batches)),
        drifting=since is not None,
        drifting_since=since,
        decisions=decisions,
        accepted=accepted,
        first_pass_yield=_share(at_once, accepted),
        revision_rate=_share(again, items),
        reviewed=reviewed,
        review_pass_rate=_share(reviews.get("pass", 0), reviewed),
    )


def _followed(batches: Sequence[Sequence[GoldScore]]) -> Track | None:
    if not batches:
        return None
    places = np.repeat(np.arange(len(batches)), [len(batch) for batch in batches])
    values = np.array([score.score for batch in batches for score in batch])
    stream = Stream(places, values, np.empty((values.size, 0)))
    return follow(stream, first_watched=BASELINE_BATCHES, limit=limit_for(RUN_LENGTH))


def _point(point: Point, batch: Sequence[GoldScore]) -> QualityPoint:
    known = math.isfinite(point.expected) and point.error > 0
    reach = _SIGMAS * point.error
    return QualityPoint(
        batch=batch[0].batch,
        number=batch[0].number,
        sent=batch[0].sent,
        gold_images=point.images,
        mean=point.mean,
        expected=point.expected if known else None,
        low=max(0.0, point.expected - reach) if known else None,
        high=min(1.0, point.expected + reach) if known else None,
        evidence=point.evidence,
        alarm=point.evidence >= 1,
    )


def gold_gap(session: Session, project_id: str) -> GoldGaps:
    """Compare every vendor's work on hidden gold with that in a blind audit.

    Gold says how good the rest is only while nobody knows which images are gold. The audited images
    were ordinary work when they were handed in, and are scored as gold is.
    """
    projects.project(session, project_id)
    terms = GoldOnlyParameters()
    gold: dict[str, list[float]] = {}
    audited: dict[str, list[float]] = {}
    for found in store.gold_scores(session, project_id):
        gold.setdefault(found.vendor, []).append(found.score)
    for vendor, score in store.blind_scores(session, project_id):
        audited.setdefault(vendor, []).append(score)
    vendors = sorted({*gold, *audited})
    pairs = [(np.array(gold.get(name, [])), np.array(audited.get(name, []))) for name in vendors]
    gaps = [gap_between(*pair, honest_gap=terms.honest_gap) for pair in pairs]
    tested = [min(one.size, two.size) >= terms.least_images for one, two in pairs]
    adjusted = adjust(
        np.array(
            [gap.p_value if tests else math.nan for gap, tests in zip(gaps, tested, strict=True)]
        )
    )
    return GoldGaps(
        allowed=terms.honest_gap,
        level=GAP_LEVEL,
        least_images=terms.least_images,
        vendors=[
            _vendor_gap(vendor, pair, gap, p_value)
            for vendor, pair, gap, p_value in zip(
                vendors, pairs, gaps, adjusted.tolist(), strict=True
            )
        ],
    )


def _vendor_gap(
    vendor: str,
    scores: tuple[NDArray[np.float64], NDArray[np.float64]],
    gap: Gap,
    p_value: float,
) -> VendorGap:
    gold, audited = scores
    return VendorGap(
        vendor=vendor,
        gold_images=gold.size,
        gold_mean=finite(float(gold.mean())) if gold.size else None,
        audited_images=audited.size,
        audited_mean=finite(float(audited.mean())) if audited.size else None,
        gap=finite(gap.size),
        low=finite(gap.low),
        high=finite(gap.high),
        p_value=finite(p_value),
        asks=p_value <= GAP_LEVEL,
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def next_actions(session: Session, project_id: str) -> NextActions:
    """Say what waits for whom, what blocks first."""
    projects.project(session, project_id)
    found = [
        *_about_guideline(session, project_id),
        *_about_questions(session, project_id),
        *_about_drafts(session, project_id),
        *(
            action
            for batch in store.open_batches(session, project_id)
            for action in _about_batch(session, batch)
        ),
    ]
    return NextActions(actions=sorted(found, key=lambda action: not action.blocks))


def _about_guideline(session: Session, project_id: str) -> Iterator[NextAction]:
    row = projects.guideline_in_force(session, project_id)
    if row is None:
        yield NextAction(
            kind="guideline",
            who="expert",
            subject=project_id,
            vendor=None,
            message="No guideline is published, so no work can be sent out. Publish one.",
            since=None,
            blocks=True,
        )
        return
    blocking = [gap for gap in project_actions.gaps(session, project_id, row.id) if gap.blocks]
    if blocking:
        yield NextAction(
            kind="guideline",
            who="expert",
            subject=row.id,
            vendor=None,
            message=f"{len(blocking)} gaps of the guideline block sending work out; the first: "
            f"{blocking[0].message} {blocking[0].remedy}",
            since=row.published,
            blocks=True,
        )


def _about_questions(session: Session, project_id: str) -> Iterator[NextAction]:
    waiting = questions.waiting(session, project_id)
    late = sum(question.due < clock.now() for question in waiting)
    if waiting:
        yield NextAction(
            kind="answer",
            who="expert",
            subject=waiting[0].id,
            vendor=waiting[0].vendor_id,
            message=f"{len(waiting)} questions of vendors wait for an answer, {late} for too long.",
            since=waiting[0].asked,
            blocks=late > 0,
        )


def _about_drafts(session: Session, project_id: str) -> Iterator[NextAction]:
    drafts = store.draft_invoices(session, project_id)
    if drafts:
        yield NextAction(
            kind="issue",
            who="finance",
            subject=drafts[0].id,
            vendor=drafts[0].vendor_id,
            message=f"{len(drafts)} drafts of invoices are not issued. Check each, and issue it "
            "or throw it away.",
            since=drafts[0].created,
            blocks=False,
        )


def _about_batch(session: Session, batch: BatchRow) -> Iterator[NextAction]:
    overdue = batch.due is not None and batch.due < clock.now()
    match batch.state:
        case "drawn":
            yield _action(batch, "pack", "service", "The package is being packed.")
        case "packed":
            yield _action(batch, "send", "lead", "The package is ready. Send it.", blocks=True)
        case "sent" | "rework" if overdue:
            message = f"The batch was due on {batch.due:%Y-%m-%d}. Ask the vendor."
            yield _action(batch, "overdue", "vendor", message, blocks=True)
        case "sent" | "rework":
            yield _action(batch, "wait for vendor", "vendor", "The vendor works on the batch.")
        case "delivered":
            yield _action(batch, "judging", "service", "The archive is being read and checked.")
        case _:
            yield from _about_judged(session, batch)


def _about_judged(session: Session, batch: BatchRow) -> Iterator[NextAction]:
    now = standing(session, batch)
    further = sum(layer.next not in {None, "peer"} for layer in now.layers.values())
    if now.judgement.verdict is not Verdict.UNDECIDED:
        message = f"The plan says {now.judgement.verdict}. Decide about the batch."
        yield _action(batch, "decide", "lead", message, blocks=True)
    elif now.judgement.following:
        message = f"The plan asks to look at {len(now.judgement.following)} items next, at least."
        yield _action(batch, "review", "reviewer", message, blocks=True)
    if further:
        message = f"{further} items wait for an expert or an adjudicator."
        yield _action(batch, "review", "expert", message, blocks=True)


def _action(
    batch: BatchRow, kind: str, who: str, message: str, *, blocks: bool = False
) -> NextAction:
    return NextAction(
        kind=kind,
        who=who,
        subject=batch.id,
        vendor=batch.vendor_id,
        message=f"Batch {batch.number}: {message}",
        since=batch.sent or batch.created,
        blocks=blocks,
    )


def feedback(session: Session, vendor_id: str, project_id: str | None) -> Feedback:
    """Tell a vendor of its work: rules broken, by how much, and how batches fared, coarsely."""
    rules = store.rule_counts(session, vendor_id, project_id)
    query = (
        select(func.count())
        .select_from(ItemVersionRow)
        .join(BatchRow, BatchRow.id == ItemVersionRow.batch_id)
        .where(BatchRow.vendor_id == vendor_id)
    )
    if project_id is not None:
        query = query.where(BatchRow.project_id == project_id)
    return Feedback(
        items=session.scalar(query) or 0,
        rules=sorted(
            (
                RuleCount(
                    rule=rule, severity=entry[2], items=entry[0], faults=entry[1], remedy=entry[3]
                )
                for rule, entry in rules.items()
            ),
            key=lambda count: (-count.items, count.rule),
        ),
        batches=[
            BatchBand(
                batch=row.batch_id,
                round=row.round,
                decision=row.decision,
                band=band_of(row),
                decided=row.decided,
            )
            for row in acceptance.of_vendor(session, vendor_id, project_id)
        ],
    )
