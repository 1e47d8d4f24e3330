"""Faults that were planted in simulated scenes are named by the error anatomy.

``docs/decisions/why-pixels-are-wrong.md`` has the exact shares on larger scenes.
"""

from functools import lru_cache
from typing import Any

import pytest

from assay import LabelMap
from assay.metrics import Pair
from assay.metrics.anatomy import ERROR_KINDS, count_anatomy
from assay.metrics.measure import NoParameters
from assay.metrics.severe import count_severe
from assay.simulate.annotator import Annotator
from assay.simulate.faults import (
    BoundaryJitter,
    CoarsePolygons,
    Gaps,
    Holes,
    MissedObjects,
    Specks,
    SwappedClasses,
)
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET


@lru_cache(maxsize=1)
def truths() -> tuple[LabelMap, ...]:
    return tuple(draw_scene(240, 426, seed=5, index=i).truth for i in range(3))


def judged(fault: Any) -> list[Pair]:
    annotator = Annotator("planted", (fault,), seed=2)
    return [Pair(t, annotator.annotate(t, i, STREET), STREET) for i, t in enumerate(truths())]


@pytest.mark.parametrize(
    ("fault", "kind", "least"),
    [
        (BoundaryJitter(1.5), "boundary_offset", 0.9),
        (CoarsePolygons(2.0), "boundary_offset", 0.95),
        (MissedObjects(largest_px=400, share=0.8), "missed_region", 0.9),
        (Holes(radius_px=2, share=1.0), "missed_region", 0.95),
        (Specks(count=30, side_px=5), "invented_region", 0.7),
        (SwappedClasses("person", "rider", share=1.0), "swapped_class", 0.95),
        (Gaps(), "unlabelled", 1.0),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str | float) else "",
)
def test_most_pixels_of_a_planted_fault_get_its_kind(fault: Any, kind: str, least: float) -> None:
    counts = sum(count_anatomy(pair, NoParameters()).sum(axis=0) for pair in judged(fault))
    wrong = int(sum(pair.confusion.pixels - pair.confusion.correct for pair in judged(fault)))
    assert wrong > 50
    assert counts.sum() == wrong
    assert counts[ERROR_KINDS.index(kind)] >= least * wrong


def test_missed_objects_are_severe_and_coarse_outlines_are_not() -> None:
    missed, coarse = (
        sum(count_severe(pair, NoParameters())[:, 1:].sum() for pair in judged(fault))
        for fault in (MissedObjects(largest_px=400, share=0.8), CoarsePolygons(1.0))
    )
    assert missed >= 5
    assert coarse <= missed / 5
