"""Overlap scores: numbers worked by hand, and the faults that peers have."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelClass, LabelMap, Ontology
from assay.errors import ParameterError
from assay.metrics import Confusion, Metric, Pair
from assay.metrics.measure import NoParameters
from assay.metrics.overlap import (
    MEASURES,
    METRICS,
    count_overlap,
    dice,
    frequency_weighted_iou,
    iou,
    mean_dice,
    mean_iou,
    pixel_accuracy,
    precision,
    recall,
    weighted_iou,
)
from maps import TINY, dense_maps, drawn

ROAD, CAR, PERSON = range(3)


def overlap_of(reference: str, candidate: str) -> NDArray[np.int64]:
    return count_overlap(Pair(drawn(reference), drawn(candidate), TINY), NoParameters())


def dense_overlap(reference: NDArray[np.uint16], candidate: NDArray[np.uint16]) -> list[list[int]]:
    scored = (reference > 0) & (reference < TINY.first_void)
    return [
        [
            int((scored & (reference == c) & (candidate == c)).sum()),
            int((scored & (reference == c)).sum()),
            int((scored & (candidate == c)).sum()),
        ]
        for c in range(1, TINY.first_void)
    ]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_counts_equal_the_dense_twin(data: st.DataObject) -> None:
    reference = data.draw(dense_maps())
    candidate = data.draw(dense_maps(shape=(reference.shape[0], reference.shape[1])))
    pair = Pair(LabelMap.from_dense(reference), LabelMap.from_dense(candidate), TINY)
    assert count_overlap(pair, NoParameters()).tolist() == dense_overlap(reference, candidate)


def test_counts_are_both_reference_candidate() -> None:
    counts = overlap_of("1122 1122", "1112 11.2")
    assert counts.tolist() == [[4, 4, 5], [2, 4, 2], [0, 0, 0]]


def test_scores_of_a_class_worked_by_hand() -> None:
    counts = np.array([[3, 4, 6]])
    assert iou(counts).tolist() == [3 / 7]
    assert dice(counts).tolist() == [0.6]
    assert precision(counts).tolist() == [0.5]
    assert recall(counts).tolist() == [0.75]


def test_four_pixels_inside_3600_score_a_thousandth() -> None:
    reference = np.full((60, 60), 2)
    candidate = np.ones((60, 60), np.int64)
    candidate[30:32, 30:32] = 2
    pair = Pair(LabelMap.from_dense(reference), LabelMap.from_dense(candidate), TINY)
    assert iou(pair.confusion)[CAR] == pytest.approx(4 / 3600)
    assert precision(pair.confusion)[CAR] == 1.0


def test_half_a_lost_object_does_not_score_one() -> None:
    for lost in ("..", "44"):  # unlabelled or undeclared, and declared void by the vendor
        counts = overlap_of("1122 1122", f"1122 11{lost}")
        assert iou(counts)[CAR] == 0.5
        assert dice(counts)[CAR] == pytest.approx(2 / 3)
        assert recall(counts)[CAR] == 0.5
        assert pixel_accuracy(counts) == 0.75


def test_an_undeclared_pixel_lowers_its_class_alone() -> None:
    counts = overlap_of("1122", "112.")
    assert iou(counts).tolist()[:2] == [1.0, 0.5]


def test_dice_is_not_accuracy() -> None:
    counts = overlap_of("1111111112", "1111111111")
    assert pixel_accuracy(counts) == 0.9
    assert dice(counts)[CAR] == 0.0
    assert mean_dice(counts) == pytest.approx((18 / 19 + 0) / 2)


def test_an_absent_class_is_nan_and_leaves_every_mean() -> None:
    counts = overlap_of("1122", "1112")
    for score in (iou, dice, precision, recall):
        assert np.isnan(score(counts)[PERSON])
    assert mean_iou(counts) == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert mean_dice(counts) == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert weighted_iou(counts, TINY) == pytest.approx((2 / 3 + 2 * 1 / 2) / 3)


def test_an_invented_class_counts_as_zero_in_the_mean() -> None:
    counts = overlap_of("1122", "1132")
    assert iou(counts).tolist() == [1.0, 0.5, 0.0]
    assert mean_iou(counts) == pytest.approx(0.5)
    assert np.isnan(recall(counts)[PERSON])
    assert precision(counts)[PERSON] == 0.0


def test_a_class_never_given_has_no_precision_but_zero_recall() -> None:
    counts = overlap_of("1122", "1111")
    assert np.isnan(precision(counts)[CAR])
    assert recall(counts)[CAR] == iou(counts)[CAR] == 0.0


def test_void_reference_pixels_are_not_scored() -> None:
    assert overlap_of("1144 11..", "1123 1123").tolist() == overlap_of("11 11", "11 11").tolist()


def test_nothing_scored_is_nan_everywhere() -> None:
    counts = overlap_of("44..", "1234")
    for metric in METRICS:
        assert np.isnan(metric.score(counts, TINY)).all()


def test_frequency_weighting_follows_reference_pixels() -> None:
    counts = overlap_of("1111112233", "1111122223")
    # road 5/6 of 6 px, car 2/4 of 2 px, person 1/2 of 2 px
    assert frequency_weighted_iou(counts) == pytest.approx((6 * 5 / 6 + 2 / 2 + 2 / 2) / 10)


def test_a_critical_class_weighs_more() -> None:
    counts = overlap_of("1111222333", "1111222331")
    # road 4/5 × 1, car 1 × 2, person 2/3 × 5
    assert weighted_iou(counts, TINY) == pytest.approx((0.8 + 2 + 10 / 3) / 8)


def test_classes_of_weight_zero_do_not_count() -> None:
    road = LabelClass("road", 1, (1, 1, 1), weight=0.0)
    car = LabelClass("car", 2, (2, 2, 2))
    counts = np.array([[0, 4, 0], [4, 4, 4]])
    assert weighted_iou(counts, Ontology((road, car))) == 1.0
    assert np.isnan(weighted_iou(counts[:1], Ontology((road,))))


def test_a_confusion_scores_as_its_counts() -> None:
    confusion = Confusion(("road", "car"), np.array([[6, 1, 1], [0, 3, 1]]))
    for score in (iou, dice, precision, recall, pixel_accuracy, mean_iou, mean_dice):
        assert score(confusion).tolist() == score(confusion.overlap).tolist()


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_leading_axes_are_kept(metric: Metric) -> None:
    counts = np.sort(np.random.default_rng(3).integers(0, 9, (4, 5, 3, 3)))
    whole = metric.score(counts, TINY)
    assert whole.shape == ((4, 5, 3) if metric.level == "class" else (4, 5))
    for place in np.ndindex(4, 5):
        np.testing.assert_array_equal(whole[place], metric.score(counts[place], TINY))


@settings(max_examples=60, deadline=None)
@given(dense_maps(highest=3, shape=(9, 11)), dense_maps(highest=3, shape=(9, 11)))
def test_scores_obey_their_laws(
    reference: NDArray[np.uint16], candidate: NDArray[np.uint16]
) -> None:
    # Where both maps label everything, swapping them swaps precision and recall.
    reference, candidate = np.maximum(reference, 1), np.maximum(candidate, 1)
    pair = Pair(LabelMap.from_dense(reference), LabelMap.from_dense(candidate), TINY)
    turned = Pair(pair.candidate, pair.reference, TINY)
    one, two = pair.confusion, turned.confusion
    np.testing.assert_array_equal(iou(one), iou(two))
    np.testing.assert_array_equal(dice(one), dice(two))
    np.testing.assert_array_equal(precision(one), recall(two))
    np.testing.assert_allclose(dice(one), 2 * iou(one) / (1 + iou(one)))
    perfect = Pair(pair.reference, pair.reference, TINY).confusion
    assert mean_iou(perfect) == pixel_accuracy(perfect) == mean_dice(perfect) == 1.0


@pytest.mark.parametrize("shape", [(3,), (2, 4), (5, 2, 2)])
def test_wrong_columns_are_refused_with_the_way_out(shape: tuple[int, ...]) -> None:
    with pytest.raises(ParameterError, match=r"\(\.\.\., classes, 3\).*both, reference, candidate"):
        iou(np.zeros(shape, np.int64))


def test_specs_are_complete_and_can_be_sent_to_a_worker() -> None:
    for spec in (*MEASURES, *METRICS):
        assert spec.summary.endswith(".")
        assert len(spec.advice) > 300
        assert pickle.loads(pickle.dumps(spec)) == spec
    assert {metric.measure for metric in METRICS} == {"overlap"}


def test_a_metric_is_the_function_of_its_name() -> None:
    counts = np.array([[3, 4, 6], [1, 2, 1], [0, 5, 0]])
    by_name = {metric.name: metric.score(counts, TINY).tolist() for metric in METRICS}
    assert by_name["iou"] == iou(counts).tolist()
    assert by_name["mean_dice"] == mean_dice(counts)
    assert by_name["weighted_iou"] == weighted_iou(counts, TINY)
    assert by_name["frequency_weighted_iou"] == frequency_weighted_iou(counts)
