"""Invoices, what each line is paid for, disputes, credit notes, hours, settlements."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class InvoiceRow(Base):
    """An invoice; its state is one of :mod:`assay.sourcing.lives.invoice`.

    Until it is issued it is a draft without number and days.  From then on nothing of it changes
    but its state and what is noted of its payment; ``digest`` is that of all it states.
    """

    __tablename__ = "invoices"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    vendor_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    number: Mapped[str | None] = mapped_column(String(30), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    vendor: Mapped[str] = mapped_column(Text)
    buyer: Mapped[str] = mapped_column(Text)
    issued_on: Mapped[date | None]
    due_on: Mapped[date | None]
    tax: Mapped[dict[str, Any] | None]
    net_minor: Mapped[int] = mapped_column(BigInteger)
    tax_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    owed_minor: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str | None] = mapped_column(String(64))
    paid_on: Mapped[date | None]
    payment: Mapped[str] = mapped_column(String(200))
    created: Mapped[datetime]
    version: Mapped[int]


class InvoiceLineRow(Base):
    """One line; never changed."""

    __tablename__ = "invoice_lines"

    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[str | None] = mapped_column(ForeignKey("decisions.id"), index=True)
    rate_card_id: Mapped[str] = mapped_column(ForeignKey("rate_cards.id"), index=True)
    component: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(30))
    quantity: Mapped[int] = mapped_column(BigInteger)
    per: Mapped[int] = mapped_column(BigInteger)
    price: Mapped[str] = mapped_column(String(60))
    amount_minor: Mapped[int] = mapped_column(BigInteger)


class BilledDecisionRow(Base):
    """An acceptance decision that an invoice bills: one row, so once."""

    __tablename__ = "billed_decisions"

    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"), index=True)
    rate_card_id: Mapped[str] = mapped_column(ForeignKey("rate_cards.id"), index=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    images: Mapped[int]
    pixels: Mapped[int] = mapped_column(BigInteger)
    objects: Mapped[int] = mapped_column(BigInteger)
    vertices: Mapped[int] = mapped_column(BigInteger)
    seconds: Mapped[int] = mapped_column(BigInteger)


class BilledVersionRow(Base):
    """An accepted version that an invoice bills: one row, so once; and one for each image."""

    __tablename__ = "billed_versions"
    __table_args__ = (UniqueConstraint("batch_item_id"),)

    version_id: Mapped[str] = mapped_column(ForeignKey("item_versions.id"), primary_key=True)
    batch_item_id: Mapped[str] = mapped_column(ForeignKey("batch_items.id"))
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"), index=True)
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"), index=True)


class HoursRow(Base):
    """Hours that a vendor reports for a batch."""

    __tablename__ = "batch_hours"

    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    seconds: Mapped[int] = mapped_column(BigInteger)
    reported_by: Mapped[str] = mapped_column(String(64))
    reported: Mapped[datetime]


class SettlementRow(Base):
    """A period of a rate card that was closed: its commitment was used up or topped up."""

    __tablename__ = "settlements"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    rate_card_id: Mapped[str] = mapped_column(ForeignKey("rate_cards.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    invoiced_minor: Mapped[int] = mapped_column(BigInteger)
    lacking_minor: Mapped[int] = mapped_column(BigInteger)
    invoice_id: Mapped[str | None] = mapped_column(ForeignKey("invoices.id"))
    created: Mapped[datetime]


class DisputeRow(Base):
    """A doubt about an invoice; ``opened_for`` is the organisation of whoever doubts."""

    __tablename__ = "disputes"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"), index=True)
    line: Mapped[int | None]
    versions: Mapped[list[str]]
    reason: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(String(64))
    opened_for: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    opened: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(10))
    explanation: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(64))
    answered: Mapped[datetime | None]


class CreditNoteRow(Base):
    """What was taken back of an invoice; never changed."""

    __tablename__ = "credit_notes"
    __table_args__ = (UniqueConstraint("invoice_id", "place"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"), index=True)
    place: Mapped[int]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    issued_on: Mapped[date]
    lines: Mapped[list[dict[str, Any]]]
    net_minor: Mapped[int] = mapped_column(BigInteger)
    tax_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    created: Mapped[datetime]


class SeriesRow(Base):
    """The last number of a series of documents: numbers have no gap and no twin."""

    __tablename__ = "document_series"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    last: Mapped[int]
