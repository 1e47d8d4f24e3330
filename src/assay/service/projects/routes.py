"""Projects, the versions of their classes, and the versions of their guideline."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from assay.labels import Ontology
from assay.service.actor import Actor
from assay.service.edge import ExpectedVersion, Require, Transaction, TransactionRoute, tag
from assay.service.paging import Stretch, page, stretch
from assay.service.projects import actions, store
from assay.service.projects.schemas import (
    EdgeCase,
    Gap,
    Gaps,
    Guideline,
    GuidelineChange,
    NewEdgeCase,
    NewGuideline,
    NewOntology,
    NewProject,
    NewWaiver,
    OntologyVersion,
    Policies,
    Project,
    ProjectChange,
    Waiver,
)
from assay.service.projects.tables import (
    EdgeCaseRow,
    GuidelineRow,
    OntologyRow,
    ProjectRow,
    WaiverRow,
)
from assay.service.schemas import Page

router = APIRouter(route_class=TransactionRoute, prefix="/projects", tags=["projects"])

Listed = Annotated[Stretch, Depends(stretch)]
Reader = Annotated[Actor, Depends(Require("projects.read"))]
Changer = Annotated[Actor, Depends(Require("projects.change"))]
Author = Annotated[Actor, Depends(Require("guidelines.change"))]
Waiving = Annotated[Actor, Depends(Require("guidelines.waive"))]


@router.post("", status_code=201)
def begin(session: Transaction, actor: Changer, response: Response, body: NewProject) -> Project:
    """Begin a project."""
    row = actions.begin(
        session,
        actor,
        name=body.name,
        currency=body.currency,
        budget_minor=body.budget_minor,
        sensitivity=body.sensitivity,
        countries=list(body.countries),
        deadline=body.deadline,
        policies=body.policies.model_dump(),
        answer_hours=body.answer_hours,
        image_encoding=body.image_encoding,
    )
    tag(response, row.version)
    return _project(row)


@router.get("")
def list_projects(session: Transaction, _: Reader, part: Listed) -> Page[Project]:
    """List the projects."""
    by = (ProjectRow.created, ProjectRow.id)
    return page(session, store.projects(), part, by=by, shown=_project)


@router.get("/{project}")
def show(session: Transaction, _: Reader, project: str, response: Response) -> Project:
    """Show a project."""
    row = store.project(session, project)
    tag(response, row.version)
    return _project(row)


@router.patch("/{project}")
def change(
    session: Transaction,
    actor: Changer,
    project: str,
    expected: ExpectedVersion,
    response: Response,
    body: ProjectChange,
) -> Project:
    """Change what a project says of itself."""
    given = body.model_dump(exclude_unset=True)
    # Only a deadline can be taken away.
    changes = {
        name: value for name, value in given.items() if value is not None or name == "deadline"
    }
    row = actions.change(session, actor, project, expected=expected, changes=changes)
    tag(response, row.version)
    return _project(row)


@router.post("/{project}/ontologies", status_code=201)
def add_ontology(
    session: Transaction, actor: Changer, project: str, body: NewOntology
) -> OntologyVersion:
    """Add a version of the classes."""
    return _ontology(actions.add_ontology(session, actor, project, toml=body.toml))


@router.get("/{project}/ontologies")
def list_ontologies(
    session: Transaction, _: Reader, project: str, part: Listed
) -> Page[OntologyVersion]:
    """List the versions of the classes."""
    store.project(session, project)
    by = (OntologyRow.created, OntologyRow.id)
    return page(session, store.ontologies(project), part, by=by, shown=_ontology)


@router.post("/{project}/guidelines", status_code=201)
def draft_guideline(
    session: Transaction, actor: Author, project: str, response: Response, body: NewGuideline
) -> Guideline:
    """Begin a version of the guideline."""
    row = actions.draft_guideline(session, actor, project, ontology=body.ontology, text=body.text)
    tag(response, row.version)
    return _guideline(session, row)


@router.get("/{project}/guidelines")
def list_guidelines(session: Transaction, _: Reader, project: str, part: Listed) -> Page[Guideline]:
    """List the versions of the guideline."""
    store.project(session, project)
    by = (GuidelineRow.created, GuidelineRow.id)
    query = store.guidelines(project)
    return page(session, query, part, by=by, shown=lambda row: _guideline(session, row))


@router.get("/{project}/guidelines/{guideline}")
def show_guideline(
    session: Transaction, _: Reader, project: str, guideline: str, response: Response
) -> Guideline:
    """Show a version of the guideline."""
    row = store.guideline(session, project, guideline)
    tag(response, row.version)
    return _guideline(session, row)


@router.patch("/{project}/guidelines/{guideline}")
def rewrite_guideline(
    session: Transaction,
    actor: Author,
    project: str,
    guideline: str,
    expected: ExpectedVersion,
    response: Response,
    body: GuidelineChange,
) -> Guideline:
    """Replace the text of a draft."""
    row = actions.rewrite_guideline(
        session, actor, project, guideline, expected=expected, text=body.text
    )
    tag(response, row.version)
    return _guideline(session, row)


@router.post("/{project}/guidelines/{guideline}/edge-cases", status_code=201)
def settle_case(
    session: Transaction, actor: Author, project: str, guideline: str, body: NewEdgeCase
) -> EdgeCase:
    """Add a settled case to a draft."""
    case = actions.settle_case(
        session,
        actor,
        project,
        guideline,
        kind=body.kind,
        title=body.title,
        ruling=body.ruling,
    )
    return _case(case)


@router.get("/{project}/guidelines/{guideline}/gaps")
def show_gaps(session: Transaction, _: Reader, project: str, guideline: str) -> Gaps:
    """Say what a version of the guideline leaves open, blocking gaps first."""
    found = actions.gaps(session, project, guideline)
    waiver = session.get(WaiverRow, guideline)
    return Gaps(
        gaps=[
            Gap(subject=gap.subject, blocks=gap.blocks, message=gap.message, remedy=gap.remedy)
            for gap in found
        ],
        waiver=None if waiver is None else _waiver(waiver),
    )


@router.post("/{project}/guidelines/{guideline}/waiver", status_code=201)
def waive_gaps(
    session: Transaction, actor: Waiving, project: str, guideline: str, body: NewWaiver
) -> Waiver:
    """Let work be sent out although a published guideline leaves blocking gaps."""
    return _waiver(actions.waive_gaps(session, actor, project, guideline, reason=body.reason))


@router.post("/{project}/guidelines/{guideline}/publication", status_code=201)
def publish_guideline(
    session: Transaction, actor: Author, project: str, guideline: str, response: Response
) -> Guideline:
    """Put a draft in force."""
    row = actions.publish_guideline(session, actor, project, guideline)
    tag(response, row.version)
    return _guideline(session, row)


def _project(row: ProjectRow) -> Project:
    return Project(
        id=row.id,
        name=row.name,
        currency=row.currency,
        budget_minor=row.budget_minor,
        sensitivity=row.sensitivity,
        countries=row.countries,
        deadline=row.deadline,
        policies=Policies.model_validate(row.policies),
        answer_hours=row.answer_hours,
        image_encoding=row.image_encoding,
        created=row.created,
        version=row.version,
    )


def _ontology(row: OntologyRow) -> OntologyVersion:
    return OntologyVersion(
        id=row.id,
        project=row.project_id,
        number=row.number,
        classes=[label.name for label in Ontology.from_toml(row.document).classes],
        document=row.document,
        digest=row.digest,
        created=row.created,
    )


def _guideline(session: Session, row: GuidelineRow) -> Guideline:
    return Guideline(
        id=row.id,
        project=row.project_id,
        number=row.number,
        ontology=row.ontology_id,
        text=row.text,
        edge_cases=[_case(case) for case in store.edge_cases(session, row.id)],
        published=row.published,
        created=row.created,
        version=row.version,
    )


def _waiver(row: WaiverRow) -> Waiver:
    return Waiver(reason=row.reason, signed_by=row.signed_by, created=row.created)


def _case(row: EdgeCaseRow) -> EdgeCase:
    return EdgeCase(
        id=row.id,
        kind=row.kind,
        title=row.title,
        ruling=row.ruling,
        question=row.question_id,
        created=row.created,
    )
