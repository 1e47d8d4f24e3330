"""What each rule on masks finds, leaves alone, and says; on tiny maps worked by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray
from scipy import ndimage

from assay import LabelClass, LabelMap, Ontology
from assay.delivery import Finding, Region
from assay.errors import ParameterError
from assay.validation import VALIDATION_RULES, ItemRule, Subject
from assay.validation.cut_short import CutShortParameters
from assay.validation.relations import ApartParameters, InsideParameters
from assay.validation.specks import HoleParameters, SliverParameters, SpeckParameters
from assay.validation.unlabelled import GapParameters
from maps import TINY, adversarial_maps, dense_maps, drawn

#: Road, car (at least 6 px and 2 px wide), plate inside a car, rider next to a bicycle, bicycle.
STREET = Ontology(
    (
        LabelClass("road", 1, (1, 1, 1), minimum_width_px=3),
        LabelClass("car", 2, (2, 2, 2), kind="thing", minimum_region_px=6),
        LabelClass("plate", 3, (3, 3, 3), kind="thing", inside=("car",)),
        LabelClass("rider", 4, (4, 4, 4), kind="thing", next_to=("bicycle",)),
        LabelClass("bicycle", 5, (5, 5, 5), kind="thing"),
        LabelClass("lamp", 6, (6, 6, 6), kind="thing", inside=("car",)),
    ),
    void_ids=(255,),
)


def found(
    name: str, labels: str | LabelMap, parameters: Any = None, ontology: Ontology = STREET
) -> list[Finding]:
    rule = VALIDATION_RULES.get(name)
    assert isinstance(rule, ItemRule)
    label_map = drawn(labels) if isinstance(labels, str) else labels
    settings_ = rule.parameters() if parameters is None else parameters
    return list(rule.check(Subject("a", label_map, ontology), settings_).findings())


def boxes(findings: list[Finding]) -> list[tuple[int, int, int, int]]:
    regions = [finding.region for finding in findings]
    return [(r.top, r.left, r.bottom, r.right) for r in regions if r is not None]


def test_a_region_below_its_class_minimum_is_a_speck_with_its_place() -> None:
    (finding,) = found("speck", "111111 122111 112211 111111")
    assert finding.message == (
        "A region of 'car' has 4 px; regions of this class have at least 6 px."
    )
    assert finding.region == Region(1, 1, 3, 4)


def test_a_region_at_its_minimum_or_at_the_frame_is_no_speck() -> None:
    assert found("speck", "1111111 1222111 1222111 1111111") == []
    assert found("speck", "221111 221111 111111") == []


def test_a_fleck_beside_a_large_region_of_its_class_is_no_speck() -> None:
    ragged = "11111111111111111 12221121111111111 12221111111111111 11111111111111111"
    assert boxes(found("speck", ragged, SpeckParameters(apart_px=3))) == []
    near = "11111111111111111 12221121111112111 12221111111111111 11111111111111111"
    assert boxes(found("speck", near, SpeckParameters(apart_px=3))) == [(1, 13, 2, 14)]
    assert len(found("speck", near, SpeckParameters(apart_px=0))) == 2


def test_void_and_unlabelled_flecks_are_no_specks() -> None:
    assert found("speck", "11111 17.11 11111") == []


def test_specks_are_listed_largest_first() -> None:
    sizes = [f.message for f in found("speck", "1111111 1211221 1111111", SpeckParameters(4, 0))]
    assert [int(size.split()[5]) for size in sizes] == [2, 1]


def test_a_hole_may_show_several_classes_of_stuff() -> None:
    ontology = Ontology(
        (
            LabelClass("road", 1, (1, 1, 1)),
            LabelClass("car", 2, (2, 2, 2), kind="thing"),
            LabelClass("grass", 3, (3, 3, 3)),
        )
    )
    hole = "222222 213312 211112 222222"
    (finding,) = found("hole", hole, HoleParameters(least_px=1), ontology)
    assert finding.message == "A region of 'car' has a hole of 8 px."
    assert finding.region == Region(1, 1, 3, 5)
    assert found("speck", hole, None, ontology) == []


def test_what_is_no_hole() -> None:
    settings_ = HoleParameters(least_px=1)
    for labels in (
        "22222 22322 22222",  # a thing inside a thing
        "22122 22222 22222",  # open to the frame
        "22222 22.22 22222",  # unlabelled: a gap
        "11111 11211 11111",  # a thing inside stuff
        "22255 21155 22255",  # between two things
    ):
        assert found("hole", labels, settings_) == [], labels


def test_holes_are_found_by_size() -> None:
    labels = "2222222 2122112 2222222"
    assert len(found("hole", labels, HoleParameters(least_px=1))) == 2
    assert len(found("hole", labels, HoleParameters(least_px=2))) == 1
    assert len(found("hole", labels, HoleParameters(least_px=1, largest_px=1))) == 1


def test_a_thread_is_a_sliver_by_its_class_width() -> None:
    thread = "1111111111 5555555555 1111111111 1555555551 1555555551 1111111111"
    settings_ = SliverParameters(width_px=2, length_px=6)
    # The first bicycle touches the frame, the second is two pixels wide.
    assert found("sliver", thread, settings_) == []
    narrow = "1111111111 1555555551 1111111111"
    (finding,) = found("sliver", narrow, settings_)
    assert finding.message == "A region of 'bicycle' is 8 px long and nowhere 2 px wide."
    strip = "5555555555 5111111115 5111111115 5555555555"
    (finding,) = found("sliver", strip, settings_)
    assert finding.message == "A region of 'road' is 8 px long and nowhere 3 px wide."


def test_a_diagonal_thread_is_a_sliver_and_a_short_one_is_not() -> None:
    diagonal = LabelMap.from_dense(np.pad(1 + 4 * np.eye(8, dtype=np.uint16), 1, "edge"))
    assert boxes(found("sliver", diagonal, SliverParameters(length_px=8))) == []
    inside = np.pad(1 + 4 * np.eye(8, dtype=np.uint16), 1, constant_values=1)
    found_ = found("sliver", LabelMap.from_dense(inside), SliverParameters(length_px=8))
    assert boxes(found_) == [(1, 1, 9, 9)]
    assert found("sliver", LabelMap.from_dense(inside), SliverParameters(length_px=9)) == []


def test_unlabelled_pixels_are_gaps_where_thin_and_regions_where_not() -> None:
    thin = "1111.222 1111.222 1111.222"
    assert boxes(found("gap", thin)) == [(0, 4, 3, 5)]
    assert found("unlabelled-region", thin) == []
    wide = "1....222 1....222 1....222 1....222"
    assert found("gap", wide) == []
    (finding,) = found("unlabelled-region", wide)
    assert finding.message == "A region of 16 px (50.0% of the image) has no class."
    assert len(found("gap", wide, GapParameters(width_px=4))) == 1


@settings(max_examples=60, deadline=None)
@given(dense=dense_maps(max_side=14))
def test_every_unlabelled_region_is_either_a_gap_or_a_region(dense: NDArray[np.uint16]) -> None:
    label_map = LabelMap.from_dense(dense)
    gaps = boxes(found("gap", label_map, GapParameters(1), TINY))
    regions = boxes(found("unlabelled-region", label_map, GapParameters(1), TINY))
    _, number = ndimage.label(dense == 0, np.ones((3, 3)))
    if number <= 20:
        assert len(gaps) + len(regions) == number


def test_void_is_told_with_its_id() -> None:
    (finding,) = found("void-used", "117 117")
    assert finding.message == "A region of 2 px (33.3% of the image) is void (id 255)."
    assert finding.severity == "info"


EDGE = CutShortParameters(reach_px=2, edge_px=4)


def test_an_object_that_stops_before_the_frame_is_found_up_to_it() -> None:
    labels = "1111111111111 1111222221111 1111222221111 1111222221111 1111222221111 1111111111111"
    (finding,) = found("cut-short", labels.rsplit(" ", 1)[0], EDGE)
    assert "ends in a straight edge of 5 px, 1 px before the top of the image" in finding.message
    assert finding.region == Region(0, 4, 5, 9)
    assert len(found("cut-short", labels, EDGE)) == 2


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_all_four_sides_are_looked_at(turns: int) -> None:
    dense = np.ones((12, 13), np.uint16)
    dense[2:8, 4:9] = 2
    label_map = LabelMap.from_dense(np.rot90(dense, turns))
    (finding,) = found("cut-short", label_map, EDGE)
    side = ("top", "left", "bottom", "right")[turns]
    assert f"2 px before the {side} of the image" in finding.message


def test_what_is_rounded_far_off_or_at_the_frame_is_not_cut_short() -> None:
    rounded = "1111111111 1111221111 1112222111 1122222211 1222222221 1222222221"
    assert found("cut-short", rounded, CutShortParameters(reach_px=2, edge_px=2)) == []
    far = "1111111111111 1111111111111 1111111111111 1111222221111 1111222221111"
    assert found("cut-short", far, EDGE) == []
    touching = "1111222221111 1111222221111 1111111111111 1111111111111 1111111111111"
    assert found("cut-short", touching, EDGE) == []


def test_stuff_is_cut_short_only_before_unlabelled_pixels_and_void_excuses() -> None:
    road = "5555555555 1111111111 1111111111 1111111111 1111111111 1111111111"
    assert found("cut-short", road, EDGE) == []
    unlabelled = ".......... 1111111111 1111111111 1111111111 1111111111 1111111111"
    assert len(found("cut-short", unlabelled, EDGE)) == 1
    void = "7777777777 2222222222 2222222222 2222222222 2222222222 2222222222"
    assert found("cut-short", void, EDGE) == []


def test_a_part_outside_its_whole_is_found_with_its_share() -> None:
    assert found("class-outside", "222222 223322 222222") == []
    (finding,) = found("class-outside", "111111 113311 222222")
    assert finding.message == (
        "A region of 'plate' has 33% of its border inside 'car'; at least 50% is needed."
    )
    assert found("class-outside", "111111 113311 222222", InsideParameters(share=0.3)) == []


def test_parts_of_one_whole_void_and_the_frame_count_for_nothing() -> None:
    assert found("class-outside", "22222 23662 22222") == []
    assert found("class-outside", "22277 22377 22277") == []
    assert found("class-outside", "23111 22111") == []


def test_a_part_that_is_the_whole_image_lies_outside() -> None:
    assert len(found("class-outside", "33 33")) == 1


def test_a_class_without_its_neighbour_is_found() -> None:
    assert found("class-apart", "11111 14511 11111") == []
    (finding,) = found("class-apart", "111111 141511 111111")
    assert finding.message == "A region of 'rider' touches no 'bicycle'."
    corner = "111111 141111 115111 111111"
    assert len(found("class-apart", corner)) == 1
    assert found("class-apart", "11111 14511 11111", ApartParameters(touching_px=2)) != []


def test_void_and_the_frame_may_hide_the_neighbour() -> None:
    assert found("class-apart", "11111 14711 11111") == []
    assert found("class-apart", "41111 11111") == []


@pytest.mark.parametrize("name", sorted(r.name for r in VALIDATION_RULES if r.needs is None))
def test_no_rule_stumbles_over_adversarial_maps(name: str) -> None:
    rule = VALIDATION_RULES.get(name)
    for dense in adversarial_maps().values():
        subject = Subject("a", LabelMap.from_dense(dense), TINY)
        if isinstance(rule, ItemRule):
            list(rule.check(subject, rule.parameters()).findings())
        else:
            rule.summarise(subject, rule.parameters())


@pytest.mark.parametrize(
    "make",
    [
        lambda: SpeckParameters(least_px=0),
        lambda: SpeckParameters(apart_px=-1),
        lambda: HoleParameters(least_px=9, largest_px=8),
        lambda: SliverParameters(width_px=0),
        lambda: SliverParameters(length_px=0),
        lambda: GapParameters(width_px=0),
        lambda: CutShortParameters(reach_px=0),
        lambda: CutShortParameters(edge_px=0),
        lambda: CutShortParameters(straightness=1.5),
        lambda: InsideParameters(share=0.0),
        lambda: ApartParameters(touching_px=0),
    ],
)
def test_settings_out_of_range_are_refused(make: Any) -> None:
    with pytest.raises(ParameterError, match="give"):
        make()
