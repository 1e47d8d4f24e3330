"""The job that judges a delivery."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import SYSTEM
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.batches.life import move
from assay.service.batches.tables import BatchItemRow, BatchRow
from assay.service.deliveries import store
from assay.service.deliveries.actions import JUDGE
from assay.service.deliveries.judging import Order
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow
from assay.service.gold.tables import GoldRow
from assay.service.ids import new_id
from assay.service.jobs import enqueue
from assay.service.jobs.kind import JobKind, Workbench
from assay.service.programs import run_program
from assay.service.projects.tables import OntologyRow
from assay.service.storage.blobs import Blobs
from assay.service.storage.laying import lay_out, lay_upload
from assay.sourcing.lives import BatchStep
from assay.sourcing.policy import QualityPolicy

#: Name of the kind of job that tells what judging found.
TELL = "tell-delivery"

#: Blobs written at once: each waits for the disk.
_HANDS = 8


@dataclass(frozen=True)
class _Task:
    """What a job must know, read before the long work begins."""

    delivery: str
    blob: str
    parts: tuple[str, ...]
    format: str
    ontology: str
    file_name: str
    images: Mapping[str, tuple[int, int]]
    gold: Mapping[str, str]
    terms: str


def work(bench: Workbench, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Put the archive together, judge it in another process, and keep its label maps."""
    with bench.database.reading() as session:
        task = _task(session, payload)
    with TemporaryDirectory(prefix="assay-judging-") as folder:
        home = Path(folder)
        if not _assemble(bench.blobs, task):
            return _wrapped(bench, _mismatch(task.blob))
        archive = lay_upload(home / "in", task.file_name, bench.blobs.get(task.blob))
        gold = home / "gold" if task.gold else None
        if gold is not None:
            lay_out(bench.blobs, gold, task.gold, ".runs")
        out = home / "out"
        out.mkdir()
        order = Order(
            archive=archive,
            out=out,
            ontology=task.ontology,
            format=task.format,
            images=task.images,
            gold=gold,
            terms=task.terms,
            workers=bench.settings.item_workers,
        )
        run_program(order, home / "order.json")
        found: dict[str, Any] = json.loads((out / "judged.json").read_text(encoding="utf-8"))
        found["labels"] = _keep(bench.blobs, out / "labels")
    return _wrapped(bench, found)


def _task(session: Session, payload: Mapping[str, Any]) -> _Task:
    delivery = session.get_one(DeliveryRow, payload["delivery"])
    batch = session.get_one(BatchRow, delivery.batch_id)
    items = [item for item in store.batch_items(session, batch.id) if item.round == delivery.round]
    gold = {item.alias: item.gold_id for item in items if item.gold_id is not None}
    known = select(GoldRow.id, GoldRow.labels).where(GoldRow.id.in_(gold.values()))
    labels = dict(iter(session.execute(known)))
    sizes = store.image_sizes(session, batch.id)
    return _Task(
        delivery=delivery.id,
        blob=delivery.blob,
        parts=tuple(part.blob for part in store.parts(session, payload["upload"])),
        format=batch.format,
        ontology=session.get_one(OntologyRow, batch.ontology_id).document,
        file_name=delivery.file_name,
        images={item.alias: sizes[item.asset_id] for item in items},
        gold={alias: labels[identifier] for alias, identifier in gold.items()},
        terms=QualityPolicy(**batch.policy).to_accept_toml(seed=batch.seed),
    )


def _assemble(blobs: Blobs, task: _Task) -> bool:
    """Make one blob of all parts; say whether its digest is what was announced."""
    # What came in may be, byte for byte, a file of somebody else: it is never deleted here. Nor is
    # a file taken for it that is there already: a digest can be known without the bytes.
    blob = blobs.put(piece for part in task.parts for piece in blobs.get(part))
    return blob.digest == task.blob


def _keep(blobs: Blobs, folder: Path) -> dict[str, str]:
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    with ThreadPoolExecutor(_HANDS) as hands:
        kept = hands.map(lambda file: blobs.put([file.read_bytes()]).digest, files)
    return {file.stem: digest for file, digest in zip(files, kept, strict=True)}


def _mismatch(digest: str) -> dict[str, Any]:
    return _nothing(
        {
            "rule": "upload-digest",
            "severity": "error",
            "item": "",
            "message": f"What came in does not have the SHA-256 {digest} that was announced.",
            "remedy": "Upload the archive again; something was changed on the way.",
            "region": None,
        }
    )


def _nothing(finding: dict[str, Any]) -> dict[str, Any]:
    """Return what is found in an archive of which nothing can be read."""
    return {"format": None, "readable": False, "findings": [finding], "items": {}, "labels": {}}


def _wrapped(bench: Workbench, found: dict[str, Any]) -> dict[str, Any]:
    """Keep what was found until it is told."""
    text = json.dumps(found).encode()
    every = bench.settings.publish_seconds
    return {"found": bench.blobs.put([text]).digest, "every": every} if every else found


