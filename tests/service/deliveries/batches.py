"""A small batch that was sent to the first vendor, with two hidden gold images."""

import hashlib
import io
import zipfile
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.formats import open_delivery, write_delivery
from assay.formats.assay_runs import encode_runs, index_digest
from assay.labels import LabelMap, Ontology
from assay.service import clock
from assay.service.assets.tables import AssetRow
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.gold.tables import GoldRow
from assay.service.ids import new_id
from assay.sourcing.policy import QualityPolicy
from service.house import Caller, House

TOML = """
[[class]]
name = "road"
id = 1
color = "#804080"

[[class]]
name = "car"
id = 2
color = "#00008e"
kind = "thing"
"""

ONTOLOGY = Ontology.from_toml(TOML)
ALIASES = ("a1", "b2", "c3", "d4")
GOLD = ("b2", "d4")


@dataclass(frozen=True)
class Batch:
    """A batch that waits for an archive."""

    id: str
    project: str


def truth(alias: str) -> NDArray[np.uint8]:
    """Return right labels: road with a car at a place that depends on the name."""
    pixels = np.ones((24, 32), np.uint8)
    place = 2 + ALIASES.index(alias)
    pixels[place : place + 8, 6:18] = 2
    return pixels


def send_batch(
    house: House,
    labels: Mapping[str, NDArray[Any]] | None = None,
    gold: Container[str] = GOLD,
    *,
    toml: str = TOML,
    format: str = "index-png",
) -> Batch:
    """Write a sent batch into the database: four images, two of them gold, or what is given.

    Parameters
    ----------
    labels
        Right labels of each image, as class indexes.
    gold
        Which of them are hidden gold.
    """
    right = {alias: truth(alias) for alias in ALIASES} if labels is None else labels
    project = house.lead.made("/projects", {"name": "P", "currency": "EUR", "budget_minor": 10})
    base = f"/projects/{project['id']}"
    ontology = house.lead.made(f"{base}/ontologies", {"toml": toml})["id"]
    draft = house.lead.made(f"{base}/guidelines", {"ontology": ontology, "text": "x"})["id"]
    batch_id, now = new_id("bat"), clock.now()
    with house.app.state.database.writing() as session:
        session.add(
            BatchRow(
                id=batch_id,
                project_id=project["id"],
                vendor_id=house.organisations["northlight"],
                pilot_id=None,
                number=1,
                purpose="production",
                tier="training",
                guideline_id=draft,
                ontology_id=ontology,
                format=format,
                policy=vars(QualityPolicy()),
                seed=7,
                state="sent",
                round=1,
                package=None,
                due=None,
                sent=now,
                created=now,
                version=1,
            )
        )
        session.flush()
        for place, (alias, indexes) in enumerate(right.items()):
            asset = _asset(project["id"], alias, indexes.shape)
            session.add(asset)
            session.flush()
            known = None
            if alias in gold:
                known = _gold(house, asset, ontology, indexes, Ontology.from_toml(toml))
                session.add(known)
                session.flush()
            session.add(
                BatchItemRow(
                    id=new_id("itm"),
                    batch_id=batch_id,
                    asset_id=asset.id,
                    alias=alias,
                    place=place,
                    role="work" if known is None else "gold",
                    gold_id=known.id if known else None,
                    round=1,
                )
            )
    return Batch(batch_id, project["id"])


def archive(tmp_path: Path, maps: dict[str, NDArray[np.uint8]]) -> bytes:
    """Return maps as a vendor packs them: a zip of index PNGs."""
    folder = tmp_path / new_id("zip")
    pairs = [(key, LabelMap.from_dense(pixels)) for key, pixels in sorted(maps.items())]
    write_delivery(pairs, folder, ONTOLOGY, format="index-png")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.writestr(
                    zipfile.ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes()
                )
    assert open_delivery(folder, ONTOLOGY).keys == tuple(sorted(maps))
    return buffer.getvalue()


def upload(
    caller: Caller, batch: Batch, data: bytes, *, parts: int = 1, name: str = "labels.zip"
) -> Any:
    """Upload an archive and finish; return the delivery."""
    digest = hashlib.sha256(data).hexdigest()
    order = {"file_name": name, "size": len(data), "sha256": digest}
    begun = caller.made(f"/vendor/batches/{batch.id}/uploads", order)
    step = -(-len(data) // parts)
    for offset in range(0, len(data), step):
        headers = {"upload-offset": str(offset)}
        part = data[offset : offset + step]
        answer = caller.patch(f"/vendor/uploads/{begun['id']}", content=part, headers=headers)
        assert answer.status_code == 200, answer.text
    return caller.made(f"/vendor/uploads/{begun['id']}/completion")


def _asset(project: str, alias: str, shape: tuple[int, ...]) -> AssetRow:
    return AssetRow(
        id=new_id("ast"),
        project_id=project,
        name=f"original {alias}.png",
        sequence=None,
        original="0" * 64,
        outgoing="0" * 64,
        thumbnail="0" * 64,
        size_bytes=1,
        width=shape[1],
        height=shape[0],
        likeness="0" * 16,
        duplicate_of=None,
        strata={},
        tier="training",
        created=clock.now(),
        version=1,
    )


def _gold(
    house: House, asset: AssetRow, classes: str, indexes: NDArray[Any], ontology: Ontology
) -> GoldRow:
    label_map = LabelMap.from_dense(indexes)
    blob = house.app.state.blobs.put([encode_runs(label_map, index_digest(ontology))])
    return GoldRow(
        id=new_id("gld"),
        project_id=asset.project_id,
        asset_id=asset.id,
        ontology_id=classes,
        number=1,
        labels=blob.digest,
        label_digest=label_map.digest,
        stratum="",
        state="active",
        proposed_by="usr_x",
        settled_by="usr_y",
        created=clock.now(),
        version=1,
    )
