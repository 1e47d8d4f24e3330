"""The study's arithmetic: what a ranking is worth, and which errors are planted."""

import numpy as np
import pytest
from scipy.ndimage import label
from studies.planting import cut_objects, plant
from studies.rankings import Numbers, Region, draws, estimates, order_average_precision, rank
from studies.suspects import FOUND, Errors, Spot, corrections, seen, softmin_spots, spearman

from assay.suspicion import View
from maps import TINY, drawn

FIRST = [Region(0.9, True, (0,)), Region(0.8, False), Region(0.4, True, (0, 1))]
SECOND = [Region(0.7, True, (0,)), Region(0.1, False)]


def test_each_error_counts_with_the_precision_at_the_region_that_finds_it_first() -> None:
    ranking = rank([FIRST, SECOND], [3, 1]).looked()
    # Found at looks 1, 4 and 3; one error never.
    assert ranking.average_precision() == pytest.approx((1 / 1 + 3 / 4 + 0 + 2 / 3) / 4)
    assert [ranking.precision(looks) for looks in (1, 2, 4, 10)] == [1.0, 0.5, 0.75, 0.3]
    assert [ranking.recall(looks) for looks in (0, 1, 3, 4, 99)] == [0, 0.25, 0.5, 0.75, 0.75]


def test_an_image_drawn_twice_counts_as_two_images() -> None:
    ranking = rank([FIRST, SECOND], [3, 1])
    weighted = ranking.looked(np.array([2, 1]))
    copied = rank([FIRST, FIRST, SECOND], [3, 3, 1]).looked()
    for looks in (2, 4, 8):
        assert weighted.precision(looks) == pytest.approx(copied.precision(looks))
    assert weighted.recall(5) == pytest.approx(copied.recall(5))
    alone = ranking.looked(np.array([0, 2]))
    assert alone.average_precision() == rank([SECOND], [1]).looked().average_precision()


def test_some_errors_can_be_chosen() -> None:
    looked, chosen = rank([FIRST, SECOND], [3, 1]).looked(), np.array([True, False, False, True])
    assert looked.average_precision(chosen) == pytest.approx((1 + 2 / 3) / 2)
    assert looked.recall(1, chosen) == 0.5


def test_a_ranking_without_regions_or_errors_finds_nothing() -> None:
    assert rank([[], []], [1, 0]).looked().average_precision() == 0
    assert rank([FIRST[1:2]], [0]).looked().average_precision() == 0
    assert rank([[]], [2]).looked().precision(5) == 0
    assert rank([[]], [2]).found == 0


def test_intervals_hold_the_value_and_come_from_the_seed() -> None:
    ranking, times = rank([FIRST, SECOND] * 20, [3, 1] * 20), draws(40, 300, seed=1)
    assert times.sum(axis=1).tolist() == [40] * 300

    def measured(times: Numbers | None) -> list[float]:
        return [ranking.looked(times).average_precision(), ranking.looked(times).precision(60)]

    for found in estimates(measured, times):
        assert found.low < found.value < found.high
    assert estimates(measured, times) == estimates(measured, draws(40, 300, seed=1))


def test_images_in_order() -> None:
    assert order_average_precision([False, True, True]) == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert np.isnan(order_average_precision([False]))


LABELS = drawn("1111111 1221111 1221112").to_dense()
RIGHT = drawn("1111111 1111111 1111111").to_dense()


def test_corrections_below_the_least_size_are_trifles() -> None:
    assert corrections(LABELS, RIGHT, 1).count == 2
    errors = corrections(LABELS, RIGHT, 4)
    assert (errors.count, int(errors.trifles.sum())) == (1, 1)
    assert errors.place[1, 1] == 0
    assert (errors.place >= 0).sum() == 4


def spot(*pixels: tuple[int, int]) -> Spot:
    rows, columns = np.array(pixels).T
    return Spot(0.5, rows, columns)


def test_a_region_is_a_find_when_enough_of_it_is_wrong() -> None:
    errors = corrections(LABELS, RIGHT, 4)
    right, trifle, wrong = spot((0, 0)), spot((2, 6)), spot((1, 1), (0, 0))
    few = spot((1, 1), *((0, column) for column in range(7)))
    assert 1 / 8 < FOUND < 1 / 2
    found = seen([right, trifle, wrong, few], errors)
    assert [(region.hit, region.finds) for region in found] == [
        (False, ()),
        (True, (0,)),
        (False, ()),
    ]
    assert seen([spot((0, 0))], Errors(np.full((1, 1), -1), 0, np.zeros((1, 1), bool)))


def test_softmin_regions_are_connected_and_score_by_their_worst_pixels() -> None:
    flags = np.array([[1, 1, 0, 1]], bool)
    shares = np.array([[0.9, 0.1, 0.9, 0.3]], np.float32)
    view = View(drawn("1111"), drawn("2212"), shares, 1 - shares)
    first, second = softmin_spots(flags, view)
    assert (first.columns.tolist(), second.columns.tolist()) == ([0, 1], [3])
    assert first.score == pytest.approx(0.9, abs=1e-3)
    assert second.score == pytest.approx(0.7)
    assert softmin_spots(np.zeros((1, 4), bool), view) == []


def test_rank_correlation_is_that_of_the_textbooks() -> None:
    assert spearman(np.array([1.0, 2, 3]), np.array([10.0, 20, 15])) == pytest.approx(0.5)
    assert np.isnan(spearman(np.ones(3), np.arange(3.0)))


def test_planted_errors_lie_exactly_where_labels_and_truth_differ() -> None:
    planted = plant(0, height=96, width=192, seed=3)
    differ = planted.labels.to_dense() != planted.truth.to_dense()
    assert ((planted.error >= 0) == differ).all()
    assert np.unique(planted.error[differ]).tolist() == list(range(len(planted.kinds)))
    again = plant(0, height=96, width=192, seed=3)
    assert (again.labels, again.kinds) == (planted.labels, planted.kinds)


def test_a_cut_parts_a_thing_in_two() -> None:
    whole = np.ones((12, 20), np.uint16)
    whole[2:10, 2:18] = 2
    cuts = [cut_objects(whole, TINY, np.random.default_rng(seed)) for seed in range(30)]
    parts = {int(label(cut == 2)[1]) for cut in cuts}
    assert parts == {1, 2}
