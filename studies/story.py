"""One small purchase, told over HTTP by a client that behaves as the documentation asks.

Each POST has an idempotency key, an upload goes on from the byte that the server says, and what was
acknowledged is remembered. Told again after a fault, the story goes on with what is missing.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx2
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from assay.service.audit.tables import EntryRow
from assay.service.billing.tables import InvoiceRow, SettlementRow
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow, PartRow, UploadRow
from assay.service.jobs.tables import JobRow
from assay.service.projects.tables import ProjectRow
from assay.service.settings import Settings

if TYPE_CHECKING:
    from service.crashes.preparing import Prepared
    from service.deliveries.batches import Batch

NAME = "The project of the story"

#: A period long before anybody worked, which is closed.
_PERIOD = {"first_day": "2020-01-01", "last_day": "2020-01-31"}

_ENTRIES = (
    "upload.begun",
    "delivery.received",
    "delivery.judged",
    "batch.decided",
    "invoice.drafted",
    "invoice.issued",
    "invoice.paid",
    "period.settled",
)


@dataclass(frozen=True)
class Case:
    """A prepared service, copied for one trial.

    Parameters
    ----------
    folder
        Its data.
    database_url
        Its database; None for SQLite in that folder.
    people
        What the requests of lead, vendor and finance are authorised by.
    vendor, card
        Ids of the vendor and its rate card.
    batch
        The batch that waits for an archive.
    archive
        That archive.
    """

    folder: Path
    database_url: str | None
    people: dict[str, str]
    vendor: str
    card: str
    batch: "Batch"
    archive: bytes

    @classmethod
    def of(cls, prepared: "Prepared", folder: Path, database_url: str | None = None) -> Self:
        """Return the case of a prepared service whose data lie in a folder."""
        people = {
            "lead": prepared.lead,
            "vendor": prepared.vendor,
            "finance": prepared.finance,
        }
        return cls(
            folder,
            database_url,
            people,
            prepared.vendor_id,
            prepared.card,
            prepared.batch,
            prepared.archive,
        )

    @property
    def settings(self) -> Settings:
        """Return the settings of the service, as the examiner needs them."""
        return Settings(data_dir=self.folder, database_url=self.database_url)

    def headers(self, who: str) -> dict[str, str]:
        """Return the headers of somebody's requests."""
        return {"authorization": self.people[who]}


@dataclass
class Memory:
    """What the client was told, and so may rely on."""

    project: str = ""
    upload: str = ""
    received: int = 0
    delivery: str = ""
    judged: bool = False
    decision: str = ""
    invoice: str = ""
    issued: bool = False
    paid: bool = False
    settlement: str = ""
    told: list[str] = field(default_factory=list)


def tell(case: Case, client: httpx2.Client, memory: Memory, wait: Callable[[], object]) -> None:
    """Do what remains of the story.

    Parameters
    ----------
    case
        The service.
    client
        Speaks to it; its base is the API.
    memory
        What was done so far.
    wait
        Called until a verdict is there.
    """
    if not memory.project:
        project = {"name": NAME, "currency": "EUR", "budget_minor": 1}
        memory.project = _made(client, "/projects", project, case.headers("lead"))
        memory.told.append("project")
    deliver(case, client, memory)
    _wait_for_verdict(case, client, memory, wait)
    _bill(case, client, memory)


def deliver(case: Case, client: httpx2.Client, memory: Memory) -> None:
    """Do what remains of a delivery."""
    headers = case.headers("vendor")
    if not memory.upload:
        order = {
            "file_name": "labels.zip",
            "size": len(case.archive),
            "sha256": hashlib.sha256(case.archive).hexdigest(),
        }
        memory.upload = _made(client, f"/vendor/batches/{case.batch.id}/uploads", order, headers)
        memory.told.append("upload")
    if not memory.delivery:
        _send_parts(case, client, memory, headers)
        path = f"/vendor/uploads/{memory.upload}/completion"
        memory.delivery = _made(client, path, None, headers)
        memory.told.append("delivery")


def _made(client: httpx2.Client, path: str, body: Any, headers: dict[str, str], **more: str) -> str:
    answer = client.post(path, json=body, headers={**headers, "idempotency-key": path, **more})
    answer.raise_for_status()
    identifier: str = answer.json()["id"]
    return identifier


def _send_parts(case: Case, client: httpx2.Client, memory: Memory, headers: dict[str, str]) -> None:
    """Send what the server does not have yet, in two parts."""
    path = f"/vendor/uploads/{memory.upload}"
    here = client.get(path, headers=headers).raise_for_status().json()["received"]
    step = len(case.archive) // 2 + 1
    while here < len(case.archive):
        part = case.archive[here : here + step]
        answer = client.patch(
            path, content=part, headers={**headers, "upload-offset": str(here)}
        ).raise_for_status()
        here = memory.received = answer.json()["received"]
        memory.told.append("part")


