"""Counts of many items, summed up into scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from assay.assess.inspect import Inspection
from assay.delivery import Delivery
from assay.labels import Ontology
from assay.metrics import Confusion, Metric
from assay.metrics.intervals import estimate_score
from assay.metrics.registry import METRICS
from assay.report import Anatomy, ClassScores, ItemScores, Plan, Score, StratumScores


@dataclass(frozen=True, eq=False)
class Summary:
    """What a report says of its items, without findings and pictures."""

    items: tuple[ItemScores, ...]
    confusion: Confusion
    scores: Mapping[str, Score]
    classes: tuple[ClassScores, ...]
    anatomy: Anatomy | None
    strata: tuple[StratumScores, ...]


def summarise(
    reference: Delivery,
    inspections: Sequence[Inspection],
    plan: Plan,
    strata: Mapping[str, str],
) -> Summary:
    """Sum up one inspection per reference item, in the order of the reference's keys."""
    ontology = reference.ontology
    counts = stack_counts(inspections, plan)
    groups = [strata.get(key, "") for key in reference.keys]
    return Summary(
        _items(reference, inspections, counts, groups),
        Confusion(ontology.names, np.sum([entry.confusion for entry in inspections], axis=0)),
        _overall(counts, ontology, plan),
        _classes(counts, ontology, plan),
        Anatomy(counts["anatomy"].sum(axis=0)) if "anatomy" in counts else None,
        _strata(groups, counts, ontology, plan),
    )


def stack_counts(inspections: Sequence[Inspection], plan: Plan) -> dict[str, NDArray[np.int64]]:
    """Return counts by measure, each of shape (images, classes, columns)."""
    return {
        name: np.stack([inspection.counts[name] for inspection in inspections])
        for name in plan.measures
    }


def _metrics(counts: Mapping[str, NDArray[np.int64]], level: str) -> tuple[Metric, ...]:
    return tuple(metric for metric in METRICS if metric.level == level and metric.measure in counts)


def _overall(
    counts: Mapping[str, NDArray[np.int64]], ontology: Ontology, plan: Plan
) -> Mapping[str, Score]:
    scores = {}
    for metric in _metrics(counts, "overall"):
        found = estimate_score(metric, counts[metric.measure], ontology, confidence=plan.confidence)
        scores[metric.name] = Score(float(found.value), float(found.low), float(found.high))
    return MappingProxyType(scores)


def _classes(
    counts: Mapping[str, NDArray[np.int64]], ontology: Ontology, plan: Plan
) -> tuple[ClassScores, ...]:
    found = {
        metric.name: estimate_score(
            metric, counts[metric.measure], ontology, confidence=plan.confidence
        )
        for metric in _metrics(counts, "class")
    }
    overlap = counts["overlap"].sum(axis=0)
    severe = counts["severe"].sum(axis=0) if "severe" in counts else np.zeros_like(overlap)
    return tuple(
        ClassScores(
            label,
            MappingProxyType(
                {
                    name: Score(
                        float(estimate.value[place]),
                        float(estimate.low[place]),
                        float(estimate.high[place]),
                    )
                    for name, estimate in found.items()
                }
            ),
            int(overlap[place, 1]),
            int(overlap[place, 2]),
            *(int(number) for number in severe[place, :3]),
        )
        for place, label in enumerate(ontology.classes)
    )


def _items(
    reference: Delivery,
    inspections: Sequence[Inspection],
    counts: Mapping[str, NDArray[np.int64]],
    groups: Sequence[str],
) -> tuple[ItemScores, ...]:
    scores = {
        metric.name: metric.score(counts[metric.measure], reference.ontology)
        for metric in _metrics(counts, "overall")
    }
    return tuple(
        ItemScores(
            key,
            entry.status,
            entry.height,
            entry.width,
            entry.counts,
            MappingProxyType({name: float(values[place]) for name, values in scores.items()}),
            groups[place],
            entry.reference_digest,
            entry.candidate_digest,
        )
        for place, (key, entry) in enumerate(zip(reference.keys, inspections, strict=True))
    )


def _strata(
    groups: Sequence[str],
    counts: Mapping[str, NDArray[np.int64]],
    ontology: Ontology,
    plan: Plan,
) -> tuple[StratumScores, ...]:
    names = sorted(set(groups) - {""})
    found = []
    for name in names:
        inside = np.array([group == name for group in groups])
        part = {measure: stacked[inside] for measure, stacked in counts.items()}
        found.append(StratumScores(name, int(inside.sum()), _overall(part, ontology, plan)))
    return tuple(found)
