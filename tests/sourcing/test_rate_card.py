"""What accepted work costs by a rate card."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import ParameterError, UnknownNameError
from assay.sourcing.fees import Commitment, Fee
from assay.sourcing.money import Money, minor_digits
from assay.sourcing.price import Charge
from assay.sourcing.price_registry import PRICE_COMPONENTS
from assay.sourcing.quality_pay import QualityStep, QualitySteps
from assay.sourcing.rate_card import Price, RateCard
from assay.sourcing.unit_prices import Tier, UnitPrice
from assay.sourcing.work import AcceptedItem, MeasuredQuality, Quantities
from sourcing.rate_cards import card, cards, counts, qualities, quality, quantities, unit_prices

GOOD = """
name = "Northlight standard"
version = 3
currency = "EUR"
valid_from = 2026-01-01
valid_until = 2026-12-31

[price.per-image]
price = 1.20
tiers = [{above = 10000, price = "0.90"}]

[price.per-vertex]
price = "0.0008"

[price.management-fee]
percent = 8

[price.bonus]
metric = "weighted_iou"
steps = [{at = 0.92, percent = 3}]
"""


def in_words(charges: tuple[Charge, ...], currency: str = "EUR") -> list[str]:
    return [f"{charge.text}: {charge.amount(currency)}" for charge in charges]


def test_a_card_is_read_exactly_as_it_is_written() -> None:
    read = RateCard.from_toml(GOOD)
    assert (read.name, read.version, read.currency) == ("Northlight standard", 3, "EUR")
    assert read.valid_until == date(2026, 12, 31)
    assert read.prices == (
        Price("per-image", UnitPrice(Decimal("1.20"), (Tier(10000, Decimal("0.90")),))),
        Price("per-vertex", UnitPrice(Decimal("0.0008"))),
        Price("management-fee", Fee(percent=Decimal(8))),
        Price("bonus", QualitySteps("weighted_iou", (QualityStep(Decimal("0.92"), Decimal(3)),))),
    )


@given(cards())
def test_a_card_comes_back_from_its_table_with_the_same_digest(any_card: RateCard) -> None:
    back = RateCard.from_table(any_card.table())
    assert back == any_card
    assert back.digest == any_card.digest


def test_each_component_charges_for_its_unit() -> None:
    prices = {
        "per-image": "1.20",
        "per-megapixel": "0.50",
        "per-object": "0.05",
        "per-vertex": "0.0008",
        "per-hour": "18",
    }
    stated = (Price(name, UnitPrice(Decimal(price))) for name, price in prices.items())
    done = Quantities(images=10, pixels=20_971_520, objects=130, vertices=4_321, seconds=5_400)
    assert in_words(card(*stated).charge(done)) == [
        "Images: 12.00 EUR",
        "Megapixels: 10.49 EUR",  # 20.97152 × 0.50 = 10.48576
        "Objects: 6.50 EUR",
        "Vertices after simplification: 3.46 EUR",  # 3.4568
        "Hours: 27.00 EUR",
    ]


def test_units_that_were_billed_before_keep_their_tier() -> None:
    tiered = Price("per-image", UnitPrice(Decimal("1.00"), (Tier(1000, Decimal("0.80")),)))
    charges = card(tiered).charge(Quantities(images=300), before=Quantities(images=900))
    assert [(charge.quantity, str(charge.amount("EUR"))) for charge in charges] == [
        (100, "100.00 EUR"),
        (200, "160.00 EUR"),
    ]


@given(unit_prices(), counts, counts, counts)
def test_where_a_delivery_is_split_does_not_change_what_it_costs(
    price: UnitPrice, before: int, first: int, second: int
) -> None:
    def exact(start: int, quantity: int) -> Fraction:
        return sum(
            (part * Fraction(unit) for part, unit in price.split(start, quantity, per=7)),
            Fraction(),
        )

    assert exact(before, first) + exact(before + first, second) == exact(before, first + second)


@given(unit_prices(), counts, counts)
def test_every_unit_falls_into_one_tier(price: UnitPrice, before: int, quantity: int) -> None:
    assert sum(part for part, _ in price.split(before, quantity, per=1)) == quantity


def test_fees_are_taken_of_the_work_and_never_of_fees() -> None:
    charges = card(
        Price("management-fee", Fee(percent=Decimal("7.5"), per_batch=Decimal(40))),
        Price("per-image", UnitPrice(Decimal(1))),
        Price("qa-fee", Fee(per_image=Decimal("0.15"))),
        Price("conversion-fee", Fee(percent=Decimal(1))),
    ).charge(Quantities(images=200), batches=2)
    assert in_words(charges) == [
        "Images: 200.00 EUR",
        "Project management, per batch: 80.00 EUR",
        "Project management: 15.00 EUR",
        "Quality assurance, per image: 30.00 EUR",
        "Format conversion: 2.00 EUR",
    ]


@given(cards(), quantities, qualities(), st.randoms())
def test_the_order_of_components_does_not_change_the_sum(
    any_card: RateCard,
    done: Quantities,
    measured: dict[str, MeasuredQuality],
    random: Random,
) -> None:
    shuffled = list(any_card.prices)
    random.shuffle(shuffled)
    other = RateCard(
        any_card.name, any_card.version, any_card.currency, any_card.valid_from, tuple(shuffled)
    )

    def total(priced: RateCard) -> Money:
        charges = priced.charge(done, qualities=measured)
        return Money.total((charge.amount(priced.currency) for charge in charges), priced.currency)

    assert total(other) == total(any_card)
    assert other.digest == any_card.digest


@given(cards(), quantities, qualities())
def test_an_amount_is_off_by_half_a_minor_unit_at_most(
    any_card: RateCard, done: Quantities, measured: dict[str, MeasuredQuality]
) -> None:
    scale = 10 ** minor_digits(any_card.currency)
    for charge in any_card.charge(done, qualities=measured):
        exact = Fraction(charge.quantity) * Fraction(charge.price) / charge.per * scale
        assert abs(charge.amount(any_card.currency).minor - exact) <= Fraction(1, 2)


STEPS = QualitySteps(
    "weighted_iou",
    (QualityStep(Decimal("0.90"), Decimal(2)), QualityStep(Decimal("0.95"), Decimal(5))),
)


@pytest.mark.parametrize(
    ("measured", "percent"),
    [
        (quality("0.97", "0.96", "0.98"), 5),
        (quality("0.96", "0.94", "0.98"), 2),  # 0.95 is likely, not shown
        (quality("0.91", "0.89", "0.93"), None),
        (quality("0.95", "0.95", "0.95"), 5),  # a bound that meets the step reaches it
    ],
)
def test_a_bonus_is_paid_for_what_is_shown(measured: MeasuredQuality, percent: int | None) -> None:
    priced = card(Price("per-image", UnitPrice(Decimal(1))), Price("bonus", STEPS))
    charges = priced.charge(Quantities(images=100), qualities={"weighted_iou": measured})
    bonus = [charge.amount("EUR") for charge in charges[1:]]
    assert bonus == ([] if percent is None else [Money("EUR", 100 * percent)])


@pytest.mark.parametrize(
    ("measured", "percent"),
    [
        (quality("0.97", "0.93", "0.98"), None),
        (quality("0.93", "0.91", "0.95"), None),  # 0.95 may be reached
        (quality("0.93", "0.91", "0.949"), 2),
        (quality("0.85", "0.80", "0.89"), 5),
    ],
)
def test_a_malus_is_taken_for_what_is_shown(measured: MeasuredQuality, percent: int | None) -> None:
    steps = QualitySteps(
        "weighted_iou",
        (QualityStep(Decimal("0.90"), Decimal(5)), QualityStep(Decimal("0.95"), Decimal(2))),
    )
    priced = card(Price("per-image", UnitPrice(Decimal(1))), Price("malus", steps))
    charges = priced.charge(Quantities(images=100), qualities={"weighted_iou": measured})
    malus = [charge.amount("EUR") for charge in charges[1:]]
    assert malus == ([] if percent is None else [Money("EUR", -100 * percent)])


def test_quality_that_was_not_measured_changes_nothing() -> None:
    priced = card(
        Price("per-image", UnitPrice(Decimal(1))), Price("bonus", STEPS), Price("malus", STEPS)
    )
    assert len(priced.charge(Quantities(images=100))) == 1


def test_a_commitment_is_topped_up_at_the_end_of_a_period() -> None:
    committed = card(
        Price("per-image", UnitPrice(Decimal(1))),
        Price("minimum-commitment", Commitment(Decimal(500))),
    )
    assert len(committed.charge(Quantities(images=100))) == 1
    (lacking,) = committed.close(Money("EUR", 12_345))
    assert str(lacking.amount("EUR")) == "376.55 EUR"
    assert committed.close(Money("EUR", 50_000)) == ()


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_closed_period_costs_what_was_used_or_what_was_committed(used: int, minor: int) -> None:
    commitment = Commitment(Money("EUR", minor).major)
    committed = card(
        Price("per-image", UnitPrice(Decimal(1))), Price("minimum-commitment", commitment)
    )
    lacking = committed.close(Money("EUR", used))
    assert used + sum(charge.amount("EUR").minor for charge in lacking) == max(used, minor)


def test_a_card_holds_on_its_first_and_its_last_day() -> None:
    year = RateCard.from_toml(GOOD)
    assert year.holds_on(date(2026, 1, 1))
    assert year.holds_on(date(2026, 12, 31))
    assert not year.holds_on(date(2027, 1, 1))
    assert not year.holds_on(date(2025, 12, 31))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name = ", "# name = ", "lacks name"),
        ("valid_from = 2026-01-01", "", "lacks valid_from"),
        ("2026-01-01", '"soon"', "give a day, such as 2026-01-31"),
        ("valid_until = 2026-12-31", "valid_until = 2025-12-31", "Exchange them"),
        ("currency = ", 'curency = "EUR" #', "Did you mean 'currency'"),
        ('"EUR"', '"Euro"', "not an ISO 4217 code"),
        ("version = 3", "version = 0", "count versions from 1"),
        ("version = 3", "version = 1.5", "give a whole number"),
        ("price = 1.20", "price = -1", "a price is 0 or more"),
        ("price = 1.20", 'price = "cheap"', "has price 'cheap'; give a number"),
        ("price = 1.20", "price = nan", "give a number"),
        ("price = 1.20", 'price = "1e999999999"', "give a number"),
        ("price = 1.20", 'price = "1e-999999999"', "give a number"),
        ("price = 1.20", "prize = 1.20", "Did you mean 'price'"),
        ("above = 10000", "above = 0", "above 1 unit or more"),
        ("[{above", "[{over", "unknown field 'over'"),
        ('[{above = 10000, price = "0.90"}]', '"none"', "give a list of tables"),
        ("percent = 8", "percent = -8", "A fee is below 0"),
        ("percent = 3", "percent = 0", "give more than 0 and at most 100"),
        ("steps = [{at = 0.92, percent = 3}]", "steps = []", "has no steps"),
        ('metric = "weighted_iou"', "", "lacks metric"),
        ("[price.per-image]", "[prices.per-image]", "unknown field 'prices'"),
    ],
)
def test_a_mistake_in_a_card_is_named_with_the_way_out(old: str, new: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        RateCard.from_toml(GOOD.replace(old, new, 1))


def test_an_unknown_component_is_named_with_those_that_are_near() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean per-image"):
        RateCard.from_toml(GOOD.replace("per-image", "per-images"))


def test_a_card_without_a_price_for_work_prices_nothing() -> None:
    with pytest.raises(ParameterError, match="no price for work"):
        card(Price("qa-fee", Fee(per_batch=Decimal(1))))


def test_a_component_is_stated_once_and_by_its_own_parameters() -> None:
    price = Price("per-image", UnitPrice(Decimal(1)))
    with pytest.raises(ParameterError, match="State each once"):
        card(price, price)
    with pytest.raises(ParameterError, match="is stated by Fee; it takes UnitPrice"):
        Price("per-image", Fee())


def test_a_float_is_not_a_price() -> None:
    table = RateCard.from_toml(GOOD).table()
    table["price"]["per-image"]["price"] = 1.2
    with pytest.raises(ParameterError, match="give a number"):
        RateCard.from_table(table)


def test_tiers_stand_in_rising_order() -> None:
    with pytest.raises(ParameterError, match="rising order"):
        UnitPrice(Decimal(2), (Tier(10, Decimal(1)), Tier(10, Decimal(1))))


def test_counts_and_intervals_that_cannot_be_are_refused() -> None:
    with pytest.raises(ParameterError, match="no count is below 0"):
        AcceptedItem("ver_1", "frame_1", 64, -1)
    with pytest.raises(ParameterError, match="has no version"):
        AcceptedItem("", "frame_1", 64)
    with pytest.raises(ParameterError, match="does not lie in its interval"):
        quality("0.9", "0.91", "0.95")


def test_every_component_has_its_name_and_its_advice() -> None:
    assert len(set(PRICE_COMPONENTS.names())) == 12
    assert all(spec.summary.endswith(".") and spec.advice.strip() for spec in PRICE_COMPONENTS)
