"""Prices of units of work: images, megapixels, objects, vertices, hours; with volume tiers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import pairwise

from assay.errors import ParameterError
from assay.sourcing.price import Case, Charge, PriceComponent
from assay.sourcing.work import Quantities

_MOST_UNITS = 10**15


@dataclass(frozen=True)
class Tier:
    """A price that holds from some volume on.

    Parameters
    ----------
    above
        Units that must have been billed before this price holds.
    price
        Price of one further unit, in major units.
    """

    above: int
    price: Decimal

    def __post_init__(self) -> None:
        if not 1 <= self.above <= _MOST_UNITS or self.price < 0:
            raise ParameterError(
                f"A volume tier has price {self.price} above {self.above} units; "
                "give a price of 0 or more above 1 unit or more."
            )


@dataclass(frozen=True)
class UnitPrice:
    """What one unit costs.

    Parameters
    ----------
    price
        Price of one unit in major units, exact: ``0.0008`` is a fair price of a vertex.
    tiers
        Lower prices from some volume on, in rising order.  Each unit has the price of the tier in
        which it falls; units that were billed before keep theirs.

    Examples
    --------
    >>> price = UnitPrice(Decimal("1.20"), (Tier(1000, Decimal("1.00")),))
    >>> list(price.split(900, 200, per=1))
    [(100, Decimal('1.20')), (100, Decimal('1.00'))]
    """

    price: Decimal
    tiers: tuple[Tier, ...] = ()

    def __post_init__(self) -> None:
        if self.price < 0:
            raise ParameterError(f"A unit has price {self.price}; a price is 0 or more.")
        for lower, higher in pairwise(self.tiers):
            if lower.above >= higher.above:
                raise ParameterError(
                    f"The tier above {lower.above} stands before that above {higher.above}. "
                    "List tiers in rising order, each once."
                )

    def split(self, before: int, quantity: int, *, per: int) -> Iterator[tuple[int, Decimal]]:
        """Yield how much of ``quantity`` falls into which tier, and its price.

        ``before`` and ``quantity`` are in the smallest unit, of which ``per`` make one unit.
        """
        starts = (0, *(tier.above * per for tier in self.tiers))
        prices = (self.price, *(tier.price for tier in self.tiers))
        for start, end, price in zip(starts, (*starts[1:], None), prices, strict=True):
            first = max(before, start)
            last = before + quantity if end is None else min(before + quantity, end)
            if last > first:
                yield last - first, price


def _charge_units(
    case: Case,
    parameters: UnitPrice,
    *,
    component: str,
    title: str,
    unit: str,
    per: int,
    count: Callable[[Quantities], int],
) -> tuple[Charge, ...]:
    parts = parameters.split(count(case.before), count(case.work), per=per)
    return tuple(Charge(component, title, unit, part, per, price) for part, price in parts)


def _unit_component(
    name: str,
    summary: str,
    advice: str,
    *,
    title: str,
    unit: str,
    per: int,
    count: Callable[[Quantities], int],
) -> PriceComponent:
    charge = partial(_charge_units, component=name, title=title, unit=unit, per=per, count=count)
    return PriceComponent(name, summary, advice, title, UnitPrice, charge, "work")


_TIERS = """\

`tiers` lower the price from some volume on: `tiers = [{above = 10000, price = "0.90"}]`. A unit has
the price of the tier in which it falls, counted over everything that was billed under the card.
"""

PER_IMAGE = _unit_component(
    "per-image",
    "A price for each accepted image.",
    """\
The simplest price, and the one that puts the risk of hard scenes on the vendor: expect it to be
quoted for the scenes of the pilot, and to be renegotiated when scenes get denser. An image that is
accepted after rework is paid once.
"""
    + _TIERS,
    title="Images",
    unit="image",
    per=1,
    count=lambda work: work.images,
)

PER_MEGAPIXEL = _unit_component(
    "per-megapixel",
    "A price for each million pixels of accepted images.",
    """\
For rasters of very different sizes, as in aerial and satellite work. Pixels are counted from the
image that was sent out, never from what came back.
"""
    + _TIERS,
    title="Megapixels",
    unit="megapixel",
    per=1_000_000,
    count=lambda work: work.pixels,
)

PER_OBJECT = _unit_component(
    "per-object",
    "A price for each labelled object.",
    """\
Follows effort better than a price per image, and pays for splitting one object into two: objects
are the connected regions of the classes that are *things*, counted by the buyer in the accepted
labels, and `assay honesty` looks for inflated counts. Stuff, such as road and sky, is no object.
"""
    + _TIERS,
    title="Objects",
    unit="object",
    per=1,
    count=lambda work: work.objects,
)

PER_VERTEX = _unit_component(
    "per-vertex",
    "A price for each vertex that an outline needs.",
    """\
Vertices are billed after simplification: a vertex that can be dropped without changing one pixel is
not paid, so clicking twice, or tracing a straight kerb with a hundred points, earns nothing. Say so
in the contract.
"""
    + _TIERS,
    title="Vertices after simplification",
    unit="vertex",
    per=1,
    count=lambda work: work.vertices,
)

PER_HOUR = _unit_component(
    "per-hour",
    "A price for each hour that the vendor reports for accepted work.",
    """\
Puts the risk of hard scenes on the buyer. Reported hours are checked against the effort that the
images explain (`assay honesty`, detector `excess-hours`); a doubt opens a dispute and never
shortens a bill by itself. Rework is the vendor's, unless the contract says otherwise.
"""
    + _TIERS,
    title="Hours",
    unit="hour",
    per=3600,
    count=lambda work: work.seconds,
)

UNIT_PRICES = (PER_IMAGE, PER_MEGAPIXEL, PER_OBJECT, PER_VERTEX, PER_HOUR)
