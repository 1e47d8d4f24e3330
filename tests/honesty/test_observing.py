"""What is kept of an image: digests, shapes, scores, content, vertices, drafts."""

import numpy as np
import pytest

from assay import LabelMap
from assay.delivery import Region
from assay.honesty.case import ItemFacts
from assay.honesty.observing import Work, observe
from assay.labels.shape import Shape
from maps import TINY, drawn


def facts(**work: object) -> ItemFacts:
    return observe(Work("a", **work), TINY)  # type: ignore[arg-type]  # one field each


MAP = drawn("1122 1122 3311")


def test_scores_are_mean_iou_with_the_reference_and_with_the_plurality_of_the_others() -> None:
    other = drawn("1112 1122 3311")
    found = facts(maps=(MAP, MAP, other, None), reference=MAP)
    # Road 6 of 7, car 3 of 4, person 2 of 2.
    expected = (6 / 7 + 3 / 4 + 1) / 3
    np.testing.assert_allclose(found.accuracy, [1, 1, expected, np.nan])
    np.testing.assert_allclose(found.conformity[2], expected)
    assert found.digests[3] == ""
    assert found.shapes[3] is None


def test_an_image_of_which_nobody_has_a_map_says_nothing() -> None:
    found = facts(maps=(None, None), earlier=(("x",), ("",)))
    assert found.digests == ("", "")
    assert np.isnan(found.accuracy).all()
    assert np.isnan(found.conformity).all()
    assert found.accuracy.shape == (2,)
    assert np.isnan(found.content).all()
    assert found.earlier == (("x",), ("",))


def test_content_is_the_median_over_annotators() -> None:
    found = facts(maps=(MAP, MAP, LabelMap.filled(3, 4, 1)))
    # Road twice, car, person; the edges between them, and half of the frame's 14.
    regions, boundary, classes = found.content
    assert (regions, classes) == (4, 3)
    edges = sum(int((np.diff(MAP.to_dense().astype(int), axis=axis) != 0).sum()) for axis in (0, 1))
    assert boundary == edges + 7


def test_vertices_are_those_drawn_and_those_needed() -> None:
    ring = np.array([[0, 0], [2, 0], [4, 0], [4, 2], [0, 2], [0, 0]], np.float64)
    shape = Shape("", "", 1, (ring,), ())
    found = facts(maps=(MAP, MAP), drawn=((shape, shape), None))
    assert found.vertices.tolist() == [[10, 8], [-1, -1]]


def big(seed: int) -> LabelMap:
    rng = np.random.default_rng(seed)
    dense = np.ones((40, 80), np.uint16)
    for left in (5, 45):
        edges = np.cumsum(rng.integers(-1, 2, (30, 2)), axis=0)
        for row, (first, last) in enumerate(edges, 5):
            dense[row, left + 6 + first // 2 : left + 22 + last // 2] = 2
    return LabelMap.from_dense(dense)


def test_shapes_of_the_draft_are_not_the_annotators() -> None:
    assert len(facts(maps=(big(1),)).shapes[0] or ()) > 0
    assert len(facts(maps=(big(1),), draft=big(1)).shapes[0] or ()) == 0
    assert len(facts(maps=(big(2),), draft=big(1)).shapes[0] or ()) > 0


def test_seeds_are_left_in_where_the_whole_box_is_as_in_the_draft() -> None:
    draft, mended = big(1), big(1).to_dense()
    mended[10, 12] = 3
    seeds = (Region(5, 5, 20, 35), Region(5, 45, 20, 75), Region(100, 0, 120, 5))
    found = facts(maps=(draft, LabelMap.from_dense(mended), None), draft=draft, seeds=seeds)
    assert found.draft is not None
    # The third box lies outside of the image.
    assert found.draft.seeds == 2
    assert found.draft.left_in == (2, 1, 0)
    assert found.draft.untouched[0] == found.draft.objects
    assert found.draft.untouched[1] < found.draft.objects
    assert found.draft.untouched[2] == 0


def test_empty_maps_tell_nothing() -> None:
    noise = np.random.default_rng(1).integers(1, 3, (9, 40))
    found = facts(maps=(LabelMap.filled(9, 40, 1), LabelMap.from_dense(noise)))
    assert found.telling == (False, True)


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (30, 1)])
def test_tiny_images_are_no_trouble(shape: tuple[int, int]) -> None:
    found = facts(maps=(LabelMap.filled(*shape, 1), LabelMap.filled(*shape, 2)))
    assert found.content.shape == (3,)
