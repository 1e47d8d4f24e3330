"""What one answer to a vendor gives away of a batch's gold."""

import math
from itertools import combinations

import pytest

from assay.sampling.telling import BANDS, DECISIONS, bits_to_name, may_tell_band


@pytest.mark.parametrize(("images", "gold"), [(1, 0), (1, 1), (6, 2), (9, 4)])
def test_the_bits_count_every_way_in_which_gold_can_hide(images: int, gold: int) -> None:
    ways = len(list(combinations(range(images), gold)))
    assert bits_to_name(images, gold) == pytest.approx(math.log2(ways))


def test_a_band_is_told_where_it_is_at_most_a_twentieth_of_what_names_the_gold() -> None:
    answers = math.log2(DECISIONS * BANDS)
    shares = {images: answers / bits_to_name(images, images // 10) for images in range(10, 1000)}
    told = {images for images in shares if may_tell_band(images, images // 10)}
    assert told == {images for images, share in shares.items() if share <= 0.05}
    assert (50 in told, 200 in told) == (False, True)


def test_where_every_image_is_gold_a_band_names_none_but_is_not_told() -> None:
    assert not may_tell_band(500, 500)


def test_without_gold_there_is_nothing_to_give_away() -> None:
    assert may_tell_band(1, 0)