def _wait_for_verdict(
    case: Case, client: httpx2.Client, memory: Memory, wait: Callable[[], object]
) -> None:
    path, headers = f"/vendor/deliveries/{memory.delivery}", case.headers("vendor")
    while client.get(path, headers=headers).raise_for_status().json()["state"] != "judged":
        wait()
    if not memory.judged:
        memory.judged = True
        memory.told.append("verdict")


def _bill(case: Case, client: httpx2.Client, memory: Memory) -> None:
    """Accept what was delivered, pay for it, and close a period."""
    finance = case.headers("finance")
    if not memory.decision:
        body: dict[str, object] = {"decision": "accept", "override": True, "reason": "Seen by us."}
        path = f"/batches/{case.batch.id}/decisions"
        memory.decision = _made(client, path, body, case.headers("lead"))
        memory.told.append("decision")
    project = f"/projects/{case.batch.project}"
    if not memory.invoice:
        memory.invoice = _made(client, f"{project}/invoices", {"vendor": case.vendor}, finance)
        memory.told.append("invoice")
    invoice = f"/invoices/{memory.invoice}"
    if not memory.issued:
        _made(client, f"{invoice}/issue", {"due_on": "2099-01-31"}, finance)
        memory.issued = True
        memory.told.append("issue")
    if not memory.paid:
        read = client.get(invoice, headers=finance).raise_for_status()
        paid = {"paid_on": "2026-01-31", "reference": "Transfer 1"}
        _made(client, f"{invoice}/payment", paid, finance, **{"if-match": read.headers["etag"]})
        memory.paid = True
        memory.told.append("payment")
    if not memory.settlement:
        period = {"vendor": case.vendor, "rate_card": case.card, **_PERIOD}
        memory.settlement = _made(client, f"{project}/settlements", period, finance)
        memory.told.append("settlement")


def count_lost(case: Case, client: httpx2.Client, memory: Memory) -> int:
    """Return how much of what was acknowledged is not there."""
    lead, vendor, finance = (case.headers(who) for who in ("lead", "vendor", "finance"))
    lost = 0
    if memory.project:
        lost += client.get(f"/projects/{memory.project}", headers=lead).is_error
    if memory.upload:
        answer = client.get(f"/vendor/uploads/{memory.upload}", headers=vendor)
        lost += answer.is_error or answer.json()["received"] < memory.received
    if memory.delivery:
        answer = client.get(f"/vendor/deliveries/{memory.delivery}", headers=vendor)
        lost += answer.is_error or (memory.judged and answer.json()["state"] != "judged")
    if memory.decision:
        listed = client.get("/decisions", headers=lead).raise_for_status().json()["items"]
        lost += memory.decision not in {decision["id"] for decision in listed}
    if memory.invoice:
        answer = client.get(f"/invoices/{memory.invoice}", headers=finance)
        state = "" if answer.is_error else answer.json()["state"]
        wanted = "paid" if memory.paid else "issued" if memory.issued else state
        lost += answer.is_error or state not in {wanted, "paid"}
    if memory.settlement:
        path = f"/projects/{case.batch.project}/settlements"
        listed = client.get(path, headers=finance).raise_for_status().json()["items"]
        lost += memory.settlement not in {settled["id"] for settled in listed}
    return lost


@dataclass(frozen=True)
class Told:
    """What the database holds of a story that was told to its end.

    Parameters
    ----------
    twice
        Rows and entries of the log beyond one for each thing that was done.
    paid_twice
        Payments beyond the one.
    blobs
        Names of stored files that rows refer to.
    """

    twice: int
    paid_twice: int
    blobs: list[str]


def examine(session: Session, case: Case, memory: Memory) -> Told:
    """Count what there is of the story.

    Raises
    ------
    AssertionError
        When it was not told to its end.
    """

    def number(table: type[Any], *where: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(table).where(*where)
        return session.scalar(query) or 0

    batch = case.batch
    counts = [
        number(ProjectRow, ProjectRow.name == NAME),
        number(UploadRow, UploadRow.batch_id == batch.id),
        number(DeliveryRow, DeliveryRow.batch_id == batch.id),
        number(JobRow, JobRow.key.contains(memory.delivery)),
        number(InvoiceRow, InvoiceRow.project_id == batch.project),
        number(SettlementRow, SettlementRow.project_id == batch.project),
        *(number(EntryRow, EntryRow.action == action) for action in _ENTRIES),
    ]
    versions = session.scalars(
        select(ItemVersionRow).where(ItemVersionRow.delivery_id == memory.delivery)
    ).all()
    if 0 in counts or len(versions) != 4:
        raise AssertionError(f"The story was not told to its end: {counts}, {len(versions)}")
    paid = number(EntryRow, EntryRow.action == "invoice.paid")
    parts = session.scalars(select(PartRow.blob)).all()
    blobs = [*parts, *(row.labels for row in versions if row.labels)]
    return Told(sum(count - 1 for count in counts), paid - 1, blobs)
