"""Queries about images."""

from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assay.service.assets.tables import AssetRow, ImportRow
from assay.service.problems import there


def imports(project_id: str) -> Select[ImportRow]:
    """Select the imports of a project."""
    return select(ImportRow).where(ImportRow.project_id == project_id)


def find_import(session: Session, project_id: str, identifier: str) -> ImportRow:
    """Return an import of a project, or say that there is none."""
    return there(session.scalar(imports(project_id).where(ImportRow.id == identifier)), "import")


def same_import(session: Session, row: ImportRow) -> ImportRow | None:
    """Return an import of the same bytes that has not failed."""
    query = imports(row.project_id).where(
        ImportRow.blob == row.blob,
        ImportRow.folder == row.folder if row.folder else ImportRow.folder.is_(None),
        ImportRow.file_name == row.file_name,
        ImportRow.state != "failed",
    )
    return session.scalar(query.order_by(ImportRow.created).limit(1))


def assets(project_id: str) -> Select[AssetRow]:
    """Select the images of a project."""
    return select(AssetRow).where(AssetRow.project_id == project_id)


def asset(session: Session, project_id: str, identifier: str) -> AssetRow:
    """Return an image of a project, or say that there is none."""
    return there(session.scalar(assets(project_id).where(AssetRow.id == identifier)), "image")


def named(session: Session, project_id: str) -> dict[str, str]:
    """Return the SHA-256 of each image of a project as it came, by name."""
    query = select(AssetRow.name, AssetRow.original).where(AssetRow.project_id == project_id)
    return dict(iter(session.execute(query)))


class Known(NamedTuple):
    """What new images are compared with."""

    id: str
    name: str
    likeness: str
    sequence: str | None
    tier: str
    duplicate_of: str | None


def likenesses(session: Session, project_id: str) -> list[Known]:
    """Return what each image looks like, in order of coming."""
    query = select(
        AssetRow.id,
        AssetRow.name,
        AssetRow.likeness,
        AssetRow.sequence,
        AssetRow.tier,
        AssetRow.duplicate_of,
    )
    query = query.where(AssetRow.project_id == project_id).order_by(AssetRow.created, AssetRow.name)
    return [Known(*row) for row in session.execute(query)]
