"""Likeness of errors equals its slow dense twin, and says what it should on cases made by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from assay import LabelMap
from assay.honesty.likeness import BANDS_PX, LEAST_PX, error_likeness
from assay.metrics.patterns import ABSENT
from maps import dense_maps

VOID = 4


def bands(truth: NDArray[np.uint16], label: int) -> NDArray[np.int64]:
    """In how many of the distances a pixel of the label lies (Chebyshev), pixel by pixel."""
    places = np.argwhere(truth == label)
    within = np.zeros(truth.shape, np.int64)
    for place in np.ndindex(truth.shape):
        near = np.abs(places - place).max(axis=1).min() if len(places) else np.inf
        within[place] = sum(near <= distance for distance in BANDS_PX)
    return within


def twin(votes: NDArray[np.uint16], truth: NDArray[np.uint16]) -> NDArray[np.float64]:
    """Pixel by pixel: tables of every pair within strata of equal pixels."""
    raters = len(votes)
    likeness = np.full((raters, raters), np.nan)
    band = [bands(truth, label) for label in range(6)]
    for first in range(raters):
        for second in range(raters):
            if first == second:
                continue
            tables: dict[tuple[int, ...], NDArray[np.int64]] = {}
            for place in zip(*np.nonzero((truth > 0) & (truth < VOID)), strict=True):
                for label in range(6):
                    if label == truth[place]:
                        continue
                    wrong = votes[(slice(None), *place)] == label
                    others = int(wrong.sum()) - int(wrong[first]) - int(wrong[second])
                    kind = (label, int(truth[place]), int(band[label][place]), others)
                    table = tables.setdefault(kind, np.zeros((2, 2), np.int64))
                    table[int(wrong[first]), int(wrong[second])] += 1
            common = expected = possible = 0.0
            for table in tables.values():
                ones, twos = table[1].sum(), table[:, 1].sum()
                common += table[1, 1]
                expected += ones * twos / table.sum()
                possible += (ones + twos) / 2
            if possible - expected >= LEAST_PX:
                found = (common - expected) / (possible - expected)
                likeness[first, second] = np.clip(found, -1, 1)
    return likeness


@settings(deadline=None, max_examples=12)
@given(dense_maps(shape=(14, 17)), st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_likeness_equals_its_dense_twin(truth: NDArray[np.uint16], raters: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    votes = np.repeat(truth[None], raters, axis=0)
    spots = rng.random(votes.shape) < rng.uniform(0.1, 0.6)
    votes[spots] = rng.integers(0, 4, int(spots.sum()))
    found = error_likeness(
        [LabelMap.from_dense(vote) for vote in votes],
        LabelMap.from_dense(truth),
        first_void=VOID,
    )
    np.testing.assert_allclose(found, twin(votes, truth), atol=1e-12)


RNG = np.random.default_rng(5)
TRUTH = np.ones((60, 90), np.uint16)
TRUTH[15:45, 20:60] = 2


def spotted(seed: int, share: float = 0.2) -> NDArray[np.uint16]:
    rng = np.random.default_rng(seed)
    dense = TRUTH.copy()
    spots = rng.random(dense.shape) < share
    dense[spots] = 3 - dense[spots]
    return dense


def likeness(*votes: NDArray[np.uint16], reference: bool = True) -> NDArray[np.float64]:
    maps = [LabelMap.from_dense(vote) for vote in votes]
    right = LabelMap.from_dense(TRUTH) if reference else None
    return error_likeness(maps, right, first_void=VOID)


def test_errors_made_apart_are_not_alike() -> None:
    found = likeness(*(spotted(seed) for seed in range(4)))
    assert np.nanmax(np.abs(found)) < 0.1


def test_equal_errors_are_wholly_alike() -> None:
    found = likeness(spotted(1), spotted(1), spotted(2), spotted(3))
    assert found[0, 1] == 1.0
    assert abs(found[0, 2]) < 0.1


def test_hard_places_make_nobody_alike() -> None:
    """Everybody errs at half of the hard pixels, hardly elsewhere: raw agreement is high."""
    rng = np.random.default_rng(1)
    hard = rng.random(TRUTH.shape) < 0.2
    votes = []
    for _ in range(6):
        wrong = rng.random(TRUTH.shape) < np.where(hard, 0.5, 0.01)
        votes.append(np.where(wrong, 3 - TRUTH, TRUTH).astype(np.uint16))
    both = (votes[0] != TRUTH) & (votes[1] != TRUTH)
    raw = both.sum() / (votes[0] != TRUTH).sum()
    assert raw > 0.4
    assert np.nanmax(likeness(*votes)) < 0.2


def test_a_shared_habit_of_drawing_too_large_makes_nobody_alike() -> None:
    grown = ndimage.binary_dilation(TRUTH == 2, np.ones((3, 3)), iterations=3)
    votes = []
    for seed in range(4):
        jitter = np.random.default_rng(seed).random(TRUTH.shape) < 0.9
        dense = TRUTH.copy()
        if seed < 2:
            dense[grown & jitter] = 2
        votes.append(dense)
    both = (votes[0] != TRUTH) & (votes[1] != TRUTH)
    assert both.sum() / (votes[0] != TRUTH).sum() > 0.8
    assert abs(likeness(*votes)[0, 1]) < 0.15


def test_without_a_reference_the_plurality_is_right() -> None:
    votes = [spotted(1), spotted(1), *(spotted(seed) for seed in range(2, 7))]
    assert likeness(*votes, reference=False)[0, 1] > 0.85


def test_it_is_symmetric_and_follows_the_order_of_annotators() -> None:
    votes = [spotted(1), spotted(1, 0.4), spotted(2), spotted(3)]
    found = likeness(*votes)
    np.testing.assert_allclose(found, found.T)
    order = [2, 0, 3, 1]
    moved = likeness(*(votes[place] for place in order))
    np.testing.assert_allclose(moved, found[np.ix_(order, order)])


def test_absent_annotators_and_few_errors_say_nothing() -> None:
    maps = [LabelMap.from_dense(spotted(seed)) for seed in range(3)]
    absent = LabelMap.filled(60, 90, ABSENT)
    found = error_likeness([*maps, absent], LabelMap.from_dense(TRUTH), first_void=VOID)
    assert np.isnan(found[3]).all()
    assert not np.isnan(found[0, 1])
    clean = LabelMap.from_dense(TRUTH)
    assert np.isnan(error_likeness([clean, clean], clean, first_void=VOID)).all()
    assert np.isnan(error_likeness([absent, absent], None, first_void=VOID)).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1)])
def test_tiny_images_are_no_trouble(shape: tuple[int, int]) -> None:
    maps = [LabelMap.filled(*shape, value) for value in (1, 2, 2)]
    assert error_likeness(maps, maps[0], first_void=VOID).shape == (3, 3)
