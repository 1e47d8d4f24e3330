"""Rate cards and accepted work for tests: made by hand, or by hypothesis."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from assay.sourcing.fees import Commitment, Fee
from assay.sourcing.quality_pay import QualityStep, QualitySteps
from assay.sourcing.rate_card import Price, RateCard
from assay.sourcing.unit_prices import UNIT_PRICES, Tier, UnitPrice
from assay.sourcing.work import AcceptedItem, AcceptedWork, MeasuredQuality, Quantities

DAY = date(2026, 3, 1)
DECIDED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def card(*prices: Price, currency: str = "EUR") -> RateCard:
    """A card with these prices, 1.20 an image where none are given."""
    stated = prices or (Price("per-image", UnitPrice(Decimal("1.20"))),)
    return RateCard("Northlight", 1, currency, date(2026, 1, 1), stated)


def work(
    count: int, decision: str = "dec_1", *, first: int = 0, quality: MeasuredQuality | None = None
) -> AcceptedWork:
    """Accepted images of 64 pixels with two objects and nine vertices each."""
    items = tuple(
        AcceptedItem(f"ver_{number}", f"frame_{number}", 64, 2, 9)
        for number in range(first, first + count)
    )
    measured = () if quality is None else (("weighted_iou", quality),)
    return AcceptedWork(decision, f"batch of {decision}", DECIDED, items, 1800, measured)


def quality(estimate: str, low: str, high: str) -> MeasuredQuality:
    return MeasuredQuality(Decimal(estimate), Decimal(low), Decimal(high))


amounts = st.decimals(0, 1000, places=4)
counts = st.integers(0, 10**7)


@st.composite
def unit_prices(draw: st.DrawFn) -> UnitPrice:
    starts = sorted(draw(st.sets(st.integers(1, 10**6), max_size=3)))
    return UnitPrice(draw(amounts), tuple(Tier(start, draw(amounts)) for start in starts))


fees = st.builds(Fee, amounts, amounts, st.decimals(0, 100, places=3))
steps = st.lists(
    st.builds(QualityStep, st.decimals(0, 1, places=3), st.decimals("0.1", 100, places=1)),
    min_size=1,
    max_size=3,
)
quality_steps = st.builds(QualitySteps, st.just("weighted_iou"), steps.map(tuple))
OTHERS = {
    "management-fee": fees,
    "qa-fee": fees,
    "conversion-fee": fees,
    "minimum-commitment": st.builds(Commitment, st.decimals("0.01", 10**6, places=2)),
    "bonus": quality_steps,
    "malus": quality_steps,
    "outcome": quality_steps,
}


@st.composite
def cards(draw: st.DrawFn) -> RateCard:
    """Any card: some unit prices, some of everything else, in any order."""
    units = draw(st.sets(st.sampled_from([spec.name for spec in UNIT_PRICES]), min_size=1))
    others = draw(st.sets(st.sampled_from(sorted(OTHERS))))
    stated = [
        *(Price(name, draw(unit_prices())) for name in sorted(units)),
        *(Price(name, draw(OTHERS[name])) for name in sorted(others)),
    ]
    shuffled = draw(st.permutations(stated))
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD"]))
    return RateCard("Any", draw(st.integers(1, 9)), currency, DAY, tuple(shuffled))


quantities = st.builds(Quantities, counts, counts, counts, counts, counts)


@st.composite
def qualities(draw: st.DrawFn) -> dict[str, MeasuredQuality]:
    low, middle, high = sorted(draw(st.decimals(0, 1, places=3)) for _ in range(3))
    return {"weighted_iou": MeasuredQuality(middle, low, high)} if draw(st.booleans()) else {}
