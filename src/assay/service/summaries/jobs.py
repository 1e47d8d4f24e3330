"""The job that makes the summaries of a week, and when it recurs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import SYSTEM
from assay.service.audit.record import record
from assay.service.ids import new_id
from assay.service.jobs.kind import JobKind, Workbench
from assay.service.jobs.schedule import Recurring, weekly
from assay.service.summaries import store
from assay.service.summaries.schemas import document_of
from assay.service.summaries.tables import SummaryRow
from assay.sourcing.weekly import Week, WeeklySummary

_KIND = "summarise-week"


def work(bench: Workbench, payload: Mapping[str, Any]) -> list[tuple[str, WeeklySummary]]:
    """Count the week before a moment, for every project that had begun."""
    week = Week.of(datetime.fromisoformat(payload["moment"])).before
    with bench.database.reading() as session:
        return [
            (project.id, store.summarise(session, project, week))
            for project in store.projects_before(session, week.end)
        ]


def apply(
    session: Session, payload: Mapping[str, Any], found: list[tuple[str, WeeklySummary]]
) -> None:
    """Keep the summaries; webhooks that subscribed to them are told."""
    del payload
    for project_id, summary in found:
        if store.of_week(session, project_id, summary.week) is None:
            keep(session, project_id, summary)


def keep(session: Session, project_id: str, summary: WeeklySummary) -> SummaryRow:
    """Keep a summary."""
    row = SummaryRow(
        id=new_id("sum"),
        project_id=project_id,
        week=summary.week.name,
        document=document_of(summary).model_dump(mode="json"),
        text=summary.text,
        created=clock.now(),
    )
    session.add(row)
    session.flush()
    facts = {"project": project_id, "week": row.week}
    record(session, SYSTEM, "week.summarised", subject=row.id, facts=facts)
    return row


SUMMARISE_WEEK = JobKind(_KIND, "Summarises the week of every project.", work, apply)

EVERY_MONDAY = Recurring(_KIND, "Mondays at 06:00 UTC", weekly(weekday=0, hour=6))
