from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry import LineString
from shapely.geometry import Polygon as ShapelyPolygon

from assay.labels import LabelMap, Polygon, keyhole, trace
from assay.labels.outlines import crossings, distinct, has_no_area, repeats, spikes
from maps import dense_maps


def ring(*points: tuple[float, float]) -> NDArray[np.float64]:
    return np.array(points, np.float64)


SQUARE = ring((0, 0), (8, 0), (8, 8), (0, 8))


def test_a_square_has_nothing_wrong() -> None:
    assert len(crossings(SQUARE)) == len(spikes(SQUARE, length_px=1, width_px=1)) == 0
    assert not has_no_area(SQUARE)
    assert repeats(SQUARE).size == 0


def test_a_loop_is_found_with_its_place_and_area() -> None:
    # The right side is walked to (8, 8), then back over the top side's line at (6, 0).
    looped = ring((0, 0), (8, 0), (8, -2), (6, -2), (6, 8), (0, 8))
    found = crossings(looped)
    assert (found.points.tolist(), found.loop_px.tolist()) == ([[6, 0]], [4])


def test_two_crossings_of_one_side_are_two() -> None:
    zigzag = ring((0, 0), (9, 0), (9, 4), (6, 4), (6, -2), (3, -2), (3, 4), (0, 4))
    assert sorted(crossings(zigzag).points.tolist()) == [[3, 0], [6, 0]]


@pytest.mark.parametrize(
    "sound",
    [
        SQUARE,
        np.concatenate([SQUARE, SQUARE[:1]]),
        ring((0, 0), (8, 0), (8, 8), (4, 0), (0, 8)),  # touches a side with a vertex
        ring((0, 0), (4, 0), (4, 4), (0, 4), (0, 2), (2, 2), (2, 3), (2, 2), (0, 2)),
    ],
)
def test_sides_that_touch_do_not_cross(sound: NDArray[np.float64]) -> None:
    assert len(crossings(sound)) == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 14))
def test_crossings_are_those_of_every_pair_of_sides(seed: int, vertices: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 9, (vertices, 2)) + rng.random((vertices, 2)) * 0.3
    sides = [LineString([points[i], points[(i + 1) % vertices]]) for i in range(vertices)]
    pairs = [(i, j) for i, j in combinations(range(vertices), 2) if (j - i) % vertices != 1]
    apart = [(i, j) for i, j in pairs if not (i == 0 and j == vertices - 1)]
    expected = [sides[i].intersection(sides[j]) for i, j in apart if sides[i].crosses(sides[j])]
    found = crossings(points)
    assert len(found) == len(expected)
    assert np.allclose(
        sorted(found.points.tolist()), sorted([point.x, point.y] for point in expected)
    )
    assert (len(found) == 0) == ShapelyPolygon(points).is_valid


@settings(max_examples=40, deadline=None)
@given(dense_maps(highest=2))
def test_traced_outlines_and_their_bridges_are_sound(dense: NDArray[np.uint16]) -> None:
    for region in trace(LabelMap.from_dense(dense)):
        joined = keyhole(region.polygon)
        assert len(crossings(joined)) == 0
        assert repeats(joined).size == 0
        assert not has_no_area(joined)


def test_the_loop_of_a_crossing_is_the_area_that_it_cuts_off() -> None:
    bow_tie = ring((1000, 1000), (1010, 1004), (1010, 1000), (1000, 1004))
    assert crossings(bow_tie).loop_px.tolist() == [pytest.approx(10)]
    half = Polygon((ring((1000, 1000), (1005, 1002), (1000, 1004)),))
    assert half.area == 10


def test_an_absurd_outline_is_searched_in_part_and_says_so() -> None:
    star = np.random.default_rng(3).random((3000, 2)) * 100
    found = crossings(star)
    assert not found.complete
    assert len(found) == 1000


def test_repeated_vertices_are_listed_but_not_the_closing_one() -> None:
    doubled = ring((0, 0), (8, 0), (8, 0), (8, 8), (8, 8), (8, 8), (0, 8), (0, 0))
    assert repeats(doubled).tolist() == [2, 4, 5]
    assert np.array_equal(distinct(doubled), ring((0, 0), (8, 0), (8, 8), (0, 8)))


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(3, 3), (3, 3), (3, 3)], True),
        ([(0, 0), (4, 4), (0, 0)], True),
        ([(0, 0), (4, 4), (2, 2), (9, 9)], True),
        ([(0, 0), (4, 4), (4, 4.01)], False),
        ([(0, 0), (4, 4), (4, 0), (0, 4)], False),  # a bow-tie
        ([(1e8, 1e8), (1e8 + 1, 1e8 + 1), (1e8, 1e8 + 1)], False),
    ],
)
def test_vertices_on_a_line_have_no_area(
    points: list[tuple[float, float]], *, expected: bool
) -> None:
    assert has_no_area(ring(*points)) is expected


def test_a_spike_is_long_and_thin() -> None:
    def tips(width: float, length: float) -> int:
        spiked = ring((0, 0), (8, 0), (8, 8), (4 + width, 8), (4, 8 + length), (4, 8), (0, 8))
        return len(spikes(spiked, length_px=4, width_px=0.5))

    assert tips(0, 10) == tips(0.4, 10) == 1
    assert tips(0, 3) == tips(2, 10) == 0


def test_a_point_has_no_spikes() -> None:
    assert len(spikes(ring((1, 1), (1, 1), (1, 1)), length_px=1, width_px=1)) == 0
