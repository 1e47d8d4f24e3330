"""Near-duplicates: found whatever the encoder did to them, and among many."""

import io
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from assay.errors import ParameterError
from assay.service.assets.likeness import NEAR_BITS, first_alike, likeness_of, near_duplicates
from assay.simulate.scene import draw_scene


def slow(likenesses: NDArray[np.uint64], bits: int) -> list[list[int]]:
    numbers = [int(number) for number in likenesses]
    return [
        [first, second]
        for first in range(len(numbers))
        for second in range(first + 1, len(numbers))
        if (numbers[first] ^ numbers[second]).bit_count() <= bits
    ]


@given(
    st.lists(st.integers(0, 2**64 - 1), max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.sets(st.integers(0, 63), max_size=9)), max_size=8),
    st.integers(0, 7),
)
def test_pairs_are_those_of_comparing_all(
    numbers: list[int], changed: list[tuple[int, set[int]]], bits: int
) -> None:
    for place, turned in changed:
        if place < len(numbers):
            numbers.append(numbers[place] ^ sum(1 << bit for bit in turned))
    likenesses = np.array(numbers, np.uint64)
    assert near_duplicates(likenesses, bits=bits).tolist() == slow(likenesses, bits)


def test_the_first_of_a_family_stands_for_it() -> None:
    assert first_alike(np.array([1, 2**40 - 1, 3, 2**40 - 2], np.uint64)) == [0, 1, 0, 1]
    assert first_alike(np.empty(0, np.uint64)) == []


def slow_first(numbers: list[int], films: list[str | None]) -> list[int]:
    first: list[int] = []
    for later, number in enumerate(numbers):
        alike = (
            earlier
            for earlier in range(later)
            if (number ^ numbers[earlier]).bit_count() <= NEAR_BITS
            and (films[later] is None or films[earlier] != films[later])
            and first[earlier] == earlier
        )
        first.append(next(alike, later))
    return first


FEW_BITS = st.sets(st.integers(0, 63), max_size=8).map(lambda bits: sum(1 << bit for bit in bits))


@given(st.lists(st.tuples(FEW_BITS, st.sampled_from([None, "a", "b"])), max_size=12))
def test_the_first_alike_is_that_of_comparing_all(images: list[tuple[int, str | None]]) -> None:
    numbers, films = [number for number, _ in images], [film for _, film in images]
    found = first_alike(np.array(numbers, np.uint64), sequences=films)
    assert found == slow_first(numbers, films)


def test_ten_thousand_equal_images_are_no_burden() -> None:
    assert first_alike(np.zeros(10_000, np.uint64)) == [0] * 10_000


def test_more_bits_than_the_index_can_promise_are_refused() -> None:
    with pytest.raises(ParameterError, match="0 to 7"):
        near_duplicates(np.empty(0, np.uint64), bits=8)


def test_a_scaled_recompressed_or_softened_image_is_alike_and_others_are_not() -> None:
    scenes = [draw_scene(128, 256, seed=seed).photograph for seed in range(6)]
    image = Image.fromarray(scenes[0])
    file = io.BytesIO()
    image.save(file, "JPEG", quality=40)
    others = [
        image.resize((300, 150)),
        Image.open(file),
        image.filter(ImageFilter.GaussianBlur(1)),
    ]
    own = likeness_of(scenes[0])
    for other in others:
        assert (own ^ likeness_of(np.asarray(other.convert("RGB")))).bit_count() <= NEAR_BITS
    for scene in scenes[1:]:
        assert (own ^ likeness_of(scene)).bit_count() > NEAR_BITS


def test_all_flat_images_are_alike() -> None:
    flat = [likeness_of(np.full((40, 50, 3), grey, np.uint8)) for grey in (0, 90, 255)]
    assert max((flat[0] ^ other).bit_count() for other in flat) <= 1


def test_a_hundred_thousand_images_take_seconds() -> None:
    rng = np.random.default_rng(3)
    likenesses = rng.integers(0, 2**64, 100_000, dtype=np.uint64)
    likenesses[50_000] = likenesses[7] ^ np.uint64(0b100001 << 20)
    begun = time.perf_counter()
    assert near_duplicates(likenesses, bits=4).tolist() == [[7, 50_000]]
    assert time.perf_counter() - begun < 30


@given(
    st.lists(st.tuples(FEW_BITS, st.sampled_from([None, "a", "b"])), max_size=12),
    st.integers(0, 12),
)
def test_what_was_compared_before_is_not_worked_out_again(
    images: list[tuple[int, str | None]], before: int
) -> None:
    numbers, films = [number for number, _ in images], [film for _, film in images]
    whole = slow_first(numbers, films)
    known = whole[:before]
    found = first_alike(np.array(numbers, np.uint64), sequences=films, known=known)
    assert found == whole
