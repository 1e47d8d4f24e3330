"""Invoices: lines that say how they came about, what they are paid for, and what they sum to."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Self

from assay.errors import ParameterError
from assay.sourcing.money import Money
from assay.sourcing.price import NOTHING, Charge
from assay.sourcing.rate_card import RateCard
from assay.sourcing.work import AcceptedWork, Citation, Quantities


@dataclass(frozen=True)
class PriceVersion:
    """Which rate card a line was priced by.

    Parameters
    ----------
    name, version
        Of the card.
    digest
        SHA-256 of all that it states.
    """

    name: str
    version: int
    digest: str

    @classmethod
    def of(cls, card: RateCard) -> Self:
        """Cite a card."""
        return cls(card.name, card.version, card.digest)

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


@dataclass(frozen=True)
class InvoiceLine:
    """One line.

    Parameters
    ----------
    charge
        What is charged, and how the amount comes about.
    amount
        The charge in minor units; checked against it.
    price_version
        By which rate card.
    citation
        The decision and the versions that it accepted; None for what settles a period.
    """

    charge: Charge
    amount: Money
    price_version: PriceVersion
    citation: Citation | None = None

    def __post_init__(self) -> None:
        due = self.charge.amount(self.amount.currency)
        if due != self.amount:
            raise ParameterError(
                f"{self.charge.text} comes to {due}, not to {self.amount}. Price it anew."
            )


@dataclass(frozen=True)
class Tax:
    """A tax on the sum of all lines.

    Parameters
    ----------
    name
        As the law calls it, for example ``VAT``.
    percent
        Its rate.
    note
        What must be said of it, for example that the customer owes it.
    """

    name: str
    percent: Decimal
    note: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= 100:
            raise ParameterError(f"{self.name} is {self.percent} %; a tax is 0 to 100 %.")

    def on(self, amount: Money) -> Money:
        """Return the tax on an amount, rounded once."""
        return Money.rounded(Fraction(amount.major) * Fraction(self.percent) / 100, amount.currency)


@dataclass(frozen=True)
class Invoice:
    """What a vendor is owed, and why.  It never changes; a mistake is put right by a credit note.

    Parameters
    ----------
    number
        Unique for the buyer.
    vendor, buyer
        Who is paid, and who pays.
    issued_on, due_on
        Days.
    lines
        At least one, all of one currency; no accepted version is charged twice by one component.
    tax
        On the sum of the lines, or None.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from assay.sourcing.work import AcceptedItem
    >>> card = RateCard.from_toml('''
    ... name = "Northlight"
    ... currency = "EUR"
    ... valid_from = 2026-01-01
    ... [price.per-image]
    ... price = 1.20
    ... ''')
    >>> items = tuple(AcceptedItem(f"ver_{n}", f"frame_{n}", 64) for n in range(5))
    >>> work = AcceptedWork("dec_1", "batch 1", datetime(2026, 3, 1, tzinfo=UTC), items)
    >>> day = date(2026, 3, 2)
    >>> lines = lines_of(work, card)
    >>> invoice = Invoice("2026-0001", "Northlight", "Fleet", day, day, lines)
    >>> str(invoice.total)
    '6.00 EUR'
    """

    number: str
    vendor: str
    buyer: str
    issued_on: date
    due_on: date
    lines: tuple[InvoiceLine, ...]
    tax: Tax | None = None

    def __post_init__(self) -> None:
        if not self.lines:
            raise ParameterError(f"Invoice {self.number} has no lines. Nothing is owed.")
        if self.due_on < self.issued_on:
            raise ParameterError(
                f"Invoice {self.number} of {self.issued_on} is due on {self.due_on}, before it was "
                "issued. Give a later day."
            )
        currencies = sorted({line.amount.currency for line in self.lines})
        if len(currencies) > 1:
            raise ParameterError(
                f"Invoice {self.number} is in {' and '.join(currencies)}. Write one for each."
            )
        _refuse_twice(self.number, self.lines)

    @property
    def currency(self) -> str:
        """ISO 4217 code of all amounts."""
        return self.lines[0].amount.currency

    @property
    def net(self) -> Money:
        """Sum of the lines."""
        return Money.total((line.amount for line in self.lines), self.currency)

    @property
    def tax_amount(self) -> Money:
        """The tax, zero where there is none."""
        return Money(self.currency, 0) if self.tax is None else self.tax.on(self.net)

    @property
    def total(self) -> Money:
        """What is to be paid."""
        return self.net + self.tax_amount

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Decisions that the lines cite, each once, in the order of the lines."""
        cited = {line.citation.decision: line.citation for line in self.lines if line.citation}
        return tuple(cited.values())

    @property
    def digest(self) -> str:
        """SHA-256 of all that the invoice states; equal invoices have equal digests."""
        stated = (
            self.number, self.vendor, self.buyer, self.issued_on.isoformat(),
            self.due_on.isoformat(), self.net.minor, self.tax_amount.minor,
            [_line_facts(line) for line in self.lines],
        )  # fmt: skip
        return hashlib.sha256(json.dumps(stated, separators=(",", ":")).encode()).hexdigest()


def _line_facts(line: InvoiceLine) -> tuple[str | int, ...]:
    charge, cited = line.charge, line.citation
    evidence = ("", "") if cited is None else (cited.decision, cited.digest)
    how = (charge.component, charge.text, charge.unit, charge.quantity, charge.per)
    return (
        *how, f"{charge.price:f}", line.amount.currency, line.amount.minor,
        line.price_version.digest, *evidence,
    )  # fmt: skip


def _refuse_twice(number: str, lines: Iterable[InvoiceLine]) -> None:
    """Refuse a version that two decisions bill: one decision may have several lines of a kind."""
    decisions = {line.citation.decision: line.citation for line in lines if line.citation}
    paid = Counter(version for cited in decisions.values() for version in cited.versions)
    twice = sorted(version for version, times in paid.items() if times > 1)
    if twice:
        raise ParameterError(
            f"Invoice {number} bills {twice[0]} for two decisions ({len(twice)} such versions). "
            "A version is paid once."
        )


def lines_of(
    work: AcceptedWork, card: RateCard, *, before: Quantities = NOTHING
) -> tuple[InvoiceLine, ...]:
    """Price accepted work into lines that cite it.

    Parameters
    ----------
    work
        What one decision accepted.
    card
        The card that holds on the day of the decision.
    before
        What was billed under the card before.

    Raises
    ------
    ParameterError
        When nothing was accepted, or the card does not hold on the day of the decision.
    """
    day = work.decided_at.date()
    if not work.items:
        raise ParameterError(f"{work.batch} has no accepted images. Nothing is owed for it.")
    if not card.holds_on(day):
        raise ParameterError(
            f"{card.name}, version {card.version}, does not hold on {day}, when {work.batch} was "
            "decided. Price it by the card of that day."
        )
    charges = card.charge(work.quantities, before=before, qualities=dict(work.qualities))
    return tuple(_line(charge, card, Citation.of(work)) for charge in charges)


def closing_lines(invoiced: Money, card: RateCard) -> tuple[InvoiceLine, ...]:
    """Return what a period lacks of the card's commitment, given what was invoiced in it."""
    return tuple(_line(charge, card, None) for charge in card.close(invoiced))


def _line(charge: Charge, card: RateCard, citation: Citation | None) -> InvoiceLine:
    return InvoiceLine(charge, charge.amount(card.currency), PriceVersion.of(card), citation)
