import numpy as np
import pytest

from assay.labels import LabelMap, Shape
from assay.labels.outlines import crossings, has_no_area, spikes
from assay.labels.overlaps import find_overlaps
from assay.labels.painting import paint
from assay.simulate.scene import draw_scene
from assay.simulate.shape_faults import (
    SHAPE_FAULTS,
    CrossedOutlines,
    OverlappingOutlines,
    Spikes,
    UnfinishedOutlines,
    VerticesOutside,
    drawn_shapes,
)
from assay.simulate.street import STREET

TRUTH = draw_scene(64, 128, seed=4).truth
SHAPES = drawn_shapes(TRUTH, STREET)
BY_NAME = {fault.name: fault for fault in SHAPE_FAULTS}


def spoilt(name: str, parameters: object) -> list[Shape]:
    """The shapes that a fault says are wrong."""
    rng = np.random.default_rng(1)
    shapes, wrong = BY_NAME[name].apply(SHAPES, parameters, TRUTH.shape, rng)
    return [shape for shape in shapes if shape.name in wrong]


def test_drawn_shapes_are_the_map_without_overlap() -> None:
    assert len(find_overlaps(SHAPES)) == 0
    layers = [(shape.spans, shape.value) for shape in SHAPES]
    dense = TRUTH.to_dense()
    dense[dense >= STREET.first_void] = 0
    assert paint(*TRUTH.shape, layers) == LabelMap.from_dense(dense)
    assert not any(len(crossings(shape.rings[0])) for shape in SHAPES)


def test_each_fault_is_what_it_says() -> None:
    (grown,) = spoilt("overlapping-outlines", OverlappingOutlines(reach_px=3))
    original = next(shape for shape in SHAPES if shape.name == grown.name)
    assert grown.spans.area > original.spans.area
    (looped,) = spoilt("crossed-outlines", CrossedOutlines(side_px=3))
    assert crossings(looped.rings[0]).loop_px.max() == pytest.approx(9, abs=5)
    unfinished = spoilt("unfinished-outlines", UnfinishedOutlines(objects=3))
    assert [has_no_area(shape.rings[0]) for shape in unfinished] == [True] * 3
    (spiked,) = spoilt("spikes", Spikes(length_px=15))
    assert len(spikes(spiked.rings[0], length_px=14, width_px=0.5)) == 1
    (outside,) = spoilt("vertices-outside", VerticesOutside(distance_px=7))
    assert outside.rings[0][:, 0].max() == TRUTH.width + 7


@pytest.mark.parametrize("fault", SHAPE_FAULTS, ids=lambda fault: fault.name)
def test_no_objects_are_no_faults_and_chances_are_seeded(fault: object) -> None:
    spec = BY_NAME[getattr(fault, "name", "")]
    same = [
        spec.apply(SHAPES, spec.parameters(objects=2), TRUTH.shape, np.random.default_rng(3))[1]
        for _ in range(2)
    ]
    assert same[0] == same[1]
    assert len(same[0]) == 2
    none = spec.apply(SHAPES, spec.parameters(objects=0), TRUTH.shape, np.random.default_rng(3))
    assert none[1] == ()
    empty = spec.apply((), spec.parameters(), TRUTH.shape, np.random.default_rng(3))
    assert len(empty[0]) == len(empty[1])
