"""Rows of work as they come to be, written without the requests and jobs that would make them.

Each says what most do not care about; whoever cares says otherwise by the column's name.
"""

from typing import Any

from assay.formats.assay_runs import encode_runs, index_digest
from assay.labels import LabelMap, Ontology
from assay.service import clock
from assay.service.assets.tables import AssetRow
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.gold.tables import GoldRow
from assay.service.ids import new_id
from assay.service.storage.blobs import Blobs
from assay.sourcing.lives import BatchState, GoldState
from assay.sourcing.policy import QualityPolicy

#: A digest of nothing that is kept.
NOTHING = "0" * 64


def asset(project: str, name: str, **known: Any) -> AssetRow:
    """Return an image of 32×24 px."""
    usual: dict[str, Any] = {
        "sequence": None,
        "original": NOTHING,
        "outgoing": NOTHING,
        "thumbnail": NOTHING,
        "size_bytes": 1,
        "width": 32,
        "height": 24,
        "likeness": "0" * 16,
        "duplicate_of": None,
        "strata": {},
        "tier": "training",
    }
    return AssetRow(
        id=new_id("ast"),
        project_id=project,
        name=name,
        created=clock.now(),
        version=1,
        **usual | known,
    )


def batch(project: str, vendor: str, *, guideline: str, ontology: str, **known: Any) -> BatchRow:
    """Return a batch of production that was sent and waits for an archive."""
    now = clock.now()
    usual: dict[str, Any] = {
        "pilot_id": None,
        "number": 1,
        "purpose": "production",
        "tier": "training",
        "format": "index-png",
        "policy": vars(QualityPolicy()),
        "seed": 7,
        "state": BatchState.SENT,
        "round": 1,
        "package": None,
        "due": None,
    }
    return BatchRow(
        id=new_id("bat"),
        project_id=project,
        vendor_id=vendor,
        guideline_id=guideline,
        ontology_id=ontology,
        sent=now,
        created=now,
        version=1,
        **usual | known,
    )


def item(
    of: BatchRow, image: AssetRow, *, place: int, alias: str, gold: str | None
) -> BatchItemRow:
    """Return an image's place in a batch; hidden gold where its labels are named."""
    return BatchItemRow(
        id=new_id("itm"),
        batch_id=of.id,
        asset_id=image.id,
        alias=alias,
        place=place,
        role="work" if gold is None else "gold",
        gold_id=gold,
        round=1,
    )


def gold(
    blobs: Blobs,
    image: AssetRow,
    classes: Ontology,
    ontology: str,
    labels: LabelMap,
    **known: Any,
) -> GoldRow:
    """Return right labels of an image that are in force, kept in ``blobs``."""
    usual: dict[str, Any] = {
        "stratum": "",
        "proposed_by": "usr_first",
        "settled_by": "usr_second",
    }
    return GoldRow(
        id=new_id("gld"),
        project_id=image.project_id,
        asset_id=image.id,
        ontology_id=ontology,
        number=1,
        labels=blobs.put([encode_runs(labels, index_digest(classes))]).digest,
        label_digest=labels.digest,
        state=GoldState.ACTIVE,
        alike=None,
        created=clock.now(),
        version=1,
        **usual | known,
    )
