"""Items of a delivery go wrong in known ways, and the rules find exactly those."""

import numpy as np
import pytest

from assay import LabelMap
from assay.assess.validate import Surroundings, validate
from assay.errors import ParameterError
from assay.simulate.item_faults import ItemFaults, SpoiltItems, spoil_items
from assay.validation.plan import ValidationPlan
from assess.deliveries import in_memory


def maps(number: int) -> dict[str, LabelMap]:
    rng = np.random.default_rng(5)
    return {
        f"street-{place:04}": LabelMap.from_dense(rng.integers(1, 4, (6, 8)).astype(np.uint16))
        for place in range(number)
    }


def spoilt(faults: ItemFaults, *, number: int = 12) -> SpoiltItems:
    return spoil_items(maps(number), faults, np.random.default_rng(1))


def test_each_fault_does_what_it_says() -> None:
    found = spoilt(ItemFaults(missing=1, renamed=2, duplicated=1, resized=1, extra=2))
    assert {kind: len(keys) for kind, keys in found.planted.items()} == {
        "missing": 1, "renamed": 2, "duplicated": 1, "resized": 1, "extra": 2,
    }  # fmt: skip
    truth = maps(12)
    (resized,) = found.planted["resized"]
    (doubled,) = found.planted["duplicated"]
    assert found.maps[resized].shape == (3, 4)
    assert found.maps[doubled] != truth[doubled]
    assert found.maps[doubled] in truth.values()
    assert len(found.maps) == 12 - 1 + 2


def test_no_faults_change_nothing() -> None:
    assert dict(spoilt(ItemFaults()).maps) == maps(12)


def test_the_rules_find_exactly_what_was_planted() -> None:
    found = spoilt(ItemFaults(missing=2, renamed=2, duplicated=1, extra=1))
    rules = {
        "missing-item": "missing",
        "renamed-item": "renamed",
        "duplicated-labels": "duplicated",
        "extra-item": "extra",
    }
    report = validate(
        in_memory("v", dict(found.maps)),
        ValidationPlan(tuple(rules)),
        surroundings=Surroundings(expected=tuple(maps(12))),
        workers=1,
    )
    items = {name: [f.item for f in report.findings if f.rule == name] for name in rules}
    for name in ("missing-item", "renamed-item", "extra-item"):
        assert sorted(items[name]) == sorted(found.planted[rules[name]])
    # Which of two equal items is the copy cannot be seen: the later one is named.
    assert len(items["duplicated-labels"]) == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: ItemFaults(missing=-1),
        lambda: spoilt(ItemFaults(missing=4), number=3),
        lambda: spoilt(ItemFaults(duplicated=3), number=3),
    ],
)
def test_too_many_faults_are_refused(make: object) -> None:
    with pytest.raises(ParameterError, match=r"[Gg]ive"):
        make()  # type: ignore[operator]  # a function of no arguments
