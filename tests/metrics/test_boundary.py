"""Boundary scores: numbers worked by hand, the published definition, and every pair of pixels."""

import pickle
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from assay import LabelClass, LabelMap, Ontology
from assay.errors import ParameterError
from assay.metrics import Metric, Pair
from assay.metrics.boundary import (
    MEASURES,
    METRICS,
    BandWidth,
    boundary_f,
    boundary_iou,
    boundary_precision,
    boundary_recall,
    count_bands,
    count_contours,
    mean_boundary_f,
    mean_boundary_iou,
)
from assay.metrics.measure import NoParameters
from maps import TINY, drawn
from metrics.pairs import DensePair, adversarial_pairs, dense_pairs

ROAD, CAR, PERSON = range(3)

Counts = NDArray[np.int64]


def tolerant(*tolerances: int) -> Ontology:
    """TINY's classes and void, with these tolerances."""
    return Ontology(
        tuple(
            LabelClass(label.name, label.id, label.color, boundary_tolerance_px=tolerance)
            for label, tolerance in zip(TINY.classes, tolerances, strict=True)
        ),
        void_ids=(255,),
    )


def pair_of(reference: str, candidate: str, ontology: Ontology = TINY) -> Pair:
    return Pair(drawn(reference), drawn(candidate), ontology)


def bands_of(reference: str, candidate: str, distance: int = 1) -> Counts:
    return count_bands(pair_of(reference, candidate), BandWidth(distance_px=distance))


def contours_of(reference: str, candidate: str, *tolerances: int) -> Counts:
    ontology = tolerant(*(tolerances or (0, 0, 0)))
    return count_contours(pair_of(reference, candidate, ontology), NoParameters())


def published_band(mask: NDArray[np.bool_], distance: int) -> NDArray[np.bool_]:
    """The band as the authors of Boundary IoU define it: zeros around, 3×3 erosions."""
    byte = mask.astype(np.uint8)
    padded = cv2.copyMakeBorder(byte, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    eroded = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=distance)
    return np.asarray(byte - eroded[1:-1, 1:-1] > 0)


def slow_bands(maps: DensePair, ontology: Ontology, distance: int) -> list[list[int]]:
    reference, candidate = maps
    scored = (reference > 0) & (reference < ontology.first_void)
    counts = []
    for value in range(1, ontology.first_void):
        first = published_band(reference == value, distance)
        second = published_band((candidate == value) & scored, distance)
        counts.append([int(area.sum()) for area in (first & second, first, second)])
    return counts


def slow_contour(
    dense: NDArray[np.uint16], scored: NDArray[np.bool_], value: int
) -> NDArray[np.bool_]:
    """Scored pixels of the value with a scored neighbour inside the image of another value."""
    other = np.pad((dense != value) & scored, 1, constant_values=False)
    near = other[:-2, 1:-1] | other[2:, 1:-1] | other[1:-1, :-2] | other[1:-1, 2:]
    return np.asarray((dense == value) & scored & near)


def slow_contours(maps: DensePair, ontology: Ontology) -> list[list[int]]:
    """Contour pixels and hits by an exact distance transform."""
    reference = maps[0]
    scored = (reference > 0) & (reference < ontology.first_void)
    counts = []
    for value, label in enumerate(ontology.classes, 1):
        sides = [slow_contour(dense, scored, value) for dense in maps]
        row = []
        for own, other in (sides, sides[::-1]):
            near = np.zeros(own.shape, np.bool_)
            if other.any():
                near = ndimage.distance_transform_edt(~other) <= label.boundary_tolerance_px
            row += [int((own & near).sum()), int(own.sum())]
        counts.append(row)
    return counts


def pair_from(maps: DensePair, ontology: Ontology) -> Pair:
    return Pair(LabelMap.from_dense(maps[0]), LabelMap.from_dense(maps[1]), ontology)


