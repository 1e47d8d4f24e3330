"""A project that is ready to send work out: images, gold among them, a complete guideline."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from httpx2 import Response

from assay.labels import Ontology
from assay.service import clock
from assay.service.assets.reencoding import encode
from assay.service.gold.tables import GoldRow
from assay.service.ids import new_id
from assay.service.projects import store as projects
from assay.service.projects.tables import PictureRow
from service.house import VENDORS, Caller, House
from service.projects.guidelines import TOML
from staging import rows

POLICY = {"gold_share": 0.1}


@dataclass(frozen=True)
class Work:
    """A project that is ready."""

    project: str
    ontology: str
    guideline: str
    gold: tuple[str, ...]


def prepare(
    house: House, *, images: int = 60, gold: int = 12, encoding: str = "png", **policy: Any
) -> Work:
    """Begin a project with images, make some of them gold, and publish its guideline."""
    policies = {"training": {**POLICY, **policy}}
    body = {"name": "Streets", "currency": "EUR", "budget_minor": 10, "policies": policies}
    body["image_encoding"] = encoding
    project = house.lead.made("/projects", body)["id"]
    ontology, guideline = publish(house, project)
    assets = add_assets(house, project, images)
    make_gold(house, project, ontology, assets[:gold])
    award(house, project)
    return Work(project, ontology, guideline, assets[:gold])


def award(house: House, project: str) -> None:
    """Let both vendors do production work without a pilot."""
    for name in VENDORS:
        signed = {"vendor": house.organisations[name], "reason": "known from other projects"}
        house.admin.made(f"/projects/{project}/awards", signed)


def publish(
    house: House, project: str, text: str = "# Roads and cars", *, toml: str = TOML
) -> tuple[str, str]:
    """Publish a complete guideline; return its classes and itself."""
    base = f"/projects/{project}"
    ontology = house.lead.made(f"{base}/ontologies", {"toml": toml})["id"]
    draft = house.lead.made(f"{base}/guidelines", {"ontology": ontology, "text": text})["id"]
    picture = house.app.state.blobs.put([b"picture"]).digest
    with house.app.state.database.writing() as session:
        there = {row.class_name for row in projects.pictures(session, draft)}
        for name in set(Ontology.from_toml(toml).names) - there:
            session.add(
                PictureRow(
                    id=new_id("pic"),
                    guideline_id=draft,
                    class_name=name,
                    right=True,
                    caption=f"See the {name}.",
                    blob=picture,
                    width=1,
                    height=1,
                    created=clock.now(),
                )
            )
    house.lead.made(f"{base}/guidelines/{draft}/publication")
    return ontology, draft


def add_assets(house: House, project: str, count: int) -> tuple[str, ...]:
    """Put images into the database, all of one stratum; return their ids."""
    image = house.app.state.blobs.put([encode(np.zeros((24, 32, 3), np.uint8), "png")]).digest
    images = [
        rows.asset(
            project,
            f"original-{number:04}",
            original=f"{number:064x}",
            outgoing=image,
            thumbnail=image,
            likeness=f"{number:016x}",
            strata={"stratum": "all"},
        )
        for number in range(count)
    ]
    with house.app.state.database.writing() as session:
        session.add_all(images)
    return tuple(row.id for row in images)


def make_gold(house: House, project: str, ontology: str, assets: Sequence[str]) -> None:
    """Make images gold."""
    labels = house.app.state.blobs.put([b"labels"]).digest
    with house.app.state.database.writing() as session:
        session.add_all([_gold(project, asset, ontology, labels) for asset in assets])


def _gold(project: str, asset: str, ontology: str, labels: str) -> GoldRow:
    return GoldRow(
        id=new_id("gld"),
        project_id=project,
        asset_id=asset,
        ontology_id=ontology,
        number=1,
        labels=labels,
        label_digest="0" * 64,
        stratum="all",
        state="active",
        proposed_by="usr_a",
        settled_by="usr_b",
        alike=None,
        created=clock.now(),
        version=1,
    )


def ask(
    house: House, work: Work, vendor: str = "northlight", size: int = 20, **more: Any
) -> Response:
    """Ask for a batch."""
    body = {"vendor": house.organisations.get(vendor, vendor), "size": size, **more}
    return house.lead.post(f"/projects/{work.project}/batches", json=body)


def draw(house: House, work: Work, vendor: str = "northlight", size: int = 20) -> Any:
    """Draw a batch and pack it."""
    answer = ask(house, work, vendor, size)
    assert answer.status_code == 201, answer.text
    house.work()
    return house.lead.seen(f"/batches/{answer.json()['id']}")


def step(caller: Caller, batch: Any, what: str) -> Response:
    """Take a step with a batch."""
    path = f"/batches/{batch['id']}"
    tag = caller.get(path).headers["etag"]
    return caller.post(f"{path}/{what}", headers={"if-match": tag})


def items(house: House, batch: Any) -> Sequence[dict[str, Any]]:
    """Return what is in a batch."""
    path = f"/batches/{batch['id']}/items"
    found: Sequence[dict[str, Any]] = house.lead.seen(path, params={"limit": 200})["items"]
    return found
