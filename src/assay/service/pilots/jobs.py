"""The job that judges a pilot."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from assay.errors import SourceError
from assay.formats.item_path import check_key
from assay.service import clock
from assay.service.actor import SYSTEM
from assay.service.assets.actions import item_name
from assay.service.assets.tables import AssetRow
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.batches.tables import BatchRow
from assay.service.jobs.kind import JobKind, Workbench
from assay.service.pilots import store
from assay.service.pilots.judging import Order
from assay.service.pilots.tables import PilotRow
from assay.service.programs import run_program
from assay.service.projects.tables import OntologyRow, ProjectRow
from assay.service.questions import store as questions
from assay.service.storage.laying import lay_out
from assay.sourcing import PilotTimes
from assay.sourcing.lives import PILOT_LIFE, PilotStep
from assay.sourcing.response_times import response_times

#: Name of the kind of job that judges a pilot.
JUDGE_PILOT_JOB = "judge-pilot"

_KINDS = ("html", "json", "csv")


@dataclass(frozen=True)
class _Task:
    """What the job must know, read before the long work begins.

    Labels and photographs are blobs by the name of their image.
    """

    name: str
    ontology: str
    seed: int
    photographs: Mapping[str, str]
    strata: Mapping[str, str]
    gold: Mapping[str, str]
    vendors: Mapping[str, Mapping[str, str]]
    ids: Mapping[str, str]
    times: Mapping[str, PilotTimes]


def work(bench: Workbench, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Lay out what was handed in, judge it in another process, and keep the report."""
    with bench.database.reading() as session:
        task = _task(session, payload["pilot"], payload["batches"])
    with TemporaryDirectory(prefix="assay-pilot-") as folder:
        home = Path(folder)
        lay_out(bench.blobs, home / "gold", task.gold, ".runs")
        lay_out(bench.blobs, home / "photographs", task.photographs, ".png")
        for place, labels in enumerate(task.vendors.values()):
            lay_out(bench.blobs, home / str(place), labels, ".runs")
        order = Order(
            home=home,
            name=task.name,
            vendors=tuple(task.vendors),
            times=tuple(task.times.values()),
            ontology=task.ontology,
            strata=task.strata,
            seed=task.seed,
            workers=bench.settings.item_workers,
        )
        run_program(order, home / "order.json")
        found: dict[str, Any] = json.loads((home / "found.json").read_text(encoding="utf-8"))
        report = {
            kind: bench.blobs.put([(home / f"pilot.{kind}").read_bytes()]).digest for kind in _KINDS
        }
    return {"found": _with_ids(found, task), "report": report}


def _task(session: Session, pilot_id: str, batch_ids: list[str]) -> _Task:
    pilot = session.get_one(PilotRow, pilot_id)
    batches = [
        (batch, name) for batch, name in store.batches(session, pilot.id) if batch.id in batch_ids
    ]
    ontology = session.get_one(OntologyRow, batches[0][0].ontology_id)
    images = store.images(session, pilot, ontology.id)
    keys = _keys([asset for asset, _ in images])
    gold = {keys[asset.id]: labels for asset, labels in images if labels is not None}
    names = _distinct([name for _, name in batches])
    return _Task(
        name=pilot.name,
        ontology=ontology.document,
        seed=int(pilot.seed) % 2**31,
        photographs={keys[asset.id]: asset.outgoing for asset, _ in images},
        strata={keys[asset.id]: str(asset.strata.get("stratum", "")) for asset, _ in images},
        gold=gold,
        vendors={
            name: {keys[k]: labels for k, labels in store.first_labels(session, batch.id).items()}
            for name, (batch, _) in zip(names, batches, strict=True)
        },
        ids={name: batch.vendor_id for name, (batch, _) in zip(names, batches, strict=True)},
        times={
            name: _times(session, batch) for name, (batch, _) in zip(names, batches, strict=True)
        },
    )


def _times(session: Session, batch: BatchRow) -> PilotTimes:
    allowed = timedelta(hours=session.get_one(ProjectRow, batch.project_id).answer_hours)
    answers = response_times(questions.waits(session, batch.id), allowed=allowed)
    return PilotTimes(
        turnaround_hours=store.turnaround_hours(session, batch),
        questions=answers.asked,
        answered=answers.answered,
        answer_minutes=answers.median_minutes,
    )


def _keys(assets: list[AssetRow]) -> dict[str, str]:
    """Return a name for each image's files: its own, or its id where that is no name for a file."""
    names = Counter(item_name(asset.name) for asset in assets)
    return {
        asset.id: item_name(asset.name)
        if names[item_name(asset.name)] == 1 and _is_key(item_name(asset.name))
        else asset.id
        for asset in assets
    }


def _is_key(name: str) -> bool:
    try:
        check_key(name, ".runs")
    except SourceError:
        return False
    return True


def _distinct(names: list[str]) -> list[str]:
    """Return names of which no two are equal."""
    return [
        name if names.count(name) == 1 else f"{name} ({place})"
        for place, name in enumerate(names, 1)
    ]


def _with_ids(found: dict[str, Any], task: _Task) -> dict[str, Any]:
    """Say vendors by id beside their names, and how long each took."""
    for vendor in found["vendors"]:
        vendor["vendor"] = task.ids[vendor["name"]]
        vendor.update(vars(task.times[vendor["name"]]))
    award = found["award"]
    return {
        **found,
        "award": None if award is None else task.ids[award],
        "images": len(task.gold),
        "differences": [
            {**entry, "first": task.ids[entry["first"]], "second": task.ids[entry["second"]]}
            for entry in found["differences"]
        ],
    }


def apply(session: Session, payload: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    """Keep what was found."""
    row = session.get_one(PilotRow, payload["pilot"], with_for_update=True)
    row.found, row.report = result["found"], result["report"]
    row.state = PILOT_LIFE.after(row.state, PilotStep.FINISH, by=SYSTEM.kind)
    row.judged = clock.now()
    row.version += 1
    facts: dict[str, Fact] = {
        "award": row.found["award"],
        "images": row.found["images"],
        "report_sha256": row.report["json"],
    }
    record(session, SYSTEM, "pilot.judged", subject=row.id, facts=facts)


def give_up(session: Session, payload: Mapping[str, Any], error: str) -> None:
    """Let a pilot be judged again; the reason stays inside."""
    del error
    row = session.get_one(PilotRow, payload["pilot"], with_for_update=True)
    row.state = PILOT_LIFE.after(row.state, PilotStep.GIVE_UP, by=SYSTEM.kind)
    row.version += 1
    record(session, SYSTEM, "pilot.judging-failed", subject=row.id)


JUDGE_PILOT = JobKind(
    name=JUDGE_PILOT_JOB,
    summary="Compares what the vendors of a pilot handed in, image by image.",
    work=work,
    apply=apply,
    give_up=give_up,
)
