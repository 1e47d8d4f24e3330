"""Every wrong pixel has exactly one kind, the one that the definition gives it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from assay import LabelClass, LabelMap, Ontology
from assay.metrics import Pair
from assay.metrics.anatomy import count_anatomy, error_map
from assay.metrics.measure import NoParameters
from maps import TINY, drawn
from metrics.pairs import DensePair, adversarial_pairs, dense_pairs, eight_connected


def unanswered(
    regions_of: NDArray[Any], other: NDArray[Any], scored: NDArray[Any], ontology: Ontology
) -> NDArray[np.int64]:
    """Per pixel 0 where its region has an answer, 1 where noise has none, 2 where an object has."""
    weight = np.zeros(regions_of.shape, np.int64)
    for index, label in enumerate(ontology.classes, 1):
        for region in eight_connected(regions_of == index):
            seen = region & scored
            if 2 * seen.sum() >= region.sum() and (other[seen] == index).mean() < 0.25:
                weight[region] = 2 if seen.sum() >= label.minimum_region_px else 1
    return weight


def kind_of_region(truth: str, given: str, *, missed: bool, invented: bool) -> int:
    if missed and invented:
        return 4
    if truth != given:
        return 2 if truth == "thing" else 3
    if missed or invented:
        return 2 if missed else 3
    return 4


def dense_kinds(
    reference: NDArray[Any], candidate: NDArray[Any], ontology: Ontology
) -> NDArray[np.int64]:
    scored = (reference > 0) & (reference < ontology.first_void)
    missed = unanswered(reference, candidate, scored, ontology)
    invented = unanswered(candidate, reference, scored, ontology)
    kinds = np.zeros(reference.shape, np.int64)
    for y, x in np.ndindex(*reference.shape):
        truth, given_class = int(reference[y, x]), int(candidate[y, x])
        if not scored[y, x]:
            kinds[y, x] = 6
        elif given_class == truth:
            kinds[y, x] = 0
        elif given_class == 0 or given_class >= ontology.first_void:
            kinds[y, x] = 5
        else:
            label, other = ontology.classes[truth - 1], ontology.classes[given_class - 1]
            reach = label.boundary_tolerance_px
            window = reference[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
            if max(missed[y, x], invented[y, x]) < 2 and (window != truth).any():
                kinds[y, x] = 1
            else:
                kinds[y, x] = kind_of_region(
                    label.kind,
                    other.kind,
                    missed=bool(missed[y, x]),
                    invented=bool(invented[y, x]),
                )
    return kinds


#: Every class with its own tolerance, none and far among them, and its own smallest region.
UNEVEN = Ontology(
    (
        LabelClass("road", 1, (1, 1, 1), boundary_tolerance_px=0),
        LabelClass("car", 2, (2, 2, 2), kind="thing", boundary_tolerance_px=1, minimum_region_px=4),
        LabelClass(
            "person", 3, (3, 3, 3), kind="thing", boundary_tolerance_px=5, minimum_region_px=9
        ),
    ),
    void_ids=(255,),
)


def kinds(reference: str, candidate: str, ontology: Ontology = TINY) -> Any:
    return error_map(Pair(drawn(reference), drawn(candidate), ontology)).to_dense().tolist()


@settings(max_examples=80, deadline=None)
@given(dense_pairs())
def test_the_error_map_equals_the_dense_definition(pair: DensePair) -> None:
    reference, candidate = pair
    found = error_map(Pair(LabelMap.from_dense(reference), LabelMap.from_dense(candidate), TINY))
    np.testing.assert_array_equal(found.to_dense(), dense_kinds(reference, candidate, TINY))


@settings(max_examples=80, deadline=None)
@given(dense_pairs())
def test_each_class_has_its_own_tolerance(pair: DensePair) -> None:
    reference, candidate = pair
    found = error_map(Pair(LabelMap.from_dense(reference), LabelMap.from_dense(candidate), UNEVEN))
    np.testing.assert_array_equal(found.to_dense(), dense_kinds(reference, candidate, UNEVEN))


@settings(max_examples=40, deadline=None)
@given(dense_pairs())
def test_the_measure_counts_the_pixels_of_the_error_map(pair: DensePair) -> None:
    reference, candidate = pair
    maps = Pair(LabelMap.from_dense(reference), LabelMap.from_dense(candidate), UNEVEN)
    kinds_of = error_map(maps).to_dense()
    expected = [
        [int(((reference == index) & (kinds_of == kind)).sum()) for kind in range(1, 6)]
        for index in range(1, UNEVEN.first_void)
    ]
    assert count_anatomy(maps, NoParameters()).tolist() == expected


@pytest.mark.parametrize("name", adversarial_pairs())
def test_the_error_map_of_adversarial_maps_equals_the_dense_definition(name: str) -> None:
    reference, candidate = adversarial_pairs()[name]
    found = error_map(Pair(LabelMap.from_dense(reference), LabelMap.from_dense(candidate), TINY))
    np.testing.assert_array_equal(found.to_dense(), dense_kinds(reference, candidate, TINY))


@settings(max_examples=80, deadline=None)
@given(dense_pairs())
def test_the_parts_sum_to_all_wrong_pixels_of_each_class(pair: DensePair) -> None:
    maps = Pair(LabelMap.from_dense(pair[0]), LabelMap.from_dense(pair[1]), TINY)
    confusion = maps.confusion.counts
    wrong = confusion.sum(axis=1) - np.diagonal(confusion)
    parts = count_anatomy(maps, NoParameters())
    assert parts.shape == (3, 5)
    np.testing.assert_array_equal(parts.sum(axis=1), wrong)


def test_a_missed_car_is_a_missed_region() -> None:
    assert kinds("111111 112211 111111", "111111 111111 111111")[1] == [0, 0, 2, 2, 0, 0]


def test_a_car_out_of_nothing_is_an_invented_region() -> None:
    assert kinds("111111 111111 111111", "111111 112211 111111")[1] == [0, 0, 3, 3, 0, 0]


def test_a_car_called_person_is_a_swapped_class() -> None:
    assert kinds("111111 112211 111111", "111111 113311 111111")[1] == [0, 0, 4, 4, 0, 0]


def test_what_shows_through_a_hole_in_a_car_is_a_part_of_the_car_that_is_missed() -> None:
    assert kinds("22222 22222 22222", "22222 22122 22222")[1] == [0, 0, 2, 0, 0]


def test_a_gap_in_a_car_that_was_filled_is_an_invented_part_of_the_car() -> None:
    assert kinds("22222 22122 22222", "22222 22222 22222")[1] == [0, 0, 3, 0, 0]


def test_stuff_painted_into_other_stuff_is_an_invented_region() -> None:
    stuff = Ontology((LabelClass("road", 1, (1, 1, 1)), LabelClass("grass", 2, (2, 2, 2))))
    assert kinds("11111 11111", "11211 11111", stuff)[0] == [0, 0, 3, 0, 0]


def test_specks_below_the_least_region_are_an_offset_at_a_border_and_else_what_they_are() -> None:
    ontology = Ontology(
        (
            LabelClass("road", 1, (1, 1, 1), boundary_tolerance_px=1, minimum_region_px=4),
            LabelClass("grass", 2, (2, 2, 2), boundary_tolerance_px=1, minimum_region_px=4),
        )
    )
    found = kinds("11111111222222", "11121112222222", ontology)
    assert found == [[0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]]
    speck = kinds("111111112 111111112 111111112", "111111212 111111112 111111112", ontology)
    assert speck[0] == [0, 0, 0, 0, 0, 0, 3, 0, 0]
    beside = kinds("111111122 111111122 111111122", "111111212 111111122 111111122", ontology)
    assert beside[0] == [0, 0, 0, 0, 0, 0, 1, 1, 0]


def test_a_car_drawn_one_pixel_to_the_side_is_a_boundary_offset() -> None:
    assert kinds("1222211 1222211", "1122221 1122221")[0] == [0, 1, 0, 0, 0, 1, 0]


def test_a_hole_in_the_labels_is_unlabelled() -> None:
    assert kinds("1111 1111", "1.11 1411")[0][1] == 5
    assert kinds("1111 1111", "1.11 1411")[1][1] == 5


def test_void_and_unlabelled_reference_pixels_are_not_scored() -> None:
    assert kinds("14.1", "2221") == [[3, 6, 6, 0]]


def test_the_half_of_a_large_car_given_to_the_road_is_missed_beyond_the_tolerance() -> None:
    ontology = Ontology(
        (
            LabelClass("road", 1, (1, 1, 1), boundary_tolerance_px=1),
            LabelClass("car", 2, (2, 2, 2), kind="thing", boundary_tolerance_px=1),
        )
    )
    assert kinds("1122222222", "1111112222", ontology) == [[0, 0, 1, 2, 2, 2, 0, 0, 0, 0]]


def test_the_frame_of_the_image_is_not_a_boundary() -> None:
    ontology = Ontology(
        (
            LabelClass("road", 1, (1, 1, 1), boundary_tolerance_px=1),
            LabelClass("grass", 2, (2, 2, 2), boundary_tolerance_px=1),
        )
    )
    reference = "22222 22222 22222 11111 11111 11111"
    candidate = "12222 12222 12222 11111 11111 11111"
    column = [row[0] for row in kinds(reference, candidate, ontology)]
    assert column == [4, 4, 1, 0, 0, 0]
