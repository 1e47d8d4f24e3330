"""The order of looking is random to the vendor, fixed for the buyer, and weighted where asked."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from assay.sampling.order import looking_order

KEYS = tuple(f"image-{number:03d}" for number in range(40))


@given(st.lists(st.text(), unique=True, max_size=30), st.integers(), st.text())
def test_it_is_a_permutation(keys: list[str], seed: int, digest: str) -> None:
    assert sorted(looking_order(keys, seed=seed, digest=digest)) == sorted(keys)


def test_the_same_inputs_in_any_order_give_the_same_order() -> None:
    once = looking_order(KEYS, seed=1, digest="a")
    assert looking_order(KEYS[::-1], seed=1, digest="a") == once


def test_another_seed_or_another_content_gives_another_order() -> None:
    once = looking_order(KEYS, seed=1, digest="a")
    assert looking_order(KEYS, seed=2, digest="a") != once
    assert looking_order(KEYS, seed=1, digest="b") != once


def test_every_item_comes_first_about_as_often_as_any_other() -> None:
    keys = KEYS[:4]
    first = Counter(looking_order(keys, seed=seed, digest="")[0] for seed in range(2000))
    # Six standard deviations of a binomial count around 500.
    assert all(abs(first[key] - 500) < 6 * (2000 * 0.25 * 0.75) ** 0.5 for key in keys)


def test_an_item_comes_first_in_proportion_to_its_weight() -> None:
    weights = {"test": 3.0, "train": 1.0}
    first = Counter(
        looking_order(tuple(weights), seed=seed, digest="", weights=weights)[0]
        for seed in range(2000)
    )
    assert abs(first["test"] - 1500) < 6 * (2000 * 0.75 * 0.25) ** 0.5


def test_names_that_utf_8_lacks_have_their_place_too() -> None:
    assert set(looking_order(["a\udc80", "b"], seed=1, digest="")) == {"a\udc80", "b"}
