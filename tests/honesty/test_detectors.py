"""Detectors on cases made by hand, with numbers worked by hand."""

import math
from typing import Any

import numpy as np
import pytest

from assay.errors import ParameterError
from assay.honesty import DETECTORS, Case, DraftFacts, ItemFacts, Kind, Plan, examine
from assay.honesty.excess_hours import ExcessHoursParameters, measure_hours
from assay.honesty.gold_only import GoldOnlyParameters, measure_gold
from assay.honesty.probing import ProbingParameters, measure_probing
from assay.honesty.repeated_work import RepeatedWorkParameters, measure_repeats
from assay.honesty.shared_errors import SharedErrorsParameters, measure_errors
from assay.honesty.untouched_drafts import UntouchedDraftsParameters, measure_drafts


def item(key: str, annotators: int = 1, **known: Any) -> ItemFacts:
    nothing = np.full(annotators, np.nan)
    facts: dict[str, Any] = {
        "digests": tuple(f"{key}-{place}" for place in range(annotators)),
        "telling": (True,) * annotators,
        "shapes": (None,) * annotators,
        "reference_shapes": None,
        "likeness": np.full((annotators, annotators), np.nan),
        "accuracy": nothing,
        "conformity": nothing,
        "content": np.array([20.0, 900.0, 5.0]),
        "vertices": np.full((annotators, 2), -1),
    }
    return ItemFacts(key, **(facts | known))


@pytest.mark.parametrize("detector", tuple(DETECTORS), ids=lambda detector: detector.name)
def test_a_detector_is_documented_and_asks(detector: Any) -> None:
    assert detector.summary.endswith(".")
    assert "\n" not in detector.summary
    assert "**Measured:**" in detector.advice
    assert detector.question.endswith("?")
    assert len(detector.innocent) >= 2
    for word in ("cheat", "fraud", "guilty", "dishonest"):
        assert word not in (detector.title + detector.question).lower()


@pytest.mark.parametrize("detector", tuple(DETECTORS), ids=lambda detector: detector.name)
def test_settings_have_defaults_and_are_documented(detector: Any) -> None:
    settings = detector.parameters()
    for name in vars(settings):
        assert f"{name}\n" in (detector.parameters.__doc__ or "")


def test_an_empty_case_measures_nothing_and_flags_nobody() -> None:
    checks, flags = examine(Case(("Ann", "Bob", "Cem"), ()), Plan())
    assert flags == ()
    assert all(not entry.remarkable for check in checks for entry in check.measurements)


def test_seeded_errors_left_in_are_counted_and_tested() -> None:
    drafts = [DraftFacts(10, (9, 2), 3, (3, 0)) for _ in range(4)]
    case = Case(("Ann", "Bob"), tuple(item(f"{k}", 2, draft=d) for k, d in enumerate(drafts)))
    ann, bob = measure_drafts(case, UntouchedDraftsParameters())
    assert (ann.value, bob.value) == (1.0, 0.0)
    assert ann.p_value == pytest.approx(0.3**12)
    assert bob.p_value == 1.0
    assert "12 of 12 seeded errors" in ann.sentence


def test_without_seeds_untouched_drafts_are_shown_and_never_flagged() -> None:
    case = Case(("Ann",), (item("a", draft=DraftFacts(10, (10,), 0, (0,))),))
    (ann,) = measure_drafts(case, UntouchedDraftsParameters())
    assert ann.kind is Kind.SHOWN
    assert ann.value == 1.0
    assert not ann.remarkable


def test_repeats_are_told_from_work_that_comes_along() -> None:
    items = (
        item("a", digests=("A",), earlier=(("A",),)),  # unchanged since
        item("b", digests=("old",), earlier=(("B",),)),  # the labels of c, then
        item("c", digests=("C",), earlier=(("old",),)),
        item("d", digests=("C",), earlier=(("",),)),  # the labels of c, now
        item("e", digests=("empty",), telling=(False,), earlier=(("",),)),
        item("f", digests=("empty",), telling=(False,), earlier=(("",),)),
    )
    (ann,) = measure_repeats(
        Case(("Ann",), items, earlier=(("monday",),)), RepeatedWorkParameters()
    )
    assert ann.value == 2
    assert ann.remarkable


def test_a_whole_delivery_that_repeats_counts_with_all_its_items() -> None:
    items = tuple(item(key, digests=(key,), earlier=((key,),)) for key in "abc")
    (ann,) = measure_repeats(
        Case(("Ann",), items, earlier=(("monday",),)), RepeatedWorkParameters()
    )
    assert ann.value == 3
    assert "all 3 items equal those of monday" in ann.sentence


