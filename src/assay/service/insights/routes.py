"""Insights for the buyer, and the feedback that a vendor gets."""

import hashlib
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from assay.service.actor import Actor
from assay.service.edge import Require, Transaction, TransactionRoute
from assay.service.insights import actions
from assay.service.insights.schemas import Feedback, GoldGaps, NextActions, Pipeline, Quality
from assay.service.projects import store as projects
from assay.service.vendors import store as vendors

router = APIRouter(route_class=TransactionRoute, tags=["insights"])

Reader = Annotated[Actor, Depends(Require("insights.read"))]
Own = Annotated[Actor, Depends(Require("deliveries.own"))]

A = TypeVar("A", bound=BaseModel)

#: Nothing has changed since the ETag that was sent.
_SAME: dict[int | str, dict[str, Any]] = {
    304: {"description": "Nothing has changed since the ETag in `If-None-Match`."}
}


def unless_same(request: Request, response: Response, answer: A) -> A | Response:
    """Return an answer with its digest as ETag, or 304 where the caller has it already."""
    digest = hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:32]
    if request.headers.get("if-none-match", "").strip('"') == digest:
        return Response(status_code=304, headers={"etag": f'"{digest}"'})
    response.headers["etag"] = f'"{digest}"'
    return answer


@router.get("/projects/{project}/insights/pipeline", response_model=Pipeline, responses=_SAME)
def show_pipeline(
    session: Transaction, _: Reader, project: str, request: Request, response: Response
) -> Pipeline | Response:
    """Count batches and images by vendor and state."""
    return unless_same(request, response, actions.pipeline(session, project))


@router.get("/projects/{project}/insights/quality", response_model=Quality, responses=_SAME)
def show_quality(
    session: Transaction, _: Reader, project: str, request: Request, response: Response
) -> Quality | Response:
    """Chart the hidden gold of every vendor with control limits; count what was right at once."""
    return unless_same(request, response, actions.quality(session, project))


@router.get("/projects/{project}/insights/gold-gap", response_model=GoldGaps, responses=_SAME)
def show_gold_gap(
    session: Transaction, _: Reader, project: str, request: Request, response: Response
) -> GoldGaps | Response:
    """Compare every vendor's work on hidden gold with its work in a blind audit."""
    return unless_same(request, response, actions.gold_gap(session, project))


@router.get(
    "/projects/{project}/insights/next-actions", response_model=NextActions, responses=_SAME
)
def show_next_actions(
    session: Transaction, _: Reader, project: str, request: Request, response: Response
) -> NextActions | Response:
    """Say what waits for whom, what blocks first."""
    return unless_same(request, response, actions.next_actions(session, project))


@router.get(
    "/projects/{project}/vendors/{vendor}/feedback", response_model=Feedback, responses=_SAME
)
def show_feedback(
    session: Transaction, _: Reader, project: str, vendor: str, request: Request, response: Response
) -> Feedback | Response:
    """Show the feedback that a vendor gets, before it is read there."""
    projects.project(session, project)
    vendors.vendor(session, vendor)
    return unless_same(request, response, actions.feedback(session, vendor, project))


@router.get("/vendor/feedback", response_model=Feedback, responses=_SAME)
def show_own_feedback(
    session: Transaction, actor: Own, request: Request, response: Response
) -> Feedback | Response:
    """Show what is told of one's own work: by rule and by batch, never by item."""
    return unless_same(request, response, actions.feedback(session, actor.organisation, None))
