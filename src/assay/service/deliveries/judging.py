"""Judging an archive, in a process of its own: ``python -m assay.service.deliveries.judging FILE``.

The server never parses a vendor's byte. It starts this program with a file that says what to judge;
the program reads items in workers that may die, and leaves a document and run caches in a folder.
Nobody who kills the server leaves it running: it ends with whoever started it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from assay.assess.looking import WORTHLESS, looks_by_reference
from assay.assess.validate import Surroundings, validate
from assay.assess.walk import silent, walk
from assay.delivery import Delivery, Finding, Reading, Severity
from assay.errors import SourceError
from assay.formats import open_delivery
from assay.formats.assay_runs import encode_runs, index_digest
from assay.labels import LabelMap, Ontology
from assay.labels.regions import find_regions
from assay.labels.tracing import trace
from assay.labels.vertices import needed_vertices
from assay.render.document import dump, finding_document
from assay.sampling.acceptance import Look
from assay.sampling.terms import AcceptTerms
from assay.service import programs
from assay.validation.names import moved_items
from assay.validation.plan import ValidationPlan
from assay.validation.report import ValidationReport

#: Findings of one rule that are kept word by word; the others are counted.
MOST_FINDINGS = 1000


@dataclass(frozen=True)
class Order(programs.Order):
    """What is to be judged.

    Parameters
    ----------
    archive
        What the vendor handed in.
    out
        Folder for what is found: ``judged.json`` and ``labels/``.
    ontology
        Classes, as TOML.
    format
        Name of the format that was agreed on, or None to detect it.
    images
        Names of the items that are asked for, with height and width of their images.
    gold
        Folder of run caches of right labels, or None.
    terms
        Acceptance terms, as TOML.
    workers
        Processes that read items; 0 for one per processor.
    """

    archive: Path
    out: Path
    ontology: str
    format: str | None
    images: Mapping[str, tuple[int, int]]
    gold: Path | None
    terms: str
    workers: int

    @property
    def expected(self) -> tuple[str, ...]:
        """Names of the items that are asked for, sorted."""
        return tuple(sorted(self.images))


@dataclass(frozen=True)
class Kept:
    """What is in the label map of an item that was kept; vertices are those that it needs."""

    digest: str | None
    pixels: int
    objects: int
    vertices: int


_NOTHING = Kept(None, 0, 0, 0)


def judge(order: Order) -> None:
    """Judge an archive and leave what was found in the order's folder."""
    ontology = Ontology.from_toml(order.ontology)
    try:
        delivery = open_delivery(order.archive, ontology, format=order.format, name="delivery")
    except SourceError as error:
        _leave(order, _refused(str(error)))
        return
    delivery = _as_asked(delivery, order.expected)
    surroundings = Surroundings(expected=order.expected, images=_Sizes(order.images))
    plan = ValidationPlan(worst=0, most_findings=MOST_FINDINGS)
    report = validate(delivery, plan, surroundings=surroundings, workers=order.workers)
    labels = _keep_labels(delivery, order)
    looks = _looks(delivery, report, ontology, order)
    _leave(order, _document(delivery, report, labels, looks, order.expected))


@dataclass(frozen=True)
class _Sizes:
    """The images that were labelled, of which nothing but their size is known here."""

    sizes: Mapping[str, tuple[int, int]]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(sorted(self.sizes))

    def name(self, key: str) -> str | None:
        return key if key in self.sizes else None

    def size(self, key: str) -> tuple[int, int] | None:
        return self.sizes.get(key)

    def __call__(self, key: str) -> None:
        """Show no photograph: the checks that look at one find nothing."""


@dataclass(frozen=True)
class _Moved:
    """Reads items by the names of the images that they answer."""

    read: Callable[[str], Reading]
    places: Mapping[str, str]

    def __call__(self, key: str) -> Reading:
        reading = self.read(self.places.get(key, key))
        named = tuple(replace(finding, item=key) for finding in reading.findings)
        return replace(reading, findings=named)


def _as_asked(delivery: Delivery, expected: tuple[str, ...]) -> Delivery:
    """Call items by the images that they answer: a folder around all of them is mere packing."""
    names = moved_items(delivery.keys, expected)
    keys = tuple(sorted(names.get(key, key) for key in delivery.keys))
    read = _Moved(delivery.read, {name: key for key, name in names.items()})
    return replace(delivery, keys=keys, read=read)


