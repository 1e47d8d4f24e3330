"""Severe errors equal those counted region by region on dense maps."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from assay import LabelClass, LabelMap, Ontology
from assay.metrics import Pair
from assay.metrics.measure import NoParameters
from assay.metrics.severe import count_severe, missed_rate, severe_error_rate
from maps import TINY, drawn
from metrics.pairs import DensePair, adversarial_pairs, dense_pairs, eight_connected


def severe(reference: LabelMap, candidate: LabelMap, ontology: Ontology = TINY) -> Any:
    return count_severe(Pair(reference, candidate, ontology), NoParameters()).tolist()


def dense_severe(
    reference: NDArray[Any], candidate: NDArray[Any], ontology: Ontology
) -> list[list[int]]:
    scored = (reference > 0) & (reference < ontology.first_void)
    rows = []
    for index, label in enumerate(ontology.classes, 1):
        regions = eight_connected(reference == index)
        objects = [region for region in regions if region.sum() >= label.minimum_region_px]
        missed = [region for region in objects if (candidate[region] == index).mean() < 0.25]
        invented = 0
        for region in eight_connected(candidate == index):
            pixels = reference[region & scored]
            if pixels.size >= label.minimum_region_px and 2 * pixels.size >= region.sum():
                invented += bool((pixels == index).mean() < 0.25)
        rows.append([len(objects), len(missed), invented])
    return rows


@settings(max_examples=80, deadline=None)
@given(dense_pairs())
def test_counts_equal_the_dense_definition(pair: DensePair) -> None:
    reference, candidate = pair
    expected = dense_severe(reference, candidate, TINY)
    assert severe(LabelMap.from_dense(reference), LabelMap.from_dense(candidate)) == expected


@pytest.mark.parametrize("name", adversarial_pairs())
def test_counts_of_adversarial_maps_equal_the_dense_definition(name: str) -> None:
    reference, candidate = adversarial_pairs()[name]
    expected = dense_severe(reference, candidate, TINY)
    assert severe(LabelMap.from_dense(reference), LabelMap.from_dense(candidate)) == expected


def test_a_region_of_which_a_quarter_is_found_is_no_severe_error() -> None:
    assert severe(drawn("2222 1111"), drawn("2111 1111"))[1] == [1, 0, 0]


def test_a_region_of_which_less_than_a_quarter_is_found_is_missed() -> None:
    assert severe(drawn("22222 11111"), drawn("21111 11111"))[1] == [1, 1, 0]


def test_a_candidate_region_without_a_reference_region_is_invented() -> None:
    assert severe(drawn("1111 1111"), drawn("1121 1111"))[1] == [0, 0, 1]


def test_a_candidate_region_on_void_is_ignored() -> None:
    assert severe(drawn("1144 1144"), drawn("1122 1122"))[1] == [0, 0, 0]


def test_a_candidate_region_mostly_on_void_is_ignored_and_half_on_void_is_not() -> None:
    assert severe(drawn("1144 1444"), drawn("1122 1222"))[1] == [0, 0, 0]
    assert severe(drawn("1114 1144"), drawn("1122 1122"))[1] == [0, 0, 0]
    assert severe(drawn("1114 1114"), drawn("1122 1122"))[1] == [0, 0, 1]


def test_half_an_object_that_was_lost_is_not_missed_and_a_lost_one_is_not_hidden() -> None:
    assert severe(drawn("2222 1111"), drawn("22.. 1111"))[1] == [1, 0, 0]
    assert severe(drawn("2222 1111"), drawn(".... 1111"))[1] == [1, 1, 0]


def test_the_rate_worked_by_hand() -> None:
    counts = np.array([[4, 1, 0], [6, 0, 2]])
    assert severe_error_rate(counts) == pytest.approx(3 / 12)
    assert missed_rate(counts).tolist() == [0.25, 0.0]
    assert np.isnan(missed_rate(np.array([[0, 0, 3]]))).all()


def test_regions_below_the_minimum_of_their_class_are_noise() -> None:
    ontology = Ontology(
        (
            LabelClass("road", 1, (1, 1, 1)),
            LabelClass("car", 2, (2, 2, 2), minimum_region_px=3),
        )
    )
    assert severe(drawn("1111 2211"), drawn("1121 1111"), ontology)[1] == [0, 0, 0]


def test_the_rate_of_nothing_is_unknown() -> None:
    assert np.isnan(severe_error_rate(np.zeros((3, 3), np.int64)))


def test_a_map_against_itself_has_no_severe_error() -> None:
    counts = count_severe(Pair(drawn("123 321"), drawn("123 321"), TINY), NoParameters())
    assert severe_error_rate(counts) == 0
