"""What can be done with reports, a function each."""

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import Actor
from assay.service.audit.record import record
from assay.service.ids import new_id
from assay.service.jobs import enqueue
from assay.service.problems import ConflictError
from assay.service.projects import store as projects
from assay.service.reports import store
from assay.service.reports.jobs import MAKE_REPORT_JOB
from assay.service.reports.tables import ReportRow


def ask(session: Session, actor: Actor, project_id: str, *, kind: str) -> ReportRow:
    """Have a report made of all that was judged until now."""
    projects.project(session, project_id)
    row = ReportRow(
        id=new_id("rpt"),
        project_id=project_id,
        kind=kind,
        state="waiting",
        told=None,
        reason=None,
        html=None,
        json=None,
        asked_by=actor.user,
        created=clock.now(),
        ended=None,
    )
    session.add(row)
    record(session, actor, "report.asked", subject=row.id, facts={"kind": kind})
    enqueue(
        session,
        MAKE_REPORT_JOB,
        key=f"{MAKE_REPORT_JOB} {row.id}",
        organisation=actor.organisation,
        payload={"report": row.id},
    )
    return row


def blob_of(session: Session, project_id: str, report_id: str, form: str) -> str:
    """Return the digest of a report's page or document.

    Raises
    ------
    ConflictError
        When it is not made yet, or could not be.
    """
    row = store.report(session, project_id, report_id)
    digest = row.html if form == "html" else row.json
    if digest is None:
        raise ConflictError(row.reason or "The report is not made yet. Ask again in a moment.")
    return digest
