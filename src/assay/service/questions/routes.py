"""Questions at the buyer: what waits, answers, and the rules that come of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import Actor
from assay.service.batches.tables import BatchItemRow
from assay.service.edge import Require, Transaction, TransactionRoute, tag
from assay.service.paging import Stretch, page, stretch
from assay.service.questions import actions, store
from assay.service.questions.schemas import (
    Message,
    NewMessage,
    NewRule,
    Question,
    Region,
    ResponseTimes,
    Rule,
    State,
)
from assay.service.questions.tables import QuestionRow
from assay.service.schemas import Page
from assay.sourcing.lives import QuestionState

router = APIRouter(route_class=TransactionRoute, tags=["questions"])

Reader = Annotated[Actor, Depends(Require("questions.read"))]
Answerer = Annotated[Actor, Depends(Require("questions.answer"))]
Author = Annotated[Actor, Depends(Require("guidelines.change"))]
Listed = Annotated[Stretch, Depends(stretch)]
Name = Annotated[str | None, Query(max_length=64)]


@router.get("/questions")
def list_questions(
    session: Transaction,
    actor: Reader,
    part: Listed,
    project: Name = None,
    batch: Name = None,
    state: Annotated[State | None, Query(description="Only those that stand so.")] = None,
    *,
    overdue: Annotated[
        bool, Query(description="Only those that wait for too long, the longest first.")
    ] = False,
) -> Page[Question]:
    """List questions, oldest first."""
    query, by = store.questions(actor), (QuestionRow.asked, QuestionRow.id)
    if project is not None:
        query = query.where(QuestionRow.project_id == project)
    if batch is not None:
        query = query.where(QuestionRow.batch_id == batch)
    if state is not None:
        query = query.where(QuestionRow.state == state)
    if overdue:
        query, by = store.overdue(query, clock.now()), (QuestionRow.due, QuestionRow.id)
    return page(session, query, part, by=by, shown=lambda row: _question(session, row))


@router.get("/questions/{question}")
def show_question(
    session: Transaction, actor: Reader, question: str, response: Response
) -> Question:
    """Show a question with all that was said."""
    row = store.question(session, actor, question)
    tag(response, row.version)
    return _question(session, row)


@router.post("/questions/{question}/answers", status_code=201)
def answer(session: Transaction, actor: Answerer, question: str, body: NewMessage) -> Question:
    """Answer a question."""
    return _question(session, actions.answer(session, actor, question, text=body.text))


@router.post("/questions/{question}/settlement", status_code=201)
def settle(session: Transaction, actor: Answerer, question: str) -> Question:
    """Say that the answer is enough."""
    return _question(session, actions.settle(session, actor, question))


@router.post("/questions/{question}/rules", status_code=201)
def promote(session: Transaction, actor: Author, question: str, body: NewRule) -> Question:
    """Make the answer a rule in the next version of the guideline, for all vendors."""
    actions.promote(session, actor, question, kind=body.kind, title=body.title, ruling=body.ruling)
    return _question(session, store.question(session, actor, question))


@router.get("/projects/{project}/response-times")
def show_response_times(session: Transaction, actor: Reader, project: str) -> ResponseTimes:
    """Show how quickly the questions of a project were first answered."""
    times, overdue = actions.response_times_of(session, actor, project)
    return ResponseTimes(**vars(times), overdue=overdue)


def _question(session: Session, row: QuestionRow) -> Question:
    item = session.get(BatchItemRow, row.batch_item_id) if row.batch_item_id else None
    return Question(
        id=row.id,
        project=row.project_id,
        batch=row.batch_id,
        vendor=row.vendor_id,
        item=item.alias if item else None,
        asset=item.asset_id if item else None,
        region=Region.model_validate(row.region) if row.region else None,
        guideline=row.guideline_id,
        state=row.state,
        overdue=row.state == QuestionState.OPEN.value and row.due < clock.now(),
        asked=row.asked,
        due=row.due,
        first_answered=row.first_answered,
        settled=row.settled,
        rules=[
            Rule(
                case=case.id,
                guideline=guideline.id,
                guideline_number=guideline.number,
                title=case.title,
                published=guideline.published is not None,
            )
            for case, guideline in store.rules(session, row.id)
        ],
        messages=[
            Message(id=said.id, side=said.side, author=said.author, text=said.text, said=said.said)
            for said in store.messages(session, row.id)
        ],
        version=row.version,
    )