@given(maps=dense_pairs(), distance=st.integers(1, 9))
@settings(max_examples=120, deadline=None)  # the first example compiles
def test_bands_are_the_published_ones(maps: DensePair, distance: int) -> None:
    counts = count_bands(pair_from(maps, TINY), BandWidth(distance_px=distance))
    assert counts.tolist() == slow_bands(maps, TINY, distance)


@given(maps=dense_pairs(), tolerances=st.tuples(*[st.integers(0, 6)] * 3))
@settings(max_examples=150, deadline=None)
def test_hits_are_those_of_a_distance_transform(
    maps: DensePair, tolerances: tuple[int, int, int]
) -> None:
    ontology = tolerant(*tolerances)
    counts = count_contours(pair_from(maps, ontology), NoParameters())
    assert counts.tolist() == slow_contours(maps, ontology)


@pytest.mark.parametrize("name", adversarial_pairs())
def test_adversarial_pairs_are_counted_exactly(name: str) -> None:
    maps = adversarial_pairs()[name]
    for tolerances in ((0, 1, 2), (5, 3, 1000)):
        ontology = tolerant(*tolerances)
        pair = pair_from(maps, ontology)
        assert count_contours(pair, NoParameters()).tolist() == slow_contours(maps, ontology)
        assert count_bands(pair, BandWidth(distance_px=2)).tolist() == slow_bands(maps, ontology, 2)


@pytest.mark.parametrize("shift", [0, 3, 40, 63, 64, 65, 70])
def test_long_horizontal_contours_are_matched_piece_by_piece(shift: int) -> None:
    # Contours of hundreds of pixels in one span, against shorter ones at another height.
    reference = np.ones((9, 300), np.uint16)
    reference[4:] = 2
    candidate = np.ones((9, 300), np.uint16)
    candidate[5:, shift : 300 - 2 * shift] = 2
    for tolerance in (0, 1, 2, 66):
        ontology = tolerant(tolerance, tolerance, tolerance)
        counts = count_contours(pair_from((reference, candidate), ontology), NoParameters())
        assert counts.tolist() == slow_contours((reference, candidate), ontology)


def test_real_maps_are_counted_exactly(shared_data: Path) -> None:
    classes = tuple(
        LabelClass(f"class {i}", i, (i, i, i), boundary_tolerance_px=i % 4) for i in range(1, 13)
    )
    ontology = Ontology((*classes[:11],), void_ids=(250,))
    paths = sorted((shared_data / "camvid" / "valannot").iterdir())[:4:3]
    small = [np.asarray(Image.open(path)).astype(np.uint16) + 1 for path in paths]
    large = [cv2.resize(d, (2048, 1024), interpolation=cv2.INTER_NEAREST) for d in small]
    for maps, distance in ((small, 12), (large, 46)):
        pair = pair_from((maps[0], maps[1]), ontology)
        assert (pair.reference.values == ontology.first_void).any()
        bands = count_bands(pair, BandWidth())
        assert bands.tolist() == slow_bands((maps[0], maps[1]), ontology, distance)
        contours = count_contours(pair, NoParameters())
        assert contours.tolist() == slow_contours((maps[0], maps[1]), ontology)


def test_bands_worked_by_hand() -> None:
    # A 5×5 road: 16 pixels along the frame.  Its last column given to car: 4×5, 14 along the rim.
    counts = bands_of("11111 11111 11111 11111 11111", "11112 11112 11112 11112 11112")
    assert counts.tolist() == [[11, 16, 14], [0, 0, 5], [0, 0, 0]]
    assert boundary_iou(counts)[ROAD] == 11 / 19
    assert boundary_iou(counts)[CAR] == 0.0
    assert np.isnan(boundary_iou(counts)[PERSON])
    assert mean_boundary_iou(counts) == pytest.approx(11 / 38)


