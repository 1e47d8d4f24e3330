"""What a vendor does: upload an archive in parts, finish, and read what was found in it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from assay.service.actor import Actor
from assay.service.deliveries import actions, store
from assay.service.deliveries.schemas import (
    NewUpload,
    Upload,
    VendorDelivery,
    VendorItem,
    findings,
)
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow, UploadRow
from assay.service.edge import (
    DetachedRoute,
    Require,
    Transaction,
    TransactionRoute,
    in_transaction,
    read_body,
)
from assay.service.paging import Stretch, page, stretch
from assay.service.problems import ServiceError
from assay.service.schemas import Page
from assay.service.uploads import check_part

router = APIRouter(route_class=TransactionRoute, prefix="/vendor", tags=["deliveries"])
parts = APIRouter(route_class=DetachedRoute, prefix="/vendor", tags=["deliveries"])

Own = Annotated[Actor, Depends(Require("deliveries.own"))]
Listed = Annotated[Stretch, Depends(stretch)]


@router.post("/batches/{batch}/uploads", status_code=201)
def begin_upload(
    session: Transaction, actor: Own, request: Request, batch: str, body: NewUpload
) -> Upload:
    """Begin to upload an archive for a batch."""
    settings = request.app.state.settings
    row = actions.begin_upload(
        session,
        actor,
        settings,
        batch,
        file_name=body.file_name,
        size=body.size,
        digest=body.sha256,
    )
    return _upload(row, request)


@router.get("/uploads/{upload}")
def show_upload(session: Transaction, actor: Own, request: Request, upload: str) -> Upload:
    """Show how much of an upload is here: go on from `received`."""
    return _upload(store.upload(session, actor, upload), request)


@parts.patch(
    "/uploads/{upload}",
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {}}}},
)
async def add_part(
    request: Request,
    actor: Own,
    upload: str,
    upload_offset: Annotated[int, Header(ge=0, le=2**50, description="Where the part begins.")],
) -> Upload:
    """Add a part to an upload: its bytes are the body, and are durable once this is answered."""

    def check(session: Session) -> None:
        row = store.upload(session, actor, upload)
        check_part(row, offset=upload_offset, size=0)

    def add(session: Session) -> Upload:
        row = actions.add_part(session, actor, upload, offset=upload_offset, blob=blob)
        return _upload(row, request)

    await in_transaction(request, check, writes=False)
    body = await read_body(request, limit=request.app.state.settings.max_part_bytes)
    if not body:
        raise ServiceError("The part is empty. Send bytes as the body.")
    blob = await run_in_threadpool(request.app.state.blobs.put, [body])
    return await in_transaction(request, add, writes=True)


@router.post("/uploads/{upload}/completion", status_code=201)
def finish_upload(session: Transaction, actor: Own, upload: str) -> VendorDelivery:
    """Finish an upload: makes a delivery of it, once however often the same bytes are sent."""
    return _delivery(actions.finish_upload(session, actor, upload))


@router.get("/deliveries")
def list_deliveries(session: Transaction, actor: Own, part: Listed) -> Page[VendorDelivery]:
    """List one's own deliveries."""
    by = (DeliveryRow.received, DeliveryRow.id)
    return page(session, store.deliveries(actor), part, by=by, shown=_delivery)


@router.get("/deliveries/{delivery}")
def show_delivery(session: Transaction, actor: Own, delivery: str) -> VendorDelivery:
    """Show what was found in a delivery of one's own."""
    return _delivery(store.delivery(session, actor, delivery))


@router.get("/deliveries/{delivery}/items")
def list_items(session: Transaction, actor: Own, delivery: str, part: Listed) -> Page[VendorItem]:
    """List what was found in each item of a delivery of one's own."""
    row = store.delivery(session, actor, delivery)
    aliases = {item.id: item.alias for item in store.batch_items(session, row.batch_id)}

    def shown(version: ItemVersionRow) -> VendorItem:
        return VendorItem(
            item=aliases[version.batch_item_id],
            version=version.number,
            readable=version.labels is not None,
            errors=version.errors,
            warnings=version.warnings,
            findings=findings(version.findings),
        )

    by = (ItemVersionRow.created, ItemVersionRow.id)
    return page(session, store.versions(row.id), part, by=by, shown=shown)


def _upload(row: UploadRow, request: Request) -> Upload:
    return Upload(
        id=row.id,
        batch=row.batch_id,
        file_name=row.file_name,
        size=row.size,
        received=row.received,
        part_bytes=request.app.state.settings.max_part_bytes,
        state=row.state,
        created=row.created,
    )


def _delivery(row: DeliveryRow) -> VendorDelivery:
    return VendorDelivery(
        id=row.id,
        batch=row.batch_id,
        number=row.number,
        round=row.round,
        file_name=row.file_name,
        state=row.state,
        format=row.format,
        items=row.items,
        errors=row.errors,
        warnings=row.warnings,
        findings=findings(row.findings),
        received=row.received,
        judged=row.judged,
    )