def test_probing_counts_small_changes_only() -> None:
    versions = [["a"] * 40]
    for step in range(5):
        versions.append([f"{step}" if k == step else old for k, old in enumerate(versions[-1])])
    versions.append(["new"] * 40)  # a real rework
    versions.append(list(versions[-1]))  # nothing changed
    items = tuple(
        item(
            f"{k:02}",
            digests=(versions[-1][k],),
            earlier=(tuple(version[k] for version in versions[:-1]),),
        )
        for k in range(40)
    )
    names = tuple(f"v{k}" for k in range(len(versions) - 1))
    (ann,) = measure_probing(Case(("Ann",), items, earlier=(names,)), ProbingParameters())
    assert ann.value == 5
    assert ann.remarkable


def likeness_case(pair: float, others: float, images: int) -> Case:
    rng = np.random.default_rng(1)
    items = []
    for number in range(images):
        values = others + rng.normal(0, 0.03, (4, 4))
        values = (values + values.T) / 2
        values[0, 1] = values[1, 0] = pair
        np.fill_diagonal(values, np.nan)
        items.append(item(f"{number}", 4, likeness=values))
    return Case(("Ann", "Bob", "Cem", "Dee"), tuple(items), reference=True)


def test_a_pair_that_errs_alike_is_sure_and_large() -> None:
    pairs = measure_errors(likeness_case(0.6, 0.1, 10), SharedErrorsParameters())
    ann_bob = pairs[0]
    assert ann_bob.subjects == ("Ann", "Bob")
    assert ann_bob.value == pytest.approx(0.5, abs=0.02)
    assert ann_bob.p_value == pytest.approx((1 / 6) ** 10)
    assert all(not other.remarkable for other in pairs[1:])


def test_a_habit_in_common_is_let_be_however_many_images_show_it() -> None:
    case = likeness_case(0.15, 0.1, 200)
    (ann_bob, *_) = measure_errors(case, SharedErrorsParameters())
    assert ann_bob.p_value > 0.5
    assert not ann_bob.remarkable
    (strict, *_) = measure_errors(case, SharedErrorsParameters(least_excess=0.0))
    assert strict.p_value < 1e-9


def test_few_images_make_no_test() -> None:
    (ann_bob, *_) = measure_errors(likeness_case(0.9, 0.1, 4), SharedErrorsParameters())
    assert ann_bob.kind is Kind.SHOWN
    assert math.isnan(ann_bob.p_value)


def hours_case(factors: list[float], images: int = 30) -> Case:
    rng = np.random.default_rng(2)
    names = tuple(f"A{place}" for place in range(len(factors)))
    contents = rng.uniform([5, 300, 2], [60, 6000, 9], (images, 3))
    items = tuple(item(f"{k:02}", content=contents[k]) for k in range(images))
    usual = 0.02 * contents[:, 1] ** 0.8
    minutes = {
        name: {
            f"{k:02}": float(factor * usual[k] * np.exp(rng.normal(0, 0.3))) for k in range(images)
        }
        for name, factor in zip(names, factors, strict=True)
    }
    return Case(names, items, minutes=minutes)


def test_hours_are_compared_with_what_colleagues_take_for_the_same() -> None:
    measured = measure_hours(hours_case([1.0, 1.2, 0.9, 2.6]), ExcessHoursParameters())
    assert measured[3].value == pytest.approx(2.6, rel=0.2)
    assert measured[3].p_value < 1e-3
    assert [entry.remarkable for entry in measured] == [False, False, False, True]
    assert len(measured[3].points) == 30


def test_two_who_inflate_do_not_hide_each_other() -> None:
    measured = measure_hours(hours_case([1.0, 1.1, 0.9, 3.0, 3.0]), ExcessHoursParameters())
    assert [entry.remarkable for entry in measured] == [False, False, False, True, True]


def test_people_who_differ_much_are_asked_less() -> None:
    alike = measure_hours(hours_case([1.0, 1.1, 0.9, 1.0, 2.4]), ExcessHoursParameters())[4]
    apart = measure_hours(hours_case([0.5, 1.6, 0.8, 1.2, 2.4]), ExcessHoursParameters())[4]
    assert apart.p_value > 10 * alike.p_value


def test_times_of_nobody_or_of_unknown_items_are_no_trouble() -> None:
    case = Case(("A", "B", "C"), (item("a"),), minutes={"A": {"x": 3.0}, "B": {"a": 0.0}, "C": {}})
    assert all(entry.kind is Kind.SHOWN for entry in measure_hours(case, ExcessHoursParameters()))