def test_boundary_iou_sees_what_iou_forgives() -> None:
    reference = np.ones((100, 100), np.uint16)
    reference[10:90, 10:90] = 2
    candidate = np.ones((100, 100), np.uint16)
    candidate[12:88, 12:88] = 2
    pair = pair_from((reference, candidate), TINY)
    overlap = pair.confusion.overlap[CAR]
    assert overlap[0] / (overlap[1] + overlap[2] - overlap[0]) == pytest.approx(76**2 / 80**2)
    band = boundary_iou(count_bands(pair, BandWidth(distance_px=3)))
    # Rings of 3 px whose inner and outer edges are 2 px apart share one ring of 1 px.
    ring = 76**2 - 74**2
    assert band[CAR] == pytest.approx(ring / (80**2 - 74**2 + 76**2 - 70**2 - ring))


def test_the_band_is_two_per_cent_of_the_diagonal_and_at_least_one_pixel() -> None:
    assert BandWidth().pixels(1024, 2048) == 46
    assert BandWidth().pixels(480, 360) == 12
    assert BandWidth().pixels(3, 4) == 1
    assert BandWidth(diagonal_share=0.1).pixels(30, 40) == 5
    assert BandWidth(distance_px=7).pixels(30, 40) == 7


@pytest.mark.parametrize(
    "settings_", [{"distance_px": 0}, {"diagonal_share": 0.0}, {"diagonal_share": 1.5}]
)
def test_a_width_outside_its_range_is_refused(settings_: dict[str, float]) -> None:
    with pytest.raises(ParameterError, match=next(iter(settings_))):
        BandWidth(**settings_)  # type: ignore[arg-type]  # floats and whole numbers by name


def test_what_a_candidate_draws_in_void_does_not_count() -> None:
    reference = "111144 111144 111144 111144"
    for inside in ("11", "22", "44", ".."):
        candidate = " ".join(["1111" + inside] * 4)
        bands, contours = bands_of(reference, candidate), contours_of(reference, candidate)
        # The void bounds the road in both maps: a rim of 4×4.
        assert bands.tolist() == [[12, 12, 12], [0, 0, 0], [0, 0, 0]]
        assert contours.tolist() == [[0, 0, 0, 0]] * 3


def test_unlabelled_reference_pixels_are_treated_as_void() -> None:
    void, unlabelled = "1144 1144", "11.. 11.."
    candidate = "1112 1122"
    assert bands_of(void, candidate).tolist() == bands_of(unlabelled, candidate).tolist()
    assert contours_of(void, candidate).tolist() == contours_of(unlabelled, candidate).tolist()


def test_what_the_candidate_leaves_unlabelled_or_calls_void_makes_a_contour() -> None:
    for hole in (".", "4"):
        counts = contours_of("111 111 111", f"111 1{hole}1 111")
        assert counts[ROAD].tolist() == [0, 0, 0, 4]
        assert boundary_f(counts)[ROAD] == 0.0


def test_the_frame_is_no_contour() -> None:
    counts = contours_of("1111 1111 2222", "1111 1111 2222")
    assert counts.tolist() == [[4, 4, 4, 4], [4, 4, 4, 4], [0, 0, 0, 0]]
    filled = contours_of("111 111", "111 111")
    assert filled.tolist() == [[0, 0, 0, 0]] * 3
    assert np.isnan(boundary_f(filled)).all()
    assert np.isnan(mean_boundary_f(filled))


def test_a_line_is_hit_up_to_the_tolerance_and_no_further() -> None:
    reference, candidate = "111122222222 " * 3, "111111222222 " * 3
    off_by_two = {tolerance: contours_of(reference, candidate, *[tolerance] * 3)[ROAD].tolist()
                  for tolerance in (1, 2)}  # fmt: skip
    assert off_by_two == {1: [0, 3, 0, 3], 2: [3, 3, 3, 3]}


def test_distance_is_straight_not_along_axes() -> None:
    # One car pixel moved one row and one column: the square root of two, so 1 misses and 2 hits.
    reference, candidate = "1111 1211 1111 1111", "1111 1111 1121 1111"
    assert contours_of(reference, candidate, 0, 1, 0)[CAR].tolist() == [0, 1, 0, 1]
    assert contours_of(reference, candidate, 0, 2, 0)[CAR].tolist() == [1, 1, 1, 1]


