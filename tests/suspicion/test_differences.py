"""Which regions differ, and what is wrong with each: on maps drawn as text."""

import numpy as np
import pytest
from hypothesis import given, settings

from assay import LabelClass, LabelMap, Ontology
from assay.labels import LabelMap as Map
from assay.suspicion import View
from assay.suspicion.differences import Difference, find_differences
from maps import dense_maps, drawn

#: 1 and 2 are stuff, 3 and 4 are things, 5 is void; outlines may be a pixel off.
CLASSES = Ontology(
    (
        LabelClass("road", 1, (1, 1, 1), boundary_tolerance_px=1),
        LabelClass("grass", 2, (2, 2, 2), boundary_tolerance_px=1),
        LabelClass("car", 3, (3, 3, 3), kind="thing", boundary_tolerance_px=1),
        LabelClass("bus", 4, (4, 4, 4), kind="thing", boundary_tolerance_px=1),
    ),
    void_ids=(255,),
)


def view(labels: Map, rival: Map, share: float = 0.9) -> View:
    sure = np.full(labels.shape, share, np.float32)
    return View(labels, rival, 1 - sure, sure)


def differences(labels: str, rival: str, *, gap_px: int = 2) -> tuple[Difference, ...]:
    return find_differences(view(drawn(labels), drawn(rival)), CLASSES, gap_px=gap_px)


CASES = {
    "missing_object": ("111111 111111 111111 111111", "111111 113331 113331 111111"),
    "extra_object": ("111111 113331 113331 111111", "111111 111111 111111 111111"),
    "swapped_class": ("111111 113331 113331 111111", "111111 114441 114441 111111"),
    "hole": ("1111111 1333331 1331331 1333331 1111111", "1111111 1333331 1333331 1333331 1111111"),
    "filled_hole": (
        "1111111 1333331 1333331 1333331 1111111",
        "1111111 1333331 1331331 1333331 1111111",
    ),
    "split": ("1111111 1331331 1331331 1111111", "1111111 1333331 1333331 1111111"),
    "merge": ("1111111 1333331 1333331 1111111", "1111111 1331331 1331331 1111111"),
    "boundary": ("11112222 11112222 11112222", "11222222 11222222 11222222"),
}


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_is_told(kind: str) -> None:
    assert [found.kind for found in differences(*CASES[kind])] == [kind]


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_survives_a_turn_and_a_mirror(kind: str) -> None:
    for turn in (np.rot90, np.flipud, np.transpose):
        labels, rival = (LabelMap.from_dense(turn(drawn(text).to_dense())) for text in CASES[kind])
        found = find_differences(view(labels, rival), CLASSES, gap_px=2)
        assert [entry.kind for entry in found] == [kind]


def test_a_region_says_its_box_its_pixels_and_both_classes() -> None:
    (found,) = differences(*CASES["missing_object"])
    box = found.region
    assert (box.top, box.left, box.bottom, box.right) == (1, 2, 3, 5)
    assert (found.area_px, found.label, found.rival) == (6, 1, 3)
    assert (found.label_share, found.rival_share) == pytest.approx((0.1, 0.9))


def test_an_outline_within_the_tolerance_is_no_difference() -> None:
    assert differences("1112222 1112222 1112222", "1122222 1122222 1122222") == ()


def test_a_hole_near_the_outline_is_a_hole_and_no_outline() -> None:
    (found,) = differences(
        "1111111 1333331 1313331 1333331 1111111", "1111111 1333331 1333331 1333331 1111111"
    )
    assert (found.kind, found.area_px) == ("hole", 1)


def test_a_thin_object_that_one_map_lacks_is_found_whatever_the_tolerance() -> None:
    (found,) = differences("11111 11111 11111", "11311 11311 11311")
    assert (found.kind, found.area_px) == ("missing_object", 3)


def test_a_wide_gap_splits_only_as_far_as_the_setting_reaches() -> None:
    labels, rival = "33111133 33111133 33111133", "33333333 33333333 33333333"
    assert [found.kind for found in differences(labels, rival, gap_px=1)] != ["split"]
    assert "split" in [found.kind for found in differences(labels, rival, gap_px=4)]


def test_stuff_is_never_split_or_merged() -> None:
    kinds = {d.kind for d in differences("2212222 2212222 1111111", "2222222 2222222 1111111")}
    assert not kinds & {"split", "merge"}


def test_an_object_below_its_least_size_is_neither_missing_nor_extra() -> None:
    classes = Ontology(
        (
            LabelClass("road", 1, (1, 1, 1)),
            LabelClass("car", 2, (2, 2, 2), kind="thing", minimum_region_px=3),
        )
    )
    small, plain, large = drawn("11111 12211 11111"), drawn("11111 11111 11111"), drawn("12221")
    assert find_differences(view(plain, small), classes, gap_px=2) == ()
    assert find_differences(view(small, plain), classes, gap_px=2) == ()
    assert len(find_differences(view(drawn("11111"), large), classes, gap_px=2)) == 1


def test_regions_that_touch_with_other_figures_stay_apart() -> None:
    found = differences("111111 111111", "113344 113344")
    assert sorted((entry.kind, entry.rival) for entry in found) == [
        ("missing_object", 3),
        ("missing_object", 4),
    ]


@settings(deadline=None)
@given(dense_maps(shape=(8, 9)), dense_maps(shape=(8, 9)))
def test_regions_lie_where_the_maps_differ(first: np.ndarray, second: np.ndarray) -> None:
    labels, rival = LabelMap.from_dense(first), LabelMap.from_dense(second)
    differ = first != second
    found = find_differences(view(labels, rival), CLASSES, gap_px=2)
    assert sum(entry.area_px for entry in found) <= differ.sum()
    for entry in found:
        box = entry.region
        inside = differ[box.top : box.bottom, box.left : box.right]
        assert 1 <= entry.area_px <= inside.sum()
    # Without tolerance every pixel that differs belongs to exactly one region.
    strict = find_differences(view(labels, rival), CLASSES, gap_px=0, tolerant=False)
    assert sum(entry.area_px for entry in strict) == differ.sum()


@settings(deadline=None)
@given(dense_maps(shape=(7, 7)))
def test_equal_maps_have_no_difference(dense: np.ndarray) -> None:
    labels = LabelMap.from_dense(dense)
    assert find_differences(view(labels, labels), CLASSES, gap_px=3) == ()
