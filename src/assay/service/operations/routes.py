"""Health for whatever keeps the service running, counters for whatever watches it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from assay.service.actor import Actor
from assay.service.edge import Anybody, Require, Transaction, TransactionRoute
from assay.service.operations import health
from assay.service.operations.schemas import Alive, Health

#: Outside any transaction: health is told when the database is not there.
probes = APIRouter(prefix="/health", tags=["operations"])
router = APIRouter(route_class=TransactionRoute, tags=["operations"])

_PROBE = Depends(Anybody("what keeps the service running has no account; nothing is told but this"))


@probes.get("/live", dependencies=[_PROBE])
async def live() -> Alive:
    """Say that the process answers; restart it when this fails."""
    return Alive()


@probes.get(
    "/ready", dependencies=[_PROBE], responses={503: {"model": Health, "description": "Unwell"}}
)
def ready(request: Request, response: Response) -> Health:
    """Say whether requests can be served; send none while this is 503."""
    state = request.app.state
    parts = health.look(state.database, state.blobs, state.anchoring)
    well = all(part.well for part in parts)
    response.status_code = 200 if well else 503
    return Health(
        status="ready" if well else "unwell", parts={part.name: part.well for part in parts}
    )


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(
    session: Transaction, request: Request, _: Annotated[Actor, Depends(Require("operations.read"))]
) -> Response:
    """Give the counters to Prometheus; it sends a token with the right `operations.read`."""
    state = request.app.state
    anchoring = state.anchoring
    text = state.metrics.text(session, anchored=anchoring.anchored, broken=bool(anchoring.fault))
    return Response(text, media_type=CONTENT_TYPE_LATEST)
