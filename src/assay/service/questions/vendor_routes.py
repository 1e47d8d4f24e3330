"""What a vendor asks, and reads of the answers: its own questions and no others."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session

from assay.service.actor import Actor
from assay.service.batches.tables import BatchItemRow
from assay.service.edge import Require, Transaction, TransactionRoute
from assay.service.paging import Stretch, page, stretch
from assay.service.questions import actions, store
from assay.service.questions.schemas import (
    NewMessage,
    NewQuestion,
    Region,
    State,
    VendorMessage,
    VendorQuestion,
)
from assay.service.questions.tables import QuestionRow
from assay.service.schemas import Page

router = APIRouter(route_class=TransactionRoute, prefix="/vendor", tags=["questions"])

Own = Annotated[Actor, Depends(Require("questions.own"))]
Listed = Annotated[Stretch, Depends(stretch)]


@router.post("/batches/{batch}/questions", status_code=201)
def ask(session: Transaction, actor: Own, batch: str, body: NewQuestion) -> VendorQuestion:
    """Ask about a batch, an image of it, or a region of that."""
    region = None if body.region is None else body.region.model_dump()
    row = actions.ask(session, actor, batch, item=body.item, region=region, text=body.text)
    return _question(session, row)


@router.get("/questions")
def list_questions(
    session: Transaction,
    actor: Own,
    part: Listed,
    batch: Annotated[str | None, Query(max_length=64)] = None,
    state: Annotated[State | None, Query(description="Only those that stand so.")] = None,
) -> Page[VendorQuestion]:
    """List your questions, oldest first."""
    query = store.questions(actor)
    if batch is not None:
        query = query.where(QuestionRow.batch_id == batch)
    if state is not None:
        query = query.where(QuestionRow.state == state)
    by = (QuestionRow.asked, QuestionRow.id)
    return page(session, query, part, by=by, shown=lambda row: _question(session, row))


@router.get("/questions/{question}")
def show_question(session: Transaction, actor: Own, question: str) -> VendorQuestion:
    """Show a question of yours with all that was said."""
    return _question(session, store.question(session, actor, question))


@router.post("/questions/{question}/messages", status_code=201)
def ask_on(session: Transaction, actor: Own, question: str, body: NewMessage) -> VendorQuestion:
    """Ask on: the question waits for an answer again."""
    return _question(session, actions.ask_on(session, actor, question, text=body.text))


@router.post("/questions/{question}/settlement", status_code=201)
def settle(session: Transaction, actor: Own, question: str) -> VendorQuestion:
    """Say that the answer is enough."""
    return _question(session, actions.settle(session, actor, question))


def _question(session: Session, row: QuestionRow) -> VendorQuestion:
    item = session.get(BatchItemRow, row.batch_item_id) if row.batch_item_id else None
    in_force = [
        guideline.number for _, guideline in store.rules(session, row.id) if guideline.published
    ]
    return VendorQuestion(
        id=row.id,
        batch=row.batch_id,
        item=item.alias if item else None,
        region=Region.model_validate(row.region) if row.region else None,
        state=row.state,
        asked=row.asked,
        due=row.due,
        first_answered=row.first_answered,
        settled=row.settled,
        rule_in_version=min(in_force, default=None),
        messages=[
            VendorMessage(
                by="you" if said.side == "vendor" else "buyer", text=said.text, said=said.said
            )
            for said in store.messages(session, row.id)
        ],
    )
