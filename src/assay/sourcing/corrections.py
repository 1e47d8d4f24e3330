"""What happens to an invoice after it was issued: disputes and credit notes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from assay.errors import ParameterError
from assay.sourcing.invoice import Invoice
from assay.sourcing.money import Money


class Answer(StrEnum):
    """How a dispute ends."""

    UPHELD = "upheld"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Dispute:
    """A doubt about an invoice, from either side.

    Parameters
    ----------
    invoice
        Number of the invoice.
    line
        Place of the line, from 0; None for the whole invoice.
    reason
        What is doubted and why.
    opened_by
        Who doubts.
    opened_at
        With time zone.
    versions
        Accepted versions in question; empty for all of the line.
    answer, explanation
        How it ended and why; None and empty while it is open.
    """

    invoice: str
    line: int | None
    reason: str
    opened_by: str
    opened_at: datetime
    versions: tuple[str, ...] = ()
    answer: Answer | None = None
    explanation: str = ""

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ParameterError("A dispute has no reason. Say what is doubted, and why.")
        if self.answer is not None and not self.explanation.strip():
            raise ParameterError(f"The dispute is {self.answer} without a reason. Say why.")

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered yet."""
        return self.answer is None

    def check_against(self, invoice: Invoice) -> None:
        """Refuse a dispute about what the invoice does not say.

        Raises
        ------
        ParameterError
            When the line is not there, or does not cite the versions.
        """
        if self.line is None:
            cited = {version for entry in invoice.citations for version in entry.versions}
        else:
            citation = invoice.lines[_place(invoice, self.line)].citation
            cited = set() if citation is None else set(citation.versions)
        foreign = sorted(set(self.versions) - cited)
        if foreign:
            raise ParameterError(
                f"Invoice {invoice.number} does not bill {foreign[0]} there. Name versions that "
                "the line cites."
            )


@dataclass(frozen=True)
class CreditLine:
    """Part of an invoice's line that is not owed after all.

    Parameters
    ----------
    line
        Place of the line on the invoice, from 0.
    amount
        What is credited, before tax: of the sign of the line and never more than it.
    reason
        Why.
    """

    line: int
    amount: Money
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ParameterError("A credit has no reason. Say why the amount is not owed.")
        if not self.amount.minor:
            raise ParameterError("A credit of 0 changes nothing. Leave it out.")


@dataclass(frozen=True)
class CreditNote:
    """What is taken back of an issued invoice.

    Parameters
    ----------
    number
        Unique for the buyer.
    invoice
        The invoice, as issued.
    issued_on
        Not before the invoice.
    lines
        At least one.
    after
        Earlier credit notes of the invoice.
    """

    number: str
    invoice: Invoice
    issued_on: date
    lines: tuple[CreditLine, ...]
    after: tuple[Self, ...] = ()

    def __post_init__(self) -> None:
        if not self.lines:
            raise ParameterError(f"Credit note {self.number} has no lines. Name what is credited.")
        if self.issued_on < self.invoice.issued_on:
            raise ParameterError(
                f"Credit note {self.number} of {self.issued_on} is older than its invoice of "
                f"{self.invoice.issued_on}. Date it later."
            )
        earlier = (line for note in self.after for line in note.lines)
        check_credits(self.invoice, (*earlier, *self.lines))

    @property
    def net(self) -> Money:
        """Sum of the lines, before tax."""
        return Money.total((line.amount for line in self.lines), self.invoice.currency)

    @property
    def tax_amount(self) -> Money:
        """Tax that is taken back: that on what was left less that on what is left now.

        So notes that take back everything take back all of the tax, to the minor unit.
        """
        tax = self.invoice.tax
        if tax is None:
            return Money(self.invoice.currency, 0)
        earlier = Money.total((note.net for note in self.after), self.invoice.currency)
        left = self.invoice.net - earlier
        return tax.on(left) - tax.on(left - self.net)

    @property
    def total(self) -> Money:
        """What is taken back."""
        return self.net + self.tax_amount


def check_credits(invoice: Invoice, lines: Iterable[CreditLine]) -> None:
    """Refuse credits that, all together, exceed a line of the invoice.

    Raises
    ------
    ParameterError
        When a line is not there, or credited beyond its amount, or the other way round.
    """
    credited: dict[int, Money] = {}
    for line in lines:
        place = _place(invoice, line.line)
        credited[place] = credited.get(place, Money(invoice.currency, 0)) + line.amount
    for place, amount in credited.items():
        billed = invoice.lines[place].amount
        if not min(billed.minor, 0) <= amount.minor <= max(billed.minor, 0):
            raise ParameterError(
                f"Line {place + 1} of invoice {invoice.number} is {billed}, of which {amount} "
                "would be credited. Credit at most what was billed."
            )


def whole_credit(
    invoice: Invoice, reason: str, *, after: Iterable[CreditNote] = ()
) -> tuple[CreditLine, ...]:
    """Return lines that credit whatever earlier credit notes left of an invoice."""
    taken = [line for note in after for line in note.lines]
    left = [
        billed.amount
        - Money.total((line.amount for line in taken if line.line == place), invoice.currency)
        for place, billed in enumerate(invoice.lines)
    ]
    return tuple(
        CreditLine(place, amount, reason) for place, amount in enumerate(left) if amount.minor
    )


def owed(invoice: Invoice, notes: Iterable[CreditNote]) -> Money:
    """Return what is left to pay: the invoice less its credit notes, all of them and in order."""
    return invoice.total - Money.total((note.total for note in notes), invoice.currency)


def _place(invoice: Invoice, line: int) -> int:
    if not 0 <= line < len(invoice.lines):
        raise ParameterError(
            f"Invoice {invoice.number} has {len(invoice.lines)} lines and no line {line + 1}."
        )
    return line
