"""The job that scores ordinary work by gold which was made afterwards: a blind audit."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import SYSTEM
from assay.service.audit.record import record
from assay.service.gold import store
from assay.service.gold.actions import SCORE_BLIND
from assay.service.gold.scoring import Order
from assay.service.gold.tables import BlindScoreRow, GoldRow
from assay.service.jobs.kind import JobKind, Workbench
from assay.service.programs import run_program
from assay.service.projects.tables import OntologyRow
from assay.service.storage.laying import lay_out
from assay.sourcing.policy import QualityPolicy


def work(bench: Workbench, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Score what vendors handed in first for an image by its gold; return looks by version."""
    with bench.database.reading() as session:
        gold = session.get_one(GoldRow, payload["gold"])
        ontology = session.get_one(OntologyRow, gold.ontology_id).document
        handed_in = store.first_labels(session, gold)
    with TemporaryDirectory(prefix="assay-scoring-") as folder:
        home = Path(folder)
        lay_out(bench.blobs, home / "labels", {row[0]: row[1] for row in handed_in}, ".runs")
        lay_out(bench.blobs, home / "gold", {row[0]: gold.labels for row in handed_in}, ".runs")
        # One image has one tier, so its batches have one policy; the seed scores nothing.
        terms = QualityPolicy(**handed_in[0][2]).to_accept_toml(seed=0)
        order = Order(home, ontology, terms, bench.settings.item_workers)
        run_program(order, home / "order.json")
        looks: dict[str, Any] = json.loads((home / "looks.json").read_text(encoding="utf-8"))
    return looks


def apply(session: Session, payload: Mapping[str, Any], looks: Mapping[str, Any]) -> None:
    """Keep the scores; a newer version of the gold replaces those of an older."""
    for version, look in looks.items():
        row = session.get(BlindScoreRow, version)
        if row is None:
            row = BlindScoreRow(version_id=version)
            session.add(row)
        row.gold_id, row.created = payload["gold"], clock.now()
        row.score, row.severe = look["score"], look["severe"]
    facts = {"versions": len(looks)}
    record(session, SYSTEM, "gold.audited", subject=payload["gold"], facts=facts)


def give_up(session: Session, payload: Mapping[str, Any], error: str) -> None:
    """Go without; the reason stays in the log of the service."""
    del error
    apply(session, payload, {})


SCORE_BLIND_WORK = JobKind(
    name=SCORE_BLIND,
    summary="Scores what was handed in as ordinary work by gold that was made afterwards.",
    work=work,
    apply=apply,
    give_up=give_up,
)