def _keep_labels(delivery: Delivery, order: Order) -> dict[str, Kept]:
    """Write the run cache of every readable item that was asked for; return what is in them."""
    folder = order.out / "labels"
    folder.mkdir()
    wanted = [key for key in order.expected if key in delivery.key_set]
    task = partial(_keep_one, delivery, folder)
    kept = walk(wanted, task, workers=order.workers)
    return {key: found for key, found in kept if isinstance(found, Kept)}


def _keep_one(delivery: Delivery, folder: Path, key: str) -> Kept | None:
    label_map = delivery.read(key).label_map
    if label_map is None:
        return None
    data = encode_runs(label_map, index_digest(delivery.ontology), level=6)
    (folder / f"{key}.runs").write_bytes(data)
    objects, vertices = _count_drawn(label_map, delivery.ontology)
    size = label_map.height * label_map.width
    return Kept(label_map.digest, size, objects, vertices)


def _count_drawn(label_map: LabelMap, ontology: Ontology) -> tuple[int, int]:
    """Count objects of things, and the vertices that the outlines of all regions need."""
    things = [place for place, label in enumerate(ontology.classes, 1) if label.kind == "thing"]
    regions = find_regions(label_map)
    rings = [
        ring
        for region in trace(label_map, values=range(1, ontology.first_void))
        for ring in region.polygon.rings
    ]
    needed = (needed_vertices(ring, height=label_map.height) for ring in rings)
    return int(np.isin(regions.value, things).sum()), sum(len(ring) for ring in needed)


def _looks(
    delivery: Delivery, report: ValidationReport, ontology: Ontology, order: Order
) -> Mapping[str, Look]:
    """Score the items whose right labels are known.

    Every readable item is compared with something, and those whose right labels are not known with
    themselves: a vendor that handed in one item at a time could else tell by the time that judging
    takes which of them is gold.
    """
    known = {} if order.gold is None else {file.stem: file for file in order.gold.iterdir()}
    labels = sorted((order.out / "labels").iterdir())
    if not labels:
        return dict.fromkeys(known, WORTHLESS)
    references = order.out / "references"
    references.mkdir()
    for file in labels:
        # Copied: a link to a file that was just written takes longer than one to another.
        (references / file.name).write_bytes(known.get(file.stem, file).read_bytes())
    reference = open_delivery(references, ontology, format="assay-runs", name="gold")
    usable = [item.key for item in report.items if item.readable]
    terms = AcceptTerms.from_toml(order.terms)
    looks, _ = looks_by_reference(reference, delivery, usable, terms, order.workers, silent)
    return {key: looks.get(key, WORTHLESS) for key in known}


def _document(
    delivery: Delivery,
    report: ValidationReport,
    labels: Mapping[str, Kept],
    looks: Mapping[str, Look],
    expected: tuple[str, ...],
) -> dict[str, Any]:
    items: dict[str, dict[str, Any]] = {
        key: {
            **vars(labels.get(key, _NOTHING)),
            "findings": [],
            "score": None,
            "severe": None,
        }
        for key in expected
    }
    general: list[dict[str, Any]] = []
    for finding in report.findings:
        place = items.get(finding.item)
        # What is about an item that nobody asked for is about the delivery.
        (general if place is None else place["findings"]).append(finding_document(finding))
    for key, look in looks.items():
        if key in items:
            items[key]["score"], items[key]["severe"] = look.score, look.severe
    return {
        "format": delivery.format,
        "readable": bool(labels),
        "findings": general,
        "counts": {rule.rule: rule.count for rule in report.rules},
        "items": items,
    }


def _refused(message: str) -> dict[str, Any]:
    finding = Finding(
        "delivery-unreadable",
        Severity.ERROR,
        "",
        message,
        "Send one archive in the format that the work package names.",
    )
    return {
        "format": None,
        "readable": False,
        "findings": [finding_document(finding)],
        "counts": {finding.rule: 1},
        "items": {},
    }


def _leave(order: Order, document: dict[str, Any]) -> None:
    (order.out / "judged.json").write_text(dump(document), encoding="utf-8")


if __name__ == "__main__":
    programs.obey(Order, judge)
