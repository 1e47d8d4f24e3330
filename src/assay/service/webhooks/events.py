"""What is told: one table from entries of the log to events, and how each is put into words.

Nothing that a vendor wrote goes into a text: chat channels act on what they read, and their people
may see less than the buyer's. A text says what happened, and where to look.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy.orm import Session

from assay.service.accounts.tables import OrganisationRow
from assay.service.batches.tables import BatchRow
from assay.service.billing.tables import InvoiceRow
from assay.service.deliveries.tables import DeliveryRow
from assay.service.pilots.tables import AwardRow, PilotRow
from assay.service.projects.tables import GuidelineRow, ProjectRow
from assay.service.questions.tables import QuestionRow
from assay.service.summaries.tables import SummaryRow


@dataclass(frozen=True)
class Told:
    """An event of a project in words."""

    project: str
    words: str


@dataclass(frozen=True)
class Event:
    """A kind of event.

    Parameters
    ----------
    name
        What subscribers call it.
    action
        The entry of the log that it follows from.
    summary
        One line for people.
    read
        Puts it into words.
    """

    name: str
    action: str
    summary: str
    read: Callable[[Session, str], Told]


def plain(text: str) -> str:
    """Return a name as a text in which chat channels find nothing to act on.

    Examples
    --------
    >>> plain("<!channel> @here & Co")
    '&lt;!channel&gt; (at)here &amp; Co'
    """
    for character, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("@", "(at)")):
        text = text.replace(character, written)
    return text


def _told(session: Session, project_id: str, words: str) -> Told:
    name = session.get_one(ProjectRow, project_id).name
    return Told(project_id, f"{plain(name)}: {words}")


def _about_batch(session: Session, batch: BatchRow, words: str) -> Told:
    vendor = plain(session.get_one(OrganisationRow, batch.vendor_id).name)
    said = words.format(batch=f"batch {batch.number}", vendor=vendor)
    return _told(session, batch.project_id, said)


def _batch(words: str) -> Callable[[Session, str], Told]:
    def read(session: Session, subject: str) -> Told:
        batch = session.get_one(BatchRow, subject)
        return _about_batch(session, batch, f"{words} ({subject})")

    return read


def _delivery(words: str) -> Callable[[Session, str], Told]:
    def read(session: Session, subject: str) -> Told:
        row = session.get_one(DeliveryRow, subject)
        faults = f"{row.errors} errors, {row.warnings} warnings"
        batch = session.get_one(BatchRow, row.batch_id)
        return _about_batch(session, batch, f"{words.replace('{faults}', faults)} ({subject})")

    return read


def _question(words: str) -> Callable[[Session, str], Told]:
    def read(session: Session, subject: str) -> Told:
        row = session.get_one(QuestionRow, subject)
        due = f"{row.due:%d %b %H:%M} UTC"
        batch = session.get_one(BatchRow, row.batch_id)
        return _about_batch(session, batch, f"{words.replace('{due}', due)} ({subject})")

    return read


def _guideline(session: Session, subject: str) -> Told:
    row = session.get_one(GuidelineRow, subject)
    words = f"version {row.number} of the guideline is in force ({subject})"
    return _told(session, row.project_id, words)


def _invoice(session: Session, subject: str) -> Told:
    row = session.get_one(InvoiceRow, subject)
    vendor = plain(session.get_one(OrganisationRow, row.vendor_id).name)
    words = f"invoice {plain(row.number or '')} of {vendor} was issued ({subject})"
    return _told(session, row.project_id, words)


def _proposal(session: Session, subject: str) -> Told:
    row = session.get_one(InvoiceRow, subject)
    vendor = plain(session.get_one(OrganisationRow, row.vendor_id).name)
    words = f"{vendor} proposes an invoice for finance to check ({subject})"
    return _told(session, row.project_id, words)


def _award(words: str) -> Callable[[Session, str], Told]:
    def read(session: Session, subject: str) -> Told:
        row = session.get_one(AwardRow, subject)
        vendor = plain(session.get_one(OrganisationRow, row.vendor_id).name)
        return _told(session, row.project_id, f"{words.format(vendor=vendor)} ({subject})")

    return read


def _pilot(session: Session, subject: str) -> Told:
    row = session.get_one(PilotRow, subject)
    return _told(session, row.project_id, f"a pilot is judged ({subject})")


def _week(session: Session, subject: str) -> Told:
    row = session.get_one(SummaryRow, subject)
    return Told(row.project_id, plain(row.text))


#: Every event that can be subscribed to.
EVENTS: tuple[Event, ...] = (
    Event(
        "question.asked",
        "question.asked",
        "A vendor asks.",
        _question("{vendor} asks about {batch}; an answer is due by {due}"),
    ),
    Event(
        "question.asked-on",
        "question.asked-on",
        "A vendor asks on.",
        _question("{vendor} asks on about {batch}; an answer is due by {due}"),
    ),
    Event(
        "question.answered",
        "question.answered",
        "The buyer answers.",
        _question("a question of {vendor} about {batch} was answered"),
    ),
    Event(
        "batch.sent", "batch.send", "A batch goes to its vendor.", _batch("{batch} is at {vendor}")
    ),
    Event(
        "batch.accepted",
        "batch.accept",
        "A batch is accepted.",
        _batch("{batch} of {vendor} is accepted"),
    ),
    Event(
        "batch.sent-back",
        "batch.send-back",
        "Items of a batch are to be done again.",
        _batch("{batch} goes back to {vendor}"),
    ),
    Event(
        "batch.rejected",
        "batch.reject",
        "A batch is rejected.",
        _batch("{batch} of {vendor} is rejected"),
    ),
    Event(
        "delivery.received",
        "delivery.received",
        "An archive came in whole.",
        _delivery("{vendor} handed in {batch}"),
    ),
    Event(
        "delivery.judged",
        "delivery.judged",
        "An archive was read and checked.",
        _delivery("{batch} of {vendor} is judged: {faults}"),
    ),
    Event(
        "delivery.refused",
        "delivery.refused",
        "Nothing in an archive could be read.",
        _delivery("nothing that {vendor} handed in for {batch} can be read"),
    ),
    Event(
        "guideline.published",
        "guideline.published",
        "A version of the guideline is in force.",
        _guideline,
    ),
    Event("pilot.judged", "pilot.judged", "A pilot was judged.", _pilot),
    Event(
        "award.made",
        "award.made",
        "A vendor may do production work.",
        _award("{vendor} may do production work"),
    ),
    Event(
        "award.overridden",
        "award.overridden",
        "An admin signed for a vendor without a pilot.",
        _award("{vendor} may do production work without a pilot, by an admin's signature"),
    ),
    Event(
        "award.revoked",
        "award.revoked",
        "A vendor may do production work no more.",
        _award("{vendor} may do production work no more"),
    ),
    Event("invoice.proposed", "invoice.proposed", "A vendor proposes an invoice.", _proposal),
    Event("invoice.issued", "invoice.issued", "An invoice was issued.", _invoice),
    Event("week.summarised", "week.summarised", "A week is over: its summary, in words.", _week),
)

BY_ACTION: Mapping[str, Event] = MappingProxyType({event.action: event for event in EVENTS})
NAMES = tuple(event.name for event in EVENTS)
