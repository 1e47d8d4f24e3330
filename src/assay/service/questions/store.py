"""Queries about questions; a vendor's are bound to its own organisation."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assay.service.actor import Actor
from assay.service.batches.tables import BatchItemRow
from assay.service.problems import there
from assay.service.projects.tables import EdgeCaseRow, GuidelineRow
from assay.service.questions.tables import MessageRow, QuestionRow
from assay.sourcing.lives import QuestionState
from assay.sourcing.response_times import Waiting


def questions(actor: Actor) -> Select[QuestionRow]:
    """Select the questions that an actor may see: all for the buyer, a vendor's own."""
    query = select(QuestionRow)
    if actor.kind == "vendor":
        query = query.where(QuestionRow.vendor_id == actor.organisation)
    return query


def question(session: Session, actor: Actor, identifier: str, *, lock: bool = False) -> QuestionRow:
    """Return a question that an actor may see."""
    query = questions(actor).where(QuestionRow.id == identifier)
    return there(session.scalar(query.with_for_update() if lock else query), "question")


def waits(session: Session, batch_id: str) -> list[Waiting]:
    """Return how long the questions about a batch waited for their first answers."""
    query = select(QuestionRow).where(QuestionRow.batch_id == batch_id)
    return [Waiting(row.asked, row.first_answered) for row in session.scalars(query)]


def overdue(query: Select[QuestionRow], now: datetime) -> Select[QuestionRow]:
    """Narrow a query to questions that wait for longer than they should."""
    return query.where(QuestionRow.state == QuestionState.OPEN.value, QuestionRow.due < now)


def count_open(session: Session, batch_id: str) -> int:
    """Return how many questions about a batch wait for an answer."""
    query = select(func.count()).where(
        QuestionRow.batch_id == batch_id, QuestionRow.state == QuestionState.OPEN.value
    )
    return session.scalar(query) or 0


def waiting(session: Session, project_id: str) -> list[QuestionRow]:
    """Return the questions of a project that wait for an answer, the most urgent first."""
    query = select(QuestionRow).where(
        QuestionRow.project_id == project_id, QuestionRow.state == QuestionState.OPEN.value
    )
    return list(session.scalars(query.order_by(QuestionRow.due, QuestionRow.id)))


def messages(session: Session, question_id: str) -> list[MessageRow]:
    """Return what was said about a question, oldest first."""
    query = select(MessageRow).where(MessageRow.question_id == question_id)
    return list(session.scalars(query.order_by(MessageRow.said, MessageRow.id)))


def count_messages(session: Session, question_id: str) -> int:
    """Return how much was said about a question."""
    query = select(func.count()).where(MessageRow.question_id == question_id)
    return session.scalar(query) or 0


def item(session: Session, batch_id: str, alias: str) -> BatchItemRow:
    """Return an item of a batch by the name that the vendor knows."""
    query = select(BatchItemRow).where(
        BatchItemRow.batch_id == batch_id, BatchItemRow.alias == alias
    )
    return there(session.scalar(query), "item")


def rules(session: Session, question_id: str) -> list[tuple[EdgeCaseRow, GuidelineRow]]:
    """Return the settled cases that a question led to, with their versions, oldest first."""
    query = (
        select(EdgeCaseRow, GuidelineRow)
        .join(GuidelineRow, GuidelineRow.id == EdgeCaseRow.guideline_id)
        .where(EdgeCaseRow.question_id == question_id)
        .order_by(GuidelineRow.number)
    )
    return [(case, guideline) for case, guideline in session.execute(query)]
