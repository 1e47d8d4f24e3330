"""Where a budget goes: what is spent and owed, what is out at vendors, what the rest will cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Generic, Literal, TypeVar

from assay.errors import ParameterError
from assay.sourcing.money import Money
from assay.sourcing.price import NOTHING
from assay.sourcing.rate_card import RateCard
from assay.sourcing.work import Quantities

T = TypeVar("T")
End = Literal["low", "expected", "high"]

_ENDS: tuple[End, ...] = ("low", "expected", "high")
_OTHER: dict[End, End] = {"low": "high", "expected": "expected", "high": "low"}
_CONFIDENCE = 0.95

#: Further away than this, a volume or a day says only that it is out of sight.
_MOST_IMAGES = 10**7
_MOST_DAYS = 3650


@dataclass(frozen=True)
class Span(Generic[T]):
    """What is expected, and the ends of its interval.

    Parameters
    ----------
    low, expected, high
        In rising order.
    """

    low: T
    expected: T
    high: T

    def at(self, end: End) -> T:
        """Return one of the three."""
        value: T = getattr(self, end)
        return value


@dataclass(frozen=True)
class VendorWork:
    """What is out at a vendor, and what its work so far says of the work to come.

    Parameters
    ----------
    vendor
        Its name or id.
    card
        Its prices.
    before
        What was accepted under the card so far: volume tiers go on from there.
    images
        How many are out at it.
    batch_size
        Images of a batch: fees per batch depend on it.
    measured
        What each batch that it handed in came to.
    """

    vendor: str
    card: RateCard
    before: Quantities = NOTHING
    images: int = 0
    batch_size: int = 500
    measured: tuple[Quantities, ...] = ()

    def __post_init__(self) -> None:
        if self.images < 0 or self.batch_size < 1:
            raise ParameterError(
                f"{self.vendor} has {self.images} images in batches of {self.batch_size}. Give 0 "
                "images or more, and a batch of at least one."
            )
        counted = [price.component for price in self.card.prices if price.spec.when == "work"]
        if not self.measured and counted != ["per-image"]:
            raise ParameterError(
                f"{self.vendor} charges {' and '.join(counted)}, and nothing that it handed in was "
                "measured yet, so nothing says what an image costs. Wait for its first batch."
            )

    def cost(self, images: int, end: End, *, after: int = 0) -> Money:
        """Return what further images are expected to cost once they are accepted.

        Bonus and malus are left out: they follow from a quality that is not measured yet.

        Parameters
        ----------
        images
            How many.
        after
            Images that are accepted before these.
        """
        first = self.before + self._quantities(after, end)
        work = self._quantities(images, end)
        charges = self.card.charge(work, before=first, batches=-(-images // self.batch_size))
        currency = self.card.currency
        return Money.total((charge.amount(currency) for charge in charges), currency)

    def _quantities(self, images: int, end: End) -> Quantities:
        counts = {
            unit: round(images * per_image(self.measured, unit).at(end))
            for unit in ("pixels", "objects", "vertices", "seconds")
        }
        return Quantities(images, **counts)


@dataclass(frozen=True)
class Pace:
    """How fast work was accepted.

    Parameters
    ----------
    batches, images
        Accepted in so many days.
    days
        At least one.

    Examples
    --------
    >>> Pace(batches=4, images=2000, days=28).per_day("expected")
    Fraction(500, 7)
    """

    batches: int
    images: int
    days: int

    def __post_init__(self) -> None:
        if min(self.batches, self.images) < 0 or self.days < 1:
            raise ParameterError(
                f"{self.images} images in {self.batches} batches in {self.days} days is no pace. "
                "Count from 0, and give at least one day."
            )

    def per_day(self, end: End) -> Fraction:
        """Return images per day; the interval is that of a Poisson count of batches (Garwood)."""
        from scipy.stats import chi2  # noqa: PLC0415 - money is counted without SciPy

        mean = Fraction(self.images, self.days)
        if end == "expected" or not self.batches:
            return mean
        tail = (1 - _CONFIDENCE) / 2
        count = (
            chi2.ppf(tail, 2 * self.batches) / 2
            if end == "low"
            else chi2.ppf(1 - tail, 2 * self.batches + 2) / 2
        )
        return mean * Fraction(float(count)) / self.batches


@dataclass(frozen=True)
class BudgetForecast:
    """How far a budget goes.  All money is before tax.

    Each end takes the better or the worse ends of all that is uncertain at once, so the interval
    is wide rather than narrow.

    Parameters
    ----------
    budget
        What there is.
    spent
        Billed by issued invoices, less what was credited.
    owed
        Accepted, and on no issued invoice.
    out
        What is out at vendors will cost once it is accepted.  What is rejected is not paid, and its
        images are bought again, so this does not depend on how much is accepted at first.
    rest
        What is at nobody yet will cost.
    images_out, images_rest
        How many images these are.
    lasts
        How many images can still be accepted until the budget is used up; None where that is out of
        sight.
    ends_on
        When it is used up at the pace so far; None where it suffices, or no pace is known.
    done_on
        When all is accepted at that pace; None where no pace is known, or it is out of sight.
    """

    budget: Money
    spent: Money
    owed: Money
    out: Span[Money]
    rest: Span[Money]
    images_out: int
    images_rest: int
    lasts: Span[int | None]
    ends_on: Span[date | None]
    done_on: Span[date | None]

    @property
    def total(self) -> Span[Money]:
        """What the whole project will cost."""
        return Span(*(self._total(end) for end in _ENDS))

    @property
    def left(self) -> Span[Money]:
        """What will be left of the budget; below zero where it does not suffice."""
        return Span(*(self.budget - self._total(_OTHER[end]) for end in _ENDS))

    @property
    def suffices(self) -> Literal["yes", "perhaps", "no"]:
        """Whether the budget suffices for all images."""
        if self._total("high").minor <= self.budget.minor:
            return "yes"
        return "no" if self._total("low").minor > self.budget.minor else "perhaps"

    def _total(self, end: End) -> Money:
        return self.spent + self.owed + self.out.at(end) + self.rest.at(end)


def per_image(measured: Sequence[Quantities], unit: str) -> Span[Fraction]:
    """Return the mean of a unit per image, with the interval of a ratio over batches.

    Images of one batch are alike, so batches are what is counted.  One batch shows no spread: half
    of its mean to twice of it are assumed.

    Examples
    --------
    >>> batches = ((100, 400), (100, 600), (50, 260))
    >>> some = [Quantities(images, objects=objects) for images, objects in batches]
    >>> mean = per_image(some, "objects")
    >>> float(mean.expected), round(float(mean.low), 2), round(float(mean.high), 2)
    (5.04, 2.05, 8.03)
    """
    images = [work.images for work in measured if work.images]
    counts = [getattr(work, unit) for work in measured if work.images]
    if not images:
        return Span(Fraction(), Fraction(), Fraction())
    mean = Fraction(sum(counts), sum(images))
    if len(images) == 1:
        return Span(mean / 2, mean, mean * 2)
    reach = Fraction(_reach(images, counts, float(mean)))
    return Span(max(Fraction(), mean - reach), mean, mean + reach)


def _reach(images: Sequence[int], counts: Sequence[int], mean: float) -> float:
    """Return half the interval of a ratio (Cochran, Sampling Techniques, 1977, section 6.4)."""
    from scipy.stats import t  # noqa: PLC0415 - money is counted without SciPy

    batches = len(images)
    squares = sum((count - mean * size) ** 2 for count, size in zip(counts, images, strict=True))
    error = (squares * batches / (batches - 1)) ** 0.5 / sum(images)
    return float(t.ppf((1 + _CONFIDENCE) / 2, batches - 1) * error)


def forecast_budget(
    *,
    budget: Money,
    spent: Money,
    owed: Money,
    vendors: Sequence[VendorWork],
    rest_at: str,
    rest: int,
    pace: Pace | None,
    today: date,
) -> BudgetForecast:
    """Say how far a budget goes.

    Parameters
    ----------
    budget, spent, owed
        See :class:`BudgetForecast`.
    vendors
        All that have work out, and the one that is to do the rest.
    rest_at
        Which of them does the rest.
    rest
        Images that are at nobody yet, gold and repetitions among them.
    pace
        How fast work was accepted; None where nothing was.

    Examples
    --------
    >>> card = RateCard.from_toml('''
    ... name = "Northlight"
    ... currency = "EUR"
    ... valid_from = 2026-01-01
    ... [price.per-image]
    ... price = 1.20
    ... ''')
    >>> found = forecast_budget(
    ...     budget=Money("EUR", 500_000), spent=Money("EUR", 120_000), owed=Money("EUR", 60_000),
    ...     vendors=[VendorWork("Northlight", card, images=500)], rest_at="Northlight", rest=3000,
    ...     pace=Pace(3, 1500, 30), today=date(2026, 3, 2))
    >>> str(found.total.expected), found.suffices, found.lasts.expected, str(found.ends_on.expected)
    ('6000.00 EUR', 'no', 2666, '2026-04-24')
    """
    others = {vendor.vendor: vendor for vendor in vendors}
    if rest_at not in others or len(others) < len(vendors):
        raise ParameterError(f"Name each vendor once, and {rest_at}, which does the rest.")
    chosen = others[rest_at]
    out = Span(*(_out(vendors, end, budget.currency) for end in _ENDS))
    costs = Span(*(chosen.cost(rest, end, after=chosen.images) for end in _ENDS))
    images_out = sum(vendor.images for vendor in vendors)
    left = budget - spent - owed
    # Dear images last the shortest.
    lasts = Span(*(_lasts(left, out, images_out, chosen, _OTHER[end]) for end in _ENDS))
    everything = images_out + rest
    return BudgetForecast(
        budget=budget,
        spent=spent,
        owed=owed,
        out=out,
        rest=costs,
        images_out=images_out,
        images_rest=rest,
        lasts=lasts,
        ends_on=Span(
            *(
                _day(
                    None if (count := lasts.at(end)) is None or count >= everything else count,
                    pace,
                    _OTHER[end],
                    today,
                )
                for end in _ENDS
            )
        ),
        done_on=Span(*(_day(everything, pace, _OTHER[end], today) for end in _ENDS)),
    )


def _out(vendors: Sequence[VendorWork], end: End, currency: str) -> Money:
    return Money.total((vendor.cost(vendor.images, end) for vendor in vendors), currency)


def _lasts(
    left: Money, out: Span[Money], images_out: int, chosen: VendorWork, end: End
) -> int | None:
    """Return how many images can be accepted for what is left: first those that are out."""
    if left.minor <= 0:
        return 0
    if left.minor < out.at(end).minor:
        return images_out * left.minor // out.at(end).minor
    rest = left - out.at(end)

    def affordable(images: int) -> bool:
        return chosen.cost(images, end, after=chosen.images).minor <= rest.minor

    if affordable(_MOST_IMAGES):
        return None
    # More images never cost less, because no charge is negative.
    enough, too_many = 0, _MOST_IMAGES
    while too_many - enough > 1:
        middle = (enough + too_many) // 2
        enough, too_many = (middle, too_many) if affordable(middle) else (enough, middle)
    return images_out + enough


def _day(images: int | None, pace: Pace | None, end: End, today: date) -> date | None:
    if images is None or pace is None or not pace.images:
        return None
    days = images / pace.per_day(end)
    return None if days > _MOST_DAYS else today + timedelta(days=int(days))