def test_a_contour_of_another_class_is_no_hit() -> None:
    counts = contours_of("1122", "1133", 5, 5, 5)
    assert counts.tolist() == [[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 0, 1]]


def test_every_class_has_its_own_tolerance() -> None:
    counts = contours_of("11112222", "11122222", 1, 0, 0)
    assert counts[:2].tolist() == [[1, 1, 1, 1], [0, 1, 0, 1]]


def test_boundary_f_worked_by_hand() -> None:
    counts = np.array([[9, 10, 3, 4]])
    assert boundary_recall(counts).tolist() == [0.9]
    assert boundary_precision(counts).tolist() == [0.75]
    assert boundary_f(counts)[0] == pytest.approx(2 * 0.9 * 0.75 / (0.9 + 0.75))


def test_a_contour_missed_or_invented_scores_zero_and_one_in_neither_map_nothing() -> None:
    counts = np.array([[0, 5, 0, 0], [0, 0, 0, 5], [0, 5, 0, 5], [0, 0, 0, 0]])
    assert boundary_f(counts)[:3].tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(boundary_f(counts)[3])
    assert mean_boundary_f(counts) == 0.0
    assert np.isnan(boundary_precision(counts)).tolist() == [True, False, False, True]
    assert np.isnan(boundary_recall(counts)).tolist() == [False, True, False, True]


@given(maps=dense_pairs(highest=3))
@settings(max_examples=40, deadline=None)
def test_scores_obey_their_laws(maps: DensePair) -> None:
    reference, candidate = np.maximum(maps[0], 1), np.maximum(maps[1], 1)
    forth = pair_from((reference, candidate), TINY)
    back = pair_from((candidate, reference), TINY)
    width, none = BandWidth(), NoParameters()
    bands, contours = count_bands(forth, width), count_contours(forth, none)
    assert np.array_equal(bands[:, [0, 2, 1]], count_bands(back, width))
    assert np.array_equal(contours[:, [2, 3, 0, 1]], count_contours(back, none))
    for scores in (boundary_iou(bands), boundary_f(contours)):
        known = scores[~np.isnan(scores)]
        assert ((known >= 0) & (known <= 1)).all()
    same = pair_from((reference, reference), TINY)
    for perfect in (boundary_iou(count_bands(same, width)), boundary_f(count_contours(same, none))):
        assert (perfect[~np.isnan(perfect)] == 1.0).all()


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_leading_axes_are_kept(metric: Metric) -> None:
    columns = {measure.name: len(measure.columns) for measure in MEASURES}[metric.measure]
    counts = np.sort(np.random.default_rng(3).integers(0, 9, (4, 5, 3, columns)))
    whole = metric.score(counts, TINY)
    assert whole.shape == ((4, 5, 3) if metric.level == "class" else (4, 5))
    for place in np.ndindex(4, 5):
        np.testing.assert_array_equal(whole[place], metric.score(counts[place], TINY))


@pytest.mark.parametrize("score", [boundary_iou, boundary_f, boundary_precision, boundary_recall])
def test_wrong_columns_are_refused_with_the_way_out(score: object) -> None:
    with pytest.raises(ParameterError, match=r"\(\.\.\., classes, [34]\).*Give the columns"):
        score(np.zeros((5, 2), np.int64))  # type: ignore[operator]  # a metric with a score


def test_specs_are_complete_and_can_be_sent_to_a_worker() -> None:
    for spec in (*MEASURES, *METRICS):
        assert spec.summary.endswith(".")
        assert len(spec.advice) > 300
        assert pickle.loads(pickle.dumps(spec)) == spec
    measures = {measure.name: measure for measure in MEASURES}
    for measure in MEASURES:
        counts = measure.count(pair_of("1122", "1112"), measure.parameters())
        assert counts.dtype == np.int64
        assert counts.shape == (3, len(measure.columns))
    assert {metric.measure for metric in METRICS} == set(measures)
