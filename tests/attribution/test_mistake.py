"""Mistakes are counted exactly, and named in words."""

import numpy as np
import pytest
from hypothesis import given

from assay import LabelMap
from assay.attribution.mistake import ItemMistakes, Mistake, count_mistakes, mistake_mask
from assay.metrics import Pair
from assay.metrics.anatomy import ERROR_KINDS, error_map
from maps import TINY, drawn
from metrics.pairs import DensePair, dense_pairs

ROAD, CAR, PERSON = 1, 2, 3


def mistakes_of(reference: str, candidate: str) -> ItemMistakes:
    return count_mistakes(Pair(drawn(reference), drawn(candidate), TINY))


def twin(pair: Pair) -> dict[Mistake, int]:
    """Count pixel by pixel."""
    found: dict[Mistake, int] = {}
    dense = (
        label_map.to_dense() for label_map in (pair.reference, pair.candidate, error_map(pair))
    )
    for truth, chosen, kind in zip(*(array.ravel().tolist() for array in dense), strict=True):
        name = ERROR_KINDS[kind - 1] if 1 <= kind <= 5 else ""
        for mistake in {
            "swapped_class": [Mistake("swapped", truth, chosen)],
            "missed_region": [Mistake("missed", truth)],
            "invented_region": [Mistake("invented", chosen)],
            "unlabelled": [Mistake("unlabelled", truth)],
            "boundary_offset": [Mistake("too_small", truth), Mistake("too_large", chosen)],
        }.get(name, []):
            found[mistake] = found.get(mistake, 0) + 1
    return found


def test_an_object_under_another_things_name_is_a_swap_to_that_class() -> None:
    found = mistakes_of("1111 1221 1221 1111", "1111 1331 1331 1111")
    assert found.pixels == {Mistake("swapped", CAR, PERSON): 4}
    assert found.share(Mistake("swapped", CAR, PERSON)) == 1.0


def test_an_object_that_was_left_out_is_missed() -> None:
    assert mistakes_of("1111 1221 1221 1111", "1111 1111 1111 1111").pixels == {
        Mistake("missed", CAR): 4
    }


def test_what_is_invented_is_measured_against_what_was_drawn() -> None:
    found = mistakes_of("1111 1111 1111", "1111 1221 1111")
    assert found.pixels == {Mistake("invented", CAR): 2}
    assert found.exposure(Mistake("invented", CAR)) == 2
    assert found.share(Mistake("invented", CAR)) == 1.0


def test_an_outline_that_is_off_makes_one_class_too_small_and_its_neighbour_too_large() -> None:
    found = mistakes_of("1111122222", "1111112222")
    assert found.pixels == {Mistake("too_small", CAR): 1, Mistake("too_large", ROAD): 1}
    assert found.share(Mistake("too_small", CAR)) == 0.2
    assert found.share(Mistake("too_large", ROAD)) == 1 / 6


def test_void_reference_pixels_are_nobodys_mistake() -> None:
    assert mistakes_of("4444 4444", "2222 1111").pixels == {}


@given(dense_pairs())
def test_counts_equal_those_of_a_walk_through_every_pixel(pair: DensePair) -> None:
    both = Pair(LabelMap.from_dense(pair[0]), LabelMap.from_dense(pair[1]), TINY)
    assert count_mistakes(both).pixels == twin(both)


@given(dense_pairs())
def test_a_mask_holds_as_many_pixels_as_were_counted(pair: DensePair) -> None:
    both = Pair(LabelMap.from_dense(pair[0]), LabelMap.from_dense(pair[1]), TINY)
    for mistake, pixels in count_mistakes(both).pixels.items():
        assert mistake_mask(both, mistake).counts(2)[1] == pixels


@pytest.mark.parametrize(
    ("mistake", "text"),
    [
        (Mistake("swapped", CAR, PERSON), "car is called person"),
        (Mistake("missed", PERSON), "person is left out"),
        (Mistake("invented", CAR), "car is drawn where there is none"),
        (Mistake("too_small", CAR), "car is drawn too small"),
        (Mistake("too_large", CAR), "car is drawn too large"),
        (Mistake("unlabelled", ROAD), "road is left without a label"),
    ],
)
def test_a_mistake_is_said_in_words(mistake: Mistake, text: str) -> None:
    assert mistake.describe(TINY) == text


def test_a_class_that_is_nowhere_has_nothing_to_go_wrong() -> None:
    nothing = ItemMistakes({}, np.zeros(3, np.int64), np.zeros(3, np.int64))
    assert nothing.share(Mistake("missed", CAR)) == 0.0
