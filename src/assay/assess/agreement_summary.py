"""Counts of many images, summed up into a report of agreement."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

import assay
from assay.assess.agreement_counts import PanelCounts, Sight
from assay.assess.panel import Panel
from assay.delivery import Finding, Severity
from assay.metrics.agreement import VALUE_COLUMNS, estimate_agreement, krippendorff_alpha
from assay.metrics.agreement_statistics import IOU, STATISTICS, Statistic
from assay.metrics.clustering import Tree, cluster
from assay.metrics.distance import DistanceMatrix
from assay.metrics.intervals import Estimate
from assay.metrics.overlap import mean_of_known
from assay.metrics.pairwise import (
    OUTLINE_COLUMNS,
    OVERLAP_COLUMNS,
    PairSeries,
    estimate_mean,
    estimate_pair,
    estimate_standing,
    pairs_of,
)
from assay.report import Score
from assay.report.agreement import (
    AgreementPlan,
    AgreementReport,
    AnnotatorAgreement,
    ClassAgreement,
    ItemAgreement,
    PairAgreement,
    Scores,
    StratumAgreement,
)

#: Items named in a finding that is about many.
_MOST_NAMED = 5

_UNKNOWN = Score(math.nan)


def summarise_agreement(
    panel: Panel,
    plan: AgreementPlan,
    distance: DistanceMatrix,
    sights: Iterable[Sight],
    strata: Mapping[str, str],
) -> AgreementReport:
    """Sum up what every image tells, taken one at a time in the order of the panel's keys."""
    statistics = tuple(s for s in STATISTICS if plan.outlines or s.made_of != "outlines")
    tally = _Tally(panel)
    for sight in sights:
        tally.add(sight)
    counted = tally.counted(plan, distance, statistics)
    groups = tuple(strata.get(sight.key, "") for sight in tally.compared)
    pairs = _pairs(counted)
    return AgreementReport(
        ontology=panel.ontology,
        plan=plan,
        distance=distance,
        scores=_overall(counted),
        annotators=_annotators(counted, tally),
        pairs=pairs,
        tree=_tree(pairs, len(panel.names)),
        classes=_classes(counted),
        coincidences=tally.coincidences,
        items=tuple(_item(sight, strata.get(sight.key, ""), counted) for sight in tally.sights),
        strata=_strata(counted, groups),
        findings=(
            *((found.name, finding) for found in panel.deliveries for finding in found.findings),
            *tally.missing(),
            *tally.findings,
        ),
        version=assay.__version__,
    )


