"""Whether anything is ever paid twice, or a cent is lost, whatever is done at once and again."""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assay.errors import AssayError
from assay.service import clock
from assay.service.acceptance.tables import DecisionRow
from assay.service.accounts.actions import actor_for, add_organisation
from assay.service.accounts.tables import UserRow
from assay.service.actor import SYSTEM, Actor
from assay.service.batches.tables import BatchRow
from assay.service.billing import actions, corrections, store, values
from assay.service.billing.tables import (
    BilledVersionRow,
    CreditNoteRow,
    DisputeRow,
    InvoiceLineRow,
    InvoiceRow,
)
from assay.service.database import Database
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow
from assay.service.ids import new_id
from assay.service.migrations import upgrade
from assay.service.projects.actions import add_ontology, begin, draft_guideline
from assay.service.vendors import actions as vendors
from assay.service.vendors.tables import RateCardRow
from assay.service.vendors.values import card_value
from assay.sourcing.lives import BatchState
from assay.sourcing.unit_prices import UnitPrice
from staging import rows
from staging.people import add_person
from staging.postgresql import named, postgresql_server, say
from studies.study import Study, table

THREADS, STEPS = 8, 12
TOML = '[[class]]\nname = "road"\nid = 1\ncolor = "#804080"\n'

TEXT = """
Each history has one vendor with a rate card drawn at random (unit prices with or without tiers,
fees, a bonus), three to six batches of one to twelve images, and {threads} threads that each try
{steps} steps at random: accept a batch, report hours, draft an invoice, throw a draft away, issue,
dispute, answer with or without credit, withdraw, credit a part, credit all, pay. What a state does
not allow is refused with advice. In the end whatever still waits is billed once more, and every
row is counted against every other.

{table}

*Twice* and *never* count accepted versions that more, or less, than one invoice bills. *Minor
units off* adds up: lines against net, net and tax against total, total less credit notes against
what is owed, images billed against images accepted, and units at another price than if all had
been billed at once, over all invoices. *Gaps* counts missing
numbers of invoices and credit notes. *Crashed* counts steps that ended in anything but success or
advice. Threads share one database; each step is one transaction, as a request is. How they
interleave is not in our hands, so steps differ a little from run to run.
"""


@dataclass
class Counts:
    """What was counted over all histories of a database."""

    steps: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)
    histories: int = 0
    accepted: int = 0
    twice: int = 0
    never: int = 0
    off: int = 0
    gaps: int = 0
    issued: int = 0


@dataclass(frozen=True)
class Scene:
    """One history: who acts, in which project, on which batches."""

    database: Database
    project: str
    buyer: Actor
    vendor: Actor
    batches: tuple[str, ...]


def run(*, quick: bool) -> Study:
    """Play histories on both databases."""
    histories = 4 if quick else 150
    rows = []
    for kind in ("SQLite", "PostgreSQL"):
        with _database(kind) as database:
            counts = play(database, histories, seed=20260301)
        for crash, times in counts.crashes.items():
            print(f"{kind}: {times} × {crash}", file=sys.stderr)
        done, refused = counts.steps["done"], counts.steps["refused"]
        rows.append(
            [kind, counts.histories, done, refused, sum(counts.crashes.values()), counts.accepted,
             counts.twice, counts.never, counts.issued, counts.off, counts.gaps]
        )  # fmt: skip
    titles = ["Database", "Histories", "Steps done", "Refused", "Crashed", "Versions accepted",
              "Twice", "Never", "Issued", "Minor units off", "Gaps"]  # fmt: skip
    text = TEXT.format(threads=THREADS, steps=STEPS, table=table(titles, rows))
    return Study("Billing under repetition", text)


@contextmanager
def _database(kind: str) -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix="bill") as folder:
        if kind == "SQLite":
            yield _ready(Database(f"sqlite:///{Path(folder) / 'assay.db'}"))
            return
        with postgresql_server() as address:
            say(address, "CREATE DATABASE billing")
            database = _ready(Database(named(address, "billing")))
            yield database
            database.close()


def _ready(database: Database) -> Database:
    upgrade(database)
    return database


def play(database: Database, histories: int, *, seed: int) -> Counts:
    """Play histories one after the other, and count what came of them."""
    counts = Counts()
    for number in range(histories):
        rng = _dice(seed + number)
        scene = _set(database, rng)
        with ThreadPoolExecutor(THREADS) as pool:
            seeds = [rng.randrange(2**32) for _ in range(THREADS)]
            for outcomes, crashes in pool.map(partial(_act, scene), seeds):
                counts.steps.update(outcomes)
                counts.crashes.update(crashes)
        _finish(scene)
        _count(scene, counts)
        counts.histories += 1
    with database.reading() as session:
        counts.gaps = _gaps(session)
    return counts


