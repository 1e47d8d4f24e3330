"""Queries about vendors; a vendor's own are bound to its organisation."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from assay.service.accounts.tables import OrganisationRow
from assay.service.database import Base
from assay.service.problems import there
from assay.service.vendors.tables import (
    CertificateRow,
    ComparisonRow,
    ProposalRequestRow,
    ProposalRow,
    RateCardRow,
    VendorRow,
)

Row = TypeVar("Row")


def vendors() -> Select[OrganisationRow]:
    """Select all vendors."""
    return select(OrganisationRow).where(OrganisationRow.kind == "vendor")


def vendor(session: Session, identifier: str, *, lock: bool = False) -> OrganisationRow:
    """Return a vendor, or say that there is none.

    ``lock`` holds it until the transaction ends: what is counted or compared is changed by one at
    a time.
    """
    query = vendors().where(OrganisationRow.id == identifier)
    return there(session.scalar(_held(query) if lock else query), "vendor")


def profile(session: Session, vendor_id: str) -> VendorRow:
    """Return what is known of a vendor; nothing of one that has said nothing yet."""
    row = session.get(VendorRow, vendor_id)
    if row is not None:
        return row
    return VendorRow(
        id=vendor_id,
        provider_type="company",
        address="",
        countries=[],
        formats=[],
        tools=[],
        shapes=[],
        qa_layers=[],
        domains=[],
        video=False,
        notes="",
        version=0,
    )


def certificates(vendor_id: str) -> Select[CertificateRow]:
    """Select a vendor's certificates."""
    return select(CertificateRow).where(CertificateRow.vendor_id == vendor_id)


def certificate(session: Session, vendor_id: str, identifier: str) -> CertificateRow:
    """Return one of a vendor's certificates, or say that there is none."""
    return there(
        session.scalar(certificates(vendor_id).where(CertificateRow.id == identifier)),
        "certificate",
    )


def rate_cards(vendor_id: str) -> Select[RateCardRow]:
    """Select the versions of a vendor's rate cards."""
    return select(RateCardRow).where(RateCardRow.vendor_id == vendor_id)


def rate_card(session: Session, vendor_id: str, identifier: str) -> RateCardRow:
    """Return one version of a vendor's rate card, or say that there is none."""
    return there(
        session.scalar(rate_cards(vendor_id).where(RateCardRow.id == identifier)), "rate card"
    )


def last_card_number(session: Session, vendor_id: str) -> int:
    """Return the number of a vendor's newest card, 0 for none."""
    query = select(func.max(RateCardRow.number)).where(RateCardRow.vendor_id == vendor_id)
    return session.scalar(query) or 0


def card_in_force(
    session: Session, vendor_id: str, project_id: str, currency: str, day: date
) -> RateCardRow | None:
    """Return the agreed card that prices a vendor's work for a project on a day.

    A card of the project goes before one for all projects, and a newer one before an older one.
    """
    return session.scalar(
        rate_cards(vendor_id)
        .where(
            RateCardRow.agreed.is_not(None),
            RateCardRow.currency == currency,
            RateCardRow.valid_from <= day,
            or_(RateCardRow.valid_until.is_(None), RateCardRow.valid_until >= day),
            or_(RateCardRow.project_id.is_(None), RateCardRow.project_id == project_id),
        )
        .order_by(RateCardRow.project_id.is_(None), RateCardRow.number.desc())
        .limit(1)
    )


def requests(project_id: str) -> Select[ProposalRequestRow]:
    """Select a project's requests for proposals."""
    return select(ProposalRequestRow).where(ProposalRequestRow.project_id == project_id)


def request(
    session: Session, project_id: str, identifier: str, *, lock: bool = False
) -> ProposalRequestRow:
    """Return one of a project's requests, or say that there is none."""
    query = requests(project_id).where(ProposalRequestRow.id == identifier)
    return there(session.scalar(_held(query) if lock else query), "request for proposals")


def proposals(session: Session, request_id: str) -> Sequence[ProposalRow]:
    """Return the vendors' parts of a request, in the order in which they were asked."""
    query = select(ProposalRow).where(ProposalRow.request_id == request_id)
    return session.scalars(query.order_by(ProposalRow.created, ProposalRow.id)).all()


def proposal(session: Session, request_id: str, vendor_id: str) -> ProposalRow:
    """Return one vendor's part of a request, or say that there is none."""
    return there(
        session.scalar(
            select(ProposalRow).where(
                ProposalRow.request_id == request_id, ProposalRow.vendor_id == vendor_id
            )
        ),
        "request for proposals",
    )


def requests_to(vendor_id: str) -> Select[ProposalRequestRow]:
    """Select the requests that a vendor was asked by and that were opened."""
    return (
        select(ProposalRequestRow)
        .join(ProposalRow, ProposalRow.request_id == ProposalRequestRow.id)
        .where(ProposalRow.vendor_id == vendor_id, ProposalRequestRow.state != "draft")
    )


def request_to(
    session: Session, vendor_id: str, identifier: str, *, lock: bool = False
) -> ProposalRequestRow:
    """Return a request that a vendor was asked by, or say that there is none."""
    query = requests_to(vendor_id).where(ProposalRequestRow.id == identifier)
    return there(
        session.scalar(_held(query, of=ProposalRequestRow) if lock else query),
        "request for proposals",
    )


def comparisons(project_id: str) -> Select[ComparisonRow]:
    """Select the comparisons of quotes for a project."""
    return select(ComparisonRow).where(ComparisonRow.project_id == project_id)


def _held(query: Select[Row], *, of: type[Base] | None = None) -> Select[Row]:
    """Lock what a query finds; rows that refer to it can still be added meanwhile."""
    return query.with_for_update(key_share=True, of=of)
