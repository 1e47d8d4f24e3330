"""Batches that were sent, written straight into the database: what a load study begins with."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from assay.formats.assay_runs import encode_runs, index_digest
from assay.labels import LabelMap, Ontology
from assay.service import clock
from assay.service.assets.tables import AssetRow
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.database import Database
from assay.service.gold.tables import GoldRow
from assay.service.ids import new_id
from assay.service.projects.tables import GuidelineRow, OntologyRow, ProjectRow
from assay.service.storage.blobs import Blobs
from assay.service.storage.opening import open_blobs
from assay.simulate.class_file import ontology_file
from assay.sourcing.policy import QualityPolicy
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
    blobs = open_blobs(f"file://{(home / 'files').resolve()}", home / "master-keys")
    database = Database(served.database_url)
    with database.writing() as session:
        batch = _batch(session, vendor, ontology)
        assets = {alias: _asset(batch.project_id, alias) for alias in aliases}
        session.add_all(assets.values())
        session.flush()
        hidden = {
            alias: _gold(blobs, assets[alias], batch.ontology_id, label_map, ontology)
            for alias, label_map in gold.items()
        }
        session.add_all(hidden.values())
        session.flush()
        session.add_all(
            BatchItemRow(
                id=new_id("itm"),
                batch_id=batch.id,
                asset_id=assets[alias].id,
                alias=alias,
                place=place,
                role="gold" if alias in hidden else "work",
                gold_id=hidden[alias].id if alias in hidden else None,
                round=1,
            )
            for place, alias in enumerate(aliases)
        )
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
    batch = BatchRow(
        id=new_id("bat"),
        project_id=project.id,
        vendor_id=vendor,
        pilot_id=None,
        number=1,
        purpose="production",
        tier="training",
        guideline_id=guideline.id,
        ontology_id=classes.id,
        format="index-png",
        policy=vars(QualityPolicy()),
        seed=1,
        state="sent",
        round=1,
        package=None,
        due=None,
        sent=now,
        created=now,
        version=1,
    )
    for row in (project, classes, guideline, batch):
        session.add(row)
        session.flush()
    return batch


def _gold(
    blobs: Blobs, asset: AssetRow, classes: str, label_map: LabelMap, ontology: Ontology
) -> GoldRow:
    return GoldRow(
        id=new_id("gld"),
        project_id=asset.project_id,
        asset_id=asset.id,
        ontology_id=classes,
        number=1,
        labels=blobs.put([encode_runs(label_map, index_digest(ontology))]).digest,
        label_digest=label_map.digest,
        stratum="",
        state="active",
        proposed_by="usr_a",
        settled_by="usr_b",
        alike=None,
        created=clock.now(),
        version=1,
    )


def _asset(project: str, alias: str) -> AssetRow:
    return AssetRow(
        id=new_id("ast"),
        project_id=project,
        name=alias,
        sequence=None,
        original="0" * 64,
        outgoing="0" * 64,
        thumbnail="0" * 64,
        size_bytes=1,
        width=2048,
        height=1024,
        likeness="0" * 16,
        duplicate_of=None,
        strata={},
        tier="training",
        created=clock.now(),
        version=1,
    )
