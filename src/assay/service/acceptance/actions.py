"""What can be done to accept, a function each."""

import math
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assay.sampling.acceptance import Judgement
from assay.sampling.plan import Verdict
from assay.sampling.telling import may_tell_band
from assay.service import clock
from assay.service.acceptance import store
from assay.service.acceptance.standing import Standing, standing
from assay.service.acceptance.tables import DecisionRow
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.batches.life import move
from assay.service.batches.rework import hide_gold, rework
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.deliveries import store as deliveries
from assay.service.ids import new_id
from assay.service.problems import ConflictError, ServiceError
from assay.service.projects import store as projects
from assay.sourcing.lives import BatchState, BatchStep
from assay.sourcing.policy import QualityPolicy
from assay.sourcing.ramp import RampProposal, RampStep, RampTerms, propose

#: What each decision asks of the plan.
_ASKED = {"accept": Verdict.ACCEPT, "reject": Verdict.REJECT}
_STEPS = {
    "accept": BatchStep.ACCEPT,
    "reject": BatchStep.REJECT,
    "send back": BatchStep.SEND_BACK,
}


def stand(session: Session, actor: Actor, batch_id: str) -> tuple[BatchRow, Standing]:
    """Return how a judged batch stands.

    Raises
    ------
    ConflictError
        When nothing of it was judged yet.
    """
    batch = deliveries.batch(session, actor, batch_id)
    if batch.state in {BatchState.DRAWN, BatchState.PACKED, BatchState.SENT}:
        raise ConflictError(f"The batch is {batch.state}; nothing of it was judged yet.")
    return batch, standing(session, batch)


def decide(
    session: Session,
    actor: Actor,
    batch_id: str,
    *,
    decision: str,
    reason: str,
    override: bool,
    items: Sequence[str] = (),
) -> DecisionRow:
    """Decide about a judged batch, with the plan or, on the record, against it.

    A batch that is sent back begins its next round with the named items, or with those that are
    missing, faulty or were found not good enough.

    Raises
    ------
    ConflictError
        When the batch is not judged, or the plan does not say so and nobody overrides it.
    ServiceError
        When the plan is overridden without a reason.
    """
    if decision == "send back":
        # Fresh images are drawn: by one at a time, and whoever draws holds the project first.
        found = deliveries.batch(session, actor, batch_id)
        projects.project(session, found.project_id, lock=True)
    batch = deliveries.batch(session, actor, batch_id, lock=True)
    if batch.state != BatchState.JUDGED:
        raise ConflictError(f"The batch is {batch.state}; only a judged one is decided about.")
    now = standing(session, batch)
    against = _is_against(decision, now.judgement)
    if against and not override:
        raise ConflictError(_how_on(decision, now.judgement))
    if against and not reason.strip():
        raise ServiceError("Against the plan a decision needs its reason. Write it down.")
    row = DecisionRow(
        id=new_id("dec"),
        batch_id=batch.id,
        round=batch.round,
        decision=decision,
        plan_verdict=now.judgement.verdict.value,
        overridden=against,
        reason=reason,
        evidence=_evidence(now),
        items=[version.id for _, version in sorted(now.versions.items()) if version.labels],
        decided_by=actor.user,
        decided=clock.now(),
    )
    session.add(row)
    facts: dict[str, Fact] = {
        "batch": batch.id,
        "decision": decision,
        "plan_verdict": row.plan_verdict,
        "overridden": against,
    }
    record(session, actor, "batch.decided", subject=row.id, facts=facts)
    move(session, actor, batch, _STEPS[decision])
    if decision == "send back":
        rework(session, actor, batch, items or _to_mend(session, batch, now))
    return row


def _to_mend(session: Session, batch: BatchRow, now: Standing) -> list[str]:
    """Return the items that need work, by all that is known of them, with gold well hidden."""
    policy = QualityPolicy(**batch.policy)
    faulty = [alias for alias in now.items if _needs_work(now, alias, policy)]
    looked = sum(layer.look is not None for layer in now.layers.values())
    return hide_gold(session, batch, faulty, looked=looked / max(len(now.layers), 1))


