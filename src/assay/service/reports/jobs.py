"""The job that makes a report."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import SYSTEM
from assay.service.audit.record import record
from assay.service.jobs.kind import JobKind, Workbench
from assay.service.programs import run_program
from assay.service.projects import store as projects
from assay.service.projects.tables import OntologyRow
from assay.service.reports import store
from assay.service.reports.making import Order
from assay.service.reports.tables import ReportRow
from assay.service.storage.laying import lay_out

#: Name of the kind of job that makes a report.
MAKE_REPORT_JOB = "make-report"


@dataclass(frozen=True)
class _Task:
    """What the job must know, read before the long work begins: blobs by image and by vendor."""

    ontology: str
    gold: Mapping[str, str]
    photographs: Mapping[str, str]
    vendors: Mapping[str, Mapping[str, str]]


def work(bench: Workbench, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Lay out what was handed in, have the report made in another process, and keep it."""
    with bench.database.reading() as session:
        task = _task(session, payload["report"])
    if task is None:
        return {"reason": "No hidden gold was judged yet. Ask again when deliveries are judged."}
    with TemporaryDirectory(prefix="assay-report-") as folder:
        home = Path(folder)
        lay_out(bench.blobs, home / "gold", task.gold, ".runs")
        lay_out(bench.blobs, home / "photographs", task.photographs, ".png")
        for place, labels in enumerate(task.vendors.values()):
            lay_out(bench.blobs, home / str(place), labels, ".runs")
        order = Order(home, tuple(task.vendors), task.ontology, bench.settings.item_workers)
        run_program(order, home / "order.json")
        told: dict[str, Any] = json.loads((home / "told.json").read_text(encoding="utf-8"))
        if "reason" in told:
            return told
        kept = {
            kind: bench.blobs.put([(home / f"report.{kind}").read_bytes()]).digest
            for kind in ("html", "json")
        }
    return {"told": told, **kept}


def _task(session: Session, report_id: str) -> _Task | None:
    report = session.get_one(ReportRow, report_id)
    guideline = projects.guideline_in_force(session, report.project_id)
    if guideline is None:
        return None
    ontology = session.get_one(OntologyRow, guideline.ontology_id)
    rows = store.gold_work(session, report.project_id, ontology.id)
    if not rows:
        return None
    gold = {asset: right for _, _, asset, right, _ in rows}
    vendors: dict[str, dict[str, str]] = {}
    for organisation, name, asset, _, labels in rows:
        vendors.setdefault(_distinct(name, organisation, rows), {})[asset] = labels
    return _Task(ontology.document, gold, store.outgoing(session, gold), vendors)


def _distinct(name: str, organisation: str, rows: Iterable[Any]) -> str:
    """Return a vendor's name, with its id where another vendor has the same."""
    return (
        name if len({row[0] for row in rows if row[1] == name}) == 1 else f"{name} {organisation}"
    )


def apply(session: Session, payload: Mapping[str, Any], made: Mapping[str, Any]) -> None:
    """Keep a report, or why there is none."""
    row = session.get_one(ReportRow, payload["report"])
    row.ended = clock.now()
    row.reason = made.get("reason")
    row.state = "done" if row.reason is None else "failed"
    row.told, row.html, row.json = made.get("told"), made.get("html"), made.get("json")
    record(session, SYSTEM, f"report.{row.state}", subject=row.id, facts={"kind": row.kind})


def give_up(session: Session, payload: Mapping[str, Any], error: str) -> None:
    """Say that a report could not be made; the reason stays in the log of the service."""
    del error
    apply(session, payload, {"reason": "The report could not be made. See the service's log."})


MAKE_REPORT = JobKind(
    name=MAKE_REPORT_JOB,
    summary="Makes a report of the library on what was handed in.",
    work=work,
    apply=apply,
    give_up=give_up,
)
