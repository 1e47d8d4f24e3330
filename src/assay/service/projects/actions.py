"""What can be done with projects, a function each."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from assay.labels import Ontology
from assay.service import clock
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.ids import new_id
from assay.service.problems import ConflictError, check_version
from assay.service.projects import store
from assay.service.projects.gaps import Gap, find_gaps
from assay.service.projects.pictures import again
from assay.service.projects.tables import (
    EdgeCaseRow,
    GuidelineRow,
    OntologyRow,
    ProjectRow,
    WaiverRow,
)
from assay.sourcing.policy import QualityPolicy, check_tiers


def begin(
    session: Session,
    actor: Actor,
    *,
    name: str,
    currency: str,
    budget_minor: int,
    sensitivity: str,
    countries: list[str],
    deadline: datetime | None,
    policies: dict[str, Any],
    answer_hours: int,
    image_encoding: str,
) -> ProjectRow:
    """Begin a project."""
    _check_policies(policies)
    row = ProjectRow(
        id=new_id("prj"),
        name=name,
        sensitivity=sensitivity,
        countries=sorted(set(countries)),
        currency=currency,
        budget_minor=budget_minor,
        deadline=deadline,
        policies=policies,
        answer_hours=answer_hours,
        image_encoding=image_encoding,
        created=clock.now(),
        version=1,
    )
    session.add(row)
    session.flush()
    facts: dict[str, Fact] = {
        "currency": currency,
        "budget_minor": budget_minor,
        "policies": policies,
        "answer_hours": answer_hours,
        "image_encoding": image_encoding,
    }
    record(session, actor, "project.begun", subject=row.id, facts=facts)
    return row


def change(
    session: Session, actor: Actor, identifier: str, *, expected: int, changes: dict[str, Any]
) -> ProjectRow:
    """Change what a project says of itself.

    Raises
    ------
    StaleError
        When somebody else has changed it since it was read.
    """
    row = store.project(session, identifier)
    check_version(row.version, expected)
    if "policies" in changes:
        _check_policies(changes["policies"])
    for field, value in changes.items():
        setattr(row, field, value)
    row.version += 1
    facts = {**changes, "deadline": str(row.deadline)} if "deadline" in changes else changes
    record(session, actor, "project.changed", subject=row.id, facts=facts)
    return row


def _check_policies(policies: dict[str, Any]) -> None:
    check_tiers({tier: QualityPolicy(**policy) for tier, policy in policies.items()})


def add_ontology(session: Session, actor: Actor, project_id: str, *, toml: str) -> OntologyRow:
    """Add a version of the classes; the same text again is the version that there is."""
    store.project(session, project_id, lock=True)
    Ontology.from_toml(toml)
    digest = hashlib.sha256(toml.encode()).hexdigest()
    number = store.last_number(session, OntologyRow, project_id)
    newest = session.scalar(store.ontologies(project_id).where(OntologyRow.number == number))
    if newest is not None and newest.digest == digest:
        return newest
    row = OntologyRow(
        id=new_id("ont"),
        project_id=project_id,
        number=number + 1,
        document=toml,
        digest=digest,
        created=clock.now(),
    )
    session.add(row)
    facts: dict[str, Fact] = {"project": project_id, "number": row.number, "digest": digest}
    record(session, actor, "ontology.added", subject=row.id, facts=facts)
    return row


def draft_guideline(
    session: Session, actor: Actor, project_id: str, *, ontology: str, text: str
) -> GuidelineRow:
    """Begin a version of the guideline; it keeps cases and pictures of the version before it."""
    store.project(session, project_id, lock=True)
    store.ontology(session, project_id, ontology)
    before = store.last_number(session, GuidelineRow, project_id)
    row = GuidelineRow(
        id=new_id("gui"),
        project_id=project_id,
        number=before + 1,
        ontology_id=ontology,
        text=text,
        published=None,
        created=clock.now(),
        version=1,
    )
    session.add(row)
    session.flush()
    parent = session.scalar(store.guidelines(project_id).where(GuidelineRow.number == before))
    if parent is not None:
        _keep_cases_and_pictures(session, parent, row)
    facts: dict[str, Fact] = {"project": project_id, "number": row.number}
    record(session, actor, "guideline.drafted", subject=row.id, facts=facts)
    return row


def rewrite_guideline(
    session: Session, actor: Actor, project_id: str, identifier: str, *, expected: int, text: str
) -> GuidelineRow:
    """Replace the text of a draft."""
    row = store.draft(session, project_id, identifier)
    check_version(row.version, expected)
    row.text = text
    row.version += 1
    record(session, actor, "guideline.rewritten", subject=row.id)
    return row


def settle_case(
    session: Session,
    actor: Actor,
    project_id: str,
    identifier: str,
    *,
    kind: str,
    title: str,
    ruling: str,
    question: str | None = None,
) -> EdgeCaseRow:
    """Add a settled case to a draft, with the question that it answers if there was one."""
    row = store.draft(session, project_id, identifier)
    case = _add_case(session, row, kind, title, ruling, question)
    row.version += 1
    facts: dict[str, Fact] = {"guideline": row.id, "kind": kind, "question": question}
    record(session, actor, "edge-case.settled", subject=case.id, facts=facts)
    return case


def publish_guideline(
    session: Session, actor: Actor, project_id: str, identifier: str
) -> GuidelineRow:
    """Put a draft in force: from now on it is what labels are judged by."""
    row = store.draft(session, project_id, identifier)
    row.published = clock.now()
    row.version += 1
    facts: dict[str, Fact] = {"project": project_id, "number": row.number}
    record(session, actor, "guideline.published", subject=row.id, facts=facts)
    return row


def gaps(session: Session, project_id: str, identifier: str) -> tuple[Gap, ...]:
    """Return what a version of the guideline leaves open."""
    row = store.guideline(session, project_id, identifier)
    return find_gaps(
        store.classes_of(session, row),
        text=row.text,
        settled_kinds=frozenset(case.kind for case in store.edge_cases(session, row.id)),
        pictured=_pictured(session, row),
    )


def check_complete(session: Session, project_id: str, identifier: str) -> None:
    """Refuse to send work out under a version of the guideline that leaves blocking gaps.

    Raises
    ------
    ConflictError
        The message names each gap and what closes it.
    """
    blocking = [gap for gap in gaps(session, project_id, identifier) if gap.blocks]
    if blocking and session.get(WaiverRow, identifier) is None:
        listed = " ".join(f"{gap.message} {gap.remedy}" for gap in blocking)
        raise ConflictError(f"The guideline is not ready to be sent out. {listed}")


def waive_gaps(
    session: Session, actor: Actor, project_id: str, identifier: str, *, reason: str
) -> WaiverRow:
    """Let work be sent out although a published guideline leaves blocking gaps.

    Raises
    ------
    ConflictError
        When it is a draft, leaves no such gap, or was waived already.
    """
    row = store.guideline(session, project_id, identifier, lock=True)
    blocking = [gap.subject for gap in gaps(session, project_id, identifier) if gap.blocks]
    if row.published is None:
        raise ConflictError("This is a draft: close its gaps, or publish it first.")
    if not blocking:
        raise ConflictError("This guideline leaves no gap that blocks.")
    if session.get(WaiverRow, row.id) is not None:
        raise ConflictError("The gaps of this guideline were waived already.")
    waiver = WaiverRow(
        guideline_id=row.id, reason=reason, signed_by=actor.user, created=clock.now()
    )
    session.add(waiver)
    facts: dict[str, Fact] = {"reason": reason, "gaps": blocking}
    record(session, actor, "guideline.gaps-waived", subject=row.id, facts=facts)
    return waiver


def _pictured(session: Session, guideline: GuidelineRow) -> dict[str, frozenset[bool]]:
    shown: dict[str, frozenset[bool]] = {}
    for picture in store.pictures(session, guideline.id):
        shown[picture.class_name] = shown.get(picture.class_name, frozenset()) | {picture.right}
    return shown


def _keep_cases_and_pictures(session: Session, before: GuidelineRow, row: GuidelineRow) -> None:
    """Copy what a version settles and shows; pictures of classes that are gone stay behind."""
    for case in store.edge_cases(session, before.id):
        _add_case(session, row, case.kind, case.title, case.ruling, case.question_id)
    names = {label.name for label in store.classes_of(session, row).classes}
    for picture in store.pictures(session, before.id):
        if picture.class_name in names:
            session.add(again(picture, row))


def _add_case(
    session: Session,
    guideline: GuidelineRow,
    kind: str,
    title: str,
    ruling: str,
    question: str | None,
) -> EdgeCaseRow:
    case = EdgeCaseRow(
        id=new_id("edg"),
        guideline_id=guideline.id,
        kind=kind,
        title=title,
        ruling=ruling,
        question_id=question,
        created=clock.now(),
    )
    session.add(case)
    session.flush()
    return case
