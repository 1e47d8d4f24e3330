"""Vendors' profiles, certificates, rate cards, and requests for proposals with their answers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.database import Base


class VendorRow(Base):
    """What a vendor says of itself, and what the buyer notes; one for each vendor."""

    __tablename__ = "vendors"

    id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    provider_type: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(Text)
    countries: Mapped[list[str]]
    formats: Mapped[list[str]]
    tools: Mapped[list[str]]
    shapes: Mapped[list[str]]
    qa_layers: Mapped[list[str]]
    domains: Mapped[list[str]]
    video: Mapped[bool]
    notes: Mapped[str] = mapped_column(Text)
    version: Mapped[int]


class CertificateRow(Base):
    """A certificate that a vendor claims; ``evidence`` is a blob, ``checked`` the buyer's word."""

    __tablename__ = "certificates"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    vendor_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    expires_on: Mapped[date | None]
    evidence: Mapped[str | None] = mapped_column(String(64))
    checked_by: Mapped[str | None] = mapped_column(String(64))
    checked: Mapped[datetime | None]
    created: Mapped[datetime]


class RateCardRow(Base):
    """A version of a rate card; never changed.  Only an agreed one is billed by.

    ``project_id`` is None for a card that holds for every project of its currency.
    """

    __tablename__ = "rate_cards"
    __table_args__ = (UniqueConstraint("vendor_id", "number"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    vendor_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    project_id: Mapped[str | None] = mapped_column(ForeignKey("projects.id"), index=True)
    number: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    document: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    offered_by: Mapped[str] = mapped_column(String(64))
    agreed_by: Mapped[str | None] = mapped_column(String(64))
    agreed: Mapped[datetime | None]
    created: Mapped[datetime]


class ProposalRequestRow(Base):
    """A request for proposals: ``draft`` until it is opened, then ``open``, then ``closed``.

    ``questions`` carry their weights and ``gates`` what excludes a vendor; weights are never told
    to a vendor.
    """

    __tablename__ = "proposal_requests"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    questions: Mapped[list[dict[str, Any]]]
    gates: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10))
    due: Mapped[datetime]
    created: Mapped[datetime]
    version: Mapped[int]


class ProposalRow(Base):
    """One vendor's part of a request: ``asked``, then ``answered`` or ``declined``."""

    __tablename__ = "proposals"
    __table_args__ = (UniqueConstraint("request_id", "vendor_id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("proposal_requests.id"), index=True)
    vendor_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    answers: Mapped[dict[str, Any]]
    rate_card_id: Mapped[str | None] = mapped_column(ForeignKey("rate_cards.id"))
    marks: Mapped[dict[str, Any]]
    marked_by: Mapped[str | None] = mapped_column(String(64))
    answered: Mapped[datetime | None]
    created: Mapped[datetime]
    version: Mapped[int]


class ComparisonRow(Base):
    """Quotes that were compared: what was assumed, and what came out; evidence for an award."""

    __tablename__ = "quote_comparisons"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    assumed: Mapped[dict[str, Any]]
    found: Mapped[dict[str, Any]]
    compared_by: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime]
