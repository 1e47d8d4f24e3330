"""Pictures of a guideline: for each class what is right, and what is usually wrong."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.ids import new_id
from assay.service.problems import ConflictError, ServiceError
from assay.service.projects import store
from assay.service.projects.tables import GuidelineRow, PictureRow

#: A page with more of them nobody reads to its end.
MOST_PICTURES = 200


@dataclass(frozen=True)
class Shown:
    """What a picture shows.

    Parameters
    ----------
    class_name
        Name of a class.
    right
        Whether it is labelled as it should be.
    caption
        A line that says what to look at.
    """

    class_name: str
    right: bool
    caption: str


def check_addable(
    session: Session, project_id: str, identifier: str, shown: Shown, *, lock: bool = False
) -> GuidelineRow:
    """Return the draft that a picture is for.

    Raises
    ------
    ServiceError
        When the draft has no such class, or enough pictures.
    """
    row = store.draft(session, project_id, identifier, lock=lock)
    names = [label.name for label in store.classes_of(session, row).classes]
    if shown.class_name not in names:
        raise ServiceError(
            f"The guideline has no class {shown.class_name!r}. Its classes: {', '.join(names)}."
        )
    count = select(func.count()).where(PictureRow.guideline_id == row.id)
    if (session.scalar(count) or 0) >= MOST_PICTURES:
        raise ConflictError(f"A guideline takes {MOST_PICTURES} pictures. Remove one first.")
    return row


def add(
    session: Session,
    actor: Actor,
    project_id: str,
    identifier: str,
    *,
    shown: Shown,
    blob: str,
    size: tuple[int, int],
) -> PictureRow:
    """Add a picture to a draft; the same one again is the picture that there is."""
    guideline = check_addable(session, project_id, identifier, shown, lock=True)
    for known in store.pictures(session, guideline.id):
        if (known.class_name, known.right, known.blob) == (shown.class_name, shown.right, blob):
            return known
    width, height = size
    row = PictureRow(
        id=new_id("pic"),
        guideline_id=guideline.id,
        class_name=shown.class_name,
        right=shown.right,
        caption=shown.caption,
        blob=blob,
        width=width,
        height=height,
        created=clock.now(),
    )
    session.add(row)
    session.flush()
    guideline.version += 1
    facts: dict[str, Fact] = {"guideline": guideline.id, "sha256": blob, "right": shown.right}
    record(session, actor, "picture.added", subject=row.id, facts=facts)
    return row


def again(picture: PictureRow, guideline: GuidelineRow) -> PictureRow:
    """Return a picture for another version of the guideline; its bytes are kept once."""
    return PictureRow(
        id=new_id("pic"),
        guideline_id=guideline.id,
        class_name=picture.class_name,
        right=picture.right,
        caption=picture.caption,
        blob=picture.blob,
        width=picture.width,
        height=picture.height,
        created=clock.now(),
    )


def remove(
    session: Session, actor: Actor, project_id: str, identifier: str, picture_id: str
) -> None:
    """Take a picture out of a draft; versions that show it keep it."""
    guideline = store.draft(session, project_id, identifier)
    row = store.picture(session, guideline.id, picture_id)
    session.delete(row)
    guideline.version += 1
    record(session, actor, "picture.removed", subject=row.id, facts={"guideline": guideline.id})