def _dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - chance that can be repeated


def _set(database: Database, rng: random.Random) -> Scene:
    """Write a project, a vendor with an agreed card, and delivered batches."""
    with database.writing() as session:
        buyer = store_buyer(session)
        organisation = add_organisation(session, SYSTEM, name="Vendor")
        vendor = Actor("usr_v", organisation.id, "vendor", frozenset({"manager"}))
        project = begin(
            session, buyer, name="P", currency="EUR", budget_minor=1, sensitivity="internal",
            countries=[], deadline=None, policies={}, answer_hours=24,
            image_encoding="png",
        )  # fmt: skip
        card = vendors.offer_card(session, vendor, organisation.id, table=_card(rng))
        vendors.agree_card(session, buyer, organisation.id, card.id, project_id=None)
        ontology = add_ontology(session, buyer, project.id, toml=TOML)
        guideline = draft_guideline(session, buyer, project.id, ontology=ontology.id, text="x")
        session.flush()
        batches = tuple(
            _batch(session, rng, project.id, vendor, ontology.id, guideline.id, number)
            for number in range(rng.randint(3, 6))
        )
    return Scene(database, project.id, buyer, vendor, batches)


def store_buyer(session: Session) -> Actor:
    """Return an admin of the buyer, made where there is none."""
    user = session.scalar(select(UserRow).limit(1))
    if user is None:
        organisation = add_organisation(session, SYSTEM, name="Buyer", kind="buyer")
        person = add_person(session, organisation.id, "admin")
        user = session.get_one(UserRow, person.user)
    return actor_for(session, user)


def _card(rng: random.Random) -> dict[str, object]:
    def price() -> str:
        return f"{rng.randrange(1, 50_000) / 10_000:.4f}"

    units = ["per-image", "per-megapixel", "per-object", "per-vertex", "per-hour"]
    chosen: dict[str, object] = {}
    for name in rng.sample(units, rng.randint(1, 3)):
        starts = sorted(rng.sample(range(1, 40), rng.randint(0, 2)))
        chosen[name] = {"price": price(), "tiers": [{"above": n, "price": price()} for n in starts]}
    if rng.random() < 0.5:
        chosen["management-fee"] = {"percent": price(), "per_batch": "0.17"}
    if rng.random() < 0.5:
        step = {"at": "0.9", "percent": "2.5"}
        chosen["bonus"] = {"metric": "weighted_iou", "steps": [step]}
    return {"name": "C", "currency": "EUR", "valid_from": "2020-01-01", "price": chosen}


def _batch(
    session: Session,
    rng: random.Random,
    project: str,
    vendor: Actor,
    ontology: str,
    guideline: str,
    number: int,
) -> str:
    now = clock.now()
    batch = rows.batch(
        project,
        vendor.organisation,
        guideline=guideline,
        ontology=ontology,
        number=number,
        state=BatchState.JUDGED,
    )
    session.add(batch)
    session.flush()
    delivery = DeliveryRow(
        id=new_id("del"), batch_id=batch.id, vendor_id=vendor.organisation, number=1, round=1,
        file_name="a.zip", blob="0" * 64, size=1, state="judged", format="index-png", findings=[],
        errors=0, warnings=0, items=1, received=now, judged=now,
    )  # fmt: skip
    session.add(delivery)
    session.flush()
    for place in range(rng.randint(1, 12)):
        _item(session, rng, batch, delivery, place)
    return batch.id


def _item(
    session: Session, rng: random.Random, batch: BatchRow, delivery: DeliveryRow, place: int
) -> None:
    image = rows.asset(batch.project_id, new_id("nam"))
    session.add(image)
    session.flush()
    item = rows.item(batch, image, place=place, alias=f"i{place}", gold=None)
    session.add(item)
    session.flush()
    session.add(
        ItemVersionRow(
            id=new_id("ver"), delivery_id=delivery.id, batch_item_id=item.id, batch_id=batch.id,
            number=1, round=1, first=True, labels="0" * 64, label_digest="0" * 64,
            pixels=rng.randrange(1, 5_000_000), objects=rng.randint(1, 30),
            vertices=rng.randint(1, 900), errors=0, warnings=0, findings=[], suspicion=0.0,
            score=None, severe=None, created=clock.now(),
        )
    )  # fmt: skip


