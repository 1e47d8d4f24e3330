"""Batches that were sent, written straight into the database: what a load study begins with."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from assay.labels import LabelMap, Ontology
from assay.service import clock
from assay.service.batches.tables import BatchRow
from assay.service.database import Database
from assay.service.ids import new_id
from assay.service.projects.tables import GuidelineRow, OntologyRow, ProjectRow
from assay.service.storage.opening import open_blobs
from assay.simulate.class_file import ontology_file
from staging import rows
from studies.serving import Served


def send_batch(
    served: Served,
    vendor: str,
    aliases: Sequence[str],
    ontology: Ontology,
    gold: Mapping[str, LabelMap],
) -> str:
    """Write a sent batch for a vendor; return its identifier.

    Parameters
    ----------
    vendor
        Its organisation.
    aliases
        Names of the images.
    gold
        Right labels of those that are hidden gold.
    """
    home = Path(served.environment["ASSAY_DATA_DIR"])
    files = served.environment.get("ASSAY_STORAGE_URL", f"file://{(home / 'files').resolve()}")
    blobs = open_blobs(files, home / "master-keys")
    database = Database(served.database_url)
    with database.writing() as session:
        batch = _batch(session, vendor, ontology)
        images = {
            alias: rows.asset(batch.project_id, alias, width=2048, height=1024) for alias in aliases
        }
        session.add_all(images.values())
        session.flush()
        hidden = {
            alias: rows.gold(blobs, images[alias], ontology, batch.ontology_id, labels)
            for alias, labels in gold.items()
        }
        session.add_all(hidden.values())
        session.flush()
        for place, (alias, image) in enumerate(images.items()):
            right = hidden[alias].id if alias in hidden else None
            session.add(rows.item(batch, image, place=place, alias=alias, gold=right))
        made = batch.id
    database.close()
    return made


def _batch(session: Session, vendor: str, ontology: Ontology) -> BatchRow:
    now = clock.now()
    project = ProjectRow(
        id=new_id("prj"),
        name="Load",
        sensitivity="internal",
        countries=[],
        currency="EUR",
        budget_minor=1,
        deadline=None,
        policies={},
        answer_hours=24,
        created=now,
        version=1,
    )
    classes = OntologyRow(
        id=new_id("ont"),
        project_id=project.id,
        number=1,
        document=ontology_file(ontology),
        digest="0" * 64,
        created=now,
    )
    guideline = GuidelineRow(
        id=new_id("gui"),
        project_id=project.id,
        number=1,
        ontology_id=classes.id,
        text="",
        published=now,
        created=now,
        version=1,
    )
    batch = rows.batch(project.id, vendor, guideline=guideline.id, ontology=classes.id)
    for row in (project, classes, guideline, batch):
        session.add(row)
        session.flush()
    return batch
