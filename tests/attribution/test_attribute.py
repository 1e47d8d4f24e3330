"""Causes that were put in are found, and told apart."""

from collections.abc import Sequence

import numpy as np
import pytest

from assay.attribution.attribute import Work, attribute
from assay.attribution.mistake import ItemMistakes, Mistake
from assay.attribution.report import SystematicError
from assay.attribution.settings import AttributionSettings
from assay.errors import ParameterError
from maps import TINY

SWAP = Mistake("swapped", 2, 3)
AREA = np.array([10_000, 1_000, 1_000])
SETTINGS = AttributionSettings()


def item(share: float) -> ItemMistakes:
    return ItemMistakes({SWAP: int(share * 1_000)} if share else {}, AREA, AREA)


def work(
    *rates: float, annotators: Sequence[Sequence[float]] = (), images: int = 30, expert: float = -1
) -> Work:
    """Vendors who swap at a rate each; further ones by the rates of their annotators in turn."""
    rng = np.random.default_rng(3)
    people = [*((rate,) for rate in rates), *annotators]
    table = [
        [item(max(0.0, own[image % len(own)] * rng.uniform(0.5, 1.5))) for own in people]
        for image in range(images)
    ]
    who = [
        [f"p{image % len(own)}" if len(own) > 1 else "" for image in range(images)]
        for own in people
    ]
    names = tuple(f"vendor {place}" for place in range(len(people)))
    return Work(names, table, who, [item(expert)] * images if expert >= 0 else ())


def only_error(done: Work) -> SystematicError:
    (error,), _ = attribute(done, TINY, SETTINGS)
    return error


def named(error: SystematicError) -> list[tuple[str, str, str]]:
    return [(cause.verdict, cause.vendor, cause.annotator) for cause in error.causes]


def test_what_all_vendors_do_is_shared() -> None:
    error = only_error(work(0.3, 0.3, 0.3))
    assert error.verdict == "shared"
    assert named(error) == [("shared", "", "")]
    assert error.text == "car is called person"


def test_what_one_vendor_does_is_that_vendors() -> None:
    assert named(only_error(work(0.0, 0.3, 0.0))) == [("vendor", "vendor 1", "")]


def test_what_all_do_and_one_does_more_is_shared_and_that_vendors() -> None:
    error = only_error(work(0.2, 0.2, 0.7))
    assert error.verdict == "shared"
    assert named(error) == [("shared", "", ""), ("vendor", "vendor 2", "")]


def test_what_one_person_does_is_not_the_whole_vendors() -> None:
    error = only_error(work(0.0, annotators=[(0.0, 0.6, 0.0)]))
    assert named(error) == [("annotator", "vendor 1", "p1")]


def test_a_vendor_whose_other_people_err_too_is_named_beside_the_person() -> None:
    error = only_error(work(0.0, annotators=[(0.3, 0.9, 0.3)], images=60))
    assert ("vendor", "vendor 1", "") in named(error)
    assert ("annotator", "vendor 1", "p1") in named(error)


def test_what_is_rarer_than_the_floor_is_nobodys_business() -> None:
    errors, tests = attribute(work(0.004, 0.004, 0.004), TINY, SETTINGS)
    assert (errors, tests) == ((), 0)


def test_what_another_expert_does_as_well_is_no_mistake() -> None:
    assert attribute(work(0.2, 0.2, 0.2, expert=0.4), TINY, SETTINGS)[0] == ()


def test_what_happens_and_cannot_be_attributed_stays_open() -> None:
    error = only_error(work(0.05, 0.0, images=2))
    assert (error.verdict, error.causes) == ("open", ())


def test_an_image_without_labels_is_left_out() -> None:
    done = work(0.0, 0.3, 0.0)
    spoilt = [
        [None, *entries[1:]] if n < 10 else entries for n, entries in enumerate(done.mistakes)
    ]
    error = only_error(Work(done.vendors, spoilt, done.annotators))
    assert named(error) == [("vendor", "vendor 1", "")]
    assert error.vendors["vendor 0"].value == 0.0


def test_equal_work_and_settings_give_an_equal_answer() -> None:
    one, other = (attribute(work(0.1, 0.3, 0.1), TINY, SETTINGS) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    "wrong", [{"floor": 0.0}, {"false_discoveries": 1.0}, {"boundary_floor": -1}, {"most": 0}]
)
def test_settings_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ParameterError, match="give"):
        AttributionSettings(**wrong)  # type: ignore[arg-type]  # that is the point
