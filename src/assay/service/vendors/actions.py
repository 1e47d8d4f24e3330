"""What can be done with the registry of vendors and their prices, a function each."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.accounts.actions import add_organisation
from assay.service.accounts.tables import OrganisationRow
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.ids import new_id
from assay.service.problems import ConflictError, ServiceError, check_version
from assay.service.projects import store as projects
from assay.service.storage.blobs import Blobs
from assay.service.vendors import store
from assay.service.vendors.tables import CertificateRow, RateCardRow, VendorRow
from assay.sourcing import RateCard

#: Largest evidence of a certificate.
EVIDENCE_BYTES = 10 * 2**20


def add_vendor(session: Session, actor: Actor, *, name: str) -> OrganisationRow:
    """Add a vendor to the registry."""
    row = add_organisation(session, actor, name=name)
    session.add(store.profile(session, row.id))
    session.flush()
    return row


def change_profile(
    session: Session, actor: Actor, vendor_id: str, *, expected: int, changes: dict[str, Any]
) -> VendorRow:
    """Change what is known of a vendor.

    Raises
    ------
    StaleError
        When somebody else has changed it since it was read.
    """
    store.vendor(session, vendor_id, lock=True)
    row = store.profile(session, vendor_id)
    check_version(row.version, expected)
    for field, value in changes.items():
        setattr(row, field, sorted(set(value)) if isinstance(value, list) else value)
    row.version += 1
    session.add(row)
    session.flush()
    facts: dict[str, Fact] = {"fields": sorted(changes)}
    if "countries" in changes:
        facts["countries"] = row.countries
    record(session, actor, "vendor.changed", subject=vendor_id, facts=facts)
    return row


def suspend(session: Session, actor: Actor, vendor_id: str, *, reason: str) -> OrganisationRow:
    """Let nobody of a vendor in, from now on; a second time changes nothing.

    What it has done stays, and is judged, decided about and paid as before.
    """
    row = store.vendor(session, vendor_id, lock=True)
    if row.suspended is None:
        row.suspended = clock.now()
        record(session, actor, "vendor.suspended", subject=row.id, facts={"reason": reason})
    return row


def readmit(session: Session, actor: Actor, vendor_id: str) -> None:
    """Let a vendor in again; a second time changes nothing."""
    row = store.vendor(session, vendor_id, lock=True)
    if row.suspended is not None:
        row.suspended = None
        record(session, actor, "vendor.readmitted", subject=row.id)


def claim_certificate(
    session: Session, actor: Actor, vendor_id: str, *, name: str, expires_on: date | None
) -> CertificateRow:
    """Add a certificate that a vendor claims; a renewal is a further one."""
    store.vendor(session, vendor_id)
    row = CertificateRow(
        id=new_id("crt"),
        vendor_id=vendor_id,
        name=name,
        expires_on=expires_on,
        evidence=None,
        checked_by=None,
        checked=None,
        created=clock.now(),
    )
    session.add(row)
    session.flush()
    facts: dict[str, Fact] = {"vendor": vendor_id, "name": name, "expires_on": str(expires_on)}
    record(session, actor, "certificate.claimed", subject=row.id, facts=facts)
    return row


def file_evidence(
    session: Session,
    actor: Actor,
    blobs: Blobs,
    vendor_id: str,
    identifier: str,
    content: bytes,
) -> CertificateRow:
    """Keep the document of a certificate.

    Raises
    ------
    ConflictError
        When the certificate was checked: what was checked does not change.
    """
    store.vendor(session, vendor_id, lock=True)
    row = store.certificate(session, vendor_id, identifier)
    if not content:
        raise ServiceError("The evidence is empty. Send the bytes of the document as the body.")
    if row.checked is not None:
        raise ConflictError("This certificate is checked. Claim its renewal as a further one.")
    row.evidence = blobs.put([content], limit=EVIDENCE_BYTES).digest
    record(session, actor, "certificate.evidenced", subject=row.id, facts={"sha256": row.evidence})
    return row


def check_certificate(
    session: Session, actor: Actor, vendor_id: str, identifier: str
) -> CertificateRow:
    """Say that the evidence of a certificate was looked at and holds.

    Raises
    ------
    ConflictError
        When there is no evidence.
    """
    store.vendor(session, vendor_id, lock=True)
    row = store.certificate(session, vendor_id, identifier)
    if row.evidence is None:
        raise ConflictError("This certificate has no evidence. Ask the vendor to upload it.")
    if row.checked is None:
        row.checked, row.checked_by = clock.now(), actor.user
        facts: dict[str, Fact] = {"vendor": vendor_id, "name": row.name, "sha256": row.evidence}
        record(session, actor, "certificate.checked", subject=row.id, facts=facts)
    return row


def offer_card(
    session: Session, actor: Actor, vendor_id: str, *, table: dict[str, Any]
) -> RateCardRow:
    """Add the next version of a vendor's rate card; it is billed by once the buyer agrees."""
    store.vendor(session, vendor_id, lock=True)
    number = store.last_card_number(session, vendor_id) + 1
    card = RateCard.from_table({**table, "version": number})
    row = RateCardRow(
        id=new_id("crd"),
        vendor_id=vendor_id,
        project_id=None,
        number=number,
        currency=card.currency,
        valid_from=card.valid_from,
        valid_until=card.valid_until,
        document=card.table(),
        digest=card.digest,
        offered_by=actor.user,
        agreed_by=None,
        agreed=None,
        created=clock.now(),
    )
    session.add(row)
    session.flush()
    facts: dict[str, Fact] = {"vendor": vendor_id, "number": number, "digest": row.digest}
    record(session, actor, "rate-card.offered", subject=row.id, facts=facts)
    return row


def agree_card(
    session: Session, actor: Actor, vendor_id: str, identifier: str, *, project_id: str | None
) -> RateCardRow:
    """Agree to a card: from now on it prices work of the days on which it holds.

    Raises
    ------
    ConflictError
        When it was agreed to for something else, or the project is in another currency.
    """
    store.vendor(session, vendor_id, lock=True)
    row = store.rate_card(session, vendor_id, identifier)
    if row.agreed is not None:
        if row.project_id != project_id:
            raise ConflictError("This card was agreed to for something else. Add it once more.")
        return row
    if project_id is not None:
        project = projects.project(session, project_id)
        if project.currency != row.currency:
            raise ConflictError(
                f"The card is in {row.currency}, the project in {project.currency}. Ask for one "
                f"in {project.currency}."
            )
    row.project_id = project_id
    row.agreed, row.agreed_by = clock.now(), actor.user
    facts: dict[str, Fact] = {"vendor": vendor_id, "project": project_id, "digest": row.digest}
    record(session, actor, "rate-card.agreed", subject=row.id, facts=facts)
    return row


def names(session: Session, vendor_ids: Iterable[str]) -> dict[str, str]:
    """Return vendors' names by their identifiers."""
    query = store.vendors().where(OrganisationRow.id.in_(list(vendor_ids)))
    return {row.id: row.name for row in session.scalars(query)}
