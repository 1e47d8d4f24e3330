"""How far a budget goes: what is spent, owed, out, and what the rest will cost."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from assay.errors import ParameterError
from assay.sourcing.budget import (
    BudgetForecast,
    Pace,
    Span,
    VendorWork,
    forecast_budget,
    per_image,
)
from assay.sourcing.money import Money
from assay.sourcing.rate_card import Price
from assay.sourcing.unit_prices import Tier, UnitPrice
from assay.sourcing.work import Quantities
from sourcing.rate_cards import card

TODAY = date(2026, 3, 2)
BY_OBJECT = card(Price("per-object", UnitPrice(Decimal("0.10"))))


def euros(amount: int) -> Money:
    return Money("EUR", 100 * amount)


def whole(low: int, expected: int, high: int) -> Span[Fraction]:
    return Span(Fraction(low), Fraction(expected), Fraction(high))


def forecast(
    *vendors: VendorWork,
    budget: int = 10_000,
    spent: int = 0,
    owed: int = 0,
    rest: int = 0,
    pace: Pace | None = None,
) -> BudgetForecast:
    return forecast_budget(
        budget=euros(budget),
        spent=euros(spent),
        owed=euros(owed),
        vendors=vendors,
        rest_at=vendors[0].vendor,
        rest=rest,
        pace=pace,
        today=TODAY,
    )


def test_everything_adds_up_to_the_total() -> None:
    work = VendorWork("A", card(), images=1000)
    found = forecast(work, budget=5000, spent=600, owed=300, rest=2000)
    assert found.out.expected == euros(1200)
    assert found.rest.expected == euros(2400)
    assert found.total.expected == euros(4500)
    assert found.left.expected == euros(500)
    assert found.suffices == "yes"
    assert found.ends_on == Span(None, None, None)


def test_a_price_per_image_leaves_nothing_uncertain_but_the_days() -> None:
    work = VendorWork("A", card(), images=100)
    found = forecast(work, budget=600, rest=900, pace=Pace(4, 400, 40))
    assert found.total.low == found.total.high
    assert found.suffices == "no"
    assert found.lasts == Span(500, 500, 500)
    assert found.ends_on.expected == date(2026, 4, 21)  # 50 days
    assert found.ends_on.low is not None
    assert found.ends_on.low < date(2026, 4, 21)
    assert found.ends_on.high is not None
    assert found.ends_on.high > date(2026, 4, 21)


def test_images_that_differ_leave_the_cost_uncertain() -> None:
    measured = (Quantities(100, objects=1000), Quantities(100, objects=1400))
    work = VendorWork("A", BY_OBJECT, images=100, measured=measured)
    found = forecast(work, budget=200, rest=0)
    assert found.total.expected == euros(120)
    assert found.total.low.minor < found.total.expected.minor < found.total.high.minor
    assert found.suffices == "perhaps"


def test_one_batch_shows_no_spread_so_half_to_twice_is_assumed() -> None:
    assert per_image([Quantities(10, objects=40)], "objects") == whole(2, 4, 8)
    assert per_image([], "objects") == whole(0, 0, 0)


def test_volume_tiers_go_on_from_what_was_accepted_and_what_is_out() -> None:
    tiers = (Tier(1000, Decimal("0.50")),)
    prices = card(Price("per-image", UnitPrice(Decimal(1), tiers=tiers)))
    work = VendorWork("A", prices, before=Quantities(800), images=100)
    found = forecast(work, rest=200)
    assert found.out.expected == euros(100)
    assert found.rest.expected == euros(150)  # 100 before the tier, 100 in it


def test_work_of_each_vendor_is_priced_by_its_own_card() -> None:
    cheap = card(Price("per-image", UnitPrice(Decimal("0.60"))))
    dear = VendorWork("A", card(), images=100)
    found = forecast(dear, VendorWork("B", cheap, images=100), rest=100)
    assert found.out.expected == euros(180)
    assert found.rest.expected == euros(120)
    assert found.images_out == 200


def test_a_budget_that_does_not_cover_what_is_out_ends_within_it() -> None:
    found = forecast(VendorWork("A", card(), images=100), budget=30)
    assert found.lasts.expected == 25
    for out in (0, 100):
        assert forecast(VendorWork("A", card(), images=out), spent=20_000).lasts.expected == 0


def test_what_cannot_end_has_no_end() -> None:
    empty = (Quantities(10, objects=0),)
    found = forecast(VendorWork("A", BY_OBJECT, measured=empty), rest=5)
    assert found.lasts.expected is None
    assert found.ends_on.expected is None


def test_without_a_pace_no_day_is_named() -> None:
    assert forecast(VendorWork("A", card()), rest=1).done_on.expected is None
    slow = forecast(VendorWork("A", card()), rest=5000, pace=Pace(1, 1, 100))
    assert slow.done_on.expected is None


def test_few_batches_make_the_pace_uncertain() -> None:
    pace = Pace(2, 200, 10)
    assert pace.per_day("expected") == 20
    assert float(pace.per_day("low")) == pytest.approx(2.42, abs=0.01)
    assert float(pace.per_day("high")) == pytest.approx(72.25, abs=0.01)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ParameterError):
        Pace(1, 1, 0)
    with pytest.raises(ParameterError):
        VendorWork("A", card(), images=-1)
    with pytest.raises(ParameterError, match="A charges per-object, and nothing"):
        VendorWork("A", BY_OBJECT)
    with pytest.raises(ParameterError, match="Name each vendor once"):
        forecast(VendorWork("A", card()), VendorWork("A", card()))


def test_the_mean_of_an_image_lies_in_its_interval_as_often_as_stated() -> None:
    random = np.random.default_rng(1)
    inside = 0
    for _ in range(1000):
        levels = random.gamma(16, 10 / 16, size=6)  # batches differ by themselves
        sizes = random.integers(50, 150, size=6)
        counts = random.poisson(levels * sizes)
        measured = [
            Quantities(int(size), objects=int(count))
            for size, count in zip(sizes, counts, strict=True)
        ]
        mean = per_image(measured, "objects")
        inside += mean.low <= Fraction(10) <= mean.high
    assert inside / 1000 == pytest.approx(0.95, abs=0.02)
