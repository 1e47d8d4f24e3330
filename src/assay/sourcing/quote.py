"""Quotes brought to one figure: expected cost per accepted image, at volumes that may come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Self

from assay.errors import ParameterError
from assay.sourcing.money import Money
from assay.sourcing.rate_card import RateCard
from assay.sourcing.work import Quantities

_ZERO = Decimal(0)
_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Share:
    """A share of images that a pilot showed, with its interval.

    Parameters
    ----------
    estimate, low, high
        0 ≤ low ≤ estimate ≤ high ≤ 1.
    """

    estimate: Decimal
    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.estimate <= self.high <= 1:
            raise ParameterError(
                f"A share of {self.estimate} with interval {self.low} to {self.high} cannot be; "
                "give 0 ≤ low ≤ estimate ≤ high ≤ 1."
            )

    @classmethod
    def of(cls, passed: int, images: int, *, confidence: float = 0.95) -> Self:
        """Return the share that passed, with the exact interval of Clopper and Pearson 1934.

        Examples
        --------
        >>> Share.of(90, 100)
        Share(estimate=Decimal('0.9000'), low=Decimal('0.8238'), high=Decimal('0.9510'))
        """
        from scipy.stats import beta  # noqa: PLC0415 - money is counted without SciPy

        if not 0 <= passed <= images or images < 1:
            raise ParameterError(f"{passed} of {images} images passed, which cannot be.")
        tail = (1 - confidence) / 2
        low = beta.ppf(tail, passed, images - passed + 1) if passed else 0.0
        high = beta.ppf(1 - tail, passed + 1, images - passed) if passed < images else 1.0
        estimate = (Decimal(passed) / images).quantize(_PLACES)
        return cls(
            estimate,
            min(Decimal(f"{low:.4f}"), estimate),
            max(Decimal(f"{high:.4f}"), estimate),
        )


@dataclass(frozen=True)
class PilotFacts:
    """What the pilot showed of a vendor that its price does not say.

    Parameters
    ----------
    first_pass
        Share of images that are accepted as first delivered.
    rework
        Share of images sent back that are accepted after the next round.
    pixels, objects, vertices, seconds
        Means of one image; ``seconds`` of work that the vendor reports.
    rework_is_paid
        Whether hours of rework are paid as well; units are paid once, when they are accepted.

    Examples
    --------
    >>> half = Share(Decimal("0.5"), Decimal("0.4"), Decimal("0.6"))
    >>> most = Share(Decimal("0.8"), Decimal("0.7"), Decimal("0.9"))
    >>> PilotFacts(most, half).rounds()
    Fraction(7, 5)
    """

    first_pass: Share
    rework: Share
    pixels: Decimal = Decimal(1)
    objects: Decimal = _ZERO
    vertices: Decimal = _ZERO
    seconds: Decimal = _ZERO
    rework_is_paid: bool = False

    def __post_init__(self) -> None:
        if not self.rework.low and self.first_pass.low < 1:
            raise ParameterError(
                "Of images sent back, none may ever be accepted, so no cost per accepted image is "
                "certain. Send more of them back in the pilot, or assume a share above 0."
            )
        if min(self.pixels, self.objects, self.vertices, self.seconds) < 0:
            raise ParameterError("A mean of the pilot is below 0. Count anew.")

    def rounds(self, bound: str = "estimate") -> Fraction:
        """Return how often an image is delivered until it is accepted, on average.

        One delivery, and for the share that is sent back a geometric number of further ones.
        ``bound`` is ``"low"``, ``"estimate"`` or ``"high"``: which end of both shares holds.
        """
        first = Fraction(getattr(self.first_pass, bound))
        again = Fraction(getattr(self.rework, bound))
        return Fraction(1) if first == 1 else 1 + (1 - first) / again

    def quantities(self, images: int, rounds: Fraction) -> Quantities:
        """Return what is expected to be billed for accepted images, in whole units."""
        hours = rounds if self.rework_is_paid else Fraction(1)
        return Quantities(
            images,
            pixels=round(images * Fraction(self.pixels)),
            objects=round(images * Fraction(self.objects)),
            vertices=round(images * Fraction(self.vertices)),
            seconds=round(images * Fraction(self.seconds) * hours),
        )


@dataclass(frozen=True)
class Volume:
    """A number of accepted images that may be needed.

    Parameters
    ----------
    images
        At least one.
    probability
        How likely it is.
    """

    images: int
    probability: Decimal

    def __post_init__(self) -> None:
        if self.images < 1 or not 0 < self.probability <= 1:
            raise ParameterError(
                f"{self.images} images with probability {self.probability} is no volume; give at "
                "least one image and a probability above 0."
            )


@dataclass(frozen=True)
class Demand:
    """What the buyer may need, and what looking at work costs.

    Parameters
    ----------
    volumes
        In rising order; probabilities sum to 1.
    batch_size
        Images of a batch: fees per batch depend on it.
    periods
        Over how many periods of a commitment the volume is spread, evenly.
    look_cost
        What looking at one image costs the buyer, in major units.
    look_share
        Share of delivered images that are looked at.

    Examples
    --------
    >>> Demand.sure(5000).volumes
    (Volume(images=5000, probability=Decimal('1')),)
    """

    volumes: tuple[Volume, ...]
    batch_size: int = 500
    periods: int = 1
    look_cost: Decimal = _ZERO
    look_share: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if sum(volume.probability for volume in self.volumes) != 1:
            raise ParameterError(
                "Probabilities of the volumes sum to "
                f"{sum(volume.probability for volume in self.volumes)}; let them sum to 1."
            )
        for lower, higher in pairwise(self.volumes):
            if lower.images >= higher.images:
                raise ParameterError("List volumes in rising order, each once.")
        if self.batch_size < 1 or self.periods < 1:
            raise ParameterError("A batch has an image and demand has a period, at least.")
        if self.look_cost < 0 or not 0 <= self.look_share <= 1:
            raise ParameterError("Looking costs 0 or more, and at most every image is looked at.")

    @classmethod
    def sure(cls, images: int) -> Self:
        """Return demand that is known."""
        return cls((Volume(images, Decimal(1)),))


@dataclass(frozen=True)
class Quote:
    """What one vendor offers, and what is known of it.

    Parameters
    ----------
    vendor
        Name.
    card
        Its prices.
    facts
        What the pilot showed.
    """

    vendor: str
    card: RateCard
    facts: PilotFacts


@dataclass(frozen=True)
class VolumeCost:
    """What a quote comes to at one volume.

    Parameters
    ----------
    volume
        How many accepted images.
    work
        What the vendor invoices for accepted work, fees included.
    unused
        What is paid of commitments for nothing.
    looking
        What the buyer's own looking costs, rework included.
    """

    volume: Volume
    work: Money
    unused: Money
    looking: Money

    @property
    def total(self) -> Money:
        """Everything."""
        return self.work + self.unused + self.looking

    @property
    def per_image(self) -> Decimal:
        """Cost of one accepted image in major units, to four decimals."""
        return _per_image(Fraction(self.total.major), Fraction(self.volume.images))


@dataclass(frozen=True)
class QuoteFigure:
    """A quote brought to one figure.

    Parameters
    ----------
    vendor
        Name.
    per_image
        Expected cost of everything over expected accepted images, in major units.
    low, high
        The same at the better and the worse ends of both of the pilot's shares.
    rounds
        How often an image is delivered until it is accepted.
    costs
        At each volume.
    unused_probability
        How likely it is that some commitment is not used up.
    unused
        What is then paid for nothing, on average over all volumes.
    used_up_from
        Least volume at which nothing is paid for nothing; 0 without commitment, None where none of
        up to ten times the highest volume suffices.
    """

    vendor: str
    per_image: Decimal
    low: Decimal
    high: Decimal
    rounds: Decimal
    costs: tuple[VolumeCost, ...]
    unused_probability: Decimal
    unused: Money
    used_up_from: int | None


@dataclass(frozen=True)
class QuoteComparison:
    """Quotes from the cheapest to the dearest.

    Parameters
    ----------
    currency
        Of all figures.
    figures
        By expected cost per accepted image; ties in the order of the quotes.
    cheapest
        For each volume, who is cheapest there.
    apart
        Whether the cheapest stays the cheapest even at its worse and all others' better ends.
    """

    currency: str
    figures: tuple[QuoteFigure, ...]
    cheapest: tuple[tuple[int, str], ...]
    apart: bool


def compare_quotes(quotes: Sequence[Quote], demand: Demand) -> QuoteComparison:
    """Bring quotes to expected cost per accepted image.

    Units of work are paid once, when they are accepted.  Rework costs the buyer's own looking, and
    hours where the contract says so.  A commitment that is not used up is paid all the same.

    Raises
    ------
    ParameterError
        When there is no quote, or they are in several currencies.
    """
    currencies = sorted({quote.card.currency for quote in quotes})
    if len(currencies) != 1:
        raise ParameterError(
            f"Quotes are in {' and '.join(currencies) or 'no currency'}. Bring them to one."
        )
    figures = sorted((_figure(quote, demand) for quote in quotes), key=lambda made: made.per_image)
    cheapest = tuple(
        (
            volume.images,
            min(figures, key=lambda made, place=place: made.costs[place].total.minor).vendor,  # type: ignore[misc]  # binds the loop's value
        )
        for place, volume in enumerate(demand.volumes)
    )
    apart = len(figures) < 2 or figures[0].high < min(made.low for made in figures[1:])
    return QuoteComparison(currencies[0], tuple(figures), cheapest, apart)


def _figure(quote: Quote, demand: Demand) -> QuoteFigure:
    costs = tuple(_costs(quote, demand, "estimate"))
    unused = sum(
        (Fraction(cost.unused.major) * Fraction(cost.volume.probability) for cost in costs),
        Fraction(),
    )
    return QuoteFigure(
        vendor=quote.vendor,
        per_image=_expected(costs),
        low=_expected(tuple(_costs(quote, demand, "high"))),
        high=_expected(tuple(_costs(quote, demand, "low"))),
        rounds=_quantized(quote.facts.rounds()),
        costs=costs,
        unused_probability=sum(
            (cost.volume.probability for cost in costs if cost.unused.minor), _ZERO
        ),
        unused=Money.rounded(unused, quote.card.currency),
        used_up_from=_used_up_from(quote, demand),
    )


def _costs(quote: Quote, demand: Demand, bound: str) -> Iterator[VolumeCost]:
    """Yield costs at each volume; rework is at one bound of the pilot's shares."""
    rounds = quote.facts.rounds(bound)
    for volume in demand.volumes:
        work, unused = _vendor_cost(quote, demand, volume.images, rounds)
        looks = volume.images * rounds * Fraction(demand.look_share) * Fraction(demand.look_cost)
        yield VolumeCost(volume, work, unused, Money.rounded(looks, quote.card.currency))


