"""Copied shapes, untouched drafts and repeated deliveries, on maps whose origin is known."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from assay import LabelMap
from assay.delivery import Finding
from assay.errors import ParameterError
from assay.labels.imprints import pieces_needed
from assay.simulate.canvas import noise
from assay.validation.batch import Batch
from assay.validation.copied_shapes import COPIED_SHAPES, CopiedShapeParameters
from assay.validation.repeated_labels import REPEATED_LABELS
from assay.validation.spec import BatchRule
from assay.validation.subject import Subject
from assay.validation.untouched_draft import UNTOUCHED_DRAFT, UntouchedDraftParameters
from maps import TINY


def blob(seed: int) -> NDArray[np.bool_]:
    """A hand-drawn shape, 40 px across."""
    rows, columns = np.indices((44, 44)) - 22
    wobble = noise(np.random.default_rng(seed), 44, 44, cell_px=8.0) * 4
    return np.asarray(np.hypot(rows, columns) + wobble < 17)


def scene(*blobs: tuple[NDArray[np.bool_], int, int], value: int = 2) -> LabelMap:
    dense = np.ones((120, 160), np.uint16)
    for shape, top, left in blobs:
        dense[top : top + 44, left : left + 44][shape] = value
    return LabelMap.from_dense(dense)


def batch_of(
    rule: BatchRule, items: dict[str, LabelMap], parameters: object, **previous: dict[str, LabelMap]
) -> Batch[Any]:
    def summaries(maps: dict[str, LabelMap]) -> dict[str, Any]:
        found = {
            key: rule.summarise(Subject(key, label_map, TINY), parameters)
            for key, label_map in maps.items()
        }
        return {key: summary for key, summary in found.items() if summary is not None}

    earlier = {name: summaries(maps) for name, maps in previous.items()}
    return Batch("batch", TINY, tuple(sorted(items)), summaries(items), earlier)


def copies_in(
    items: dict[str, LabelMap],
    parameters: CopiedShapeParameters = CopiedShapeParameters(),  # noqa: B008 - frozen
) -> list[Finding]:
    batch = batch_of(COPIED_SHAPES, items, parameters)
    return list(COPIED_SHAPES.compare(batch, parameters).findings())


def test_a_pasted_object_is_found_within_an_image() -> None:
    (finding,) = copies_in({"a": scene((blob(1), 2, 3), (blob(1), 60, 90))})
    assert finding.item == "a"
    assert "pixel for pixel: the one at row" in finding.message
    assert "of the same image" in finding.message


def test_a_pasted_object_is_found_across_images_whatever_its_class() -> None:
    items = {"a": scene((blob(1), 2, 3)), "b": scene((blob(1), 60, 90), value=3)}
    (finding,) = copies_in(items)
    assert finding.item == "b"
    assert finding.message.endswith("of a.")


def test_a_mirrored_object_is_found_unless_mirrors_do_not_count() -> None:
    items = {"a": scene((blob(1), 2, 3), (blob(1)[:, ::-1], 60, 90))}
    (finding,) = copies_in(items)
    assert "mirrored, pixel for pixel" in finding.message
    assert copies_in(items, CopiedShapeParameters(mirrored=False)) == []


def test_objects_at_one_place_of_a_fixed_camera_can_be_let_be() -> None:
    items = {"a": scene((blob(1), 2, 3)), "b": scene((blob(1), 2, 3))}
    # The road around the object is as equal as the object itself.
    messages = [finding.message for finding in copies_in(items)]
    assert ["at the same place of a" in message for message in messages] == [True, True]
    assert copies_in(items, CopiedShapeParameters(same_place=False)) == []


def test_objects_drawn_each_by_itself_are_no_copies() -> None:
    items = {str(seed): scene((blob(seed), 2, 3), (blob(100 + seed), 60, 90)) for seed in range(40)}
    assert copies_in(items) == []


def test_boxes_and_discs_of_tools_are_no_copies() -> None:
    rows, columns = np.indices((44, 44)) - 22
    disc = np.hypot(rows, columns) < 20
    box = (abs(rows) < 10) & (abs(columns) < 15)
    assert copies_in({"a": scene((disc, 2, 3), (disc, 60, 90), (box, 2, 60), (box, 60, 20))}) == []


def test_one_pixel_less_is_another_shape() -> None:
    other = blob(1).copy()
    row, column = np.argwhere(other)[0]
    other[row, column] = False
    assert copies_in({"a": scene((blob(1), 2, 3), (other, 60, 90))}) == []


def test_an_empty_delivery_and_items_without_shapes_have_no_copies() -> None:
    assert copies_in({}) == []
    assert copies_in({"a": LabelMap.filled(5, 5), "b": LabelMap.filled(5, 5, 1)}) == []


def test_more_shapes_need_more_intricate_ones() -> None:
    needed = [pieces_needed(10**power) for power in range(8)]
    assert needed == sorted(needed)
    assert needed[-1] > needed[3]


def untouched(labels: LabelMap, draft: LabelMap | None) -> list[Finding]:
    subject = Subject("a", labels, TINY, read_preannotation=lambda: draft)
    return list(UNTOUCHED_DRAFT.check(subject, UntouchedDraftParameters()).findings())


def small_scene(seeds: tuple[int, ...]) -> LabelMap:
    dense = np.ones((60, 60 * len(seeds)), np.uint16)
    for place, seed in enumerate(seeds):
        dense[8:52, 60 * place + 8 : 60 * place + 52][blob(seed)] = 2
    return LabelMap.from_dense(dense)


def test_labels_that_equal_the_draft_are_found() -> None:
    (finding,) = untouched(small_scene((1, 2)), small_scene((1, 2)))
    assert finding.message == "The labels equal the draft in every pixel."


def test_a_draft_of_which_one_object_in_eleven_was_touched_is_found() -> None:
    seeds = tuple(range(1, 12))
    (finding,) = untouched(small_scene(seeds), small_scene((*seeds[:-1], 70)))
    # The road around the objects was touched with the last one.
    assert finding.message == "10 of the draft's 12 objects came back equal in every pixel."


def test_a_corrected_draft_is_no_finding() -> None:
    assert untouched(small_scene((1, 2, 3, 4, 5)), small_scene((10, 20, 3, 4, 5))) == []


def test_without_a_draft_of_the_size_nothing_is_compared() -> None:
    assert untouched(small_scene((1, 2)), None) == []
    assert untouched(small_scene((1, 2)), small_scene((1,))) == []
    assert untouched(LabelMap.filled(4, 4), LabelMap.filled(4, 4)) == []


def repeats(items: dict[str, LabelMap], **previous: dict[str, LabelMap]) -> list[Finding]:
    parameters = REPEATED_LABELS.parameters()
    batch = batch_of(REPEATED_LABELS, items, parameters, **previous)
    return list(REPEATED_LABELS.compare(batch, parameters).findings())


ONE, TWO, THREE = scene((blob(1), 2, 3)), scene((blob(2), 2, 3)), scene((blob(3), 2, 3))


def test_a_delivery_that_repeats_an_old_one_is_one_finding() -> None:
    (finding,) = repeats({"a": ONE, "b": TWO}, monday={"a": ONE, "b": TWO})
    assert finding.item == ""
    assert "repeats monday: the labels of all 2 items" in finding.message


def test_items_that_come_along_unchanged_are_no_finding() -> None:
    assert repeats({"a": ONE, "b": THREE}, monday={"a": ONE, "b": TWO}) == []


def test_labels_of_another_image_are_found_whatever_their_file() -> None:
    (finding,) = repeats({"c": ONE, "d": THREE}, monday={"a": ONE, "b": TWO})
    assert finding.item == "c"
    assert "those of a in monday" in finding.message


def test_empty_maps_repeat_by_chance() -> None:
    empty = LabelMap.filled(50, 50, 1)
    assert repeats({"a": empty, "b": empty}, monday={"a": empty, "b": empty, "c": empty}) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: CopiedShapeParameters(least_pieces=0),
        lambda: CopiedShapeParameters(least_area_px=0),
        lambda: UntouchedDraftParameters(most_untouched=1.5),
        lambda: UntouchedDraftParameters(least_objects=0),
        lambda: REPEATED_LABELS.parameters(least_columns=0),
    ],
)
def test_settings_out_of_range_are_refused(make: Any) -> None:
    with pytest.raises(ParameterError, match="give"):
        make()
