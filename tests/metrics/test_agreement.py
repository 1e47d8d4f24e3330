"""Agreement of many annotators against sums over every pixel, and against the usual packages."""

import math
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.stats import inter_rater

from assay import LabelClass, LabelMap, Ontology
from assay.errors import ParameterError
from assay.metrics.agreement import (
    VALUE_COLUMNS,
    agreement_of_value,
    alpha_with,
    count_coincidences,
    count_values,
    count_values_without,
    estimate_agreement,
    fleiss_kappa,
    fleiss_kappa_of_value,
    krippendorff_alpha,
    krippendorff_alpha_of_value,
    pixel_agreement,
)
from assay.metrics.distance import NOMINAL, PARENTS
from assay.metrics.patterns import count_patterns
from maps import TINY, drawn
from metrics.panels import ABSENT, panels, values_of

Dense = NDArray[np.uint16]
KIN = Ontology(
    (
        LabelClass("car", 1, (0, 0, 142), parent="vehicle"),
        LabelClass("bus", 2, (0, 60, 100), parent="vehicle"),
        LabelClass("road", 3, (128, 64, 128)),
    ),
    void_ids=(255,),
)


def counts_of(images: Sequence[Sequence[Dense]], ontology: Ontology = TINY) -> NDArray[Any]:
    """One row of counts an image, nominal."""
    distance = NOMINAL.matrix(ontology)
    return np.stack(
        [
            count_values(
                count_coincidences(
                    count_patterns([[LabelMap.from_dense(dense) for dense in maps]]), ontology
                ),
                ontology,
                distance,
            )
            for maps in images
        ]
    )


def slow_counts(maps: Sequence[Dense], distance: NDArray[Any]) -> NDArray[Any]:
    """The five sums, pixel by pixel and pair by pair."""
    votes = values_of(list(maps), TINY.first_void)
    counts = np.zeros((TINY.first_void, len(VALUE_COLUMNS)))
    for pixel in votes.T:
        said = [int(value) for value in pixel if not math.isnan(value)]
        m = len(said)
        if m < 2:
            continue
        for value in said:
            counts[value, 0] += 1
            counts[value, 3] += 1 / m
        for one, other in permutations(said, 2):
            counts[one, 1] += (one == other) / (m - 1)
            counts[one, 2] += distance[one, other] / (m - 1)
            counts[one, 4] += (one == other) / (m * (m - 1))
    return counts


@given(maps=panels())
@settings(max_examples=80, deadline=None)  # the first example compiles
def test_the_sums_are_those_of_every_pixel(maps: list[Dense]) -> None:
    assert counts_of([maps])[0] == pytest.approx(slow_counts(maps, NOMINAL.matrix(TINY)))


