"""Images of a project: bringing them in, and looking at them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from assay.service.actor import Actor
from assay.service.assets import actions, store
from assay.service.assets.reencoding import SUFFIXES, encoding_of
from assay.service.assets.schemas import (
    Asset,
    AssetChange,
    Import,
    ImportFault,
    NewFolderImport,
    StrataResult,
    StrataTable,
)
from assay.service.assets.tables import AssetRow, ImportRow
from assay.service.edge import (
    DetachedRoute,
    ExpectedVersion,
    Require,
    Transaction,
    TransactionRoute,
    in_transaction,
    tag,
)
from assay.service.paging import Stretch, page, stretch
from assay.service.projects import store as projects
from assay.service.projects.schemas import Tier
from assay.service.receiving import ANY_BYTES, keep_body
from assay.service.schemas import Line, Page
from assay.service.sending import StoredFile, send_file

router = APIRouter(route_class=TransactionRoute, prefix="/projects/{project}", tags=["images"])
uploads = APIRouter(route_class=DetachedRoute, prefix="/projects/{project}", tags=["images"])

Listed = Annotated[Stretch, Depends(stretch)]
Reader = Annotated[Actor, Depends(Require("assets.read"))]
Changer = Annotated[Actor, Depends(Require("assets.change"))]


@uploads.post("/imports/upload", status_code=201, openapi_extra=ANY_BYTES)
async def import_upload(
    request: Request,
    actor: Changer,
    project: str,
    file_name: Annotated[Line, Query(description="Name of the archive or image.")],
    tier: Tier = "training",
    sequence: Line | None = None,
) -> Import:
    """Take in an archive of images, or one image: its bytes are the body."""

    def check(session: Session) -> None:
        projects.project(session, project)

    def begin(session: Session) -> Import:
        row = actions.import_upload(
            session, actor, project, blob=blob, file_name=file_name, tier=tier, sequence=sequence
        )
        return _import(row)

    await in_transaction(request, check, writes=False)
    blob = await keep_body(request)
    return await in_transaction(request, begin, writes=True)


@router.post("/imports", status_code=201)
def import_folder(
    session: Transaction, actor: Changer, request: Request, project: str, body: NewFolderImport
) -> Import:
    """Take in a folder of the server, or a prefix of a bucket."""
    row = actions.import_folder(
        session,
        actor,
        request.app.state.settings,
        project,
        folder=body.folder,
        tier=body.tier,
        sequence=body.sequence,
    )
    return _import(row)


@router.get("/imports")
def list_imports(session: Transaction, _: Reader, project: str, part: Listed) -> Page[Import]:
    """List what was brought in."""
    projects.project(session, project)
    by = (ImportRow.created, ImportRow.id)
    return page(session, store.imports(project), part, by=by, shown=_import)


@router.get("/imports/{identifier}")
def show_import(session: Transaction, _: Reader, project: str, identifier: str) -> Import:
    """Show how far an import is, and which images were not taken."""
    return _import(store.find_import(session, project, identifier))


@router.get("/assets")
def list_assets(
    session: Transaction,
    _: Reader,
    project: str,
    part: Listed,
    tier: Tier | None = None,
    sequence: Annotated[str | None, Query(max_length=200)] = None,
    duplicates: Annotated[bool | None, Query(description="Only such, or none.")] = None,
) -> Page[Asset]:
    """List images."""
    projects.project(session, project)
    query = store.assets(project)
    if tier is not None:
        query = query.where(AssetRow.tier == tier)
    if sequence is not None:
        query = query.where(AssetRow.sequence == sequence)
    if duplicates is not None:
        same = AssetRow.duplicate_of
        query = query.where(same.is_not(None) if duplicates else same.is_(None))
    return page(session, query, part, by=(AssetRow.created, AssetRow.id), shown=_asset)


@router.post("/assets/strata")
def set_strata(
    session: Transaction, actor: Changer, project: str, body: StrataTable
) -> StrataResult:
    """Put images into strata by a CSV that names them."""
    return actions.set_strata(session, actor, project, body.csv)


@router.get("/assets/{asset}")
def show_asset(
    session: Transaction, _: Reader, project: str, asset: str, response: Response
) -> Asset:
    """Show what is known of an image."""
    row = store.asset(session, project, asset)
    tag(response, row.version)
    return _asset(row)


@router.patch("/assets/{asset}")
def change_asset(
    session: Transaction,
    actor: Changer,
    project: str,
    asset: str,
    expected: ExpectedVersion,
    response: Response,
    body: AssetChange,
) -> Asset:
    """Put an image into another tier, or into other strata."""
    changes = body.model_dump(exclude_unset=True)
    row = actions.change(session, actor, project, asset, expected=expected, changes=changes)
    tag(response, row.version)
    return _asset(row)


@router.get("/assets/{asset}/{kind}", response_class=StoredFile)
def take_image(
    session: Transaction,
    _: Reader,
    request: Request,
    project: str,
    asset: str,
    kind: Literal["image", "thumbnail", "original"],
) -> StoredFile:
    """Take an image as it leaves the house, a thumbnail of it, or the file as it came."""
    row = store.asset(session, project, asset)
    encoding = encoding_of(projects.project(session, project).image_encoding)
    digest, media_type, suffix = {
        "image": (row.outgoing, f"image/{encoding}", SUFFIXES[encoding]),
        "thumbnail": (row.thumbnail, "image/jpeg", ".jpg"),
        # What came is a stranger's file: no browser shall guess what it is.
        "original": (row.original, "application/octet-stream", ".bin"),
    }[kind]
    return send_file(request, digest, name=f"{row.id}{suffix}", media_type=media_type)


def _import(row: ImportRow) -> Import:
    return Import(
        id=row.id,
        project=row.project_id,
        file_name=row.file_name,
        tier=row.tier,
        sequence=row.sequence,
        state=row.state,
        images=row.images,
        added=row.added,
        known=row.known,
        findings=[ImportFault.model_validate(finding) for finding in row.findings],
        created=row.created,
        ended=row.ended,
    )


def _asset(row: AssetRow) -> Asset:
    return Asset(
        id=row.id,
        project=row.project_id,
        name=row.name,
        sequence=row.sequence,
        sha256=row.original,
        size_bytes=row.size_bytes,
        width=row.width,
        height=row.height,
        duplicate_of=row.duplicate_of,
        strata=row.strata,
        tier=row.tier,
        created=row.created,
        version=row.version,
    )
