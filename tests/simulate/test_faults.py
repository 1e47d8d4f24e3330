"""Each fault does what it says, and no more."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import OntologyError, ParameterError
from assay.labels import LabelMap
from assay.simulate.annotator import Annotator, changed_pixels
from assay.simulate.faults import (
    FAULTS,
    BoundaryJitter,
    BoundaryOffset,
    CoarsePolygons,
    FrameMargin,
    Gaps,
    GrowingLaziness,
    Holes,
    MissedObjects,
    Slivers,
    Specks,
    SwappedClasses,
    Unlabelled,
)
from maps import TINY, dense_maps, drawn

#: One setting of every fault, for the laws that hold for all.
SETTINGS = (
    BoundaryJitter(reach_px=2.0, wave_px=4.0),
    BoundaryOffset(1),
    BoundaryOffset(-1),
    CoarsePolygons(2.0),
    GrowingLaziness(first_px=1.0),
    MissedObjects(largest_px=20, share=1.0),
    SwappedClasses("car", "person", share=1.0),
    Holes(radius_px=1, share=1.0),
    Specks(count=4),
    Gaps(share=0.5),
    Unlabelled(share=0.5, least_px=4),
    FrameMargin(width_px=1),
    Slivers(count=3, length_px=4),
)

#: A car (2) of 3×4 px on road (1), and a person (3) of one pixel.
STREET_CORNER = drawn(
    """
    1111111111
    1111111111
    1122221111
    1122221131
    1122221111
    1111111111
    """
)


def spoil(label_map: LabelMap, *faults: object, index: int = 0, seed: int = 1) -> LabelMap:
    return Annotator("A", faults, seed).annotate(label_map, index, TINY)


def test_every_fault_has_a_setting_in_this_test() -> None:
    assert {type(setting) for setting in SETTINGS} == {fault.parameters for fault in FAULTS}


def test_every_fault_is_documented() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) == 12
    for fault in FAULTS:
        assert fault.summary.endswith(".")
        assert len(fault.advice) > 100
        assert "\n" not in fault.summary


def test_an_annotator_without_faults_repeats_the_truth() -> None:
    assert spoil(STREET_CORNER) == STREET_CORNER


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: type(setting).__name__)
@settings(max_examples=15, deadline=None)
@given(dense=dense_maps(highest=4), seed=st.integers(0, 99))
def test_faults_are_repeatable_and_leave_void_alone(
    setting: object, dense: np.ndarray, seed: int
) -> None:
    truth = LabelMap.from_dense(dense)
    annotator = Annotator("A", (setting,), seed)
    first, second = (annotator.work(truth, 3, TINY) for _ in range(2))
    assert first == second
    after = first.label_map.to_dense()
    np.testing.assert_array_equal(after == TINY.first_void, dense == TINY.first_void)
    assert (
        first.deeds[0].changed_px
        == (after != dense).sum()
        == changed_pixels(truth, first.label_map)
    )


def test_images_may_be_done_in_any_order() -> None:
    annotator = Annotator("A", (Specks(count=3), Gaps(share=0.5)), seed=2)
    forwards = [annotator.annotate(STREET_CORNER, index, TINY) for index in (0, 1, 2)]
    backwards = [annotator.annotate(STREET_CORNER, index, TINY) for index in (2, 1, 0)]
    assert forwards == backwards[::-1]
    assert len(set(forwards)) == 3


@settings(max_examples=25, deadline=None)
@given(dense=dense_maps(highest=3), reach=st.integers(0, 3))
def test_jitter_changes_nothing_farther_from_a_boundary_than_its_reach(
    dense: np.ndarray, reach: int
) -> None:
    after = spoil(LabelMap.from_dense(dense), BoundaryJitter(float(reach), 3.0)).to_dense()
    padded = np.pad(dense, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * reach + 1,) * 2)
    uniform = (windows == dense[:, :, None, None]).all(axis=(2, 3))
    np.testing.assert_array_equal(after[uniform], dense[uniform])


def test_jitter_moves_boundaries_to_both_sides() -> None:
    truth = LabelMap.from_dense(np.repeat([1, 2], 30)[None, :].repeat(80, axis=0))
    share = (spoil(truth, BoundaryJitter(3.0, 8.0)).to_dense() == 2).sum(axis=1)
    assert share.min() < 30 < share.max()
    assert abs(share.mean() - 30) < 1
    assert share.min() >= 27
    assert share.max() <= 33


def test_growth_adds_one_pixel_all_around() -> None:
    assert spoil(STREET_CORNER, BoundaryOffset(1, ("car",))) == drawn(
        """
        1111111111
        1122221111
        1222222111
        1222222131
        1222222111
        1122221111
        """
    )


def test_shrinkage_takes_one_pixel_all_around_and_erases_what_is_thin() -> None:
    assert spoil(STREET_CORNER, BoundaryOffset(-1)) == drawn(
        """
        1111111111
        1111111111
        1111111111
        1112211111
        1111111111
        1111111111
        """
    )


def test_an_object_cut_by_the_frame_does_not_shrink_there() -> None:
    assert spoil(drawn("22211 22211 22211"), BoundaryOffset(-1)) == drawn("22111 22111 22111")


def test_coarse_polygons_of_no_tolerance_change_nothing() -> None:
    assert spoil(STREET_CORNER, CoarsePolygons(0.0)) == STREET_CORNER


@settings(max_examples=25, deadline=None)
@given(dense=dense_maps(highest=3))
def test_outlines_of_rectangles_have_no_vertex_to_spare(dense: np.ndarray) -> None:
    """Below half a pixel, only vertices on a straight line could be dropped; a trace has none."""
    truth = LabelMap.from_dense(dense)
    assert spoil(truth, CoarsePolygons(0.3)) == truth


def test_a_stairway_becomes_a_slope() -> None:
    columns, rows = np.meshgrid(np.arange(40), np.arange(40))
    truth = LabelMap.from_dense(np.where(rows // 4 > columns // 4, 1, 2))
    after = spoil(truth, CoarsePolygons(4.0)).to_dense()
    lower = (after == 1).sum(axis=1)
    # One straight line from corner to corner grows by the same step in every row.
    assert set(np.diff(lower)) <= {0, 1}
    assert changed_pixels(truth, LabelMap.from_dense(after)) > 0


def test_coarser_tolerance_changes_more() -> None:
    rows, columns = np.indices((60, 60))
    blob = np.hypot(rows - 30, columns - 30) + 3 * np.sin(rows) < 20
    truth = LabelMap.from_dense(np.where(blob, 2, 1))
    changed = [changed_pixels(truth, spoil(truth, CoarsePolygons(px))) for px in (1.0, 3.0, 8.0)]
    assert 0 < changed[0] < changed[1] < changed[2]


def test_laziness_starts_with_care_and_grows() -> None:
    rows, columns = np.indices((60, 60))
    blob = np.hypot(rows - 30, columns - 30) + 3 * np.sin(rows) < 20
    truth = LabelMap.from_dense(np.where(blob, 2, 1))
    lazy = GrowingLaziness(first_px=0.0, growth_px=0.5)
    changed = [changed_pixels(truth, spoil(truth, lazy, index=index)) for index in (0, 4, 16)]
    assert changed[0] == 0
    assert changed[0] < changed[1] < changed[2]
    assert spoil(truth, lazy, index=4) == spoil(truth, CoarsePolygons(2.0))


def test_missed_objects_are_covered_by_what_surrounds_them() -> None:
    annotator = Annotator("A", (MissedObjects(largest_px=11, share=1.0),))
    work = annotator.work(STREET_CORNER, 0, TINY)
    dense = STREET_CORNER.to_dense()
    dense[3, 8] = 1
    np.testing.assert_array_equal(work.label_map.to_dense(), dense)
    assert (work.deeds[0].changed_px, work.deeds[0].objects) == (1, 1)


def test_objects_of_the_largest_size_are_missed_too() -> None:
    assert spoil(STREET_CORNER, MissedObjects(largest_px=12, share=1.0)) == LabelMap.filled(
        6, 10, 1
    )


def test_missing_prefers_stuff_to_another_object() -> None:
    """Behind a person beside a car there is road, not more car."""
    assert spoil(drawn("1111 1321 1111"), MissedObjects(1, 1.0, ("person",))) == drawn(
        "1111 1121 1111"
    )


def test_a_share_of_objects_is_missed() -> None:
    dense = np.ones((40, 400), np.uint16)
    dense[::4, ::4] = 3
    work = Annotator("A", (MissedObjects(5, 0.3),), seed=4).work(
        LabelMap.from_dense(dense), 0, TINY
    )
    assert work.deeds[0].objects == pytest.approx(300, abs=50)
    assert work.deeds[0].objects == work.deeds[0].changed_px


def test_an_image_that_is_one_object_cannot_lose_it() -> None:
    truth = LabelMap.filled(3, 3, 2)
    assert spoil(truth, MissedObjects(9, 1.0)) == truth


def test_swapped_classes_keep_their_shape() -> None:
    work = Annotator("A", (SwappedClasses("car", "person", 1.0),)).work(STREET_CORNER, 0, TINY)
    dense = STREET_CORNER.to_dense()
    dense[dense == 2] = 3
    np.testing.assert_array_equal(work.label_map.to_dense(), dense)
    assert (work.deeds[0].changed_px, work.deeds[0].objects) == (12, 1)


def test_swapping_an_unknown_class_is_refused() -> None:
    with pytest.raises(OntologyError, match="no class 'cat'"):
        spoil(STREET_CORNER, SwappedClasses("cat", "car"))


def test_a_hole_shows_the_surroundings_and_spares_the_rim() -> None:
    dense = np.ones((20, 20), np.uint16)
    dense[2:13, 3:14] = 2
    work = Annotator("A", (Holes(radius_px=2, share=1.0),)).work(
        LabelMap.from_dense(dense), 0, TINY
    )
    after = work.label_map.to_dense()
    hole = (after == 1) & (dense == 2)
    # A disc of radius 2 has 13 pixels.
    assert hole.sum() == work.deeds[0].changed_px == 13
    assert not hole[2].any()
    assert not hole[12].any()
    assert not hole[:, 3].any()
    assert not hole[:, 13].any()
    assert work.deeds[0].objects == 1


def test_objects_without_room_for_a_hole_stay_whole() -> None:
    work = Annotator("A", (Holes(radius_px=1, share=1.0),)).work(STREET_CORNER, 0, TINY)
    assert work.label_map == STREET_CORNER
    assert work.deeds[0].objects == 0


def test_specks_are_few_small_and_of_declared_classes() -> None:
    truth = LabelMap.filled(100, 100, 1)
    work = Annotator("A", (Specks(count=10, side_px=3),), seed=5).work(truth, 0, TINY)
    assert 0 < work.deeds[0].changed_px <= 90
    assert work.deeds[0].objects == 10
    assert set(np.unique(work.label_map.to_dense())) <= {1, 2, 3}


def test_gaps_are_unlabelled_and_lie_at_boundaries() -> None:
    assert spoil(STREET_CORNER, Gaps(width_px=1, share=1.0)) == drawn(
        """
        1111111111
        11....1111
        1.222.11.1
        1.222.1..1
        1.....1111
        1111111111
        """
    )


def test_wider_gaps_take_more() -> None:
    unlabelled = [
        (spoil(STREET_CORNER, Gaps(width, 1.0)).to_dense() == 0).sum() for width in (1, 2)
    ]
    assert unlabelled[0] < unlabelled[1]


def test_unlabelled_regions_lose_their_class_and_small_ones_do_not() -> None:
    work = Annotator("A", (Unlabelled(share=1.0, least_px=12),)).work(STREET_CORNER, 0, TINY)
    assert work.label_map == drawn(
        """
        ..........
        ..........
        ..........
        ........3.
        ..........
        ..........
        """
    )
    assert work.deeds[0].objects == 2


def test_objects_stop_before_the_frame() -> None:
    truth = drawn("11111 22211 22211 22211 11111")
    after = spoil(truth, FrameMargin(width_px=1))
    assert after == drawn("11111 12211 12211 12211 11111")


def test_an_object_without_surroundings_leaves_a_strip_without_a_class() -> None:
    assert spoil(drawn("222 222 222"), FrameMargin(width_px=1)) == drawn("... .2. ...")


def test_objects_away_from_the_frame_stay_whole() -> None:
    assert spoil(STREET_CORNER, FrameMargin(width_px=2)) == STREET_CORNER


def test_slivers_are_threads_inside_one_region() -> None:
    truth = LabelMap.filled(60, 60, 1)
    work = Annotator("A", (Slivers(count=5, length_px=20),), seed=3).work(truth, 0, TINY)
    after = work.label_map.to_dense()
    assert work.deeds[0].objects > 0
    assert work.deeds[0].changed_px == 20 * work.deeds[0].objects
    assert (after[0] == 1).all()
    assert (after[-1] == 1).all()


def test_no_share_means_no_fault() -> None:
    for setting in (MissedObjects(99, 0.0), SwappedClasses("car", "road", 0.0), Holes(1, 0.0)):
        assert spoil(STREET_CORNER, setting) == STREET_CORNER


def test_faults_follow_each_other() -> None:
    work = Annotator("A", (SwappedClasses("person", "car", 1.0), MissedObjects(1, 1.0))).work(
        STREET_CORNER, 0, TINY
    )
    assert [deed.fault for deed in work.deeds] == ["swapped-classes", "missed-objects"]
    assert [deed.objects for deed in work.deeds] == [1, 1]


@pytest.mark.parametrize(
    "make",
    [
        lambda: MissedObjects(share=1.2),
        lambda: MissedObjects(largest_px=0),
        lambda: Holes(share=float("nan")),
        lambda: CoarsePolygons(-1.0),
        lambda: CoarsePolygons(float("nan")),
        lambda: BoundaryJitter(wave_px=0.0),
        lambda: Gaps(width_px=0),
        lambda: Specks(count=-1),
        lambda: SwappedClasses("car", "road", share=-0.1),
        lambda: GrowingLaziness(growth_px=-0.1),
        lambda: Unlabelled(share=2.0),
        lambda: FrameMargin(width_px=0),
        lambda: Slivers(length_px=1),
    ],
)
def test_settings_out_of_range_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ParameterError, match="give"):
        make()


def test_an_annotator_refuses_what_is_no_fault() -> None:
    with pytest.raises(ParameterError, match=r"'lazy' sets no known fault. Give one of Boundary"):
        Annotator("A", ("lazy",))