@given(maps=panels(), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_any_distance_weighs_each_disagreement(maps: list[Dense], seed: int) -> None:
    distance = np.triu(np.random.default_rng(seed).random((4, 4)), 1)
    distance += distance.T
    found = count_values(
        count_coincidences(count_patterns([[LabelMap.from_dense(m) for m in maps]]), TINY),
        TINY,
        distance,
    )
    assert found == pytest.approx(slow_counts(maps, distance))


@given(maps=panels())
@settings(max_examples=80, deadline=None)
def test_alpha_is_that_of_the_package_krippendorff(maps: list[Dense]) -> None:
    votes = values_of(maps, TINY.first_void)
    counts = counts_of([maps])[0]
    ours = float(krippendorff_alpha(counts, NOMINAL.matrix(TINY)))
    if (counts[:, 0] > 0).sum() < 2:
        assert math.isnan(ours)
        return
    domain = np.arange(4.0)
    theirs = krippendorff.alpha(
        reliability_data=votes, level_of_measurement="nominal", value_domain=domain
    )
    assert ours == pytest.approx(theirs, abs=1e-12)
    assert float(alpha_with(NOMINAL.matrix(TINY))(counts)) == ours


@given(maps=panels())
@settings(max_examples=30, deadline=None)
def test_alpha_with_the_distance_of_parents_is_that_of_the_package(maps: list[Dense]) -> None:
    distance = PARENTS.matrix(KIN)
    counts = count_values(
        count_coincidences(count_patterns([[LabelMap.from_dense(m) for m in maps]]), KIN),
        KIN,
        distance,
    )
    ours = float(krippendorff_alpha(counts, distance))
    if math.isnan(ours):
        return

    def squares(v1: Any, v2: Any, **_: Any) -> Any:
        return distance[v1.astype(int), v2.astype(int)]

    theirs = krippendorff.alpha(
        reliability_data=values_of(maps, KIN.first_void),
        level_of_measurement=squares,  # type: ignore[arg-type]  # their protocol names more
        value_domain=np.arange(4.0),
    )
    assert ours == pytest.approx(theirs, abs=1e-12)


@given(maps=panels(highest=3))
@settings(max_examples=60, deadline=None)
def test_kappa_is_that_of_statsmodels_where_nobody_is_missing(maps: list[Dense]) -> None:
    maps = [dense for dense in maps if dense.max() < ABSENT]
    counts = counts_of([maps])[0]
    ours = float(fleiss_kappa(counts))
    if len(maps) < 2 or (counts[:, 0] > 0).sum() < 2:
        assert math.isnan(ours)
        return
    table, _ = inter_rater.aggregate_raters(np.stack([m.ravel() for m in maps], 1).astype(int))
    assert ours == pytest.approx(inter_rater.fleiss_kappa(table), abs=1e-12)


@given(maps=panels())
@settings(max_examples=40, deadline=None)
def test_kappa_with_missing_values_takes_means_over_pixels(maps: list[Dense]) -> None:
    """Gwet 2014: agreement and frequencies are means over the pixels with two values or more."""
    agreeing, frequencies = [], []
    for pixel in values_of(maps, TINY.first_void).T:
        said = [int(value) for value in pixel if not math.isnan(value)]
        if len(said) > 1:
            pairs = list(permutations(said, 2))
            agreeing.append(sum(a == b for a, b in pairs) / len(pairs))
            frequencies.append([said.count(value) / len(said) for value in range(4)])
    ours = float(fleiss_kappa(counts_of([maps])[0]))
    if math.isnan(ours):
        assert not agreeing or (np.mean(frequencies, axis=0) > 0).sum() == 1
        return
    chance = float((np.mean(frequencies, axis=0) ** 2).sum())
    assert ours == pytest.approx((np.mean(agreeing) - chance) / (1 - chance))


@given(maps=panels())
@settings(max_examples=40, deadline=None)
def test_the_sums_without_an_annotator_are_those_of_the_others(maps: list[Dense]) -> None:
    distance = PARENTS.matrix(KIN)
    patterns = count_patterns([[LabelMap.from_dense(dense) for dense in maps]])
    without = count_values_without(patterns, KIN, distance)
    for place in range(len(maps)):
        others = [LabelMap.from_dense(m) for k, m in enumerate(maps) if k != place]
        expected = count_values(count_coincidences(count_patterns([others]), KIN), KIN, distance)
        assert without[place, :, [0, 2]] == pytest.approx(expected[:, [0, 2]].T)


@given(maps=panels())
@settings(max_examples=40, deadline=None)
def test_the_order_of_annotators_changes_nothing(maps: list[Dense]) -> None:
    assert np.array_equal(counts_of([maps]), counts_of([maps[::-1]]))


@given(maps=panels())
@settings(max_examples=40, deadline=None)
def test_each_value_is_judged_against_all_others_together(maps: list[Dense]) -> None:
    """Alpha and kappa of one value are those of maps that know it and *another* alone."""
    counts = counts_of([maps])[0]
    alphas, kappas = krippendorff_alpha_of_value(counts), fleiss_kappa_of_value(counts)
    for value in range(TINY.first_void):
        binary = [
            np.where(m >= TINY.first_void, m, np.where(m == value, 1, 2)).astype(np.uint16)
            for m in maps
        ]
        of_two = counts_of([binary])[0]
        expected = float(krippendorff_alpha(of_two, NOMINAL.matrix(TINY)))
        assert alphas[value] == pytest.approx(expected, nan_ok=True)
        # Fleiss' kappa of a class is that of two values, where all pixels have as many votes.
        if not any((m >= TINY.first_void).any() for m in maps):
            assert kappas[value] == pytest.approx(float(fleiss_kappa(of_two)), nan_ok=True)


def test_krippendorff_s_example_worked_by_hand() -> None:
    """Krippendorff 2011, section C: nominal data, four observers, missing values: alpha .743."""
    # The paper's values are 1 to 5; what is missing there is void here.
    order = {".": 6, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
    observers = (
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    )
    ontology = Ontology(
        tuple(LabelClass(f"value {n}", n, (n, n, n)) for n in range(1, 6)), void_ids=(9,)
    )
    maps = [np.array([[order[v] for v in row.split()]], np.uint16) for row in observers]
    counts = counts_of([maps], ontology)[0]
    assert float(krippendorff_alpha(counts, NOMINAL.matrix(ontology))) == pytest.approx(
        0.743, abs=5e-4
    )
    assert counts[:, 0].tolist() == [0, 9, 13, 10, 5, 3]


def test_fleiss_kappa_worked_by_hand() -> None:
    """Ten subjects, fourteen raters, five categories: kappa .210, agreement .378."""
    subjects = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    votes = np.stack([np.repeat(np.arange(1, 6), row) for row in subjects]).astype(np.uint16)
    ontology = Ontology(tuple(LabelClass(f"category {n}", n, (n, n, n)) for n in range(1, 6)))
    counts = counts_of([[votes[:, [rater]] for rater in range(14)]], ontology)[0]
    assert float(fleiss_kappa(counts)) == pytest.approx(0.210, abs=5e-4)
    assert float(pixel_agreement(counts)) == pytest.approx(0.378, abs=5e-4)


def test_three_annotators_worked_by_hand() -> None:
    maps = [drawn("1122"), drawn("1112"), drawn("1.12")]
    dense = [label_map.to_dense() for label_map in maps]
    counts = counts_of([dense])[0]
    # Of three pairs agree: all, one, one, all.
    assert float(pixel_agreement(counts)) == pytest.approx((1 + 1 / 3 + 1 / 3 + 1) / 4)
    assert counts[:, 0].tolist() == [1, 7, 4, 0]
    assert agreement_of_value(counts)[:3].tolist() == pytest.approx([0, 5 / 7, 3 / 4])


def test_unlabelled_is_a_value_and_void_is_none() -> None:
    unlabelled = counts_of([[drawn("11").to_dense(), drawn("1.").to_dense()]])[0]
    void = counts_of([[drawn("11").to_dense(), drawn("14").to_dense()]])[0]
    assert float(pixel_agreement(unlabelled)) == 0.5
    assert float(pixel_agreement(void)) == 1.0
    assert void[:, 0].sum() == 2  # one pixel with two values


def test_an_absent_annotator_changes_nothing() -> None:
    maps = [drawn("1122").to_dense(), drawn("1112").to_dense()]
    absent = np.full((1, 4), ABSENT, np.uint16)
    assert np.array_equal(counts_of([maps]), counts_of([[maps[0], absent, maps[1]]]))


@pytest.mark.parametrize("maps", [["11", "11"], ["1", "4"], ["4", "4"]])
def test_without_variation_or_values_there_is_no_alpha_and_no_kappa(maps: list[str]) -> None:
    counts = counts_of([[drawn(text).to_dense() for text in maps]])[0]
    assert math.isnan(krippendorff_alpha(counts, NOMINAL.matrix(TINY)))
    assert math.isnan(fleiss_kappa(counts))
    assert np.isnan(krippendorff_alpha_of_value(counts)).all()
    assert np.isnan(fleiss_kappa_of_value(counts)).all()


def test_leaving_an_image_out_is_counting_the_others() -> None:
    rng = np.random.default_rng(4)
    images = [[rng.integers(0, 4, (6, 7)).astype(np.uint16) for _ in range(3)] for _ in range(4)]
    counts = counts_of(images)
    for place in range(4):
        others = counts_of([maps for number, maps in enumerate(images) if number != place])
        without = counts.sum(axis=0) - counts[place]
        assert without == pytest.approx(others.sum(axis=0))


def test_the_interval_holds_the_coefficient_and_never_passes_1() -> None:
    rng = np.random.default_rng(5)
    images = []
    for _ in range(12):
        truth = rng.integers(1, 4, (9, 9)).astype(np.uint16)
        images.append(
            [np.where(rng.random((9, 9)) < 0.05, 1, truth).astype(np.uint16) for _ in range(3)]
        )
    counts = counts_of(images)
    for statistic in (pixel_agreement, fleiss_kappa, alpha_with(NOMINAL.matrix(TINY))):
        found = estimate_agreement(statistic, counts)
        assert found.low < found.value < found.high < 1
        assert found.images == 12
    of_class = estimate_agreement(krippendorff_alpha_of_value, counts)
    assert of_class.images.tolist() == [0, 12, 12, 12]
    assert math.isnan(of_class.low[0])


def test_one_image_has_no_interval() -> None:
    maps = [drawn("1122").to_dense(), drawn("1112").to_dense()]
    found = estimate_agreement(pixel_agreement, counts_of([maps]))
    assert float(found.value) == 0.75
    assert math.isnan(found.low)


def test_counts_of_another_shape_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"\(\.\.\., values, 5\)"):
        pixel_agreement(np.zeros((3, 4)))
    with pytest.raises(ParameterError, match="at least one image"):
        estimate_agreement(pixel_agreement, np.zeros((0, 3, 5)))
