"""Accepted work that no invoice bills yet, and what it comes to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from assay.service.acceptance.tables import DecisionRow
from assay.service.accounts.tables import OrganisationRow
from assay.service.actor import Actor
from assay.service.batches.tables import BatchRow
from assay.service.billing import store, values
from assay.service.billing.tables import HoursRow
from assay.service.problems import ConflictError
from assay.service.projects.tables import ProjectRow
from assay.service.vendors import store as vendors
from assay.service.vendors.tables import RateCardRow
from assay.service.vendors.values import card_value
from assay.sourcing import AcceptedWork, InvoiceLine, Money, Quantities, lines_of


@dataclass(frozen=True)
class Waiting:
    """Work that was accepted and is on no invoice; ``card`` is what prices it, if anything."""

    decision: DecisionRow
    batch: BatchRow
    vendor: OrganisationRow
    card: RateCardRow | None


@dataclass(frozen=True)
class Priced:
    """Work that waits, and the lines that bill it.

    ``lacks`` is what is missing before it can be billed: an agreed rate card, or hours where they
    are paid. Then there are no lines.
    """

    waiting: Waiting
    accepted: AcceptedWork
    lines: tuple[InvoiceLine, ...]
    lacks: Literal["rate card", "hours"] | None

    def amount(self, currency: str) -> Money:
        """Return what its lines come to."""
        return Money.total((line.amount for line in self.lines), currency)

    @property
    def card(self) -> RateCardRow:
        """The card that prices it.

        Raises
        ------
        ConflictError
            When something is lacking; the message says what to do.
        """
        batch, vendor, card = self.waiting.batch, self.waiting.vendor, self.waiting.card
        if card is None:
            raise ConflictError(
                f"No agreed rate card of {vendor.name} holds on "
                f"{self.waiting.decision.decided.date()}, when batch {batch.id} was accepted. "
                f"Agree to one at /api/v1/vendors/{vendor.id}/rate-cards."
            )
        if self.lacks is not None:
            raise ConflictError(
                f"{vendor.name} is paid by the hour and has reported none for batch {batch.id}. "
                f"It sends them to /api/v1/vendor/batches/{batch.id}/hours."
            )
        return card


def waiting(session: Session, project: ProjectRow, vendor_id: str | None) -> list[Waiting]:
    """Return accepted work that no invoice bills, oldest first."""
    found = []
    for decision in store.unbilled(session, project.id, vendor_id):
        batch = session.get_one(BatchRow, decision.batch_id)
        card = vendors.card_in_force(
            session, batch.vendor_id, project.id, project.currency, decision.decided.date()
        )
        vendor = session.get_one(OrganisationRow, batch.vendor_id)
        found.append(Waiting(decision, batch, vendor, card))
    return found


def priced(session: Session, work: Sequence[Waiting]) -> Iterator[Priced]:
    """Price work in its order; volume tiers go on from one to the next."""
    before: dict[str, Quantities] = {}
    for entry in work:
        accepted = values.accepted_work(session, entry.decision)
        card, lacks = entry.card, _lacking(session, entry)
        if card is None or lacks is not None:
            yield Priced(entry, accepted, (), lacks)
            continue
        if card.id not in before:
            before[card.id] = store.billed_before(session, card.id)
        lines: tuple[InvoiceLine, ...] = ()
        if accepted.items:
            lines = lines_of(accepted, card_value(card), before=before[card.id])
        before[card.id] += accepted.quantities
        yield Priced(entry, accepted, lines, None)


@dataclass(frozen=True)
class OwnWork:
    """Accepted work of a vendor that no issued invoice bills; ``drafted`` where a draft does."""

    project: ProjectRow
    decision: DecisionRow
    card: RateCardRow | None
    net_minor: int
    lacks: Literal["rate card", "hours"] | None
    drafted: bool


def own_work(session: Session, actor: Actor) -> list[OwnWork]:
    """Return a vendor's own accepted work that no issued invoice bills, oldest first."""
    found = [
        OwnWork(
            session.get_one(ProjectRow, project),
            decision,
            session.get_one(RateCardRow, card),
            minor,
            lacks=None,
            drafted=True,
        )
        for decision, project, card, minor in store.drafted(session, actor.organisation)
    ]
    for identifier in store.projects_of(session, actor.organisation):
        project = session.get_one(ProjectRow, identifier)
        found += [
            OwnWork(
                project,
                entry.waiting.decision,
                entry.waiting.card,
                entry.amount(project.currency).minor,
                lacks=entry.lacks,
                drafted=False,
            )
            for entry in priced(session, waiting(session, project, actor.organisation))
        ]
    return sorted(found, key=lambda entry: (entry.decision.decided, entry.decision.id))


def _lacking(session: Session, entry: Waiting) -> Literal["rate card", "hours"] | None:
    """Say what is missing; no hours are said, never assumed."""
    if entry.card is None:
        return "rate card"
    by_hour = "per-hour" in entry.card.document["price"]
    return "hours" if by_hour and session.get(HoursRow, entry.batch.id) is None else None
