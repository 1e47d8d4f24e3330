"""Batches as the buyer sees them: drawn, packed, sent, cancelled."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from assay.service.actor import Actor
from assay.service.batches import actions, store
from assay.service.batches.schemas import Batch, BatchItem, NewBatch, VendorGroup
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.edge import ExpectedVersion, Require, Transaction, TransactionRoute, tag
from assay.service.paging import Stretch, page, stretch
from assay.service.projects import store as projects
from assay.service.schemas import Page
from assay.service.sending import StoredFile, send_file

router = APIRouter(route_class=TransactionRoute, tags=["batches"])

Listed = Annotated[Stretch, Depends(stretch)]
Reader = Annotated[Actor, Depends(Require("batches.read"))]
GoldReader = Annotated[Actor, Depends(Require("gold.read"))]
Changer = Annotated[Actor, Depends(Require("batches.change"))]
VendorChanger = Annotated[Actor, Depends(Require("vendors.change"))]


@router.post("/projects/{project}/batches", status_code=201)
def draw(
    session: Transaction, actor: Changer, project: str, response: Response, body: NewBatch
) -> Batch:
    """Draw a batch for a vendor from its tier's images, with hidden gold among them."""
    row = actions.draw(
        session,
        actor,
        project,
        vendor_id=body.vendor,
        tier=body.tier,
        size=body.size,
        labels=body.format,
        due=body.due,
        reason=body.reason,
    )
    tag(response, row.version)
    return _batch(session, row)


@router.get("/batches")
def list_batches(
    session: Transaction,
    actor: Reader,
    part: Listed,
    project: Annotated[str | None, Query(max_length=64, description="Only its own.")] = None,
    vendor: Annotated[str | None, Query(max_length=64, description="Only its own.")] = None,
) -> Page[Batch]:
    """List batches."""
    query = store.batches(actor)
    if project is not None:
        projects.project(session, project)
        query = query.where(BatchRow.project_id == project)
    if vendor is not None:
        query = query.where(BatchRow.vendor_id == vendor)
    by = (BatchRow.created, BatchRow.id)
    return page(session, query, part, by=by, shown=lambda row: _batch(session, row))


@router.get("/batches/{batch}")
def show(session: Transaction, actor: Reader, batch: str, response: Response) -> Batch:
    """Show a batch."""
    row = store.batch(session, actor, batch)
    tag(response, row.version)
    return _batch(session, row)


@router.get("/batches/{batch}/items")
def list_items(
    session: Transaction,
    actor: GoldReader,
    batch: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query(max_length=64, description="`next` of the stretch before.")] = "",
) -> Page[BatchItem]:
    """List the images of a batch by the names that the vendor sees, with what is gold."""
    row = store.batch(session, actor, batch)
    query = store.items(row.id).where(BatchItemRow.alias > cursor)
    found = list(session.scalars(query.order_by(BatchItemRow.alias).limit(limit + 1)))
    listed = found[:limit]
    after = listed[-1].alias if len(found) > limit else None
    return Page(items=[_item(item) for item in listed], next=after)


@router.get("/batches/{batch}/package", response_class=StoredFile)
def take_package(session: Transaction, actor: Reader, request: Request, batch: str) -> StoredFile:
    """Take the archive that the vendor gets."""
    return send_package(request, actions.package_of(session, actor, batch))


@router.post("/batches/{batch}/sending", status_code=201)
def send(
    session: Transaction, actor: Changer, batch: str, expected: ExpectedVersion, response: Response
) -> Batch:
    """Let the vendor see a packed batch and take it."""
    row = actions.send(session, actor, batch, expected=expected)
    tag(response, row.version)
    return _batch(session, row)


@router.post("/batches/{batch}/cancellation", status_code=201)
def cancel(
    session: Transaction, actor: Changer, batch: str, expected: ExpectedVersion, response: Response
) -> Batch:
    """Give a batch up."""
    row = actions.cancel(session, actor, batch, expected=expected)
    tag(response, row.version)
    return _batch(session, row)


@router.put("/vendors/{vendor}/group", status_code=204)
def set_group(session: Transaction, actor: VendorChanger, vendor: str, body: VendorGroup) -> None:
    """Put a vendor into a group that is never shown a gold image twice."""
    actions.set_group(session, actor, vendor, name=body.name)


def send_package(request: Request, digest: str) -> StoredFile:
    """Return a work package as an attachment."""
    return send_file(request, digest, name="work-package.zip", media_type="application/zip")


def _batch(session: Session, row: BatchRow) -> Batch:
    counts = store.counts(session, row.id)
    return Batch(
        id=row.id,
        project=row.project_id,
        vendor=row.vendor_id,
        pilot=row.pilot_id,
        number=row.number,
        purpose=row.purpose,
        tier=row.tier,
        guideline=row.guideline_id,
        ontology=row.ontology_id,
        format=row.format,
        state=row.state,
        round=row.round,
        images=sum(counts.values()),
        gold=counts.get("gold", 0),
        overlap=counts.get("overlap", 0),
        packed=row.package is not None,
        due=row.due,
        sent=row.sent,
        created=row.created,
        version=row.version,
    )


def _item(row: BatchItemRow) -> BatchItem:
    return BatchItem(
        id=row.id,
        asset=row.asset_id,
        item=row.alias,
        role=row.role,
        gold=row.gold_id,
        round=row.round,
    )