def _needs_work(now: Standing, alias: str, policy: QualityPolicy) -> bool:
    version = now.versions.get(alias)
    if version is None or version.labels is None or version.errors:
        return True
    layer = now.layers.get(alias)
    if layer is not None and layer.look is not None:
        return bool(layer.look.severe) or layer.look.score < policy.limit
    return version.score is not None and (bool(version.severe) or version.score < policy.limit)


def _is_against(decision: str, judgement: Judgement) -> bool:
    # A batch may always be sent back unless the plan has accepted it: mending is no judgement.
    if decision == "send back":
        return judgement.verdict is Verdict.ACCEPT
    return judgement.verdict is not _ASKED[decision]


def _how_on(decision: str, judgement: Judgement) -> str:
    if judgement.verdict is Verdict.UNDECIDED:
        return (
            f"The plan has not decided yet; it asks to look at {len(judgement.following)} more "
            "items, at least. Review them, or override with a reason."
        )
    return (
        f"The plan says {judgement.verdict}, not {decision}. Follow it, or override with a reason."
    )


def _evidence(now: Standing) -> dict[str, object]:
    return {
        "terms": now.terms.digest,
        "seed": now.terms.seed,
        "looked": len(now.judgement.counted),
        "items": len(now.items),
        "gold": sum(item.gold_id is not None for item in now.items.values()),
        "claims": [
            {
                "name": result.claim.name,
                "verdict": result.verdict.value,
                "looked": result.looked,
                "estimate": finite(result.estimate),
                "low": result.low,
                "high": result.high,
                "good": result.claim.good,
                "bad": result.claim.bad,
            }
            for result in now.judgement.claims
        ],
    }


def finite(value: float) -> float | None:
    """Return a number, or None where nothing is known."""
    return value if math.isfinite(value) else None


def band_of(row: DecisionRow) -> str | None:
    """Return how a decision is told to a vendor: three words, too few to work out gold from.

    Exact scores, given after each submission, would name ten gold images of two hundred in 46
    submissions; one of three bands at the close of a batch tells next to nothing. Of a batch so
    small that it would tell something, no band is told.
    """
    if not may_tell_band(row.evidence["items"], row.evidence["gold"]):
        return None
    claims = row.evidence["claims"]
    if all(claim["verdict"] == "accept" for claim in claims):
        return "as agreed"
    if any(claim["verdict"] == "reject" for claim in claims):
        return "below the limit"
    return "near the limit"


def ramp(session: Session, project_id: str, vendor_id: str) -> RampProposal:
    """Propose how many images the next batch of a vendor may have."""
    batches = store.sent_batches(session, project_id, vendor_id)
    bar = QualityPolicy(**batches[-1].policy).limit if batches else QualityPolicy().limit
    history = [_step(session, batch) for batch in batches]
    return propose(history, RampTerms(bar=bar), clock.now().date())


def _step(session: Session, batch: BatchRow) -> RampStep:
    images = session.scalar(
        select(func.count())
        .select_from(BatchItemRow)
        .where(BatchItemRow.batch_id == batch.id, BatchItemRow.role != "gold")
    )
    decision = store.last_decision(session, batch.id)
    ended = batch.state in {BatchState.ACCEPTED, BatchState.REJECTED}
    if batch.sent is None:
        raise AssertionError(f"{batch.id} was never sent.")
    return RampStep(
        images=images or 0,
        sent_on=batch.sent.date(),
        quality_low=_quality_low(decision) if decision and ended else None,
        accepted=batch.state == BatchState.ACCEPTED if ended else None,
    )


def _quality_low(decision: DecisionRow) -> float:
    lows = {claim["name"]: claim["low"] for claim in decision.evidence["claims"]}
    return float(lows["mean"])
