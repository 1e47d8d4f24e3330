"""Reading an expert's labels: ``python -m assay.service.gold.reading FILE``.

An expert's archive is opened as carefully as a vendor's, in a process of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from assay.assess.walk import too_costly, walk
from assay.assess.workers import Lost
from assay.delivery import Delivery, Finding, Severity
from assay.errors import SourceError
from assay.formats import open_delivery
from assay.formats.assay_runs import decode_runs, encode_runs, index_digest
from assay.labels import LabelMap, Ontology
from assay.render.document import dump, finding_document
from assay.service import programs


@dataclass(frozen=True)
class Order(programs.Order):
    """What is to be read.

    Parameters
    ----------
    archive
        What the expert handed in.
    out
        Folder for what is found: ``read.json``, and ``N.runs`` for the item of each number.
    ontology
        Classes, as TOML.
    format
        Name of the format, or None to detect it.
    before
        Run caches of the labels that wait for a second expert, by item.
    workers
        Processes that read items; 0 for one per processor.
    """

    archive: Path
    out: Path
    ontology: str
    format: str | None
    before: Mapping[str, str]
    workers: int


def read(order: Order) -> None:
    """Read an archive and leave what was found in the order's folder."""
    ontology = Ontology.from_toml(order.ontology)
    try:
        delivery = open_delivery(order.archive, ontology, format=order.format, name="gold")
    except SourceError as error:
        remedy = "Hand in one archive of labels in a format that `assay` reads."
        fault = Finding("gold-unreadable", Severity.ERROR, "", str(error), remedy)
        _leave(order, None, [], [finding_document(fault)])
        return
    numbers = {key: number for number, key in enumerate(delivery.keys)}
    items: list[dict[str, Any]] = []
    findings = [finding_document(finding) for finding in delivery.findings]
    task = partial(_read_one, delivery, order, numbers)
    for key, result in walk(delivery.keys, task, workers=order.workers):
        if isinstance(result, Lost):
            findings.append(finding_document(too_costly(key, result)))
            continue
        findings += result.pop("findings")
        if result:
            items.append({"key": key, **result})
    _leave(order, delivery.format, items, findings)


def _read_one(
    delivery: Delivery, order: Order, numbers: Mapping[str, int], key: str
) -> dict[str, Any]:
    reading = delivery.read(key)
    findings = [finding_document(finding) for finding in reading.findings]
    label_map = reading.label_map
    # Gold must be right: an item with any error is no gold.
    if label_map is None or any(finding["severity"] == "error" for finding in findings):
        return {"findings": findings}
    ontology = index_digest(delivery.ontology)
    (order.out / f"{numbers[key]}.runs").write_bytes(encode_runs(label_map, ontology, level=6))
    return {
        "findings": findings,
        "number": numbers[key],
        "digest": label_map.digest,
        "height": label_map.height,
        "width": label_map.width,
        "alike": _alike(order, delivery.ontology, key, label_map),
    }


def _alike(order: Order, ontology: Ontology, key: str, label_map: LabelMap) -> float | None:
    """Return the share of pixels that are as the first expert has them."""
    if key not in order.before:
        return None
    data = Path(order.before[key]).read_bytes()
    other = decode_runs(data, index_digest(ontology), size=ontology.size)
    if (other.height, other.width) != (label_map.height, label_map.width):
        return None
    return float(np.mean(other.to_dense() == label_map.to_dense()))


def _leave(order: Order, found: str | None, items: list[Any], findings: list[Any]) -> None:
    document = {"format": found, "items": items, "findings": findings}
    (order.out / "read.json").write_text(dump(document), encoding="utf-8")


if __name__ == "__main__":
    programs.obey(Order, read)
