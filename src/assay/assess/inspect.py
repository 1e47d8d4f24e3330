"""One item judged: read both maps, count what the plan asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Delivery, Finding, Reading, Severity
from assay.labels import LabelMap, Ontology
from assay.metrics import Pair
from assay.metrics.registry import MEASURES
from assay.report import Plan
from assay.report.report import Status


@dataclass(frozen=True, eq=False)
class Inspection:
    """What judging one item gave; small, because it travels between processes.

    Parameters
    ----------
    status
        How the item fared before it was scored.
    height, width
        Size of the reference in pixels; 0 where it is unreadable.
    counts
        Counts by measure name, each int64 of shape (classes, columns).
    confusion
        int64, shape (classes, classes + 1).
    findings
        Faults of the item.
    reference_digest, candidate_digest
        Label-map digests, ``""`` where unreadable.
    """

    status: Status
    height: int
    width: int
    counts: Mapping[str, NDArray[np.int64]]
    confusion: NDArray[np.int64]
    findings: tuple[Finding, ...]
    reference_digest: str = ""
    candidate_digest: str = ""


def inspect_item(key: str, candidate: Delivery, reference: Delivery, plan: Plan) -> Inspection:
    """Judge the candidate's labels of one image; absent or unreadable ones are all wrong."""
    truth = reference.read(key)
    if truth.label_map is None:
        return _unscorable(reference.ontology, plan, truth.findings)
    reading, status = read_candidate(key, candidate, truth.label_map)
    return _judge(truth, truth.label_map, reading, status, reference.ontology, plan)


def inspect_without(key: str, finding: Finding, reference: Delivery, plan: Plan) -> Inspection:
    """Judge an image whose candidate must not be read again: wholly unlabelled."""
    truth = reference.read(key)
    if truth.label_map is None:
        return _unscorable(reference.ontology, plan, truth.findings)
    reading = Reading(None, (finding,))
    return _judge(truth, truth.label_map, reading, "unreadable", reference.ontology, plan)


def inspect_nothing(finding: Finding, reference: Delivery, plan: Plan) -> Inspection:
    """Return what is known of an image whose reference cannot be read either: the fault."""
    return _unscorable(reference.ontology, plan, (finding,))


def _judge(
    truth: Reading,
    reference: LabelMap,
    reading: Reading,
    status: Status,
    ontology: Ontology,
    plan: Plan,
) -> Inspection:
    label_map = reading.label_map
    shown = LabelMap.filled(*reference.shape) if label_map is None else label_map
    pair = Pair(reference, shown, ontology)
    return Inspection(
        status,
        *reference.shape,
        {name: _measure(name, pair) for name in plan.measures},
        pair.confusion.counts,
        (*(_of_reference(finding) for finding in truth.findings), *reading.findings),
        reference.digest,
        "" if label_map is None else label_map.digest,
    )


def read_candidate(key: str, candidate: Delivery, truth: LabelMap) -> tuple[Reading, Status]:
    """Read a candidate's item; its map is None where it cannot stand beside the reference."""
    if key not in candidate.key_set:
        return Reading(None, (_missing(key),)), "missing"
    reading = candidate.read(key)
    if reading.label_map is None:
        return reading, "unreadable"
    if reading.label_map.shape != truth.shape:
        return Reading(None, (*reading.findings, _wrong_size(key, reading.label_map, truth))), (
            "wrong_size"
        )
    return reading, "scored"


def _measure(name: str, pair: Pair) -> NDArray[np.int64]:
    measure = MEASURES.get(name)
    counts: NDArray[np.int64] = measure.count(pair, measure.parameters())
    return counts


def _unscorable(ontology: Ontology, plan: Plan, findings: tuple[Finding, ...]) -> Inspection:
    classes = len(ontology.classes)
    return Inspection(
        "reference_unreadable",
        0,
        0,
        {
            name: np.zeros((classes, len(MEASURES.get(name).columns)), np.int64)
            for name in plan.measures
        },
        np.zeros((classes, classes + 1), np.int64),
        tuple(_of_reference(finding) for finding in findings),
    )


def _of_reference(finding: Finding) -> Finding:
    return replace(finding, message=f"In the reference: {finding.message}")


def _missing(key: str) -> Finding:
    return Finding(
        "missing-item",
        Severity.ERROR,
        key,
        "The delivery has no labels for this image; it counts as wholly unlabelled.",
        f"Deliver {key}, named like the reference.",
    )


def _wrong_size(key: str, found: LabelMap, expected: LabelMap) -> Finding:
    return Finding(
        "wrong-size",
        Severity.ERROR,
        key,
        f"Reference is {expected.height}×{expected.width} px, candidate "
        f"{found.height}×{found.width} px; the item counts as wholly unlabelled.",
        f"Export {key} again at the size of the image.",
    )
