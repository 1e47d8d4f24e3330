"""Vote patterns against a count of every pixel's votes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from assay import LabelMap
from assay.errors import LabelMapError, ParameterError
from assay.metrics.patterns import PatternMap, VotePatterns, count_patterns, locate_patterns
from maps import adversarial_maps, dense_maps, drawn

Dense = NDArray[np.uint16]


def slow_patterns(images: Sequence[Sequence[Dense]]) -> tuple[list[list[int]], list[int]]:
    """Distinct votes of all pixels of all images, sorted, and how often each occurs."""
    pixels = np.concatenate([np.stack([dense.ravel() for dense in maps], 1) for maps in images])
    votes, counts = np.unique(pixels, axis=0, return_counts=True)
    return votes.tolist(), counts.tolist()


def encoded(maps: Sequence[Dense]) -> list[LabelMap]:
    return [LabelMap.from_dense(dense) for dense in maps]


def assert_equals_the_slow_twin(images: Sequence[Sequence[Dense]]) -> None:
    patterns = count_patterns(encoded(maps) for maps in images)
    assert (patterns.votes.tolist(), patterns.counts.tolist()) == slow_patterns(images)
    for maps in images:
        located = locate_patterns(encoded(maps), patterns)
        of_pixel = np.repeat(located.of_stretch, np.diff(located.ends, prepend=np.uint32(0)))
        assert np.array_equal(
            patterns.votes[of_pixel], np.stack([dense.ravel() for dense in maps], 1)
        )


@st.composite
def rated_images(draw: st.DrawFn) -> list[list[Dense]]:
    raters = draw(st.integers(1, 9))
    lift = draw(st.sampled_from([0, 250, 65_000]))
    images = []
    for _ in range(draw(st.integers(1, 3))):
        shape = draw(st.tuples(st.integers(1, 20), st.integers(1, 20)))
        maps = [draw(dense_maps(shape=shape)) + np.uint16(lift) for _ in range(raters)]
        images.append(maps)
    return images


@given(images=rated_images())
@settings(max_examples=80, deadline=None)  # the first example compiles
def test_patterns_are_those_of_every_pixel(images: list[list[Dense]]) -> None:
    assert_equals_the_slow_twin(images)


@pytest.mark.parametrize("name", adversarial_maps())
def test_adversarial_maps_are_counted_exactly(name: str) -> None:
    dense = adversarial_maps()[name].astype(np.uint16)
    turned = dense[::-1, ::-1].copy()
    assert_equals_the_slow_twin([[dense], [turned]])
    assert_equals_the_slow_twin([[dense, turned, np.ones_like(dense)], [dense, dense, dense]])


@pytest.mark.parametrize("raters", [1, 2, 8, 9, 64, 100])
def test_any_number_of_raters_and_any_index_is_counted(raters: int) -> None:
    rng = np.random.default_rng(raters)
    maps = [rng.integers(0, 2**16, (7, 11)).astype(np.uint16) for _ in range(raters)]
    assert_equals_the_slow_twin([maps, maps[::-1]])


def test_more_patterns_than_a_fresh_table_holds_are_counted() -> None:
    # 40,000 pixels, nearly all with a pattern of their own: the table grows within an image.
    rng = np.random.default_rng(3)
    images = [[rng.integers(0, 2**16, (200, 100)).astype(np.uint16) for _ in range(3)]
              for _ in range(2)]  # fmt: skip
    assert_equals_the_slow_twin(images)


def test_patterns_of_many_images_are_the_sum_of_each() -> None:
    rng = np.random.default_rng(5)
    images = [encoded([rng.integers(0, 3, (9, 9)).astype(np.uint16) for _ in range(4)])
              for _ in range(3)]  # fmt: skip
    one, two, three = (count_patterns([maps]) for maps in images)
    assert count_patterns(images) == one + two + three
    assert one + two == two + one
    assert (one + two).pixels == 2 * 81


def test_patterns_do_not_depend_on_when_the_table_grew_or_how_it_hashed() -> None:
    rng = np.random.default_rng(6)
    maps = encoded([rng.integers(0, 99, (120, 120)).astype(np.uint16) for _ in range(2)])
    assert count_patterns([maps]) == count_patterns([maps])


def test_patterns_worked_by_hand() -> None:
    patterns = count_patterns([[drawn("1122 1122"), drawn("1112 1122")]])
    assert patterns.votes.tolist() == [[1, 1], [2, 1], [2, 2]]
    assert patterns.counts.tolist() == [4, 1, 3]
    assert patterns.raters == 2


def test_unlabelled_votes_are_votes() -> None:
    patterns = count_patterns([[drawn("1."), drawn("..")]])
    assert patterns.votes.tolist() == [[0, 0], [1, 0]]


def test_painting_a_rater_s_votes_gives_back_their_map() -> None:
    maps = [drawn("1122 1322 1111"), drawn("1112 1122 1333"), drawn("...2 4422 1133")]
    patterns = count_patterns([maps])
    located = locate_patterns(maps, patterns)
    for place, label_map in enumerate(maps):
        assert located.paint(patterns.votes[:, place]) == label_map


def test_painting_needs_a_value_for_every_pattern() -> None:
    located = PatternMap(1, 2, np.array([1, 2], np.uint32), np.array([0, 5], np.int32))
    with pytest.raises(ParameterError, match="pattern 5, but there are 3 values"):
        located.paint(np.zeros(3, np.uint16))


def test_an_image_with_uncounted_patterns_is_refused() -> None:
    patterns = count_patterns([[drawn("11"), drawn("22")]])
    with pytest.raises(ParameterError, match=r"votes \[3, 2\], which are not among"):
        locate_patterns([drawn("13"), drawn("22")], patterns)


def test_maps_of_different_sizes_are_refused() -> None:
    with pytest.raises(LabelMapError, match="Map 2 of an image is 1×2 px, map 3 is 2×1 px"):
        count_patterns([[drawn("11"), drawn("11"), drawn("1 1")]])


def test_a_missing_rater_is_refused() -> None:
    two, one = [drawn("11"), drawn("11")], [drawn("11")]
    with pytest.raises(ParameterError, match="1 maps where 2 raters are expected"):
        count_patterns([two, one])
    with pytest.raises(ParameterError, match="cannot be added"):
        count_patterns([two]) + count_patterns([one])


def test_nothing_to_count_is_refused() -> None:
    with pytest.raises(ParameterError, match="no image"):
        count_patterns([])
    with pytest.raises(ParameterError, match="no map"):
        count_patterns([[]])


@pytest.mark.parametrize(
    ("votes", "counts", "message"),
    [
        ([[1, 2], [1, 1]], [1, 1], "lexicographic order"),
        ([[1, 1], [1, 1]], [1, 1], "distinct"),
        ([[1, 1]], [0], "1 pixel or more"),
        ([[1, 1]], [1, 1], r"shape \(1, 2\) and counts \(2,\)"),
    ],
)
def test_arrays_that_are_no_patterns_are_refused(
    votes: list[list[int]], counts: list[int], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        VotePatterns(np.array(votes, np.uint16), np.array(counts, np.int64))


def test_real_raters_are_counted_exactly(shared_data: Path) -> None:
    # Consecutive frames of a clip agree about as far as raters of one image do.
    paths = sorted((shared_data / "camvid" / "valannot").iterdir())[:7]
    frames = [np.asarray(Image.open(path)).astype(np.uint16) for path in paths]
    assert_equals_the_slow_twin([frames[:5], frames[2:]])
