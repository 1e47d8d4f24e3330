"""What a vendor reads: the guideline of a batch that it was sent."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from assay.service.actor import Actor
from assay.service.deliveries import store as deliveries
from assay.service.edge import Require, Transaction, TransactionRoute
from assay.service.headers import PAGE_HEADERS
from assay.service.projects import store
from assay.service.projects.pages import page_of

router = APIRouter(route_class=TransactionRoute, prefix="/vendor", tags=["projects"])

Own = Annotated[Actor, Depends(Require("batches.own"))]


@router.get("/batches/{batch}/guideline", response_class=HTMLResponse)
def show_guideline(session: Transaction, actor: Own, request: Request, batch: str) -> HTMLResponse:
    """Show the guideline by which a batch of your own is judged, as one page."""
    row = deliveries.batch(session, actor, batch)
    guideline = store.guideline(session, row.project_id, row.guideline_id)
    return HTMLResponse(page_of(session, request.app.state.blobs, guideline), headers=PAGE_HEADERS)
