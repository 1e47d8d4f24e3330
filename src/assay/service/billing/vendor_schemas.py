"""What a vendor sends and sees of its bills: every field is named here, none comes by itself."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from assay.service.schemas import Answer, Input, Time
from assay.service.vendors.schemas import Identifier


class NewHours(Input):
    """Hours of a batch, in seconds."""

    seconds: Annotated[int, Field(ge=0, le=10**10)]


class Hours(Answer):
    """Hours that were reported for a batch."""

    batch: str
    seconds: int
    reported: Time


class OwnPrice(Answer):
    """The version of one's own rate card that prices some work."""

    rate_card: str
    name: str
    version: int
    digest: str


class OwnWaiting(Answer):
    """Accepted work of one's own that no issued invoice bills.

    `drafted` says that a draft bills it, which the buyer's finance is to check. Otherwise `lacks`
    says what is missing before it can be billed: an agreed rate card, or hours. `net_minor` is what
    is expected for it before tax, null while something is lacking.
    """

    project: str
    batch: str
    decision: str
    decided: Time
    images: int
    currency: str
    price: OwnPrice | None
    net_minor: int | None
    lacks: Literal["rate card", "hours"] | None
    drafted: bool


class AllOwnWaiting(Answer):
    """All accepted work of one's own that no issued invoice bills, oldest first."""

    waiting: list[OwnWaiting]


class ProposedInvoice(Input):
    """The project whose accepted work is to be billed: all of one's own that waits."""

    project: Identifier


class OwnInvoiceLine(Answer):
    """One line: `quantity × price / per`, rounded once; paid for by a decision."""

    line: int
    component: str
    text: str
    unit: str
    quantity: int
    per: int
    price: str
    amount_minor: int
    rate_card: str
    decision: str | None


class OwnDraft(Answer):
    """A proposed invoice: its lines are computed, and final once the buyer's finance issues it."""

    id: str
    project: str
    currency: str
    net_minor: int
    lines: list[OwnInvoiceLine]


class OwnInvoice(Answer):
    """An issued invoice of one's own; `owed_minor` is what credit notes leave of it."""

    id: str
    state: Literal["issued", "disputed", "paid", "credited"]
    number: str
    currency: str
    issued_on: date
    due_on: date
    net_minor: int
    tax_minor: int
    total_minor: int
    owed_minor: int
    digest: str
    paid_on: date | None
    lines: list[OwnInvoiceLine]


class OwnDispute(Answer):
    """A doubt about one's own invoice, and how it ended."""

    id: str
    invoice: str
    line: int | None
    versions: list[str]
    reason: str
    by_vendor: bool
    opened: Time
    answer: Literal["upheld", "declined", "withdrawn"] | None
    explanation: str
    answered: Time | None


class OwnDisputes(Answer):
    """All disputes about an invoice, oldest first."""

    disputes: list[OwnDispute]


class OwnCreditLine(Answer):
    """Part of a line that is not owed."""

    line: int
    amount_minor: int
    reason: str


class OwnCreditNote(Answer):
    """What was taken back of an invoice."""

    id: str
    number: str
    issued_on: date
    lines: list[OwnCreditLine]
    net_minor: int
    tax_minor: int
    total_minor: int


class OwnCreditNotes(Answer):
    """All credit notes of an invoice, in their order."""

    credit_notes: list[OwnCreditNote]
