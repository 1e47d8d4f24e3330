"""What one image tells of the agreement of its annotators: counts, small enough to keep."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assay.assess.panel import Panel
from assay.delivery import Finding
from assay.labels import LabelMap, Ontology
from assay.metrics.agreement import (
    Coincidences,
    count_coincidences,
    count_values,
    count_values_without,
)
from assay.metrics.distance import DistanceMatrix
from assay.metrics.pairwise import OUTLINE_COLUMNS, count_overlaps, measure_outlines, pairs_of
from assay.metrics.patterns import count_patterns


@dataclass(frozen=True, eq=False)
class PanelCounts:
    """Counts of one image that two annotators or more labelled; they alone are numbered here.

    Parameters
    ----------
    values
        Of :func:`assay.metrics.agreement.count_values`, shape (values, 5).
    without
        Of :func:`assay.metrics.agreement.count_values_without`, shape (annotators, values, 5).
    coincidences
        Which values coincide.
    overlaps, outlines
        Of :mod:`assay.metrics.pairwise`, one entry per pair.
    """

    values: NDArray[np.float64]
    without: NDArray[np.float64]
    coincidences: Coincidences
    overlaps: NDArray[np.int64]
    outlines: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sight:
    """What reading one image gave.

    Parameters
    ----------
    key
        Item.
    shape
        Height and width in pixels.
    present
        Numbers of the annotators whose labels can be used.
    digests
        Digest of each of their label maps.
    findings
        Faults, by the name of the annotator.
    counts
        None where fewer than two annotators labelled the image.
    """

    key: str
    shape: tuple[int, int]
    present: tuple[int, ...]
    digests: tuple[str, ...]
    findings: tuple[tuple[str, Finding], ...]
    counts: PanelCounts | None

    def kept(self) -> "Sight":
        """Return what has to be kept of the image once its sums are taken: a few kB."""
        if self.counts is None:
            return replace(self, findings=(), digests=())
        counts = self.counts
        nothing = Coincidences(np.zeros(0, np.int64), np.zeros((1, 0, 0), np.int64))
        small = replace(counts, without=np.zeros((0, *counts.values.shape)), coincidences=nothing)
        return replace(self, findings=(), digests=(), counts=small)

    @classmethod
    def lost(cls, key: str, finding: Finding) -> "Sight":
        """Return what is seen of an image that broke its worker."""
        return cls(key, (0, 0), (), (), (("", finding),), None)


def look(panel: Panel, distance: DistanceMatrix, key: str, *, outlines: bool) -> Sight:
    """Read one image and count; runs in a worker."""
    reading = panel.read(key)
    present = tuple(place for place, found in enumerate(reading.maps) if found is not None)
    maps = [found for found in reading.maps if found is not None]
    return Sight(
        key,
        reading.shape,
        present,
        tuple(found.digest for found in maps),
        reading.findings,
        count_panel(maps, panel.ontology, distance, outlines=outlines) if len(maps) > 1 else None,
    )


def count_panel(
    maps: Sequence[LabelMap], ontology: Ontology, distance: DistanceMatrix, *, outlines: bool
) -> PanelCounts:
    """Count all that agreement on one image depends on.

    Parameters
    ----------
    maps
        Of one size, two or more.
    ontology
        Whose classes these are.
    distance
        Of the values, for alpha.
    outlines
        Whether outlines are compared; zeros where not.
    """
    patterns = count_patterns([maps])
    coincidences = count_coincidences(patterns, ontology)
    empty = (len(pairs_of(len(maps))), len(ontology.classes), len(OUTLINE_COLUMNS))
    return PanelCounts(
        count_values(coincidences, ontology, distance),
        count_values_without(patterns, ontology, distance),
        coincidences,
        count_overlaps(patterns, ontology),
        measure_outlines(maps, ontology) if outlines else np.zeros(empty),
    )
