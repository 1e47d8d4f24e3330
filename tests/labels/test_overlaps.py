import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelMap
from assay.labels.overlaps import find_overlaps
from assay.labels.shape import Shape
from assay.labels.spans import spans_of
from maps import dense_maps, drawn


def shape(labels: LabelMap) -> Shape:
    return Shape("annotation", "car", 1, (), (spans_of(labels, 1),))


def test_three_objects_overlap_pair_by_pair() -> None:
    one, two, three = (
        shape(drawn(text)) for text in ("111. 111. ....", "..11 ..11 ....", ".11. .11. .11.")
    )
    found = find_overlaps([one, two, three])
    assert list(zip(found.lower, found.upper, found.pixels, strict=True)) == [
        (0, 1, 2),
        (0, 2, 4),
        (1, 2, 2),
    ]
    assert found.box.tolist() == [[0, 2, 2, 3], [0, 1, 2, 3], [0, 2, 2, 3]]
    assert found.complete


def test_objects_side_by_side_and_nothing_at_all_do_not_overlap() -> None:
    assert len(find_overlaps([])) == 0
    left, right = shape(drawn("11.. 11..")), shape(drawn("..11 ..11"))
    empty = shape(drawn("...."))
    assert len(find_overlaps([left, right, empty])) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(dense_maps(highest=1, shape=(8, 11)), min_size=1, max_size=6))
def test_overlaps_are_those_of_dense_masks(maps: list[NDArray[np.uint16]]) -> None:
    masks = [dense == 1 for dense in maps]
    found = find_overlaps([shape(LabelMap.from_dense(dense)) for dense in maps])
    expected = []
    for i, first in enumerate(masks):
        for j, second in enumerate(masks[i + 1 :], i + 1):
            both = first & second
            if both.any():
                rows, columns = np.nonzero(both)
                box = [rows.min(), columns.min(), rows.max() + 1, columns.max() + 1]
                expected.append((i, j, int(both.sum()), box))
    listed = zip(
        found.lower.tolist(), found.upper.tolist(), found.pixels.tolist(), found.box.tolist(),
        strict=True,
    )  # fmt: skip
    assert list(listed) == expected


def test_an_absurd_pile_is_counted_in_part_and_says_so() -> None:
    pile = [shape(LabelMap.filled(50, 2, 1))] * 200
    found = find_overlaps(pile, most=10_000)
    assert not found.complete
    assert int(found.pixels.sum()) == 2 * 10_000
