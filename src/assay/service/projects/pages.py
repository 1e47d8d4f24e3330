"""A version of a guideline as a page: for whoever writes it, and enclosed with the work."""

from sqlalchemy.orm import Session

from assay.render.guideline.page import (
    GuidelineSheet,
    ShownCase,
    ShownClass,
    ShownPicture,
    guideline_page,
)
from assay.service.projects import store
from assay.service.projects.gaps import USUAL_CASES
from assay.service.projects.markdown import safe_html
from assay.service.projects.tables import GuidelineRow, PictureRow
from assay.service.storage.blobs import Blobs

#: A picture that is larger is none of ours.
_MOST_BYTES = 32 * 2**20


def page_of(session: Session, blobs: Blobs, guideline: GuidelineRow) -> str:
    """Return a version of a guideline as one page that needs nothing beside itself."""
    project = store.project(session, guideline.project_id)
    pictures = store.pictures(session, guideline.id)
    classes = tuple(
        ShownClass(
            label,
            tuple(
                _shown(blobs, row)
                for row in sorted(pictures, key=lambda row: not row.right)
                if row.class_name == label.name
            ),
        )
        for label in store.classes_of(session, guideline).classes
    )
    cases = tuple(
        ShownCase(_words(case.kind), case.title, safe_html(case.ruling))
        for case in store.edge_cases(session, guideline.id)
    )
    sheet = GuidelineSheet(
        project=project.name,
        number=guideline.number,
        published=guideline.published,
        text=safe_html(guideline.text),
        classes=classes,
        cases=cases,
    )
    return guideline_page(sheet)


def _shown(blobs: Blobs, row: PictureRow) -> ShownPicture:
    data = blobs.read(row.blob, limit=_MOST_BYTES)
    return ShownPicture(data, row.width, row.height, row.right, row.caption)


def _words(kind: str) -> str:
    words = USUAL_CASES.get(kind, "other cases")
    return words[0].upper() + words[1:]
