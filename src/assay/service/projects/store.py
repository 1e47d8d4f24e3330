"""Queries about projects."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assay.labels import Ontology
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.problems import ConflictError, there
from assay.service.projects.tables import (
    EdgeCaseRow,
    GuidelineRow,
    OntologyRow,
    PictureRow,
    ProjectRow,
)
from assay.sourcing.lives import BatchState


def projects() -> Select[ProjectRow]:
    """Select all projects."""
    return select(ProjectRow)


def project(session: Session, identifier: str, *, lock: bool = False) -> ProjectRow:
    """Return a project, or say that there is none.

    Parameters
    ----------
    lock
        Whether it is held until the transaction ends, so that its images are drawn, its versions
        are counted and its money is spent by one at a time. Rows that refer to the project can
        still be added meanwhile.
    """
    return there(
        session.get(ProjectRow, identifier, with_for_update={"key_share": True} if lock else None),
        "project",
    )


def ontologies(project_id: str) -> Select[OntologyRow]:
    """Select the versions of a project's classes."""
    return select(OntologyRow).where(OntologyRow.project_id == project_id)


def ontology(session: Session, project_id: str, identifier: str) -> OntologyRow:
    """Return one version of a project's classes, or say that there is none."""
    return there(
        session.scalar(ontologies(project_id).where(OntologyRow.id == identifier)), "ontology"
    )


def guidelines(project_id: str) -> Select[GuidelineRow]:
    """Select the versions of a project's guideline."""
    return select(GuidelineRow).where(GuidelineRow.project_id == project_id)


def guideline(
    session: Session, project_id: str, identifier: str, *, lock: bool = False
) -> GuidelineRow:
    """Return one version of a project's guideline, or say that there is none."""
    query = guidelines(project_id).where(GuidelineRow.id == identifier)
    return there(session.scalar(query.with_for_update() if lock else query), "guideline")


def draft(session: Session, project_id: str, identifier: str, *, lock: bool = True) -> GuidelineRow:
    """Return a version of a project's guideline that may still change.

    It is locked until the transaction ends, unless that only reads.

    Raises
    ------
    ConflictError
        When it is published.
    """
    row = guideline(session, project_id, identifier, lock=lock)
    if row.published is not None:
        raise ConflictError(
            f"Version {row.number} is published and does not change. Draft the next version."
        )
    return row


def classes_of(session: Session, row: GuidelineRow) -> Ontology:
    """Return the classes that a version of a guideline explains."""
    return Ontology.from_toml(ontology(session, row.project_id, row.ontology_id).document)


def guideline_in_force(session: Session, project_id: str) -> GuidelineRow | None:
    """Return the newest published version of a project's guideline."""
    return session.scalar(
        guidelines(project_id)
        .where(GuidelineRow.published.is_not(None))
        .order_by(GuidelineRow.number.desc())
        .limit(1)
    )


def newest_guideline(session: Session, project_id: str) -> GuidelineRow:
    """Return the newest version of a project's guideline, or say that there is none."""
    query = guidelines(project_id).order_by(GuidelineRow.number.desc()).limit(1)
    return there(session.scalar(query), "guideline")


def edge_cases(session: Session, guideline_id: str) -> list[EdgeCaseRow]:
    """Return the cases that a version of a guideline settles, oldest first."""
    query = select(EdgeCaseRow).where(EdgeCaseRow.guideline_id == guideline_id)
    return list(session.scalars(query.order_by(EdgeCaseRow.created, EdgeCaseRow.id)))


def pictures(session: Session, guideline_id: str) -> list[PictureRow]:
    """Return the pictures of a version of a guideline, oldest first."""
    query = select(PictureRow).where(PictureRow.guideline_id == guideline_id)
    return list(session.scalars(query.order_by(PictureRow.created, PictureRow.id)))


def picture(session: Session, guideline_id: str, identifier: str) -> PictureRow:
    """Return a picture of a version of a guideline, or say that there is none."""
    query = select(PictureRow).where(
        PictureRow.guideline_id == guideline_id, PictureRow.id == identifier
    )
    return there(session.scalar(query), "picture")


def last_number(session: Session, table: type[OntologyRow | GuidelineRow], project_id: str) -> int:
    """Return the number of the newest version, 0 for none."""
    query = select(func.max(table.number)).where(table.project_id == project_id)
    return session.scalar(query) or 0


def version_before(session: Session, row: GuidelineRow) -> GuidelineRow | None:
    """Return the version before another; None for the first."""
    earlier = guidelines(row.project_id).where(GuidelineRow.number < row.number)
    return session.scalar(earlier.order_by(GuidelineRow.number.desc()).limit(1))


def outdated_batches(row: GuidelineRow) -> Select[BatchRow]:
    """Select the accepted batches that were labelled under an older version of a guideline."""
    older = guidelines(row.project_id).where(GuidelineRow.number < row.number)
    return select(BatchRow).where(
        BatchRow.project_id == row.project_id,
        BatchRow.state == BatchState.ACCEPTED.value,
        BatchRow.guideline_id.in_(older.with_only_columns(GuidelineRow.id)),
    )


def count_outdated(session: Session, row: GuidelineRow) -> tuple[int, int]:
    """Count those batches, and their images."""
    batches = outdated_batches(row).with_only_columns(BatchRow.id).subquery()
    items = select(func.count()).where(BatchItemRow.batch_id.in_(select(batches.c.id)))
    count = session.scalar(select(func.count()).select_from(batches)) or 0
    return count, session.scalar(items) or 0


def assets_of(session: Session, batch_id: str) -> list[str]:
    """Return the images of a batch in the order in which they were sent."""
    query = select(BatchItemRow.asset_id).where(BatchItemRow.batch_id == batch_id)
    return list(session.scalars(query.order_by(BatchItemRow.place)))
