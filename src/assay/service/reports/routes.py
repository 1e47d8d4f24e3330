"""Reports on a running purchase."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request

from assay.service.actor import Actor
from assay.service.edge import Require, Transaction, TransactionRoute
from assay.service.paging import Stretch, page, stretch
from assay.service.projects import store as projects
from assay.service.reports import actions, store
from assay.service.reports.schemas import NewReport, Report, Told
from assay.service.reports.tables import ReportRow
from assay.service.schemas import Page
from assay.service.sending import StoredFile, send_file

router = APIRouter(
    route_class=TransactionRoute, prefix="/projects/{project}/reports", tags=["insights"]
)

Reader = Annotated[Actor, Depends(Require("insights.read"))]
Listed = Annotated[Stretch, Depends(stretch)]


@router.post("", status_code=201)
def ask(session: Transaction, actor: Reader, project: str, body: NewReport) -> Report:
    """Have a report made of all that was judged until now."""
    return _report(actions.ask(session, actor, project, kind=body.kind))


@router.get("")
def list_reports(session: Transaction, _: Reader, project: str, part: Listed) -> Page[Report]:
    """List the reports of a project."""
    projects.project(session, project)
    by = (ReportRow.created, ReportRow.id)
    return page(session, store.reports(project), part, by=by, shown=_report)


@router.get("/{report}")
def show(session: Transaction, _: Reader, project: str, report: str) -> Report:
    """Show a report in short."""
    return _report(store.report(session, project, report))


@router.get("/{report}/report.{form}", response_class=StoredFile)
def take(
    session: Transaction,
    _: Reader,
    request: Request,
    project: str,
    report: str,
    form: Literal["html", "json"],
) -> StoredFile:
    """Take a report: its page, or its document."""
    digest = actions.blob_of(session, project, report, form)
    kind = "text/html; charset=utf-8" if form == "html" else "application/json"
    return send_file(request, digest, name=f"{report}.{form}", media_type=kind)


def _report(row: ReportRow) -> Report:
    return Report(
        id=row.id,
        project=row.project_id,
        kind=row.kind,
        state=row.state,
        told=None if row.told is None else Told.model_validate(row.told),
        reason=row.reason,
        created=row.created,
        ended=row.ended,
    )
