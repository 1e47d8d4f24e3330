"""What can be done with questions, a function each."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import Actor
from assay.service.assets.tables import AssetRow
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.deliveries import store as deliveries
from assay.service.ids import new_id
from assay.service.problems import ConflictError, ServiceError
from assay.service.projects import actions as projects
from assay.service.projects import store as guidelines
from assay.service.projects.tables import EdgeCaseRow, GuidelineRow
from assay.service.questions import store
from assay.service.questions.tables import MessageRow, QuestionRow
from assay.sourcing.lives import QUESTION_LIFE, QuestionState, QuestionStep
from assay.sourcing.response_times import ResponseTimes, Waiting, response_times

#: A thread that is longer is no question any more.
MOST_MESSAGES = 200

#: Questions of one batch that wait at once; who has more should call.
MOST_OPEN = 200


def ask(
    session: Session,
    actor: Actor,
    batch_id: str,
    *,
    item: str | None,
    region: dict[str, Any] | None,
    text: str,
) -> QuestionRow:
    """Ask about a batch, an image of it, or a region of that.

    Raises
    ------
    ServiceError
        When the region does not lie in the image.
    """
    batch = deliveries.batch(session, actor, batch_id)
    place = None if item is None else store.item(session, batch.id, item)
    if region is not None:
        if place is None:
            raise ServiceError("A region lies in an image. Say which: `item`.")
        _check_inside(region, session.get_one(AssetRow, place.asset_id))
    if store.count_open(session, batch.id) >= MOST_OPEN:
        raise ConflictError(
            f"{MOST_OPEN} questions about this batch wait for an answer. Ask on in one of them."
        )
    project, now = guidelines.project(session, batch.project_id), clock.now()
    row = QuestionRow(
        id=new_id("que"),
        project_id=batch.project_id,
        batch_id=batch.id,
        vendor_id=batch.vendor_id,
        batch_item_id=None if place is None else place.id,
        guideline_id=batch.guideline_id,
        region=region,
        state=QuestionState.OPEN.value,
        asked=now,
        due=now + timedelta(hours=project.answer_hours),
        first_answered=None,
        settled=None,
        version=1,
    )
    session.add(row)
    session.flush()
    _say(session, actor, row, text)
    facts: dict[str, Fact] = {"batch": batch.id, "project": batch.project_id}
    record(session, actor, "question.asked", subject=row.id, facts=facts)
    return row


def ask_on(session: Session, actor: Actor, identifier: str, *, text: str) -> QuestionRow:
    """Add to a question of one's own: it waits for an answer again."""
    row = store.question(session, actor, identifier, lock=True)
    waits = row.state == QuestionState.OPEN.value
    _step(actor, row, QuestionStep.ASK_ON)
    _say(session, actor, row, text)
    if not waits:
        hours = guidelines.project(session, row.project_id).answer_hours
        row.due = clock.now() + timedelta(hours=hours)
    record(session, actor, "question.asked-on", subject=row.id, facts={"batch": row.batch_id})
    return row


def answer(session: Session, actor: Actor, identifier: str, *, text: str) -> QuestionRow:
    """Answer a question."""
    row = store.question(session, actor, identifier, lock=True)
    _step(actor, row, QuestionStep.ANSWER)
    _say(session, actor, row, text)
    row.first_answered = row.first_answered or clock.now()
    record(session, actor, "question.answered", subject=row.id, facts={"batch": row.batch_id})
    return row


def settle(session: Session, actor: Actor, identifier: str) -> QuestionRow:
    """Say that an answer is enough; both sides may."""
    row = store.question(session, actor, identifier, lock=True)
    _step(actor, row, QuestionStep.SETTLE)
    row.settled = clock.now()
    record(session, actor, "question.settled", subject=row.id, facts={"batch": row.batch_id})
    return row


def promote(
    session: Session, actor: Actor, identifier: str, *, kind: str, title: str, ruling: str
) -> EdgeCaseRow:
    """Make an answer a rule: a settled case in the next version of the guideline.

    The draft that there is takes it; without one, a draft is begun from the version in force.

    Raises
    ------
    ConflictError
        When nobody has answered, or the draft has this rule already.
    """
    row = store.question(session, actor, identifier, lock=True)
    if row.state == QuestionState.OPEN.value:
        raise ConflictError(
            "Nobody has answered this question yet. Answer it, then make it a rule."
        )
    draft = _next_version(session, actor, row)
    if any(guideline.id == draft.id for _, guideline in store.rules(session, row.id)):
        raise ConflictError(f"Version {draft.number} has a rule from this question already.")
    case = projects.settle_case(
        session,
        actor,
        row.project_id,
        draft.id,
        kind=kind,
        title=title,
        ruling=ruling,
        question=row.id,
    )
    row.version += 1
    facts: dict[str, Fact] = {"case": case.id, "guideline": draft.id}
    record(session, actor, "question.promoted", subject=row.id, facts=facts)
    return case


def response_times_of(session: Session, actor: Actor, project_id: str) -> tuple[ResponseTimes, int]:
    """Return how quickly questions of a project were first answered, and how many are overdue."""
    project = guidelines.project(session, project_id)
    asked = store.questions(actor).where(QuestionRow.project_id == project.id)
    waits = [Waiting(row.asked, row.first_answered) for row in session.scalars(asked)]
    late = len(session.scalars(store.overdue(asked, clock.now())).all())
    return response_times(waits, allowed=timedelta(hours=project.answer_hours)), late


def _next_version(session: Session, actor: Actor, row: QuestionRow) -> GuidelineRow:
    # Two answers that become rules at once go into one draft.
    guidelines.project(session, row.project_id, lock=True)
    newest = guidelines.newest_guideline(session, row.project_id)
    if newest.published is None:
        return newest
    return projects.draft_guideline(
        session, actor, row.project_id, ontology=newest.ontology_id, text=newest.text
    )


def _step(actor: Actor, row: QuestionRow, step: QuestionStep) -> None:
    row.state = QUESTION_LIFE.after(row.state, step, by=actor.kind)
    row.version += 1


def _say(session: Session, actor: Actor, row: QuestionRow, text: str) -> None:
    if store.count_messages(session, row.id) >= MOST_MESSAGES:
        raise ConflictError(f"A thread has at most {MOST_MESSAGES} messages. Ask another question.")
    session.add(
        MessageRow(
            id=new_id("msg"),
            question_id=row.id,
            author=actor.user,
            side=actor.kind,
            text=text,
            said=clock.now(),
        )
    )
    session.flush()


def _check_inside(region: dict[str, Any], asset: AssetRow) -> None:
    inside = region["bottom"] <= asset.height and region["right"] <= asset.width
    if not (inside and region["top"] < region["bottom"] and region["left"] < region["right"]):
        raise ServiceError(
            f"The region does not lie in the image of {asset.width}×{asset.height} px. Give top < "
            "bottom and left < right, in pixels from the top left."
        )
