"""The life of an invoice."""

from enum import StrEnum

from assay.sourcing.lives.life import read_life


class InvoiceState(StrEnum):
    """Where an invoice stands."""

    DRAFT = "draft"
    ISSUED = "issued"
    DISPUTED = "disputed"
    PAID = "paid"
    CREDITED = "credited"


class InvoiceStep(StrEnum):
    """What can be done with an invoice."""

    ISSUE = "issue"
    DISPUTE = "dispute"
    SETTLE = "settle"
    PAY = "pay"
    CREDIT = "credit"


INVOICE_LIFE = read_life(
    "invoice",
    InvoiceState,
    InvoiceStep,
    """
    draft    | issue   | issued   | buyer         | its number, lines and dates are final
    issued   | dispute | disputed | buyer, vendor | a line is in doubt; payment's clock stops
    issued   | pay     | paid     | buyer         | what credit notes left over was paid
    issued   | credit  | credited | buyer         | credit notes cover all of it
    disputed | dispute | disputed | buyer, vendor | one more line is in doubt
    disputed | settle  | issued   | buyer, vendor | the last dispute was answered or withdrawn
    disputed | credit  | credited | buyer         | credit notes cover all of it
    paid     | credit  | credited | buyer         | credit notes cover it, and it is paid back
    """,
)
