"""Quotes brought to expected cost per accepted image."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import ParameterError
from assay.sourcing.fees import Commitment, Fee
from assay.sourcing.money import Money
from assay.sourcing.quote import (
    Demand,
    PilotFacts,
    Quote,
    QuoteComparison,
    Share,
    Volume,
    compare_quotes,
)
from assay.sourcing.rate_card import Price
from assay.sourcing.unit_prices import Tier, UnitPrice
from sourcing.rate_cards import card


def exactly(share: str) -> Share:
    return Share(Decimal(share), Decimal(share), Decimal(share))


def per_image(price: str, *others: Price, tiers: tuple[Tier, ...] = ()) -> tuple[Price, ...]:
    return (Price("per-image", UnitPrice(Decimal(price), tiers)), *others)


PERFECT = PilotFacts(exactly("1"), exactly("1"))
HALF = PilotFacts(exactly("0.5"), exactly("0.5"))


def figure(
    *prices: Price, facts: PilotFacts = PERFECT, demand: Demand | None = None
) -> QuoteComparison:
    return compare_quotes([Quote("A", card(*prices), facts)], demand or Demand.sure(1000))


def test_without_rework_and_fees_the_figure_is_the_price() -> None:
    (made,) = figure(*per_image("1.20")).figures
    assert (made.per_image, made.low, made.high, made.rounds) == tuple(
        map(Decimal, ("1.2000", "1.2000", "1.2000", "1.0000"))
    )


def test_what_is_sent_back_is_looked_at_again_and_paid_once() -> None:
    # 1 + 0.5 / 0.5 = 2 deliveries, half of them looked at, at 0.30 each.
    demand = Demand(
        (Volume(1000, Decimal(1)),), look_cost=Decimal("0.30"), look_share=Decimal("0.5")
    )
    (made,) = figure(*per_image("1.20"), facts=HALF, demand=demand).figures
    assert made.rounds == 2
    assert made.costs[0].work == Money("EUR", 120_000)
    assert made.costs[0].looking == Money("EUR", 30_000)
    assert made.per_image == Decimal("1.5000")


def test_the_number_of_deliveries_is_what_a_simulation_counts() -> None:
    facts = PilotFacts(exactly("0.7"), exactly("0.4"))
    rng = np.random.default_rng(20260301)
    passed = rng.random(200_000) < 0.7
    deliveries = np.where(passed, 1, 1 + rng.geometric(0.4, 200_000))
    assert float(facts.rounds()) == pytest.approx(1.75)
    assert deliveries.mean() == pytest.approx(1.75, abs=0.01)


def test_hours_of_rework_are_paid_where_the_contract_says_so() -> None:
    hourly = Price("per-hour", UnitPrice(Decimal(12)))
    free = PilotFacts(exactly("0.5"), exactly("0.5"), seconds=Decimal(600))
    paid = replace(free, rework_is_paid=True)
    assert figure(hourly, facts=free).figures[0].per_image == Decimal("2.0000")
    assert figure(hourly, facts=paid).figures[0].per_image == Decimal("4.0000")


def test_fees_per_batch_weigh_more_on_small_batches() -> None:
    fee = Price("conversion-fee", Fee(per_batch=Decimal(50)))
    volume = (Volume(1000, Decimal(1)),)
    small = figure(*per_image("1"), fee, demand=Demand(volume, batch_size=100)).figures[0]
    large = figure(*per_image("1"), fee, demand=Demand(volume, batch_size=1000)).figures[0]
    assert (small.per_image, large.per_image) == (Decimal("1.5000"), Decimal("1.0500"))


UNSURE = Demand((Volume(1000, Decimal("0.4")), Volume(5000, Decimal("0.6"))))
COMMITTED = Price("minimum-commitment", Commitment(Decimal(3000)))


def test_the_risk_of_committing_too_much_is_shown() -> None:
    (made,) = figure(*per_image("1"), COMMITTED, demand=UNSURE).figures
    assert made.unused_probability == Decimal("0.4")
    assert made.unused == Money("EUR", 80_000)  # 40 % of 2,000
    assert made.used_up_from == 3000
    assert [cost.per_image for cost in made.costs] == [Decimal("3.0000"), Decimal("1.0000")]
    # (0.4 × 3000 + 0.6 × 5000) / (0.4 × 1000 + 0.6 × 5000)
    assert made.per_image == Decimal("1.2353")


def test_a_commitment_in_each_period_is_missed_in_each() -> None:
    demand = Demand((Volume(1200, Decimal(1)),), periods=12)
    monthly = Price("minimum-commitment", Commitment(Decimal(150)))
    (made,) = figure(*per_image("1"), monthly, demand=demand).figures
    assert made.costs[0].unused == Money("EUR", 60_000)
    assert made.used_up_from == 1800


def test_a_commitment_beyond_all_volumes_is_never_used_up() -> None:
    huge = Price("minimum-commitment", Commitment(Decimal(10**6)))
    assert figure(*per_image("1"), huge).figures[0].used_up_from is None
    assert figure(*per_image("1")).figures[0].used_up_from == 0


def test_who_is_cheapest_depends_on_the_volume() -> None:
    free = Quote("Free", card(*per_image("1.20")), PERFECT)
    bound = Quote("Bound", card(*per_image("0.80"), COMMITTED), PERFECT)
    found = compare_quotes([bound, free], UNSURE)
    assert found.cheapest == ((1000, "Free"), (5000, "Bound"))
    # (0.4 × 3000 + 0.6 × 4000) / 3400 = 1.0588 in all.
    assert [made.vendor for made in found.figures] == ["Bound", "Free"]


def test_a_cheap_price_with_much_rework_can_be_the_dearer_one() -> None:
    demand = Demand((Volume(1000, Decimal(1)),), look_cost=Decimal("0.50"))
    cheap = Quote("Cheap", card(*per_image("0.80")), PilotFacts(exactly("0.4"), exactly("0.5")))
    dear = Quote("Dear", card(*per_image("1.10")), PilotFacts(exactly("0.98"), exactly("0.9")))
    found = compare_quotes([cheap, dear], demand)
    assert [made.vendor for made in found.figures] == ["Dear", "Cheap"]
    assert found.apart


def test_quotes_whose_pilots_show_too_little_are_not_apart() -> None:
    demand = Demand((Volume(1000, Decimal(1)),), look_cost=Decimal("0.50"))
    unsure = PilotFacts(Share.of(8, 10), Share.of(1, 2))
    found = compare_quotes(
        [Quote("A", card(*per_image("1")), unsure), Quote("B", card(*per_image("1.01")), unsure)],
        demand,
    )
    assert not found.apart
    assert found.figures[0].low < found.figures[0].per_image < found.figures[0].high


@given(
    st.decimals("0.01", 5, places=2),
    st.decimals("0.05", 1, places=2),
    st.decimals("0.05", 1, places=2),
    st.integers(1, 20_000),
)
def test_more_rework_never_makes_an_image_cheaper(
    price: Decimal, worse: Decimal, better: Decimal, images: int
) -> None:
    worse, better = min(worse, better), max(worse, better)
    demand = Demand((Volume(images, Decimal(1)),), look_cost=Decimal("0.40"))
    costs = [
        figure(
            Price("per-image", UnitPrice(price)),
            facts=PilotFacts(exactly(str(share)), exactly("0.5")),
            demand=demand,
        )
        .figures[0]
        .per_image
        for share in (worse, better)
    ]
    assert costs[0] >= costs[1] >= price.quantize(Decimal("0.01"))


@given(st.integers(0, 40), st.integers(1, 40))
def test_an_interval_holds_its_share(passed: int, more: int) -> None:
    images = max(passed, 1) + more
    share = Share.of(passed, images)
    assert 0 <= share.low <= share.estimate <= share.high <= 1
    assert abs(Fraction(share.estimate) - Fraction(passed, images)) <= Fraction(1, 10_000)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Demand((Volume(5, Decimal("0.5")),)), "sum to 0.5; let them sum to 1"),
        (
            lambda: Demand((Volume(9, Decimal("0.5")), Volume(5, Decimal("0.5")))),
            "rising order",
        ),
        (lambda: Volume(0, Decimal(1)), "at least one image"),
        (lambda: Share(Decimal(1), Decimal(0), Decimal("0.5")), "cannot be"),
        (lambda: Share.of(4, 3), "cannot be"),
        (lambda: PilotFacts(exactly("0.5"), exactly("0")), "Send more of them back"),
        (lambda: compare_quotes([], Demand.sure(5)), "in no currency"),
        (
            lambda: compare_quotes(
                [
                    Quote("A", card(*per_image("1")), PERFECT),
                    Quote("B", card(*per_image("100"), currency="JPY"), PERFECT),
                ],
                Demand.sure(5),
            ),
            "EUR and JPY",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(make: object, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        make()  # type: ignore[operator]  # a function of no arguments
