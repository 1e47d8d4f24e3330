"""Pilots and awards, for the buyer alone: to a vendor a pilot is a batch like any other."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from assay.service.actor import Actor
from assay.service.edge import Require, Transaction, TransactionRoute, tag
from assay.service.paging import Stretch, page, stretch
from assay.service.pilots import actions, store
from assay.service.pilots.schemas import (
    Award,
    Found,
    Judgement,
    NewAward,
    NewPilot,
    Override,
    Pilot,
    PilotBatch,
    Revocation,
)
from assay.service.pilots.tables import AwardRow, PilotRow
from assay.service.problems import ConflictError
from assay.service.projects import store as projects
from assay.service.schemas import Page
from assay.service.sending import StoredFile, send_file

router = APIRouter(route_class=TransactionRoute, prefix="/projects/{project}", tags=["pilots"])

Listed = Annotated[Stretch, Depends(stretch)]
Reader = Annotated[Actor, Depends(Require("pilots.read"))]
Changer = Annotated[Actor, Depends(Require("pilots.change"))]
Overrider = Annotated[Actor, Depends(Require("pilots.override"))]

_TYPES = {"html": "text/html", "json": "application/json", "csv": "text/csv"}


@router.post("/pilots", status_code=201)
def begin(
    session: Transaction, actor: Changer, project: str, response: Response, body: NewPilot
) -> Pilot:
    """Draw a pilot: the same images for each vendor, under names of its own."""
    row = actions.begin(
        session,
        actor,
        project,
        name=body.name,
        vendor_ids=body.vendors,
        tier=body.tier,
        size=body.size,
        assets=body.assets,
        labels=body.format,
        due=body.due,
    )
    return _tagged(session, row, response)


@router.get("/pilots")
def list_pilots(session: Transaction, _: Reader, project: str, part: Listed) -> Page[Pilot]:
    """List the pilots of a project."""
    projects.project(session, project)
    by = (PilotRow.created, PilotRow.id)
    return page(session, store.pilots(project), part, by=by, shown=lambda row: _pilot(session, row))


@router.get("/pilots/{pilot}")
def show(session: Transaction, _: Reader, project: str, pilot: str, response: Response) -> Pilot:
    """Show a pilot, and what it found once it is judged."""
    return _tagged(session, store.pilot(session, project, pilot), response)


@router.post("/pilots/{pilot}/sending", status_code=201)
def send(
    session: Transaction, actor: Changer, project: str, pilot: str, response: Response
) -> Pilot:
    """Send every vendor's package at once."""
    return _tagged(session, actions.send(session, actor, project, pilot), response)


@router.post("/pilots/{pilot}/judgement", status_code=201)
def judge(
    session: Transaction,
    actor: Changer,
    project: str,
    pilot: str,
    response: Response,
    body: Judgement,
) -> Pilot:
    """Have a pilot judged, once everybody has handed in."""
    row = actions.judge(session, actor, project, pilot, without=body.without)
    return _tagged(session, row, response)


@router.get("/pilots/{pilot}/report.{kind}", response_class=StoredFile)
def take_report(
    session: Transaction,
    _: Reader,
    request: Request,
    project: str,
    pilot: str,
    kind: Literal["html", "json", "csv"],
) -> StoredFile:
    """Take the report of a judged pilot: a page, a document or a table."""
    row = store.pilot(session, project, pilot)
    if row.state != "judged":
        raise ConflictError(f"This pilot is {row.state}. Have it judged first.")
    return send_file(request, row.report[kind], name=f"{row.id}.{kind}", media_type=_TYPES[kind])


@router.post("/pilots/{pilot}/award", status_code=201)
def award(session: Transaction, actor: Changer, project: str, pilot: str, body: NewAward) -> Award:
    """Award production to a vendor by a judged pilot."""
    row = actions.award(session, actor, project, pilot, vendor_id=body.vendor, reason=body.reason)
    return _award(row)


@router.post("/awards", status_code=201)
def override(session: Transaction, actor: Overrider, project: str, body: Override) -> Award:
    """Let a vendor do production work without a pilot; the reason is in the signed log."""
    return _award(
        actions.override(session, actor, project, vendor_id=body.vendor, reason=body.reason)
    )


@router.get("/awards")
def list_awards(session: Transaction, _: Reader, project: str, part: Listed) -> Page[Award]:
    """List the awards of a project."""
    projects.project(session, project)
    by = (AwardRow.awarded, AwardRow.id)
    return page(session, store.awards(project), part, by=by, shown=_award)


@router.post("/awards/{identifier}/revocation", status_code=201)
def revoke(
    session: Transaction, actor: Changer, project: str, identifier: str, body: Revocation
) -> Award:
    """End an award: no further production batch is drawn by it."""
    return _award(actions.revoke(session, actor, project, identifier, reason=body.reason))


def _tagged(session: Session, row: PilotRow, response: Response) -> Pilot:
    tag(response, row.version)
    return _pilot(session, row)


def _pilot(session: Session, row: PilotRow) -> Pilot:
    return Pilot(
        id=row.id,
        project=row.project_id,
        name=row.name,
        tier=row.tier,
        format=row.format,
        images=len(row.assets),
        state=row.state,
        batches=[
            PilotBatch(vendor=batch.vendor_id, batch=batch.id, state=batch.state)
            for batch, _ in store.batches(session, row.id)
        ],
        found=Found.model_validate(row.found) if row.found else None,
        judged=row.judged,
        due=row.due,
        created=row.created,
        version=row.version,
    )


def _award(row: AwardRow) -> Award:
    return Award(
        id=row.id,
        project=row.project_id,
        vendor=row.vendor_id,
        pilot=row.pilot_id,
        by_verdict=row.evidence["by_verdict"],
        sentence=row.evidence.get("sentence"),
        report_sha256=row.evidence.get("report_sha256"),
        reason=row.reason,
        awarded_by=row.awarded_by,
        awarded=row.awarded,
        revoked=row.revoked,
    )
