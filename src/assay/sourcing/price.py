"""What a price component is: a plug-in that turns measured work into charges."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal

from assay.sourcing.money import Money
from assay.sourcing.work import MeasuredQuality, Quantities

NOTHING = Quantities()


@dataclass(frozen=True)
class Case:
    """What a component is asked to charge for.

    Parameters
    ----------
    work
        How much work there is.
    worth
        What the units of work cost, before fees; percentages are of this, so that no fee is
        charged on a fee and no order of components matters.  At the end of a period: everything
        that was invoiced in it.
    before
        Work that was billed under the same card before, where volume tiers go on from.
    batches
        How many batches the work came in.
    qualities
        Measured quality by the name of the measure.
    """

    work: Quantities
    worth: Money
    before: Quantities = NOTHING
    batches: int = 1
    qualities: Mapping[str, MeasuredQuality] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Charge:
    """An amount that says how it came about: ``quantity`` × ``price`` / ``per``.

    Parameters
    ----------
    component
        Name of the price component.
    text
        What it is, for people.
    unit
        What is counted, in the singular: ``image``, ``megapixel``, ``hour``, ….
    quantity
        How many; for megapixels in pixels, for hours in seconds.
    per
        How many of them the price is for: 1,000,000 pixels, 3,600 seconds.
    price
        Price of ``per`` of them in major units; may have more decimals than the currency.

    Examples
    --------
    >>> charge = Charge("per-hour", "Hours", "hour", 5400, 3600, Decimal("18.50"))
    >>> str(charge.amount("EUR"))
    '27.75 EUR'
    """

    component: str
    text: str
    unit: str
    quantity: int
    per: int
    price: Decimal

    def amount(self, currency: str) -> Money:
        """Return the amount, rounded once, a half away from zero."""
        return Money.rounded(Fraction(self.quantity) * Fraction(self.price) / self.per, currency)


@dataclass(frozen=True)
class PriceComponent:
    """One way in which vendors charge; a plug-in.

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`; the name is what a rate card says.
    title
        Name on invoices.
    parameters
        Frozen dataclass of what a rate card states: decimals, whole numbers, texts, and tuples of
        such dataclasses.
    charge
        ``charge(case, parameters)`` returns charges, none where nothing is due.
    when
        ``"work"`` for what each unit of work costs, ``"batch"`` for what is added to each batch,
        ``"period"`` for what is settled at the end of a period.
    """

    name: str
    summary: str
    advice: str
    title: str
    parameters: type[Any]
    charge: Callable[[Case, Any], tuple[Charge, ...]]
    when: Literal["work", "batch", "period"]
