"""The error anatomy names the fault that was put in, and severe errors count what was dropped."""

import numpy as np
import pytest

from assay.metrics.anatomy import ERROR_KINDS, count_anatomy
from assay.metrics.measure import NoParameters
from assay.metrics.pair import Pair
from assay.metrics.severe import count_severe
from assay.simulate.annotator import Annotation, Annotator
from assay.simulate.faults import (
    FAULTS,
    BoundaryJitter,
    BoundaryOffset,
    CoarsePolygons,
    FrameMargin,
    Gaps,
    GrowingLaziness,
    Holes,
    MissedObjects,
    Slivers,
    Specks,
    SwappedClasses,
    Unlabelled,
)
from assay.simulate.scene import Scene, draw_scene
from assay.simulate.street import CAR, PERSON, STREET

#: Each fault with the kind that most of its pixels must get.
EXPECTED = (
    (BoundaryJitter(reach_px=1.0), "boundary_offset"),
    (BoundaryJitter(reach_px=2.0), "boundary_offset"),
    (BoundaryOffset(1), "boundary_offset"),
    (BoundaryOffset(-1), "boundary_offset"),
    (CoarsePolygons(2.0), "boundary_offset"),
    (GrowingLaziness(first_px=1.0, growth_px=0.2), "boundary_offset"),
    (MissedObjects(largest_px=200, share=0.7), "missed_region"),
    (SwappedClasses("car", "truck", share=1.0), "swapped_class"),
    (SwappedClasses("rider", "person", share=0.6), "swapped_class"),
    # Through a hole shows what is behind: that part of the object is lost.
    (Holes(radius_px=3, share=1.0), "missed_region"),
    (Specks(count=20), "invented_region"),
    (Gaps(share=0.4), "unlabelled"),
    (Unlabelled(share=0.3), "unlabelled"),
    # The frame is no border, so what an object lacks along it is a part that is lost.
    (FrameMargin(width_px=2), "missed_region"),
    (Slivers(count=20), "invented_region"),
)


@pytest.fixture(scope="module")
def scenes() -> tuple[Scene, ...]:
    return tuple(draw_scene(256, 512, seed=1, index=index) for index in range(4))


def work_on(scenes: tuple[Scene, ...], setting: object) -> list[tuple[Pair, Annotation]]:
    annotator = Annotator("A", (setting,), seed=3)
    pairs = []
    for index, scene in enumerate(scenes):
        work = annotator.work(scene.truth, index, STREET)
        pairs.append((Pair(scene.truth, work.label_map, STREET), work))
    return pairs


def test_every_fault_is_looked_for() -> None:
    assert {type(setting) for setting, _ in EXPECTED} == {fault.parameters for fault in FAULTS}


@pytest.mark.parametrize(("setting", "kind"), EXPECTED, ids=lambda value: str(value)[:40])
def test_the_anatomy_finds_the_fault_that_was_put_in(
    setting: object, kind: str, scenes: tuple[Scene, ...]
) -> None:
    pairs = work_on(scenes, setting)
    by_kind = np.sum([count_anatomy(pair, NoParameters()).sum(axis=0) for pair, _ in pairs], axis=0)
    changed = sum(work.deeds[0].changed_px for _, work in pairs)
    assert by_kind.sum() == changed
    assert by_kind[ERROR_KINDS.index(kind)] > 0.8 * changed > 0


def test_every_person_dropped_is_a_missed_region(scenes: tuple[Scene, ...]) -> None:
    pairs = work_on(scenes, MissedObjects(largest_px=10_000, share=1.0, classes=("person",)))
    counts = np.sum([count_severe(pair, NoParameters()) for pair, _ in pairs], axis=0)
    objects, missed, invented = counts[PERSON - 1]
    # Regions below the class's minimum are dropped as well, but are not counted as objects.
    assert 0 < objects == missed <= sum(work.deeds[0].objects for _, work in pairs)
    assert invented == 0


def test_every_car_renamed_is_missed_as_a_car(scenes: tuple[Scene, ...]) -> None:
    pairs = work_on(scenes, SwappedClasses("car", "truck", share=1.0))
    counts = np.sum([count_severe(pair, NoParameters()) for pair, _ in pairs], axis=0)
    assert counts[CAR - 1, 0] == counts[CAR - 1, 1] > 0


def test_a_careful_annotator_is_without_error(scenes: tuple[Scene, ...]) -> None:
    for scene in scenes:
        truth = Annotator("A").annotate(scene.truth, 0, STREET)
        assert count_anatomy(Pair(scene.truth, truth, STREET), NoParameters()).sum() == 0
