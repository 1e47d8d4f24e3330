"""Work as a vendor sees it: its own batches once they were sent, and their packages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session

from assay.service.actor import Actor
from assay.service.assets.reencoding import encoding_of
from assay.service.batches import actions, store
from assay.service.batches.packing import file_name
from assay.service.batches.routes import send_package
from assay.service.batches.schemas import VendorBatch, VendorItem
from assay.service.batches.tables import BatchRow
from assay.service.edge import Require, Transaction, TransactionRoute
from assay.service.paging import Stretch, page, stretch
from assay.service.projects.tables import ProjectRow
from assay.service.schemas import Page
from assay.service.sending import StoredFile

router = APIRouter(route_class=TransactionRoute, prefix="/vendor/batches", tags=["batches"])

Listed = Annotated[Stretch, Depends(stretch)]
Own = Annotated[Actor, Depends(Require("batches.own"))]


@router.get("")
def list_own_batches(session: Transaction, actor: Own, part: Listed) -> Page[VendorBatch]:
    """List the work that was sent to one's own organisation."""
    by = (BatchRow.created, BatchRow.id)
    query = store.batches(actor)
    return page(session, query, part, by=by, shown=lambda row: _batch(session, row))


@router.get("/{batch}")
def show_own_batch(session: Transaction, actor: Own, batch: str) -> VendorBatch:
    """Show work of one's own."""
    return _batch(session, store.batch(session, actor, batch))


@router.get("/{batch}/items")
def list_own_items(
    session: Transaction,
    actor: Own,
    batch: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query(max_length=64, description="`next` of the stretch before.")] = "",
) -> Page[VendorItem]:
    """List the images that are to be labelled in the present round, by name."""
    row = store.batch(session, actor, batch)
    found = [pair for pair in store.items_of_round(session, row) if pair[0].alias > cursor]
    listed = found[:limit]
    encoding = encoding_of(session.get_one(ProjectRow, row.project_id).image_encoding)
    items = [
        VendorItem(
            item=item.alias,
            file=file_name(item.alias, encoding),
            height=asset.height,
            width=asset.width,
        )
        for item, asset in listed
    ]
    return Page(items=items, next=items[-1].item if len(found) > limit else None)


@router.get("/{batch}/package", response_class=StoredFile)
def take_own_package(session: Transaction, actor: Own, request: Request, batch: str) -> StoredFile:
    """Take the archive with the images, the guideline and the classes."""
    return send_package(request, actions.package_of(session, actor, batch))


def _batch(session: Session, row: BatchRow) -> VendorBatch:
    return VendorBatch(
        id=row.id,
        state=row.state,
        round=row.round,
        format=row.format,
        images=store.count_of_round(session, row),
        packed=row.package is not None,
        due=row.due,
        sent=row.sent,
    )