def _vendor_cost(
    quote: Quote, demand: Demand, images: int, rounds: Fraction
) -> tuple[Money, Money]:
    """Return what the vendor invoices for work, and for what a commitment lacks."""
    currency = quote.card.currency
    charges = quote.card.charge(
        quote.facts.quantities(images, rounds), batches=-(-images // demand.batch_size)
    )
    work = Money.total((charge.amount(currency) for charge in charges), currency)
    in_a_period = Money.rounded(Fraction(work.major) / demand.periods, currency)
    lacking = Money.total(
        (charge.amount(currency) for charge in quote.card.close(in_a_period)), currency
    )
    return work, Money(currency, lacking.minor * demand.periods)


def _used_up_from(quote: Quote, demand: Demand) -> int | None:
    """Search by halving: more images never leave more unused, because no charge is negative.

    A malus needs measured quality, of which a quote has none.
    """

    def lacks(images: int) -> bool:
        return _vendor_cost(quote, demand, images, quote.facts.rounds())[1].minor > 0

    most = 10 * demand.volumes[-1].images
    if not lacks(0):
        return 0
    if lacks(most):
        return None
    lacking, enough = 0, most
    while enough - lacking > 1:
        middle = (lacking + enough) // 2
        lacking, enough = (middle, enough) if lacks(middle) else (lacking, middle)
    return enough


def _expected(costs: Sequence[VolumeCost]) -> Decimal:
    weights = [Fraction(cost.volume.probability) for cost in costs]
    totals = [Fraction(cost.total.major) for cost in costs]
    images = [Fraction(cost.volume.images) for cost in costs]
    return _per_image(
        sum((w * total for w, total in zip(weights, totals, strict=True)), Fraction()),
        sum((w * count for w, count in zip(weights, images, strict=True)), Fraction()),
    )


def _per_image(total: Fraction, images: Fraction) -> Decimal:
    return _quantized(total / images)


def _quantized(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_PLACES)
