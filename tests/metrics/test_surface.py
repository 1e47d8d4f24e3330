"""Distances between edges, against every pair of pixels and against distance transforms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from assay import LabelMap
from assay.errors import ParameterError
from assay.metrics import Pair
from assay.metrics.surface import (
    SurfaceDistances,
    average_surface_distance,
    hausdorff_distance,
    surface_dice,
    surface_distances,
)
from maps import TINY, adversarial_maps, dense_maps, drawn

#: What the twin writes where the reference is void or unlabelled.
HIDDEN = 99


def slow_edge(dense: NDArray[np.uint16], value: int) -> NDArray[np.bool_]:
    """Pixels of the value with a neighbour that is neither of the value nor hidden."""
    outside = np.pad((dense != value) & (dense != HIDDEN), 1, constant_values=True)
    near = outside[:-2, 1:-1] | outside[2:, 1:-1] | outside[1:-1, :-2] | outside[1:-1, 2:]
    edge: NDArray[np.bool_] = (dense == value) & near
    return edge


def slow_distances(edge: NDArray[np.bool_], other: NDArray[np.bool_]) -> list[float]:
    """Distance of every edge pixel to all edge pixels of the other map: the least one."""
    targets = np.argwhere(other)
    return [
        float(np.sqrt(((targets - pixel) ** 2).sum(axis=1).min())) if len(targets) else np.inf
        for pixel in np.argwhere(edge)
    ]


def assert_equals_the_slow_twin(
    reference: NDArray[np.uint16], candidate: NDArray[np.uint16]
) -> None:
    found = surface_distances(
        Pair(LabelMap.from_dense(reference), LabelMap.from_dense(candidate), TINY)
    )
    hidden = (reference == 0) | (reference >= TINY.first_void)
    first, second = (np.where(hidden, HIDDEN, dense) for dense in (reference, candidate))
    for place in range(3):
        edge, other = slow_edge(first, place + 1), slow_edge(second, place + 1)
        assert found.from_reference[place].tolist() == slow_distances(edge, other)
        assert found.from_candidate[place].tolist() == slow_distances(other, edge)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    reference = draw(dense_maps())
    return reference, draw(dense_maps(shape=(reference.shape[0], reference.shape[1])))


@given(maps=pairs())
@settings(max_examples=150, deadline=None)  # the first example compiles
def test_every_edge_pixel_has_the_distance_that_trying_all_pixels_gives(
    maps: tuple[NDArray[np.uint16], NDArray[np.uint16]],
) -> None:
    assert_equals_the_slow_twin(*maps)


@pytest.mark.parametrize("name", adversarial_maps())
def test_adversarial_maps_have_the_distances_that_trying_all_pixels_gives(name: str) -> None:
    dense = adversarial_maps()[name]
    assert_equals_the_slow_twin(dense, dense[::-1, ::-1].copy())
    assert_equals_the_slow_twin(dense, np.full_like(dense, 1))


def test_distances_of_a_real_sized_map_are_those_of_a_distance_transform() -> None:
    rng = np.random.default_rng(5)
    smooth = ndimage.gaussian_filter(rng.standard_normal((2, 200, 300)), (0, 9, 9))
    maps = np.digitize(smooth, [-0.03, 0.03]).astype(np.uint16) + 1
    found = surface_distances(
        Pair(LabelMap.from_dense(maps[0]), LabelMap.from_dense(maps[1]), TINY)
    )
    for place in range(3):
        first, second = slow_edge(maps[0], place + 1), slow_edge(maps[1], place + 1)
        expected = ndimage.distance_transform_edt(~second)[first]
        assert np.allclose(found.from_reference[place], expected, rtol=1e-12, atol=0)


def test_distances_swap_when_the_maps_swap() -> None:
    first, second = drawn("1122 1122 1111"), drawn("1112 1122 1222")
    forth = surface_distances(Pair(first, second, TINY))
    back = surface_distances(Pair(second, first, TINY))
    for place in range(3):
        assert forth.from_reference[place].tolist() == back.from_candidate[place].tolist()


def test_a_void_region_of_the_reference_makes_no_edge() -> None:
    # The candidate goes on where the reference is void: nobody can say that this is wrong.
    distances = surface_distances(Pair(drawn("114 114 114"), drawn("111 111 111"), TINY))
    assert distances.from_reference[0].tolist() == [0.0] * 5
    assert distances.from_candidate[0].tolist() == [0.0] * 5


def test_pixels_that_the_candidate_left_unlabelled_do_make_an_edge() -> None:
    reference, candidate = (
        drawn("11111 11111 11111 11111 11111"),
        drawn("11111 11111 11011 11111 11111"),
    )
    distances = surface_distances(Pair(reference, candidate, TINY))
    # The four pixels round the hole, one pixel from the border each.
    assert sorted(distances.from_candidate[0].tolist()) == [0.0] * 16 + [1.0] * 4


def test_a_shifted_box_is_as_far_off_as_it_was_shifted() -> None:
    reference = drawn("11111111 12211111 12211111 11111111")
    candidate = drawn("11111111 11112211 11112211 11111111")
    distances = surface_distances(Pair(reference, candidate, TINY))
    assert hausdorff_distance(distances, percentile=100.0)[1] == 3.0
    # Columns 1 and 2 against 4 and 5: three and two pixels to the nearest, both ways.
    assert average_surface_distance(distances)[1] == 2.5


def test_a_class_in_neither_map_scores_nan_and_in_one_map_infinite() -> None:
    distances = surface_distances(Pair(drawn("1122"), drawn("1111"), TINY))
    for scores in (hausdorff_distance(distances), average_surface_distance(distances)):
        assert np.isfinite(scores[0])
        assert np.isposinf(scores[1])
        assert np.isnan(scores[2])


def test_the_hausdorff_percentile_forgives_a_speck() -> None:
    near = np.zeros(99)
    distances = SurfaceDistances(("car",), (near,), (np.append(near, 50.0),))
    assert hausdorff_distance(distances, percentile=95.0).tolist() == [0.0]
    assert hausdorff_distance(distances, percentile=100.0).tolist() == [50.0]


@pytest.mark.parametrize("percentile", [-1.0, 101.0, float("nan")])
def test_a_percentile_outside_0_to_100_is_refused(percentile: float) -> None:
    with pytest.raises(ParameterError, match="0 to 100"):
        hausdorff_distance(SurfaceDistances((), (), ()), percentile=percentile)


@given(
    maps=pairs(),
    spacing=st.tuples(*[st.sampled_from([1.0, 0.5, 0.7, 3.0])] * 2),
    percentile=st.sampled_from([50.0, 95.0, 100.0]),
)
@settings(max_examples=80, deadline=None)
def test_scores_are_those_of_monai_s_definition_by_distance_transforms(
    maps: tuple[NDArray[np.uint16], NDArray[np.uint16]],
    spacing: tuple[float, float],
    percentile: float,
) -> None:
    reference, candidate = (np.clip(dense, 1, 3) for dense in maps)
    pair = Pair(LabelMap.from_dense(reference), LabelMap.from_dense(candidate), TINY)
    found = surface_distances(pair, spacing=spacing)
    far = hausdorff_distance(found, percentile=percentile)
    mean = average_surface_distance(found)
    close = surface_dice(found, tolerance=1.0)
    for place in range(3):
        masks = reference == place + 1, candidate == place + 1
        if not (masks[0].any() and masks[1].any()):
            continue
        edges = [mask ^ ndimage.binary_erosion(mask) for mask in masks]
        forth, back = (
            ndimage.distance_transform_edt(~other, sampling=spacing)[own]
            for own, other in (edges, edges[::-1])
        )
        expected = max(np.percentile(forth, percentile), np.percentile(back, percentile))
        assert far[place] == pytest.approx(expected, rel=1e-12)
        pooled = np.concatenate([forth, back])
        assert mean[place] == pytest.approx(pooled.mean(), rel=1e-12)
        assert close[place] == pytest.approx((pooled <= 1.0).mean(), rel=1e-12)


def test_spacing_scales_rows_and_columns() -> None:
    # The car moves two columns; then two rows.
    pixel = (4.0, 0.5)
    sideways = Pair(drawn("2111 1111 1111"), drawn("1121 1111 1111"), TINY)
    assert hausdorff_distance(surface_distances(sideways, spacing=pixel))[1] == 1.0
    down = Pair(drawn("2111 1111 1111"), drawn("1111 1111 2111"), TINY)
    assert hausdorff_distance(surface_distances(down, spacing=pixel))[1] == 8.0


@pytest.mark.parametrize("spacing", [(0.0, 1.0), (1.0, -1.0), (float("nan"), 1.0), (1.0, np.inf)])
def test_an_impossible_spacing_is_refused(spacing: tuple[float, float]) -> None:
    with pytest.raises(ParameterError, match="height and the width of a pixel"):
        surface_distances(Pair(drawn("12"), drawn("12"), TINY), spacing=spacing)


def test_surface_dice_counts_edges_within_the_tolerance() -> None:
    distances = surface_distances(Pair(drawn("1122"), drawn("1111"), TINY))
    # Road: 2 pixels in the reference, 4 in the candidate, the last two of them 1 and 2 px away.
    assert surface_dice(distances, tolerance=0.0)[0] == 4 / 6
    assert surface_dice(distances, tolerance=1.0)[0] == 5 / 6
    # Car is in one map only, person in neither.
    assert surface_dice(distances, tolerance=99.0)[1] == 0.0
    assert np.isnan(surface_dice(distances, tolerance=1.0)[2])


@pytest.mark.parametrize("tolerance", [-1.0, float("nan"), float("inf")])
def test_an_impossible_tolerance_is_refused(tolerance: float) -> None:
    with pytest.raises(ParameterError, match="0 or more"):
        surface_dice(SurfaceDistances((), (), ()), tolerance=tolerance)
