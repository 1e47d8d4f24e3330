"""Weekly summaries of a project."""

from typing import Annotated

from fastapi import APIRouter, Depends

from assay.service import clock
from assay.service.actor import Actor
from assay.service.edge import Require, Transaction, TransactionRoute
from assay.service.paging import Stretch, page, stretch
from assay.service.projects import store as projects
from assay.service.schemas import Page
from assay.service.summaries import store
from assay.service.summaries.schemas import Preview, Summary, WeekInNumbers, document_of
from assay.service.summaries.tables import SummaryRow
from assay.sourcing.weekly import Week

router = APIRouter(
    route_class=TransactionRoute, prefix="/projects/{project}/weekly-summaries", tags=["summaries"]
)

Reader = Annotated[Actor, Depends(Require("insights.read"))]
Listed = Annotated[Stretch, Depends(stretch)]


@router.get("")
def list_summaries(session: Transaction, _: Reader, project: str, part: Listed) -> Page[Summary]:
    """List the weekly summaries of a project, oldest first."""
    projects.project(session, project)
    by = (SummaryRow.created, SummaryRow.id)
    return page(session, store.summaries(project), part, by=by, shown=_summary)


@router.get("/this-week")
def show_this_week(session: Transaction, _: Reader, project: str) -> Preview:
    """Show the week that is under way, so far."""
    row = projects.project(session, project)
    found = store.summarise(session, row, Week.of(clock.now()))
    return Preview(project=row.id, numbers=document_of(found), text=found.text)


@router.get("/{summary}")
def show_summary(session: Transaction, _: Reader, project: str, summary: str) -> Summary:
    """Show a weekly summary."""
    return _summary(store.summary(session, project, summary))


def _summary(row: SummaryRow) -> Summary:
    return Summary(
        id=row.id,
        project=row.project_id,
        numbers=WeekInNumbers.model_validate(row.document),
        text=row.text,
        created=row.created,
    )
