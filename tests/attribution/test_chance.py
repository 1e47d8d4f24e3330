"""p-values: exact on tiny cases, and honest over many."""

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from assay.attribution.chance import (
    above_floor,
    adjusted,
    annotator_excess,
    draws_for,
    most_of,
    partial_conjunction,
    vendor_excess,
)


def exact_vendor_excess(shares: NDArray[np.float64], vendor: int) -> float:
    """Exchange the vendors' names in every way, image by image."""
    images, vendors = shares.shape
    gaps = (shares - shares.mean(axis=1, keepdims=True)) * vendors / (vendors - 1)
    observed = gaps[:, vendor].sum()
    sums = [
        sum(gaps[image, chosen] for image, chosen in enumerate(way))
        for way in product(range(vendors), repeat=images)
    ]
    return float(np.mean([total >= observed - 1e-9 for total in sums]))


def test_a_vendors_p_value_is_that_of_all_exchanges_of_names() -> None:
    shares = np.random.default_rng(5).random((6, 3))
    found = vendor_excess(shares, draws=40_000, rng=np.random.default_rng(1))
    exact = [exact_vendor_excess(shares, vendor) for vendor in range(3)]
    # Drawing stops at 25 exceedances, so a p-value is known to about a fifth of itself.
    assert np.allclose(found, exact, rtol=0.5, atol=0.01)


def test_an_image_that_one_vendor_alone_has_compares_nobody() -> None:
    shares = np.array([[0.9, np.nan], [0.8, np.nan]])
    assert vendor_excess(shares, draws=100, rng=np.random.default_rng(1)).tolist() == [1.0, 1.0]


def test_a_missing_vendor_takes_no_part_in_that_image() -> None:
    full = np.tile([[0.1, 0.1, 0.9]], (12, 1))
    full[0, 0] = np.nan
    found = vendor_excess(full, draws=20_000, rng=np.random.default_rng(1))
    assert found[2] < 0.001
    assert (found[:2] > 0.9).all()


def test_an_annotator_who_errs_more_than_colleagues_is_found() -> None:
    shares = np.array([0.0] * 12 + [0.5] * 6)
    who = np.array([0, 1] * 6 + [2] * 6)
    found = annotator_excess(shares, who, 3, draws=20_000, rng=np.random.default_rng(1))
    assert found[2] < 0.001
    assert (found[:2] > 0.9).all()


def test_an_annotator_alone_has_no_colleagues_to_be_compared_with() -> None:
    found = annotator_excess(
        np.array([0.5, 0.6]), np.array([1, 1]), 3, draws=100, rng=np.random.default_rng(1)
    )
    assert found.tolist() == [1.0, 1.0, 1.0]


def test_p_values_of_vendors_who_are_alike_are_no_smaller_than_they_should_be() -> None:
    rng = np.random.default_rng(11)
    found = []
    for _ in range(400):
        hard = rng.beta(0.3, 2.0, (20, 1))
        shares = np.clip(hard * rng.exponential(1.0, (20, 3)), 0, 1)
        found.append(vendor_excess(shares, draws=400, rng=rng))
    # 1,200 p-values, three of a kind: the share below 5 % has a standard error of about 1 point.
    assert np.mean(np.array(found) < 0.05) < 0.07


def test_the_claim_that_many_do_it_needs_evidence_for_many() -> None:
    assert partial_conjunction(np.array([1e-9, 0.5, 0.5]), 2) == 1.0
    assert partial_conjunction(np.array([0.001, 0.002, 0.5]), 2) == pytest.approx(0.004)
    assert [most_of(n) for n in (2, 3, 4, 5, 6)] == [2, 2, 3, 4, 4]


def test_a_share_above_the_floor_in_every_image_is_above_it() -> None:
    shares = np.array([[0.2, 0.0, np.nan], [0.3, 0.0, np.nan], [0.25, 0.0, 0.4]])
    high, none, once = above_floor(shares, 0.01)
    assert high < 0.01
    assert none == 1.0
    assert once == 1.0


def test_equal_shares_above_the_floor_leave_no_doubt_and_below_it_no_claim() -> None:
    assert above_floor(np.full((4, 1), 0.2), 0.01).tolist() == [0.0]
    assert above_floor(np.full((4, 1), 0.0), 0.01).tolist() == [1.0]


def test_adjusting_keeps_the_order_and_equals_the_formula_by_hand() -> None:
    # Smallest times 4 / 1, next times 4 / 2, and so on.
    assert adjusted(np.array([0.01, 0.04, 0.02, 0.5])) == pytest.approx([0.04, 0.16 / 3, 0.04, 0.5])
    assert adjusted(np.array([])).size == 0


def test_more_hypotheses_need_more_draws() -> None:
    assert draws_for(10, 0.05) == 5_000
    assert draws_for(1_000, 0.05) == 200_000
