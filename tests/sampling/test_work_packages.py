"""What a vendor gets: gold that it cannot tell from the rest, alone or with others."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import ParameterError
from assay.sampling.work_packages import (
    GoldImage,
    PackageImage,
    Role,
    StreamImage,
    alias_of,
    draw_gold_pool,
    draw_package,
    share_out,
)

STREAM = tuple(
    StreamImage(f"s{number:03}", "day" if number % 4 else "night") for number in range(400)
)
GOLD = tuple(GoldImage(f"g{number:03}", "day" if number % 4 else "night") for number in range(60))


def of_role(package: Sequence[PackageImage], *roles: Role) -> set[str]:
    return {image.key for image in package if image.role in roles}


class House:
    """Packages drawn one after another, with the memory that a service has."""

    def __init__(self) -> None:
        self.stream = {image.key: image for image in STREAM}
        self.gold = {image.key: image for image in GOLD}

    def draw(self, group: str, *, size: int = 30, seed: int = 1) -> tuple[PackageImage, ...]:
        package = draw_package(
            tuple(self.stream.values()),
            tuple(self.gold.values()),
            group=group,
            size=size,
            gold_share=0.1,
            seed=seed,
        )
        for image in package:
            pool = self.gold if image.role is Role.GOLD else self.stream
            known = pool[image.key]
            pool[image.key] = replace(known, groups=known.groups | {group})  # type: ignore[assignment]  # a pool of such images
            if image.role is Role.OVERLAP:
                self.stream[image.key] = replace(self.stream[image.key], overlap=True)
        return package

    def common(self, first: str, second: str) -> tuple[int, int]:
        """Return how many honest and gold images two groups have in common."""
        both = {first, second}
        return (
            sum(both <= image.groups for image in self.stream.values()),
            sum(both <= image.groups for image in self.gold.values()),
        )


def test_a_package_has_its_share_of_gold_and_twice_as_much_overlap() -> None:
    package = draw_package(STREAM, GOLD, group="a", size=30, gold_share=0.1, seed=1)
    counts = Counter(image.role for image in package)
    assert counts == {Role.GOLD: 3, Role.OVERLAP: 6, Role.WORK: 21}


def test_the_same_seed_draws_the_same_package_and_another_seed_another() -> None:
    draws = [
        draw_package(STREAM, GOLD, group="a", size=30, gold_share=0.1, seed=seed)
        for seed in (1, 1, 2)
    ]
    assert draws[0] == draws[1]
    assert {image.key for image in draws[0]} != {image.key for image in draws[2]}


def test_the_order_is_that_of_names_which_say_nothing() -> None:
    package = draw_package(STREAM, GOLD, group="a", size=300, gold_share=0.1, seed=1)
    aliases = [image.alias for image in package]
    assert aliases == sorted(set(aliases))
    assert all(len(alias) == 16 for alias in aliases)
    # Places of gold are spread like any other places: their mean is within 3 standard errors.
    places = [place for place, image in enumerate(package) if image.role is Role.GOLD]
    assert abs(sum(places) / len(places) - 149.5) < 3 * 300 / (12 * len(places)) ** 0.5


def test_an_image_has_another_name_in_every_package() -> None:
    assert alias_of("s001", seed=1) != alias_of("s001", seed=2)


def test_gold_has_the_strata_of_the_stream() -> None:
    nights = Counter(
        sum(
            image.role is Role.GOLD and int(image.key[1:]) % 4 == 0
            for image in draw_package(STREAM, GOLD, group="a", size=60, gold_share=0.1, seed=seed)
        )
        for seed in range(60)
    )
    # A quarter of 6 is 1.5: half of the packages have 1, half 2, none anything else.
    assert set(nights) == {1, 2}
    assert 15 < nights[1] < 45


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=2, max_size=12),
    st.integers(0, 2**63 - 1),
)
@settings(max_examples=40)
def test_no_group_sees_gold_twice_and_common_gold_hides_in_common_work(
    groups: list[str], seed: int
) -> None:
    house = House()
    shown: dict[str, list[str]] = {}
    for number, group in enumerate(groups):
        try:
            package = house.draw(group, seed=seed // (number + 1))
        except ParameterError as error:
            assert "gold" in str(error)
            continue
        shown.setdefault(group, []).extend(of_role(package, Role.GOLD))
        assert len({image.key for image in package}) == 30
        for first, second in combinations("abcd", 2):
            honest, gold = house.common(first, second)
            assert honest >= 2 * gold
    for gold_of_group in shown.values():
        assert len(gold_of_group) == len(set(gold_of_group))


def test_gold_that_a_group_has_seen_is_refused_with_what_to_do() -> None:
    seen = [replace(image, groups=frozenset({"a"})) for image in GOLD]
    with pytest.raises(ParameterError, match="never been shown, and 0 are left"):
        draw_package(STREAM, seen, group="a", size=30, gold_share=0.1, seed=1)
    assert draw_package(STREAM, GOLD, group="b", size=30, gold_share=0.1, seed=1)


def test_common_gold_without_common_work_is_refused() -> None:
    gold = [replace(image, groups=frozenset({"b"})) for image in GOLD]
    with pytest.raises(ParameterError, match="6 more honest images must be common to b"):
        draw_package(STREAM, gold, group="a", size=30, gold_share=0.1, seed=1)


def test_redundancy_sends_what_others_have_begun_first() -> None:
    begun = [replace(image, groups=frozenset({"b"})) for image in STREAM[:20]]
    stream = [*begun, *STREAM[20:]]
    package = draw_package(stream, GOLD, group="a", size=30, gold_share=0.1, redundancy=2, seed=1)
    assert {image.key for image in begun} <= {image.key for image in package}
    alone = draw_package(stream, GOLD, group="a", size=30, gold_share=0.1, seed=1)
    assert not {image.key for image in begun} & {image.key for image in alone}


def test_without_gold_there_is_no_overlap() -> None:
    package = draw_package(STREAM, (), group="a", size=30, gold_share=0, seed=1)
    assert {image.role for image in package} == {Role.WORK}


def test_more_gold_than_hides_is_refused() -> None:
    with pytest.raises(ParameterError, match="at least 30 images, or lower the gold share"):
        draw_package(STREAM, GOLD, group="a", size=20, gold_share=0.5, seed=1)


def test_too_few_images_are_refused_with_how_many_there_are() -> None:
    with pytest.raises(ParameterError, match="only 9 that need labels"):
        draw_package(STREAM[:9], GOLD, group="a", size=30, gold_share=0.1, seed=1)


def test_the_gold_pool_is_drawn_from_what_was_never_sent() -> None:
    sent = [replace(image, groups=frozenset({"a"})) for image in STREAM[:200]]
    pool = draw_gold_pool([*sent, *STREAM[200:]], size=40, seed=1)
    assert set(pool) <= {image.key for image in STREAM[200:]}
    assert sum(int(key[1:]) % 4 == 0 for key in pool) == 10
    with pytest.raises(ParameterError, match="Draw at most 200"):
        draw_gold_pool([*sent, *STREAM[200:]], size=201, seed=1)


@given(
    st.dictionaries(st.text("abc", min_size=1), st.integers(1, 50), min_size=1),
    st.integers(0, 2**32),
    st.data(),
)
def test_shares_are_whole_and_within_one_of_exact(
    shares: dict[str, int], seed: int, data: st.DataObject
) -> None:
    total = sum(shares.values())
    count = data.draw(st.integers(0, total))
    counts = share_out(count, shares, seed=seed)
    assert sum(counts.values()) == count
    for name, share in shares.items():
        assert abs(counts[name] - count * share / total) < 1 + 1e-9
        assert counts[name] <= share