def _act(scene: Scene, seed: int) -> tuple[Counter[str], Counter[str]]:
    """Try steps at random, each in a transaction of its own."""
    rng, outcomes, crashes = _dice(seed), Counter[str](), Counter[str]()
    for _ in range(STEPS):
        step = rng.choice(_STEPS)
        try:
            with scene.database.writing() as session:
                step(session, scene, rng)
            outcomes["done"] += 1
        except AssayError:
            outcomes["refused"] += 1
        except Exception as error:  # noqa: BLE001 - what else happens is what is counted
            crashes[f"{step.__name__}: {error!r}"[:300]] += 1
    return outcomes, crashes


def _accept(session: Session, scene: Scene, rng: random.Random) -> None:
    batch = session.scalar(
        select(BatchRow).where(BatchRow.id == rng.choice(scene.batches)).with_for_update()
    )
    if batch is None or batch.state != "judged":
        raise AssayError("It was decided about.")
    versions = session.scalars(select(ItemVersionRow).where(ItemVersionRow.batch_id == batch.id))
    low = rng.choice([0.85, 0.92])
    claim = {"name": "mean", "verdict": "accept", "estimate": 0.95, "low": low, "high": 0.99}
    batch.state = "accepted"
    session.add(
        DecisionRow(
            id=new_id("dec"), batch_id=batch.id, round=1, decision="accept",
            plan_verdict="accept", overridden=False, reason="", evidence={"claims": [claim]},
            items=[row.id for row in versions], decided_by=scene.buyer.user, decided=clock.now(),
        )
    )  # fmt: skip


def _hours(session: Session, scene: Scene, rng: random.Random) -> None:
    batch = rng.choice(scene.batches)
    actions.report_hours(session, scene.vendor, batch, seconds=rng.randint(1, 100_000))


def _draft(session: Session, scene: Scene, rng: random.Random) -> None:
    del rng
    actions.draft(session, scene.buyer, scene.project, vendor_id=scene.vendor.organisation)


def _any_invoice(session: Session, scene: Scene, rng: random.Random, *states: str) -> InvoiceRow:
    """Return an invoice: often one in a state that allows the step, sometimes any."""
    query = select(InvoiceRow).where(InvoiceRow.project_id == scene.project)
    rows = session.scalars(query.order_by(InvoiceRow.created, InvoiceRow.id)).all()
    fitting = [row for row in rows if row.state in states]
    if not rows:
        raise AssayError("There is none.")
    return rng.choice(fitting if fitting and rng.random() < 0.8 else rows)


def _discard(session: Session, scene: Scene, rng: random.Random) -> None:
    actions.discard(session, scene.buyer, _any_invoice(session, scene, rng, "draft").id)


def _issue(session: Session, scene: Scene, rng: random.Random) -> None:
    tax = rng.choice([None, {"name": "VAT", "percent": "19", "note": ""}])
    due = date.today() + timedelta(days=30)  # noqa: DTZ011 - any later day
    invoice = _any_invoice(session, scene, rng, "draft").id
    actions.issue(session, scene.buyer, invoice, due_on=due, buyer="Buyer", tax=tax)


def _pay(session: Session, scene: Scene, rng: random.Random) -> None:
    row = _any_invoice(session, scene, rng, "issued")
    day = clock.now().date()
    actions.pay(session, scene.buyer, row.id, expected=row.version, paid_on=day, reference="x")


def _dispute(session: Session, scene: Scene, rng: random.Random) -> None:
    actor = rng.choice([scene.buyer, scene.vendor])
    invoice = _any_invoice(session, scene, rng, "issued", "disputed").id
    line = rng.choice([None, 0])
    corrections.dispute(session, actor, invoice, line=line, versions=[], reason="x")


def _any_dispute(session: Session, scene: Scene, rng: random.Random) -> DisputeRow:
    invoice = _any_invoice(session, scene, rng, "disputed").id
    rows = store.disputes(session, invoice)
    if not rows:
        raise AssayError("There is none.")
    return rng.choice(rows)


def _answer(session: Session, scene: Scene, rng: random.Random) -> None:
    row = _any_dispute(session, scene, rng)
    upheld = rng.random() < 0.6
    credit = [{"line": 0, "amount_minor": rng.choice([1, 7]), "reason": "x"}] if upheld else []
    corrections.answer(
        session, scene.buyer, row.invoice_id, row.id, upheld=upheld, explanation="y", credit=credit
    )


def _withdraw(session: Session, scene: Scene, rng: random.Random) -> None:
    row = _any_dispute(session, scene, rng)
    corrections.withdraw(session, scene.vendor, row.invoice_id, row.id)


