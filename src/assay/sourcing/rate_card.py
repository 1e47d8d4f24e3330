"""A rate card: what a vendor charges, in which currency, from when to when."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from assay import toml_table
from assay.errors import ParameterError
from assay.sourcing.money import Money
from assay.sourcing.price import NOTHING, Case, Charge, PriceComponent
from assay.sourcing.price_registry import PRICE_COMPONENTS
from assay.sourcing.price_tables import parameters_table, read_parameters
from assay.sourcing.work import MeasuredQuality, Quantities

_TOP = ("name", "version", "currency", "valid_from", "valid_until", "price")
_FILE = "The rate card"


@dataclass(frozen=True)
class Price:
    """One component of a rate card with what the card states of it.

    Parameters
    ----------
    component
        Name of the price component.
    parameters
        Value of the component's dataclass of parameters.
    """

    component: str
    parameters: object

    def __post_init__(self) -> None:
        expected = self.spec.parameters
        if not isinstance(self.parameters, expected):
            raise ParameterError(
                f"{self.component} is stated by {type(self.parameters).__name__}; "
                f"it takes {expected.__name__}."
            )

    @property
    def spec(self) -> PriceComponent:
        """The component."""
        return PRICE_COMPONENTS.get(self.component)

    def charge(self, case: Case) -> tuple[Charge, ...]:
        """Return what this component charges."""
        return self.spec.charge(case, self.parameters)


@dataclass(frozen=True)
class RateCard:
    """What a vendor charges.  A card never changes: a new price is a new version.

    Parameters
    ----------
    name
        Name of the card.
    version
        Counts from 1; invoices cite it.
    currency
        ISO 4217 code of all prices.
    valid_from, valid_until
        First and last day on which it holds; without a last day until another card takes its place.
    prices
        At least one component that charges for work; each component at most once.

    Examples
    --------
    >>> card = RateCard.from_toml('''
    ... name = "Northlight"
    ... version = 2
    ... currency = "EUR"
    ... valid_from = 2026-01-01
    ... [price.per-image]
    ... price = 1.20
    ... [price.management-fee]
    ... percent = 5
    ... ''')
    >>> [str(charge.amount("EUR")) for charge in card.charge(Quantities(images=1000))]
    ['1200.00 EUR', '60.00 EUR']
    """

    name: str
    version: int
    currency: str
    valid_from: date
    prices: tuple[Price, ...]
    valid_until: date | None = None

    def __post_init__(self) -> None:
        Money(self.currency, 0)
        if not self.name.strip() or self.version < 1:
            raise ParameterError(
                f"Rate card {self.name!r} has version {self.version}. "
                "Give it a name, and count versions from 1."
            )
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ParameterError(
                f"{self.name} holds from {self.valid_from} until {self.valid_until}, which is no "
                "day. Exchange them."
            )
        names = [price.component for price in self.prices]
        if len(set(names)) < len(names):
            raise ParameterError(f"{self.name} states a component twice. State each once.")
        if not any(price.spec.when == "work" for price in self.prices):
            raise ParameterError(
                f"{self.name} has no price for work. Add one, such as [price.per-image]."
            )

    def holds_on(self, day: date) -> bool:
        """Whether the card is valid on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def charge(
        self,
        work: Quantities,
        *,
        before: Quantities = NOTHING,
        batches: int = 1,
        qualities: Mapping[str, MeasuredQuality] | None = None,
    ) -> tuple[Charge, ...]:
        """Price accepted work: its units, then what is added to the batch.

        Parameters
        ----------
        work
            What was accepted.
        before
            What was billed under this card before; volume tiers go on from there.
        batches
            How many batches it came in.
        qualities
            Measures that a bonus or malus refers to.
        """
        nothing = Money(self.currency, 0)
        case = Case(work, nothing, before, batches, qualities or {})
        units = tuple(self._charges("work", case))
        worth = Money.total((charge.amount(self.currency) for charge in units), self.currency)
        whole = Case(work, worth, before, batches, qualities or {})
        return (*units, *self._charges("batch", whole))

    def close(self, invoiced: Money) -> tuple[Charge, ...]:
        """Charge what a period lacks of the commitment, given what was invoiced in it."""
        return tuple(self._charges("period", Case(NOTHING, invoiced)))

    def _charges(self, when: str, case: Case) -> Iterator[Charge]:
        for price in self.prices:
            if price.spec.when == when:
                yield from price.charge(case)

    @property
    def digest(self) -> str:
        """SHA-256 of everything that the card states."""
        text = json.dumps(self.table(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def table(self) -> dict[str, Any]:
        """Return the card as plain values, which :meth:`from_table` reads back."""
        return {
            "name": self.name,
            "version": self.version,
            "currency": self.currency,
            "valid_from": self.valid_from.isoformat(),
            "valid_until": None if self.valid_until is None else self.valid_until.isoformat(),
            "price": {price.component: parameters_table(price.parameters) for price in self.prices},
        }

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Parse a rate card file.

        Raises
        ------
        ParameterError
            When the text is not TOML, lacks a field, or has an unknown one.
        """
        return cls.from_table(toml_table.parse_toml(text, _FILE, exact=True))

    @classmethod
    def from_table(cls, table: toml_table.Table) -> Self:
        """Read a card from plain values; amounts are whole numbers, decimals or texts of them.

        Raises
        ------
        ParameterError
            When a field is missing, unknown, or not of its type.
        """
        toml_table.check_names(table, _TOP, _FILE)
        prices = table.get("price")
        if not isinstance(prices, Mapping):
            raise ParameterError("The rate card has no prices. Add one, such as [price.per-image].")
        first = _day(table, "valid_from")
        if first is None:
            raise ParameterError("The rate card lacks valid_from. Add valid_from = 2026-01-31.")
        return cls(
            name=toml_table.text(table, "name", _FILE),
            version=toml_table.whole(table, "version", _FILE, default=1),
            currency=toml_table.text(table, "currency", _FILE),
            valid_from=first,
            valid_until=_day(table, "valid_until"),
            prices=tuple(_price(name, stated) for name, stated in prices.items()),
        )


def _price(name: str, stated: object) -> Price:
    label = f"{name} of the rate card"
    spec = PRICE_COMPONENTS.get(name)
    if not isinstance(stated, Mapping):
        raise ParameterError(f"{label} is {stated!r}. State it as a table, [price.{name}].")
    return Price(name, read_parameters(spec.parameters, stated, label))


def _day(table: toml_table.Table, name: str) -> date | None:
    value = table.get(name)
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ParameterError(
            f"The rate card has {name} {value!r}; give a day, such as 2026-01-31."
        ) from None
