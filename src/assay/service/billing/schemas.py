"""Requests and answers about bills, as the buyer sees them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from assay.service.schemas import Answer, Input, Line, Time
from assay.service.vendors.schemas import Address, Day, Identifier

State = Literal["draft", "issued", "disputed", "paid", "credited"]
Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=5000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]
Percent = Annotated[str, StringConstraints(pattern=r"^(100|[0-9]{1,2}(\.[0-9]{1,4})?)$")]
Amount = Annotated[int, Field(ge=-(10**15), le=10**15)]
Versions = Annotated[list[Identifier], Field(max_length=100_000)]


class NewInvoice(Input):
    """Whose accepted work is to be billed: all that waits."""

    vendor: Identifier


class TaxGiven(Input):
    """A tax on the sum, such as VAT; `note` says what the law wants said of it."""

    name: Line
    percent: Percent
    note: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""


class Issue(Input):
    """Makes a draft final."""

    due_on: Day
    buyer: Address = ""
    tax: TaxGiven | None = None


class Payment(Input):
    """Notes that what is owed was paid."""

    paid_on: Day
    reference: Line


class InvoiceLine(Answer):
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


class Invoice(Answer):
    """An invoice; `owed_minor` is what credit notes leave of `total_minor`."""

    id: str
    project: str
    vendor: str
    state: State
    number: str | None
    currency: str
    issued_on: date | None
    due_on: date | None
    net_minor: int
    tax_minor: int
    total_minor: int
    owed_minor: int
    digest: str | None
    paid_on: date | None
    payment: str
    lines: list[InvoiceLine]
    created: Time
    version: int


class Waiting(Answer):
    """Accepted work that no invoice bills; without a card nothing prices it."""

    decision: str
    batch: str
    vendor: str
    images: int
    decided: Time
    rate_card: str | None


class AllWaiting(Answer):
    """All accepted work of a project that no invoice bills, oldest first."""

    waiting: list[Waiting]


class VendorCosts(Answer):
    """What a vendor was invoiced for, before tax; `per_image` is less what was credited.

    `score` is the mean of its hidden gold as first handed in, and `per_point` the price of an image
    for each of its points, of which 1.0 has a hundred.
    """

    vendor: str
    vendor_name: str
    images: int
    net_minor: int
    credited_minor: int
    per_image: str | None
    score: float | None
    per_point: str | None
    components: dict[str, int]


class Costs(Answer):
    """What a project costs so far; paid and owed are with tax, all else is before it."""

    currency: str
    budget_minor: int
    net_minor: int
    credited_minor: int
    paid_minor: int
    owed_minor: int
    waiting_images: int
    vendors: list[VendorCosts]
    months: dict[str, int]


class MoneySpan(Answer):
    """What is expected in minor units, and the ends of its interval."""

    low_minor: int
    expected_minor: int
    high_minor: int


class CountSpan(Answer):
    """How many are expected; null where that is out of sight."""

    low: int | None
    expected: int | None
    high: int | None


class DaySpan(Answer):
    """When it is expected; null where it never is, or nothing says when."""

    low: date | None
    expected: date | None
    high: date | None


class ShareSpan(Answer):
    """A share with its interval of 95 % (Clopper and Pearson), as exact decimals."""

    low: str
    expected: str
    high: str


class VendorForecast(Answer):
    """What the forecast rests on for one vendor.

    `acceptance` is the share of its production batches that were accepted, of those decided for
    good; `deliveries` is how often an image was handed in for each that was accepted.
    """

    vendor: str
    vendor_name: str
    rate_card: str
    images_out: int
    batches_measured: int
    batches_accepted: int
    batches_decided: int
    acceptance: ShareSpan | None
    deliveries: float | None
    does_the_rest: bool


class Forecast(Answer):
    """How far the budget goes, before tax.

    `owed` is accepted and on no issued invoice, `out` is at vendors, `rest` at nobody yet; these
    and `spent` make the `total`. `lasts` is how many images can still be accepted until the budget
    is used up, `ends_on` when that is at the pace so far, `done_on` when all are accepted.
    """

    currency: str
    budget_minor: int
    spent_minor: int
    owed_minor: int
    out: MoneySpan
    rest: MoneySpan
    total: MoneySpan
    left: MoneySpan
    suffices: Literal["yes", "perhaps", "no"]
    images_out: int
    images_rest: int
    paid_per_image: float
    lasts: CountSpan
    ends_on: DaySpan
    done_on: DaySpan
    vendors: list[VendorForecast]


class NewSettlement(Input):
    """A period of a card that is over."""

    vendor: Identifier
    rate_card: Identifier
    first_day: Day
    last_day: Day


class Settlement(Answer):
    """A closed period: what was invoiced in it, what its commitment lacked, and the draft."""

    id: str
    project: str
    rate_card: str
    first_day: date
    last_day: date
    invoiced_minor: int
    lacking_minor: int
    invoice: str | None
    created: Time


class NewDispute(Input):
    """A doubt: about a line, or about the whole invoice; about some versions, or all."""

    line: Annotated[int, Field(ge=0, le=10**6)] | None = None
    versions: Versions = Field(default_factory=list)
    reason: Reason


class Dispute(Answer):
    """A doubt about an invoice, and how it ended."""

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


class Disputes(Answer):
    """All disputes about an invoice, oldest first."""

    disputes: list[Dispute]


class CreditLine(Input):
    """Part of a line that is not owed; of the line's sign, and never more than it."""

    line: Annotated[int, Field(ge=0, le=10**6)]
    amount_minor: Amount
    reason: Reason


class DisputeAnswer(Input):
    """How a dispute ends; one that is upheld may credit lines in the same step."""

    upheld: bool
    explanation: Reason
    credit: Annotated[list[CreditLine], Field(max_length=1000)] = Field(default_factory=list)


class NewCreditNote(Input):
    """What is taken back: some lines, or with `whole`, its reason, all that is left."""

    lines: Annotated[list[CreditLine], Field(max_length=1000)] = Field(default_factory=list)
    whole: Annotated[str, Field(max_length=5000, pattern=r"^[^\x00]*$")] = ""


class CreditNote(Answer):
    """What was taken back of an invoice."""

    id: str
    invoice: str
    number: str
    issued_on: date
    lines: list[CreditLine]
    net_minor: int
    tax_minor: int
    total_minor: int


class CreditNotes(Answer):
    """All credit notes of an invoice, in their order."""

    credit_notes: list[CreditNote]