def _credit(session: Session, scene: Scene, rng: random.Random) -> None:
    invoice = _any_invoice(session, scene, rng, "issued", "disputed", "paid").id
    lines = [{"line": rng.choice([0, 0, 1]), "amount_minor": rng.randint(1, 300), "reason": "z"}]
    corrections.credit(session, scene.buyer, invoice, lines=lines, whole="")


def _credit_all(session: Session, scene: Scene, rng: random.Random) -> None:
    invoice = _any_invoice(session, scene, rng, "issued", "disputed", "paid").id
    corrections.credit(session, scene.buyer, invoice, lines=[], whole="All of it.")


Step = Callable[[Session, Scene, random.Random], None]
_STEPS: tuple[Step, ...] = (
    _accept, _accept, _hours, _draft, _draft, _draft, _discard, _issue, _issue, _issue, _pay,
    _dispute, _dispute, _answer, _answer, _withdraw, _credit, _credit, _credit, _credit_all,
)  # fmt: skip


def _finish(scene: Scene) -> None:
    """Bill whatever still waits."""
    with scene.database.writing() as session:
        for decision in store.unbilled(session, scene.project, None):
            actions.report_hours(session, scene.vendor, decision.batch_id, seconds=3601)
        if store.unbilled(session, scene.project, None):
            _draft(session, scene, _dice(0))


def _count(scene: Scene, counts: Counts) -> None:
    """Count every row of a history against every other."""
    with scene.database.reading() as session:
        decisions = session.scalars(
            select(DecisionRow).where(DecisionRow.batch_id.in_(scene.batches))
        ).all()
        accepted = [version for decision in decisions for version in decision.items]
        invoices = session.scalars(
            select(InvoiceRow).where(InvoiceRow.project_id == scene.project)
        ).all()
        billed = Counter(
            version
            for invoice in invoices
            for citation in values.invoice_value(
                session, invoice, today=clock.now().date()
            ).citations
            for version in citation.versions
        )
        rows = Counter(
            session.scalars(
                select(BilledVersionRow.version_id).where(
                    BilledVersionRow.invoice_id.in_([invoice.id for invoice in invoices])
                )
            )
        )
        counts.accepted += len(accepted)
        counts.twice += sum(times > 1 for times in (billed | rows).values())
        counts.never += sum(version not in billed for version in accepted)
        counts.off += sum(_off(session, invoice) for invoice in invoices)
        counts.off += abs(sum(billed.values()) - len(accepted))
        counts.off += _tiers_off(session, scene, invoices)
        counts.issued += sum(invoice.number is not None for invoice in invoices)


def _tiers_off(session: Session, scene: Scene, invoices: Sequence[InvoiceRow]) -> int:
    """Return how many units have another price than if all had been billed at once."""
    query = select(RateCardRow).where(RateCardRow.vendor_id == scene.vendor.organisation)
    card = card_value(session.scalars(query).one())
    rows = session.scalars(
        select(InvoiceLineRow).where(
            InvoiceLineRow.invoice_id.in_([invoice.id for invoice in invoices])
        )
    ).all()
    off = 0
    for price in card.prices:
        if isinstance(price.parameters, UnitPrice):
            lines = [row for row in rows if row.component == price.component]
            billed = Counter[Decimal]()
            for line in lines:
                billed[Decimal(line.price)] += line.quantity
            per = lines[0].per if lines else 1
            at_once = Counter[Decimal]()
            for part, unit in price.parameters.split(0, sum(billed.values()), per=per):
                at_once[unit] += part
            off += sum(((billed - at_once) + (at_once - billed)).values())
    return off


def _off(session: Session, row: InvoiceRow) -> int:
    """Return by how many minor units the sums of an invoice do not meet."""
    lines = session.scalar(
        select(func.sum(InvoiceLineRow.amount_minor)).where(InvoiceLineRow.invoice_id == row.id)
    )
    credited = session.scalar(
        select(func.coalesce(func.sum(CreditNoteRow.total_minor), 0)).where(
            CreditNoteRow.invoice_id == row.id
        )
    )
    return (
        abs(int(lines or 0) - row.net_minor)
        + abs(row.net_minor + row.tax_minor - row.total_minor)
        + abs(row.total_minor - int(credited or 0) - row.owed_minor)
        + (abs(row.owed_minor) if row.state == "credited" else 0)
    )


def _gaps(session: Session) -> int:
    """Return how many numbers are missing from the series of invoices and of credit notes."""
    missing = 0
    for column in (InvoiceRow.number, CreditNoteRow.number):
        numbers = sorted(
            int(text.rsplit("-", 1)[1]) for text in session.scalars(select(column)) if text
        )
        missing += (numbers[-1] if numbers else 0) - len(set(numbers))
    return missing
