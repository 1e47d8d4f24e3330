"""Counts of many images as they come in, and all of them together, ready to be scored."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.assess.agreement_counts import PanelCounts, Sight
from assay.assess.panel import Panel
from assay.delivery import Finding, Severity
from assay.metrics.agreement import VALUE_COLUMNS, estimate_agreement
from assay.metrics.agreement_statistics import Statistic
from assay.metrics.distance import DistanceMatrix
from assay.metrics.intervals import Estimate
from assay.metrics.pairwise import (
    OUTLINE_COLUMNS,
    OVERLAP_COLUMNS,
    PairSeries,
    estimate_mean,
    pairs_of,
)
from assay.report.agreement import AgreementPlan

#: Items named in a finding that is about many.
_MOST_NAMED = 5


class Tally:
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
    ) -> "Counted":
        """Return the counts of the images that are compared, by pair of annotators."""
        counts = [sight.counts for sight in self.compared if sight.counts is not None]
        values = self.panel.ontology.first_void
        classes = values - 1
        return Counted(
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
class Counted:
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
        """Number of images that are compared."""
        return len(self.values)

    def on(self, chosen: NDArray[np.bool_]) -> "Counted":
        """Return the counts of those images alone that are flagged, numbered anew."""
        return Counted(
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
