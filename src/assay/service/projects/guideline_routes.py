"""What a version of a guideline shows: its pictures, its page, and what it changes."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from assay.service.actor import Actor
from assay.service.batches.tables import BatchRow
from assay.service.edge import (
    DetachedRoute,
    Require,
    Transaction,
    TransactionRoute,
    in_transaction,
    read_body,
)
from assay.service.headers import PAGE_HEADERS
from assay.service.paging import Stretch, page, stretch
from assay.service.problems import ServiceError
from assay.service.projects import pictures, store
from assay.service.projects.differences import difference
from assay.service.projects.pages import page_of
from assay.service.projects.picturing import read_picture
from assay.service.projects.schemas import (
    CaseChange,
    ClassChange,
    GuidelineDifference,
    GuidelinePicture,
    GuidelinePictures,
    Outdated,
    OutdatedBatch,
    TextLine,
)
from assay.service.projects.tables import GuidelineRow, PictureRow
from assay.service.schemas import Line, Page

router = APIRouter(
    route_class=TransactionRoute,
    prefix="/projects/{project}/guidelines/{guideline}",
    tags=["projects"],
)
uploads = APIRouter(
    route_class=DetachedRoute,
    prefix="/projects/{project}/guidelines/{guideline}",
    tags=["projects"],
)

Reader = Annotated[Actor, Depends(Require("projects.read"))]
Author = Annotated[Actor, Depends(Require("guidelines.change"))]

Outdater = Annotated[Actor, Depends(Require("batches.read"))]
Listed = Annotated[Stretch, Depends(stretch)]
Since = Annotated[str | None, Query(max_length=64, description="An older version.")]

_IMAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}}}
_BYTES = {"requestBody": {"required": True, "content": {"application/octet-stream": {}}}}


@uploads.post("/pictures", status_code=201, openapi_extra=_BYTES)
async def add_picture(
    request: Request,
    actor: Author,
    project: str,
    guideline: str,
    class_name: Annotated[Line, Query(description="Class that the picture is about.")],
    right: Annotated[bool, Query(description="Whether it is labelled as it should be.")],
    caption: Annotated[
        str, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="What to look at.")
    ] = "",
) -> GuidelinePicture:
    """Add a picture to a draft: its bytes, a JPEG, PNG, TIFF or WebP, are the body.

    The same picture again is the picture that there is.
    """
    shown = pictures.Shown(class_name, right, caption)

    def check(session: Session) -> None:
        pictures.check_addable(session, project, guideline, shown)

    def add(session: Session) -> GuidelinePicture:
        size = (picture.width, picture.height)
        row = pictures.add(
            session, actor, project, guideline, shown=shown, blob=blob.digest, size=size
        )
        return _picture(row)

    await in_transaction(request, check, writes=False)
    body = await read_body(request, limit=request.app.state.settings.max_part_bytes)
    picture = await run_in_threadpool(read_picture, body)
    blob = await run_in_threadpool(request.app.state.blobs.put, [picture.data])
    return await in_transaction(request, add, writes=True)


@router.get("/pictures")
def list_pictures(
    session: Transaction, _: Reader, project: str, guideline: str
) -> GuidelinePictures:
    """List the pictures of a version of the guideline."""
    row = store.guideline(session, project, guideline)
    return GuidelinePictures(pictures=[_picture(item) for item in store.pictures(session, row.id)])


@router.get("/pictures/{picture}", response_class=Response, responses=_IMAGE)
def show_picture(
    session: Transaction, _: Reader, request: Request, project: str, guideline: str, picture: str
) -> Response:
    """Show a picture, as it was written anew when it came in."""
    row = store.picture(session, store.guideline(session, project, guideline).id, picture)
    data = b"".join(request.app.state.blobs.get(row.blob))
    headers = {"content-disposition": f'attachment; filename="{row.id}.jpg"'}
    return Response(data, media_type="image/jpeg", headers=headers)


@router.delete("/pictures/{picture}", status_code=204)
def remove_picture(
    session: Transaction, actor: Author, project: str, guideline: str, picture: str
) -> None:
    """Take a picture out of a draft."""
    pictures.remove(session, actor, project, guideline, picture)


@router.get("/page", response_class=HTMLResponse)
def show_page(
    session: Transaction, _: Reader, request: Request, project: str, guideline: str
) -> HTMLResponse:
    """Show a version of the guideline as annotators read it: one page that needs nothing else."""
    row = store.guideline(session, project, guideline)
    return HTMLResponse(page_of(session, request.app.state.blobs, row), headers=PAGE_HEADERS)


@router.get("/difference")
def show_difference(
    session: Transaction, _: Reader, project: str, guideline: str, since: Since = None
) -> GuidelineDifference:
    """Show what a version changes since an older one, the one before it by default."""
    newer = store.guideline(session, project, guideline)
    older = store.guideline(session, project, since) if since else _before(session, newer)
    if older.number >= newer.number:
        raise ServiceError(
            f"Version {older.number} is not older than version {newer.number}. Ask the newer one."
        )
    found = difference(session, older, newer)
    batches, items = store.count_outdated(session, newer)
    return GuidelineDifference(
        older=older.id,
        older_number=older.number,
        newer=newer.id,
        newer_number=newer.number,
        text=[TextLine(mark=line.mark, text=line.text) for line in found.text],
        classes_added=list(found.classes_added),
        classes_removed=list(found.classes_removed),
        classes_changed=[
            ClassChange(name=change.name, fields=list(change.fields))
            for change in found.classes_changed
        ],
        cases=[CaseChange(**vars(change)) for change in found.cases],
        pictures_added=list(found.pictures_added),
        pictures_removed=list(found.pictures_removed),
        outdated=Outdated(batches=batches, items=items),
    )


@router.get("/outdated")
def list_outdated(
    session: Transaction, _: Outdater, project: str, guideline: str, part: Listed
) -> Page[OutdatedBatch]:
    """List the accepted batches that were labelled under an older version, with their images."""
    newer = store.guideline(session, project, guideline)
    by = (BatchRow.created, BatchRow.id)

    def shown(batch: BatchRow) -> OutdatedBatch:
        return OutdatedBatch(
            batch=batch.id,
            number=batch.number,
            vendor=batch.vendor_id,
            guideline=batch.guideline_id,
            guideline_number=store.guideline(session, project, batch.guideline_id).number,
            assets=store.assets_of(session, batch.id),
        )

    return page(session, store.outdated_batches(newer), part, by=by, shown=shown)


def _before(session: Session, row: GuidelineRow) -> GuidelineRow:
    older = store.version_before(session, row)
    if older is None:
        raise ServiceError("This is the first version: nothing is older.")
    return older


def _picture(row: PictureRow) -> GuidelinePicture:
    return GuidelinePicture(
        id=row.id,
        class_name=row.class_name,
        right=row.right,
        caption=row.caption,
        width=row.width,
        height=row.height,
        created=row.created,
    )
