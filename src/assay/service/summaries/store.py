"""Counts for weekly summaries, and those that were made."""

from collections import Counter
from datetime import datetime
from statistics import median

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assay.service import clock
from assay.service.acceptance.tables import DecisionRow
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.billing.tables import InvoiceRow
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow
from assay.service.problems import there
from assay.service.projects.tables import ProjectRow
from assay.service.questions.tables import QuestionRow
from assay.service.summaries.tables import SummaryRow
from assay.sourcing.lives import InvoiceState, QuestionState
from assay.sourcing.money import Money
from assay.sourcing.weekly import Week, WeeklySummary


def summaries(project_id: str) -> Select[SummaryRow]:
    """Select the weekly summaries of a project."""
    return select(SummaryRow).where(SummaryRow.project_id == project_id)


def summary(session: Session, project_id: str, identifier: str) -> SummaryRow:
    """Return a weekly summary of a project."""
    return there(
        session.scalar(summaries(project_id).where(SummaryRow.id == identifier)), "summary"
    )


def of_week(session: Session, project_id: str, week: Week) -> SummaryRow | None:
    """Return the summary of a week if it was made."""
    return session.scalar(summaries(project_id).where(SummaryRow.week == week.name))


def projects_before(session: Session, moment: datetime) -> list[ProjectRow]:
    """Return the projects that were begun before a moment."""
    query = select(ProjectRow).where(ProjectRow.created < moment).order_by(ProjectRow.id)
    return list(session.scalars(query))


def summarise(session: Session, project: ProjectRow, week: Week) -> WeeklySummary:
    """Count what happened in a week of a project."""
    decided = _decisions(session, project.id, week)
    asked = select(QuestionRow).where(QuestionRow.project_id == project.id)
    open_now = QuestionRow.state == QuestionState.OPEN.value
    late = and_(open_now, QuestionRow.due < clock.now())
    waits = _waits(session, project.id, week)
    return WeeklySummary(
        project=project.name,
        week=week,
        batches_sent=_count(session, _batches(project.id).where(_within(BatchRow.sent, week))),
        deliveries=_count(
            session, _deliveries(project.id).where(_within(DeliveryRow.judged, week))
        ),
        accepted=decided["accept"],
        accepted_first=decided["accept first"],
        sent_back=decided["send back"],
        rejected=decided["reject"],
        images_accepted=_images_accepted(session, project.id, week),
        questions_asked=_count(session, asked.where(_within(QuestionRow.asked, week))),
        questions_answered=len(waits),
        median_minutes=median(waits) if waits else None,
        questions_open=_count(session, asked.where(open_now)),
        questions_overdue=_count(session, asked.where(late)),
        findings=_findings(session, project.id, week),
        budget=Money(project.currency, project.budget_minor),
        spent=Money(project.currency, _spent(session, project.id)),
    )


def _within(
    moment: InstrumentedAttribute[datetime | None] | InstrumentedAttribute[datetime], week: Week
) -> ColumnElement[bool]:
    return and_(moment >= week.start, moment < week.end)


def _count(session: Session, query: Select[object]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _batches(project_id: str) -> Select[BatchRow]:
    return select(BatchRow).where(BatchRow.project_id == project_id)


def _deliveries(project_id: str) -> Select[DeliveryRow]:
    of_project = BatchRow.project_id == project_id
    return select(DeliveryRow).join(BatchRow, BatchRow.id == DeliveryRow.batch_id).where(of_project)


def _decisions(session: Session, project_id: str, week: Week) -> Counter[str]:
    query = (
        select(DecisionRow.decision, DecisionRow.round)
        .join(BatchRow, BatchRow.id == DecisionRow.batch_id)
        .where(BatchRow.project_id == project_id, _within(DecisionRow.decided, week))
    )
    counted: Counter[str] = Counter()
    for decision, round_number in session.execute(query):
        counted[decision] += 1
        counted[f"{decision} first"] += round_number == 1
    return counted


def _images_accepted(session: Session, project_id: str, week: Week) -> int:
    query = (
        select(func.count())
        .select_from(DecisionRow)
        .join(BatchRow, BatchRow.id == DecisionRow.batch_id)
        .join(BatchItemRow, BatchItemRow.batch_id == BatchRow.id)
        .where(
            BatchRow.project_id == project_id,
            DecisionRow.decision == "accept",
            _within(DecisionRow.decided, week),
        )
    )
    return session.scalar(query) or 0


def _waits(session: Session, project_id: str, week: Week) -> list[float]:
    """Return the minutes to each first answer of a week."""
    query = select(QuestionRow).where(
        QuestionRow.project_id == project_id, _within(QuestionRow.first_answered, week)
    )
    return [
        (row.first_answered - row.asked).total_seconds() / 60
        for row in session.scalars(query)
        if row.first_answered is not None
    ]


def _findings(session: Session, project_id: str, week: Week) -> tuple[tuple[str, int], ...]:
    """Count the delivered images that broke each rule, the most first."""
    query = (
        select(ItemVersionRow.findings)
        .join(BatchRow, BatchRow.id == ItemVersionRow.batch_id)
        .where(BatchRow.project_id == project_id, _within(ItemVersionRow.created, week))
    )
    counted: Counter[str] = Counter()
    for found in session.scalars(query.execution_options(yield_per=500)):
        counted.update({finding["rule"] for finding in found})
    return tuple(sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])))


def _spent(session: Session, project_id: str) -> int:
    query = select(func.sum(InvoiceRow.owed_minor)).where(
        InvoiceRow.project_id == project_id, InvoiceRow.state != InvoiceState.DRAFT.value
    )
    return int(session.scalar(query) or 0)
