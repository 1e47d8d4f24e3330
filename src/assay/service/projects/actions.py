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
from assay.service.problems import ConflictError, StaleError
from assay.service.projects import store
from assay.service.projects.gaps import Gap, find_gaps
from assay.service.projects.tables import EdgeCaseRow, GuidelineRow, OntologyRow, ProjectRow
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
        created=clock.now(),
        version=1,
    )
    session.add(row)
    session.flush()
    facts: dict[str, Fact] = {
        "currency": currency,
        "budget_minor": budget_minor,
        "policies": policies,
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
    if row.version != expected:
        raise StaleError(expected, row.version)
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
    store.project(session, project_id)
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
    """Begin a version of the guideline; it keeps the cases that the version before it settles."""
    store.project(session, project_id)
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
    for case in store.edge_cases(session, parent.id) if parent else ():
        _add_case(session, row, case.kind, case.title, case.ruling)
    facts: dict[str, Fact] = {"project": project_id, "number": row.number}
    record(session, actor, "guideline.drafted", subject=row.id, facts=facts)
    return row


def rewrite_guideline(
    session: Session, actor: Actor, project_id: str, identifier: str, *, expected: int, text: str
) -> GuidelineRow:
    """Replace the text of a draft."""
    row = _draft(session, project_id, identifier)
    if row.version != expected:
        raise StaleError(expected, row.version)
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
) -> EdgeCaseRow:
    """Add a settled case to a draft."""
    row = _draft(session, project_id, identifier)
    case = _add_case(session, row, kind, title, ruling)
    row.version += 1
    facts = {"guideline": row.id, "kind": kind}
    record(session, actor, "edge-case.settled", subject=case.id, facts=facts)
    return case


def publish_guideline(
    session: Session, actor: Actor, project_id: str, identifier: str
) -> GuidelineRow:
    """Put a draft in force: from now on it is what labels are judged by."""
    row = _draft(session, project_id, identifier)
    row.published = clock.now()
    row.version += 1
    facts: dict[str, Fact] = {"project": project_id, "number": row.number}
    record(session, actor, "guideline.published", subject=row.id, facts=facts)
    return row


def gaps(session: Session, project_id: str, identifier: str) -> tuple[Gap, ...]:
    """Return what a version of the guideline leaves open."""
    row = store.guideline(session, project_id, identifier)
    classes = Ontology.from_toml(store.ontology(session, project_id, row.ontology_id).document)
    kinds = frozenset(case.kind for case in store.edge_cases(session, row.id))
    return find_gaps(classes, text=row.text, settled_kinds=kinds, pictured={})


def _draft(session: Session, project_id: str, identifier: str) -> GuidelineRow:
    row = store.guideline(session, project_id, identifier)
    if row.published is not None:
        raise ConflictError(
            f"Version {row.number} is published and does not change. Draft the next version."
        )
    return row


def _add_case(
    session: Session, guideline: GuidelineRow, kind: str, title: str, ruling: str
) -> EdgeCaseRow:
    case = EdgeCaseRow(
        id=new_id("edg"),
        guideline_id=guideline.id,
        kind=kind,
        title=title,
        ruling=ruling,
        created=clock.now(),
    )
    session.add(case)
    session.flush()
    return case
