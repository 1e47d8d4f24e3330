"""Labels of the pictures of a project, as experts hand them in."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from assay.formats import write_delivery
from assay.labels import LabelMap, Ontology
from assay.service.assets.tables import AssetRow
from service.assets.images import begin, bring_pictures, packed
from service.house import Caller, House
from staging import rows

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


def truth(number: int) -> NDArray[np.uint8]:
    """Return right labels of a picture: road with a car at a place that depends on its number."""
    labels = np.ones((24, 32), np.uint8)
    place = 1 + number % 12
    labels[place : place + 8, 6:18] = 2
    return labels


def archive(maps: Mapping[str, NDArray[np.uint8]]) -> bytes:
    """Return label maps as a zip of index PNGs."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        pairs = [(key, LabelMap.from_dense(pixels)) for key, pixels in sorted(maps.items())]
        write_delivery(pairs, place / "maps", ONTOLOGY, format="index-png")
        files = sorted(path for path in (place / "maps").rglob("*") if path.is_file())
        return packed({f.relative_to(place / "maps").as_posix(): f.read_bytes() for f in files})


def begin_with_pictures(house: House, count: int) -> tuple[str, str]:
    """Begin a project with so many images; return it and its ontology."""
    project = begin(house)
    path = f"/projects/{project}/ontologies"
    ontology = str(house.lead.made(path, {"toml": TOML})["id"])
    bring_pictures(house, project, count)
    return project, ontology


def hand_in(
    house: House,
    expert: Caller,
    project: str,
    ontology: str,
    maps: Mapping[str, NDArray[np.uint8]],
) -> dict[str, Any]:
    """Hand labels in as an expert, let them be read, and return the proposal."""
    params = {"ontology": ontology, "file_name": "gold.zip"}
    path = f"/projects/{project}/gold/proposals"
    begun = expert.made(path, content=archive(maps), params=params)
    house.work()
    found: dict[str, Any] = expert.seen(f"{path}/{begun['id']}")
    return found


def make_gold(house: House, project: str, ontology: str, numbers: range) -> list[dict[str, Any]]:
    """Write gold of pictures into the database, as two experts would make it, but at once."""
    blobs = house.app.state.blobs
    experts = [house.person("expert", name=name).user for name in ("first", "second")]
    with house.app.state.database.writing() as session:
        query = select(AssetRow).where(AssetRow.project_id == project)
        assets = {row.name: row for row in session.scalars(query)}
        for number in numbers:
            asset = assets[f"p{number:04}.png"]
            label_map = LabelMap.from_dense(truth(number))
            session.add(
                rows.gold(
                    blobs,
                    asset,
                    ONTOLOGY,
                    ontology,
                    label_map,
                    stratum=asset.strata["stratum"],
                    proposed_by=experts[0],
                    settled_by=experts[1],
                )
            )
    return golds(house, project, state="active")


def golds(house: House, project: str, **params: Any) -> list[dict[str, Any]]:
    """Return the gold of a project."""
    params = {"limit": 200, **params}
    listed: list[dict[str, Any]] = house.lead.seen(f"/projects/{project}/gold", params=params)[
        "items"
    ]
    return listed