def apply(session: Session, payload: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Tell what was found: at the next moment of the schedule, or at once where there is none."""
    if "every" not in found:
        tell(session, payload, found)
        return
    delivery = session.get_one(DeliveryRow, payload["delivery"])
    enqueue(
        session,
        TELL,
        key=f"{TELL} {delivery.id}",
        organisation=delivery.vendor_id,
        payload={**payload, "found": found["found"]},
        not_before=next_moment(clock.now(), found["every"], SystemRandom().random()),
    )


def next_moment(now: datetime, seconds: float, share: float) -> datetime:
    """Return the first moment from now on, of moments so far apart.

    Judging gold takes a little longer or shorter than judging the rest, and a vendor may hand in
    one item at a time. Told in steps that begin anywhere, such a difference moves few of them.

    Parameters
    ----------
    now
        When what is to be told is known.
    seconds
        Between two moments.
    share
        Where in a step they lie, 0 to 1: drawn for each delivery.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, 0, 2, tzinfo=UTC)
    >>> str(next_moment(noon, 5, 0.2)), str(next_moment(noon, 5, 0.6))
    ('2026-01-01 12:00:06+00:00', '2026-01-01 12:00:03+00:00')
    """
    wait = (share * seconds - now.timestamp()) % seconds
    return now + timedelta(seconds=wait)


def read_found(bench: Workbench, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was found in a delivery."""
    found: dict[str, Any] = json.loads(b"".join(bench.blobs.get(payload["found"])))
    return found


def tell(session: Session, payload: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Write down what was found, and move the batch along."""
    delivery = session.get_one(DeliveryRow, payload["delivery"], with_for_update=True)
    batch = session.get_one(BatchRow, delivery.batch_id, with_for_update=True)
    items = {item.alias: item for item in store.batch_items(session, batch.id)}
    general = list(found["findings"])
    rows = list(_new_versions(session, delivery, items, found))
    session.add_all(rows)
    delivery.format = found["format"]
    delivery.findings = general
    delivery.errors = _count(general, "error") + sum(row.errors for row in rows)
    delivery.warnings = _count(general, "warning") + sum(row.warnings for row in rows)
    delivery.items = len(rows)
    delivery.judged = clock.now()
    delivery.state = "judged" if found["readable"] else "refused"
    if delivery.state == "refused":
        _let_in_again(delivery, found)
    move(session, SYSTEM, batch, BatchStep.JUDGE if found["readable"] else BatchStep.REFUSE)
    facts: dict[str, Fact] = {"items": len(rows), "errors": delivery.errors}
    record(session, SYSTEM, f"delivery.{delivery.state}", subject=delivery.id, facts=facts)


def give_up(session: Session, payload: Mapping[str, Any], error: str) -> None:
    """Refuse a delivery that could not be judged in several attempts; the reason stays inside."""
    del error
    finding = {
        "rule": "delivery-too-costly",
        "severity": "error",
        "item": "",
        "message": "Judging the archive was given up after several attempts.",
        "remedy": "Export it again, in smaller parts if you can. If it happens again, ask.",
        "region": None,
    }
    tell(session, payload, _nothing(finding))


def _let_in_again(delivery: DeliveryRow, found: Mapping[str, Any]) -> None:
    """Free the digest of an archive whose bytes were never seen, so that the true ones may come."""
    if any(finding["rule"] == "upload-digest" for finding in found["findings"]):
        delivery.blob = delivery.id


def _new_versions(
    session: Session,
    delivery: DeliveryRow,
    items: Mapping[str, BatchItemRow],
    found: Mapping[str, Any],
) -> Iterator[ItemVersionRow]:
    before = store.versions_so_far(session, delivery.batch_id)
    for alias, item in found["items"].items():
        asked = items[alias]
        earlier = before.get(asked.id, [])
        errors, warnings = _count(item["findings"], "error"), _count(item["findings"], "warning")
        yield ItemVersionRow(
            id=new_id("ver"),
            delivery_id=delivery.id,
            batch_item_id=asked.id,
            batch_id=delivery.batch_id,
            number=len(earlier) + 1,
            round=delivery.round,
            first=not any(row.round == delivery.round for row in earlier),
            labels=found["labels"].get(alias),
            label_digest=item["digest"],
            pixels=item["pixels"],
            objects=item["objects"],
            vertices=item["vertices"],
            errors=errors,
            warnings=warnings,
            findings=item["findings"],
            suspicion=suspicion(errors, warnings, readable=item["digest"] is not None),
            score=item["score"],
            severe=item["severe"],
            created=clock.now(),
        )


def suspicion(errors: int, warnings: int, *, readable: bool) -> float:
    """Return how much an item deserves a look, 0 to 1, by what rules found in it.

    Examples
    --------
    >>> suspicion(0, 0, readable=True), suspicion(1, 2, readable=True)
    (0.0, 0.75)
    """
    if not readable:
        return 1.0
    return float(1 - 0.5 ** (errors + warnings / 2))


def _count(findings: list[dict[str, Any]], severity: str) -> int:
    return sum(finding["severity"] == severity for finding in findings)


JUDGE_DELIVERY = JobKind(
    name=JUDGE,
    summary="Puts an uploaded archive together, reads and checks it, and scores its gold.",
    work=work,
    apply=apply,
    give_up=give_up,
)

TELL_DELIVERY = JobKind(
    name=TELL,
    summary="Tells what was found in a delivery, at a moment that says nothing of gold.",
    work=read_found,
    apply=tell,
    give_up=give_up,
)
