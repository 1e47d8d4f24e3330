"""How far a project's budget goes, from what is stored; the library computes."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.acceptance.tables import DecisionRow
from assay.service.assets.tables import AssetRow
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.billing import store
from assay.service.billing.costs import costs
from assay.service.billing.tables import HoursRow, InvoiceRow
from assay.service.billing.waiting import Priced, priced, waiting
from assay.service.deliveries.tables import ItemVersionRow
from assay.service.gold.tables import GoldRow
from assay.service.pilots import store as pilots
from assay.service.pilots.tables import AwardRow
from assay.service.problems import ConflictError
from assay.service.projects.tables import ProjectRow
from assay.service.vendors import store as vendors
from assay.service.vendors.tables import RateCardRow
from assay.service.vendors.values import card_value
from assay.sourcing import Money, Quantities, Share
from assay.sourcing.budget import BudgetForecast, Pace, VendorWork, forecast_budget

#: States of a batch that is out: its images are ordered, and paid once they are accepted.
_OUT = ("sent", "delivered", "judged", "rework")


@dataclass(frozen=True)
class VendorRecord:
    """What the forecast rests on for one vendor.

    Parameters
    ----------
    vendor, card
        Its id, and the card that prices its work today.
    work
        As the library takes it.
    accepted, decided
        Production batches that were accepted, of those decided for good.
    acceptance
        Their share with its interval; None while nothing is decided.
    deliveries
        How often an image was handed in for each that was accepted; None while none was.
    """

    vendor: str
    card: RateCardRow
    work: VendorWork
    accepted: int
    decided: int
    acceptance: Share | None
    deliveries: float | None


@dataclass(frozen=True)
class ProjectForecast:
    """How far the budget goes, and what that rests on.

    ``paid_per_image`` is how many images are paid for one that needs labels: hidden gold and
    images that several vendors label are paid, too.
    """

    found: BudgetForecast
    vendors: tuple[VendorRecord, ...]
    rest_at: str
    paid_per_image: float


def forecast(
    session: Session, project: ProjectRow, *, images: int | None, vendor_id: str | None
) -> ProjectForecast:
    """Say how far a project's budget goes.

    Parameters
    ----------
    images
        How many images are still to be ordered; None for all of the project that need labels.
    vendor_id
        Who is to label them; None for whoever was awarded last.

    Raises
    ------
    ConflictError
        When nobody is awarded, or no agreed card prices work that is out or to come.
    """
    rest_at = vendor_id or _awarded(session, project.id)
    vendors.vendor(session, rest_at)
    done = [(entry, entry.card) for entry in priced(session, waiting(session, project, None))]
    out = _images_out(session, project.id)
    today = clock.now().date()
    records = tuple(
        _record(session, project, vendor, out.get(vendor, 0), done, today)
        for vendor in sorted({*out, rest_at})
    )
    paid, wanted = _paid_per_image(session, project.id)
    to_order = _unlabelled(session, project.id) if images is None else images
    so_far = costs(session, project.id)
    spent = sum(entry.net_minor - entry.credited_minor for entry in so_far.vendors)
    currency = project.currency
    accepted = Money.total((entry.amount(currency) for entry, _ in done), currency)
    found = forecast_budget(
        budget=Money(currency, project.budget_minor),
        spent=Money(currency, spent),
        owed=accepted + Money(currency, _in_drafts(session, project.id)),
        vendors=[record.work for record in records],
        rest_at=rest_at,
        rest=-(-to_order * paid // wanted),
        pace=_pace(session, project.id, today),
        today=today,
    )
    return ProjectForecast(found, records, rest_at, paid / wanted)


def _awarded(session: Session, project_id: str) -> str:
    query = pilots.awards(project_id).where(AwardRow.revoked.is_(None))
    row = session.scalar(query.order_by(AwardRow.awarded.desc()).limit(1))
    if row is None:
        raise ConflictError(
            "Nobody is awarded yet, so nothing says what the rest will cost. Award a vendor, or "
            "name one as ?vendor=."
        )
    return row.vendor_id


def _images_out(session: Session, project_id: str) -> dict[str, int]:
    query = (
        select(BatchRow.vendor_id, func.count())
        .join(BatchItemRow, BatchItemRow.batch_id == BatchRow.id)
        .where(BatchRow.project_id == project_id, BatchRow.state.in_(_OUT))
        .group_by(BatchRow.vendor_id)
    )
    return {vendor: int(count) for vendor, count in session.execute(query)}


def _record(
    session: Session,
    project: ProjectRow,
    vendor_id: str,
    images: int,
    done: list[tuple[Priced, RateCardRow]],
    today: date,
) -> VendorRecord:
    card = vendors.card_in_force(session, vendor_id, project.id, project.currency, today)
    if card is None:
        raise ConflictError(
            f"No agreed rate card of vendor {vendor_id} holds today, so nothing says what its work "
            f"costs. Agree to one at /api/v1/vendors/{vendor_id}/rate-cards."
        )
    before = store.billed_before(session, card.id)
    for entry, priced_by in done:
        if priced_by.id == card.id:
            before += entry.accepted.quantities
    sizes = [size for _, size in _production(session, project.id, vendor_id, (*_OUT, "accepted"))]
    work = VendorWork(
        vendor=vendor_id,
        card=card_value(card),
        before=before,
        images=images,
        batch_size=max(1, round(sum(sizes) / len(sizes))) if sizes else 500,
        measured=_measured(
            session, project.id, vendor_id, by_hour="per-hour" in card.document["price"]
        ),
    )
    accepted = _production(session, project.id, vendor_id, ("accepted",))
    decided = _production(session, project.id, vendor_id, ("accepted", "rejected"))
    good = sum(size for _, size in accepted)
    handed_in = select(func.count()).where(
        ItemVersionRow.batch_id.in_([batch for batch, _ in decided])
    )
    return VendorRecord(
        vendor=vendor_id,
        card=card,
        work=work,
        accepted=len(accepted),
        decided=len(decided),
        acceptance=Share.of(len(accepted), len(decided)) if decided else None,
        deliveries=int(session.scalar(handed_in) or 0) / good if good else None,
    )


def _production(
    session: Session, project_id: str, vendor_id: str, states: tuple[str, ...]
) -> list[tuple[str, int]]:
    """Return production batches in some states, each with its images."""
    query = (
        select(BatchRow.id, func.count())
        .join(BatchItemRow, BatchItemRow.batch_id == BatchRow.id)
        .where(
            BatchRow.project_id == project_id,
            BatchRow.vendor_id == vendor_id,
            BatchRow.purpose == "production",
            BatchRow.state.in_(states),
        )
        .group_by(BatchRow.id)
    )
    return [(batch, int(count)) for batch, count in session.execute(query)]


def _measured(
    session: Session, project_id: str, vendor_id: str, *, by_hour: bool
) -> tuple[Quantities, ...]:
    """Return what accepted batches and those of pilots came to, by their newest labels."""
    newest = (
        select(func.max(ItemVersionRow.number))
        .where(ItemVersionRow.batch_item_id == BatchItemRow.id)
        .correlate(BatchItemRow)
        .scalar_subquery()
    )
    sums = (ItemVersionRow.pixels, ItemVersionRow.objects, ItemVersionRow.vertices)
    query = (
        select(func.count(), *(func.sum(column) for column in sums), func.max(HoursRow.seconds))
        .select_from(BatchRow)
        .join(BatchItemRow, BatchItemRow.batch_id == BatchRow.id)
        .join(ItemVersionRow, ItemVersionRow.batch_item_id == BatchItemRow.id)
        .outerjoin(HoursRow, HoursRow.batch_id == BatchRow.id)
        .where(
            BatchRow.project_id == project_id,
            BatchRow.vendor_id == vendor_id,
            (BatchRow.state == "accepted") | (BatchRow.purpose == "pilot"),
            ItemVersionRow.number == newest,
        )
        .group_by(BatchRow.id)
        .order_by(BatchRow.id)
    )
    if by_hour:
        query = query.where(HoursRow.seconds.is_not(None))
    return tuple(
        Quantities(*(int(value or 0) for value in counted)) for counted in session.execute(query)
    )


def _paid_per_image(session: Session, project_id: str) -> tuple[int, int]:
    """Count items of production batches, and the images without gold among them."""
    query = (
        select(
            func.count(),
            func.count(func.distinct(BatchItemRow.asset_id)).filter(BatchItemRow.role != "gold"),
        )
        .join(BatchRow, BatchRow.id == BatchItemRow.batch_id)
        .where(
            BatchRow.project_id == project_id,
            BatchRow.purpose == "production",
            BatchRow.state.in_((*_OUT, "accepted")),
        )
    )
    paid, wanted = session.execute(query).one()
    return (int(paid), int(wanted)) if wanted else (1, 1)


def _unlabelled(session: Session, project_id: str) -> int:
    """Count images that need labels and are neither accepted nor out."""
    ordered = (
        select(BatchItemRow.asset_id)
        .join(BatchRow, BatchRow.id == BatchItemRow.batch_id)
        .where(BatchRow.project_id == project_id, BatchRow.state.in_((*_OUT, "accepted")))
    )
    query = select(func.count()).where(
        AssetRow.project_id == project_id,
        AssetRow.duplicate_of.is_(None),
        AssetRow.id.not_in(select(GoldRow.asset_id)),
        AssetRow.id.not_in(ordered),
    )
    return int(session.scalar(query) or 0)


def _in_drafts(session: Session, project_id: str) -> int:
    query = select(func.sum(InvoiceRow.net_minor)).where(
        InvoiceRow.project_id == project_id, InvoiceRow.number.is_(None)
    )
    return int(session.scalar(query) or 0)


def _pace(session: Session, project_id: str, today: date) -> Pace | None:
    """Return how fast production was accepted since its first batch was sent."""
    of_production = (BatchRow.project_id == project_id, BatchRow.purpose == "production")
    first = session.scalar(select(func.min(BatchRow.sent)).where(*of_production))
    query = (
        select(DecisionRow.items)
        .join(BatchRow, BatchRow.id == DecisionRow.batch_id)
        .where(*of_production, DecisionRow.decision == "accept")
    )
    accepted = [len(items) for items in session.scalars(query)]
    if first is None or not accepted:
        return None
    return Pace(len(accepted), sum(accepted), max(1, (today - first.date()).days))