class _Tally:
    """Sums that grow image by image; lives inside one call."""

    def __init__(self, panel: Panel) -> None:
        values = panel.ontology.first_void
        annotators = len(panel.names)
        self.panel = panel
        self.sights: list[Sight] = []
        self.findings: list[tuple[str, Finding]] = []
        self.without = np.zeros((annotators, values, len(VALUE_COLUMNS)))
        self.coincidences = np.zeros((values, values))
        self.hashes = [hashlib.sha256(b"assay delivery 1\0") for _ in range(annotators)]
        self.images = [0] * annotators

    def add(self, sight: Sight) -> None:
        """Add one image; what is only summed is not kept."""
        for place, digest in zip(sight.present, sight.digests, strict=True):
            text = f"{sight.key}\0{digest}\0"
            self.hashes[place].update(text.encode("utf-8", "surrogateescape"))
            self.images[place] += 1
        # Who labelled what is the plan of the work as often as a fault: said once, not per image.
        self.findings.extend(entry for entry in sight.findings if entry[1].rule != "missing-item")
        if sight.counts is not None:
            found = sight.counts.coincidences
            self.coincidences[np.ix_(found.values, found.values)] += found.matrix
            absent = np.setdiff1d(np.arange(len(self.images)), sight.present)
            self.without[absent] += sight.counts.values
            self.without[list(sight.present)] += sight.counts.without
        self.sights.append(sight.kept())

    @property
    def compared(self) -> list[Sight]:
        """Images that two annotators or more labelled."""
        return [sight for sight in self.sights if sight.counts is not None]

    def counted(
        self, plan: AgreementPlan, distance: DistanceMatrix, statistics: tuple[Statistic, ...]
    ) -> "_Counted":
        """Return the counts of the images that are compared, by pair of annotators."""
        counts = [sight.counts for sight in self.compared if sight.counts is not None]
        values = self.panel.ontology.first_void
        classes = values - 1
        return _Counted(
            self.panel,
            plan,
            distance,
            statistics,
            np.stack([found.values for found in counts])
            if counts
            else np.zeros((0, values, len(VALUE_COLUMNS))),
            self._series(lambda found: found.overlaps, (values, len(OVERLAP_COLUMNS))),
            self._series(lambda found: found.outlines, (classes, len(OUTLINE_COLUMNS))),
        )

    def _series(
        self, part: Callable[[PanelCounts], NDArray[Any]], shape: tuple[int, int]
    ) -> tuple[PairSeries, ...]:
        images: dict[tuple[int, int], list[int]] = defaultdict(list)
        counts: dict[tuple[int, int], list[NDArray[Any]]] = defaultdict(list)
        for number, sight in enumerate(self.compared):
            if sight.counts is None:
                continue
            of_pairs = part(sight.counts)
            for place, (one, two) in enumerate(pairs_of(len(sight.present))):
                pair = sight.present[one], sight.present[two]
                images[pair].append(number)
                counts[pair].append(of_pairs[place])
        return tuple(
            PairSeries(
                *pair,
                np.array(images[pair], np.int64),
                np.stack(counts[pair]) if counts[pair] else np.zeros((0, *shape)),
            )
            for pair in pairs_of(len(self.images))
        )

    def missing(self) -> list[tuple[str, Finding]]:
        """Return one finding for each annotator who left images out."""
        total = len(self.sights)
        found = []
        for name, delivery in zip(self.panel.names, self.panel.deliveries, strict=True):
            lacking = [sight.key for sight in self.sights if sight.key not in delivery.key_set]
            if lacking:
                more = len(lacking) - _MOST_NAMED
                named = ", ".join(lacking[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
                message = f"Has no labels of {len(lacking)} of {total} images: {named}."
                remedy = "Nothing to mend where the annotator was not asked for them."
                found.append((name, Finding("missing-item", Severity.INFO, "", message, remedy)))
        return found


@dataclass(frozen=True, eq=False)
class _Counted:
    """Counts of the images that are compared, numbered in order, and how to score them."""

    panel: Panel
    plan: AgreementPlan
    distance: DistanceMatrix
    statistics: tuple[Statistic, ...]
    values: NDArray[np.float64]
    overlaps: tuple[PairSeries, ...]
    outlines: tuple[PairSeries, ...]

    @property
    def images(self) -> int:
        return len(self.values)

    def on(self, chosen: NDArray[np.bool_]) -> "_Counted":
        """Return the counts of those images alone that are flagged, numbered anew."""
        return _Counted(
            self.panel,
            self.plan,
            self.distance,
            self.statistics,
            self.values[chosen],
            _renumbered(self.overlaps, chosen),
            _renumbered(self.outlines, chosen),
        )

    def series(self, statistic: Statistic) -> tuple[PairSeries, ...]:
        """Return the counts that a statistic of pairs is made of."""
        return self.overlaps if statistic.made_of == "overlaps" else self.outlines

    def estimate(self, statistic: Statistic, *, by_class: bool = False) -> Estimate:
        """Return a statistic over all images with its interval."""
        score = self.scored(statistic, by_class=by_class)
        if statistic.made_of == "values":
            return estimate_agreement(
                score, self.values, confidence=self.plan.confidence, scale=statistic.scale
            )
        return estimate_mean(
            self.series(statistic),
            score,
            images=self.images,
            confidence=self.plan.confidence,
            scale=statistic.scale,
        )

    def scored(
        self, statistic: Statistic, *, by_class: bool = False
    ) -> Callable[[NDArray[Any]], NDArray[np.float64]]:
        """Return a statistic as a function of counts alone."""
        score = statistic.by_class if by_class else statistic.overall
        return lambda counts: score(counts, self.distance)


def _renumbered(
    series: tuple[PairSeries, ...], chosen: NDArray[np.bool_]
) -> tuple[PairSeries, ...]:
    number = np.cumsum(chosen) - 1
    kept = (pair.on(chosen) for pair in series)
    return tuple(
        PairSeries(pair.first, pair.second, number[pair.images], pair.counts) for pair in kept
    )


def _overall(counted: _Counted) -> Scores:
    if not counted.images:
        return MappingProxyType({statistic.name: _UNKNOWN for statistic in counted.statistics})
    return MappingProxyType(
        {statistic.name: _score(counted.estimate(statistic)) for statistic in counted.statistics}
    )


def _strata(counted: _Counted, groups: tuple[str, ...]) -> tuple[StratumAgreement, ...]:
    found = []
    for name in sorted(set(groups) - {""}):
        part = counted.on(np.array([group == name for group in groups]))
        found.append(StratumAgreement(name, part.images, _overall(part)))
    return tuple(found)


def _classes(counted: _Counted) -> tuple[ClassAgreement, ...]:
    classes = counted.panel.ontology.classes
    if not counted.images:
        nothing = _overall(counted)
        return tuple(ClassAgreement(label, math.nan, nothing) for label in classes)
    found = {s.name: counted.estimate(s, by_class=True) for s in counted.statistics}
    said = counted.values[..., VALUE_COLUMNS.index("said")].sum(axis=0)
    return tuple(
        ClassAgreement(
            label,
            float(said[place + 1] / said.sum()) if said.sum() else math.nan,
            MappingProxyType({name: _score(score, place) for name, score in found.items()}),
        )
        for place, label in enumerate(classes)
    )


def _pairs(counted: _Counted) -> tuple[PairAgreement, ...]:
    of_pairs = [statistic for statistic in counted.statistics if statistic.made_of != "values"]
    found = []
    for place, pair in enumerate(counted.overlaps):
        scores = {
            statistic.name: _score(
                estimate_pair(
                    counted.series(statistic)[place],
                    counted.scored(statistic),
                    confidence=counted.plan.confidence,
                    scale=statistic.scale,
                )
            )
            if pair.images.size
            else _UNKNOWN
            for statistic in of_pairs
        }
        ious = IOU.by_class(pair.counts.sum(axis=0), counted.distance)
        found.append(
            PairAgreement(
                pair.first,
                pair.second,
                pair.images.size,
                MappingProxyType(scores),
                tuple(float(value) for value in ious),
            )
        )
    return tuple(found)


def _annotators(counted: _Counted, tally: _Tally) -> tuple[AnnotatorAgreement, ...]:
    number = len(counted.panel.names)
    # All annotators are looked at, so an interval must hold for all of them at once.
    confidence = 1 - (1 - counted.plan.confidence) / number
    score = counted.scored(IOU)
    found = []
    for place, name in enumerate(counted.panel.names):
        own = [pair for pair in counted.overlaps if place in (pair.first, pair.second)]
        mean = estimate_mean(own, score, images=counted.images, confidence=counted.plan.confidence)
        standing = estimate_standing(
            counted.overlaps, place, score, images=counted.images, confidence=confidence
        )
        found.append(
            AnnotatorAgreement(
                name,
                tally.images[place],
                _score(mean),
                _score(standing),
                float(krippendorff_alpha(tally.without[place], counted.distance)),
                bool(standing.high < 0 and standing.value <= -counted.plan.apart_by),
                tally.hashes[place].hexdigest(),
            )
        )
    return tuple(found)


def _tree(pairs: tuple[PairAgreement, ...], number: int) -> Tree:
    distances = np.zeros((number, number))
    for pair in pairs:
        apart = 1 - pair.scores[IOU.name].value
        distances[pair.first, pair.second] = distances[pair.second, pair.first] = apart
    return cluster(distances)


def _item(sight: Sight, stratum: str, counted: _Counted) -> ItemAgreement:
    scores: dict[str, float] = {}
    if sight.counts is not None:
        parts = {
            "values": sight.counts.values,
            "overlaps": sight.counts.overlaps,
            "outlines": sight.counts.outlines,
        }
        for statistic in counted.statistics:
            score = statistic.overall(parts[statistic.made_of], counted.distance)
            # Of pairs there is one score each; the image has their mean.
            scores[statistic.name] = float(mean_of_known(np.atleast_1d(score)))
    return ItemAgreement(
        sight.key, stratum, *sight.shape, len(sight.present), MappingProxyType(scores)
    )


def _score(found: Estimate, place: int | None = None) -> Score:
    """Return one number of an estimate with its interval."""
    parts = (found.value, found.low, found.high)
    return Score(*(float(part if place is None else part[place]) for part in parts))
