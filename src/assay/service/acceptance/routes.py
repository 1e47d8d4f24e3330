"""How batches stand, decisions about them, and how volume may grow."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from assay.service.acceptance import actions, store
from assay.service.acceptance.schemas import (
    ClaimStanding,
    Decision,
    NewDecision,
    Ramp,
    Standing,
    VendorDecision,
)
from assay.service.acceptance.tables import DecisionRow
from assay.service.actor import Actor
from assay.service.edge import Require, Transaction, TransactionRoute
from assay.service.paging import Stretch, page, stretch
from assay.service.projects import store as projects
from assay.service.schemas import Page

router = APIRouter(route_class=TransactionRoute, tags=["acceptance"])

Reader = Annotated[Actor, Depends(Require("acceptance.read"))]
Decider = Annotated[Actor, Depends(Require("acceptance.decide"))]
Own = Annotated[Actor, Depends(Require("deliveries.own"))]
Listed = Annotated[Stretch, Depends(stretch)]


@router.get("/batches/{batch}/acceptance")
def show_standing(session: Transaction, actor: Reader, batch: str) -> Standing:
    """Show how a batch stands by its plan, and what to look at next."""
    row, now = actions.stand(session, actor, batch)
    return Standing(
        batch=row.id,
        round=row.round,
        state=row.state,
        verdict=now.judgement.verdict.value,
        consumer_risk=now.terms.consumer_risk,
        producer_risk=now.terms.producer_risk,
        claims=[
            ClaimStanding(
                name=result.claim.name,
                good=result.claim.good,
                bad=result.claim.bad,
                verdict=result.verdict.value,
                looked=result.looked,
                size=result.size,
                estimate=actions.finite(result.estimate),
                low=result.low,
                high=result.high,
            )
            for result in now.judgement.claims
        ],
        next=list(now.judgement.following),
        waiting=sum(
            layer.next is not None and layer.next != "peer" for layer in now.layers.values()
        ),
    )


@router.post("/batches/{batch}/decisions", status_code=201)
def decide(session: Transaction, actor: Decider, batch: str, body: NewDecision) -> Decision:
    """Accept, reject or send back a judged batch."""
    row = actions.decide(
        session,
        actor,
        batch,
        decision=body.decision,
        reason=body.reason,
        override=body.override,
        items=body.items,
    )
    return _decision(row)


@router.get("/decisions")
def list_decisions(
    session: Transaction,
    actor: Reader,
    part: Listed,
    batch: Annotated[str | None, Query(max_length=64, description="Only those on a batch.")] = None,
) -> Page[Decision]:
    """List decisions."""
    query = store.decisions(actor)
    if batch is not None:
        query = query.where(DecisionRow.batch_id == batch)
    by = (DecisionRow.decided, DecisionRow.id)
    return page(session, query, part, by=by, shown=_decision)


@router.get("/vendor/decisions")
def list_own_decisions(session: Transaction, actor: Own, part: Listed) -> Page[VendorDecision]:
    """List the decisions about one's own batches."""
    by = (DecisionRow.decided, DecisionRow.id)
    return page(session, store.decisions(actor), part, by=by, shown=_told)


@router.get("/projects/{project}/ramp")
def show_ramp(
    session: Transaction,
    _: Reader,
    project: str,
    vendor: Annotated[str, Query(max_length=64, description="Organisation of the vendor.")],
) -> Ramp:
    """Propose how many images the next batch of a vendor may have."""
    projects.project(session, project)
    proposal = actions.ramp(session, project, vendor)
    return Ramp(
        vendor=vendor,
        images=proposal.images,
        grows=proposal.grows,
        grows_on=proposal.grows_on,
        reasons=list(proposal.reasons),
    )


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        id=row.id,
        batch=row.batch_id,
        round=row.round,
        decision=row.decision,
        plan_verdict=row.plan_verdict,
        overridden=row.overridden,
        reason=row.reason,
        evidence=row.evidence,
        items=len(row.items),
        decided_by=row.decided_by,
        decided=row.decided,
    )


def _told(row: DecisionRow) -> VendorDecision:
    return VendorDecision(
        id=row.id,
        batch=row.batch_id,
        round=row.round,
        decision=row.decision,
        band=actions.band_of(row),
        reason=row.reason,
        decided=row.decided,
    )