def gold_case(on_gold: float, elsewhere: float) -> Case:
    rng = np.random.default_rng(3)
    items = tuple(
        item(
            f"{k:02}", accuracy=np.array([(on_gold if k < 20 else elsewhere) + rng.normal(0, 0.05)])
        )
        for k in range(60)
    )
    return Case(("Ann",), items, True, frozenset(f"{k:02}" for k in range(20)))


def test_better_work_on_gold_is_tested_by_one_yardstick() -> None:
    (ann,) = measure_gold(gold_case(0.9, 0.8), GoldOnlyParameters())
    assert ann.value == pytest.approx(0.1, abs=0.03)
    assert ann.p_value < 1e-5
    (fair,) = measure_gold(gold_case(0.8, 0.8), GoldOnlyParameters())
    assert fair.p_value > 0.1
    (worse,) = measure_gold(gold_case(0.7, 0.8), GoldOnlyParameters())
    assert worse.p_value > 0.9


def panel_with_gold(gaps: tuple[float, ...], difficulty: float) -> Case:
    """Return people on images of unequal difficulty, each with a gap between gold and others."""
    rng = np.random.default_rng(4)
    items = tuple(
        item(
            f"{k:02}",
            len(gaps),
            accuracy=0.6
            + rng.normal(0, difficulty)
            + rng.normal(0, 0.01, len(gaps))
            + np.array(gaps) * (k < 10),
        )
        for k in range(24)
    )
    return Case(
        ("Ann", "Bob", "Cem")[: len(gaps)], items, True, frozenset(f"{k:02}" for k in range(10))
    )


def test_colleagues_tell_how_hard_an_image_is() -> None:
    found = measure_gold(panel_with_gold((0.08, 0.0, 0.0), 0.15), GoldOnlyParameters())
    assert found[0].p_value < 1e-3
    assert found[0].value == pytest.approx(0.08, abs=0.02)
    assert "the median colleague has" in found[0].sentence
    assert min(entry.p_value for entry in found[1:]) > 0.1
    # With one colleague nobody knows which of the two is odd.
    (alone, _) = measure_gold(panel_with_gold((0.08, 0.0), 0.15), GoldOnlyParameters())
    assert alone.p_value > 0.05


def test_gold_that_everybody_knows_is_found_too() -> None:
    found = measure_gold(panel_with_gold((0.2, 0.2, 0.2), 0.05), GoldOnlyParameters())
    assert max(entry.p_value for entry in found) < 1e-3


def test_images_without_a_reference_do_not_hide_colleagues() -> None:
    case = panel_with_gold((0.08, 0.0, 0.0), 0.15)
    bare = item("zz", 3, accuracy=np.full(3, np.nan))
    more = Case(case.annotators, (*case.items, bare), True, case.gold)
    assert (
        measure_gold(more, GoldOnlyParameters())[0] == measure_gold(case, GoldOnlyParameters())[0]
    )


def test_without_audited_images_the_others_are_the_yardstick() -> None:
    items = tuple(
        item(
            f"{k:02}",
            accuracy=np.array([0.9 if k < 10 else np.nan]),
            conformity=np.array([0.9 if k < 10 else 0.6 + k / 1000]),
        )
        for k in range(40)
    )
    case = Case(("Ann",), items, True, frozenset(f"{k:02}" for k in range(10)))
    (ann,) = measure_gold(case, GoldOnlyParameters())
    assert "with the others" in ann.sentence
    assert ann.p_value < 1e-4


@pytest.mark.parametrize(
    ("detector", "setting", "value"),
    [
        ("untouched-drafts", "honest_misses", 0.0),
        ("copied-shapes", "most_copies", -1),
        ("copied-shapes", "most_share", 1.5),
        ("repeated-work", "most_items", -1),
        ("shared-outlines", "most_shared", -1),
        ("shared-outlines", "most_share", -0.1),
        ("shared-errors", "least_excess", 1.0),
        ("shared-errors", "least_images", 1),
        ("excess-vertices", "honest_excess", 1.0),
        ("excess-vertices", "least_images", 1),
        ("excess-hours", "honest_factor", 0.5),
        ("excess-hours", "people_spread", 0.0),
        ("excess-hours", "least_images", 1),
        ("gold-only-effort", "honest_gap", -0.1),
        ("gold-only-effort", "least_images", 1),
        ("probing", "most_small", -1),
        ("probing", "small_share", 0.0),
    ],
)
def test_settings_out_of_range_are_refused(detector: str, setting: str, value: float) -> None:
    with pytest.raises(ParameterError, match=setting):
        DETECTORS.get(detector).parameters(**{setting: value})


def test_a_plan_refuses_levels_and_names_that_are_none() -> None:
    with pytest.raises(ParameterError, match="level"):
        Plan(level=0)
    with pytest.raises(Exception, match="Did you mean"):
        Plan(parameters={"copied-shape": None})
