"""What a project costs: added up in the database, by vendor, by component, by month."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assay.service.batches.tables import BatchRow
from assay.service.billing import store
from assay.service.billing.tables import (
    BilledVersionRow,
    CreditNoteRow,
    InvoiceLineRow,
    InvoiceRow,
)
from assay.service.deliveries.tables import ItemVersionRow
from assay.service.projects import store as projects
from assay.service.projects.tables import ProjectRow
from assay.sourcing.money import minor_digits

_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class VendorCosts:
    """What one vendor was invoiced for, before tax.

    Parameters
    ----------
    vendor
        Its id.
    images
        Accepted images that issued invoices bill.
    net_minor, credited_minor
        Sum of issued invoices, and what credit notes took back of it.
    components
        Sum of lines by price component, credit notes not taken off.
    score
        Mean score of the hidden gold in its production batches as first handed in; None where none
        was scored.
    """

    vendor: str
    images: int
    net_minor: int
    credited_minor: int
    components: dict[str, int]
    score: float | None

    def per_image(self, currency: str) -> Decimal | None:
        """Return what an accepted image cost in major units, None where none was billed."""
        if not self.images:
            return None
        cost = Fraction(self.net_minor - self.credited_minor, self.images)
        return _quantized(cost / 10 ** minor_digits(currency))

    def per_point(self, currency: str) -> Decimal | None:
        """Return what it cost for each point of its score, of which 1.0 has a hundred."""
        cost = self.per_image(currency)
        if cost is None or not self.score:
            return None
        return _quantized(Fraction(cost) / (100 * Fraction(self.score)))


@dataclass(frozen=True)
class Costs:
    """What a project costs so far.

    Parameters
    ----------
    project
        With its budget and currency.
    vendors
        By id.
    months
        Net sum of the invoices issued in each month that has one, as ``2026-03``.
    paid_minor, owed_minor
        With tax: what was paid, and what is still to be paid.
    waiting_images
        Accepted images that no issued invoice bills.
    """

    project: ProjectRow
    vendors: tuple[VendorCosts, ...]
    months: dict[str, int]
    paid_minor: int
    owed_minor: int
    waiting_images: int


def _quantized(exact: Fraction) -> Decimal:
    quotient: Decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
    return quotient.quantize(_PLACES)


def costs(session: Session, project_id: str) -> Costs:
    """Add up what a project costs so far."""
    project = projects.project(session, project_id)
    issued = (InvoiceRow.project_id == project_id, InvoiceRow.number.is_not(None))
    owed = dict[str, int]()
    by_state = (
        select(InvoiceRow.state, func.sum(InvoiceRow.owed_minor))
        .where(*issued)
        .group_by(InvoiceRow.state)
    )
    for state, minor in session.execute(by_state):
        owed[state] = int(minor)
    by_day = (
        select(InvoiceRow.issued_on, func.sum(InvoiceRow.net_minor))
        .where(*issued)
        .group_by(InvoiceRow.issued_on)
        .order_by(InvoiceRow.issued_on)
    )
    months: defaultdict[str, int] = defaultdict(int)
    for day, minor in session.execute(by_day):
        months[_month(day)] += int(minor)
    return Costs(
        project=project,
        vendors=_by_vendor(session, project_id),
        months=dict(months),
        paid_minor=owed.get("paid", 0),
        owed_minor=owed.get("issued", 0) + owed.get("disputed", 0),
        waiting_images=_waiting(session, project_id),
    )


def _month(day: date | None) -> str:
    if day is None:
        raise AssertionError("An issued invoice has no day.")
    return f"{day:%Y-%m}"


def _by_vendor(session: Session, project_id: str) -> tuple[VendorCosts, ...]:
    issued = (InvoiceRow.project_id == project_id, InvoiceRow.number.is_not(None))
    vendor = InvoiceRow.vendor_id
    net = select(vendor, func.sum(InvoiceRow.net_minor)).where(*issued).group_by(vendor)
    images = (
        select(vendor, func.count())
        .join(BilledVersionRow, BilledVersionRow.invoice_id == InvoiceRow.id)
        .where(*issued)
        .group_by(vendor)
    )
    credited = (
        select(vendor, func.sum(CreditNoteRow.net_minor))
        .join(CreditNoteRow, CreditNoteRow.invoice_id == InvoiceRow.id)
        .where(*issued)
        .group_by(vendor)
    )
    lines = (
        select(vendor, InvoiceLineRow.component, func.sum(InvoiceLineRow.amount_minor))
        .join(InvoiceLineRow, InvoiceLineRow.invoice_id == InvoiceRow.id)
        .where(*issued)
        .group_by(vendor, InvoiceLineRow.component)
        .order_by(InvoiceLineRow.component)
    )
    scores = (
        select(BatchRow.vendor_id, func.avg(ItemVersionRow.score))
        .join(ItemVersionRow, ItemVersionRow.batch_id == BatchRow.id)
        .where(
            BatchRow.project_id == project_id,
            BatchRow.purpose == "production",
            ItemVersionRow.number == 1,
        )
        .group_by(BatchRow.vendor_id)
    )
    scored: dict[str, float | None] = dict(iter(session.execute(scores)))
    counted, back = dict(iter(session.execute(images))), dict(iter(session.execute(credited)))
    components: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for name, component, minor in session.execute(lines):
        components[name][component] = int(minor)
    return tuple(
        VendorCosts(
            name,
            int(counted.get(name, 0)),
            int(minor),
            int(back.get(name, 0)),
            components[name],
            scored.get(name),
        )
        for name, minor in sorted(session.execute(net))
    )


def _waiting(session: Session, project_id: str) -> int:
    drafts = (
        select(func.count())
        .select_from(BilledVersionRow)
        .join(InvoiceRow, InvoiceRow.id == BilledVersionRow.invoice_id)
        .where(InvoiceRow.project_id == project_id, InvoiceRow.number.is_(None))
    )
    waiting = sum(len(row.items) for row in store.unbilled(session, project_id, None))
    return waiting + int(session.scalar(drafts) or 0)
