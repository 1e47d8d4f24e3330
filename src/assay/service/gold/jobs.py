"""The job that reads an expert's labels."""

import json
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.actor import Actor
from assay.service.assets import store as assets
from assay.service.assets.actions import item_name
from assay.service.assets.tables import AssetRow
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.gold import store
from assay.service.gold.actions import READ_GOLD, settle
from assay.service.gold.reading import Order
from assay.service.gold.tables import GoldRow, ProposalRow
from assay.service.ids import new_id
from assay.service.jobs.kind import JobKind, Workbench
from assay.service.programs import run_program
from assay.service.projects.tables import OntologyRow
from assay.service.storage.laying import lay_upload
from assay.sourcing.lives import GOLD_LIFE, GoldState, GoldStep

#: Blobs written at once: each waits for the disk.
_HANDS = 8

#: Findings kept word by word.
_MOST_FINDINGS = 1000


def work(bench: Workbench, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Read an archive in another process, and keep its label maps."""
    with bench.database.reading() as session:
        row = session.get_one(ProposalRow, payload["proposal"])
        ontology = session.get_one(OntologyRow, row.ontology_id).document
        waiting = store.waiting(session, row.project_id, row.ontology_id)
    with TemporaryDirectory(prefix="assay-gold-") as folder:
        home = Path(folder)
        before: dict[str, str] = {}
        for number, (name, labels) in enumerate(waiting):
            file = home / f"before-{number}.runs"
            file.write_bytes(b"".join(bench.blobs.get(labels)))
            before[item_name(name)] = str(file)
        archive = lay_upload(home / "in", row.file_name, bench.blobs.get(row.blob))
        out = home / "out"
        out.mkdir()
        order = Order(
            archive=archive,
            out=out,
            ontology=ontology,
            format=row.format,
            before=before,
            workers=bench.settings.item_workers,
        )
        run_program(order, home / "order.json")
        found: dict[str, Any] = json.loads((out / "read.json").read_text(encoding="utf-8"))

        def keep(item: dict[str, Any]) -> dict[str, Any]:
            data = (out / f"{item['number']}.runs").read_bytes()
            return {**item, "labels": bench.blobs.put([data]).digest}

        with ThreadPoolExecutor(_HANDS) as hands:
            found["items"] = list(hands.map(keep, found["items"]))
    return found


@dataclass(frozen=True)
class _Hand:
    """Whose labels are being added, and to what."""

    session: Session
    row: ProposalRow
    actor: Actor


def apply(session: Session, payload: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Add what was read as versions of gold, or as agreement with what another expert proposed."""
    row = session.get_one(ProposalRow, payload["proposal"], with_for_update=True)
    actor = Actor(user=row.proposed_by, organisation="", kind="buyer", roles=frozenset())
    hand = _Hand(session, row, actor)
    by_name = _by_name(session, row.project_id)
    findings, results = list(found["findings"]), Counter[str]()
    for item in found["items"]:
        asset = by_name.get(item["key"])
        fault = _fault(item, asset)
        if fault is not None:
            findings.append(fault)
        elif asset is not None:
            results[_add(hand, asset, item)] += 1
    row.format = found["format"]
    row.proposed, row.agreed, row.known = (results[k] for k in ("proposed", "agreed", "known"))
    row.findings = findings[:_MOST_FINDINGS]
    row.state = "done" if results.total() else "failed"
    row.ended = clock.now()
    facts: dict[str, Fact] = {
        "proposed": row.proposed,
        "agreed": row.agreed,
        "known": row.known,
        "findings": len(findings),
    }
    record(session, actor, "gold.proposed", subject=row.id, facts=facts)


def _by_name(session: Session, project_id: str) -> dict[str, AssetRow | None]:
    """Return images by name without extension; two that share one are nobody's."""
    found: dict[str, AssetRow | None] = {}
    for row in session.scalars(assets.assets(project_id)):
        name = item_name(row.name)
        found[name] = None if name in found else row
    return found


def _add(hand: _Hand, asset: AssetRow, item: Mapping[str, Any]) -> str:
    """Add labels of an image; return what they are: ``proposed``, ``agreed`` or ``known``."""
    versions = store.versions(hand.session, asset.id)
    waiting = next((row for row in versions if row.state == GoldState.PROPOSED), None)
    active = next((row for row in versions if row.state == GoldState.ACTIVE), None)
    same_classes = {row.ontology_id for row in (waiting, active) if row} == {hand.row.ontology_id}
    if waiting is not None and waiting.label_digest == item["digest"] and same_classes:
        if waiting.proposed_by == hand.row.proposed_by:
            return "known"
        settle(hand.session, hand.actor, waiting)
        return "agreed"
    if waiting is None and active and active.label_digest == item["digest"] and same_classes:
        return "known"
    if waiting is not None:
        waiting.state = GOLD_LIFE.after(waiting.state, GoldStep.REPLACE, by=hand.actor.kind)
        waiting.version += 1
    hand.session.add(
        GoldRow(
            id=new_id("gld"),
            project_id=asset.project_id,
            asset_id=asset.id,
            ontology_id=hand.row.ontology_id,
            number=len(versions) + 1,
            labels=item["labels"],
            label_digest=item["digest"],
            stratum=str(asset.strata.get("stratum", "")),
            state=GOLD_LIFE.beginning,
            proposed_by=hand.row.proposed_by,
            settled_by=None,
            alike=item["alike"],
            created=clock.now(),
            version=1,
        )
    )
    hand.session.flush()
    return "proposed"


def _fault(item: Mapping[str, Any], asset: AssetRow | None) -> dict[str, Any] | None:
    if asset is None:
        return _error(
            item["key"],
            "gold-unknown-image",
            "No image of the project has this name, or several have it.",
            "Name labels as their image, without the extension.",
        )
    if (item["height"], item["width"]) != (asset.height, asset.width):
        return _error(
            item["key"],
            "gold-size",
            f"The labels have {item['width']}×{item['height']} px, the image "
            f"{asset.width}×{asset.height}.",
            "Label the image as it leaves the house: upright and in its full size.",
        )
    return None


def give_up(session: Session, payload: Mapping[str, Any], error: str) -> None:
    """Say that the labels could not be read; the reason stays inside."""
    del error
    row = session.get_one(ProposalRow, payload["proposal"])
    row.state, row.ended = "failed", clock.now()
    message = "Reading the labels was given up after several attempts."
    remedy = "Hand them in again, fewer at once. If it happens again, see the service's log."
    row.findings = [_error("", "gold-too-costly", message, remedy)]
    actor = Actor(user=row.proposed_by, organisation="", kind="buyer", roles=frozenset())
    record(session, actor, "gold.failed", subject=row.id)


def _error(item: str, rule: str, message: str, remedy: str) -> dict[str, Any]:
    return {
        "rule": rule,
        "severity": "error",
        "item": item,
        "message": message,
        "remedy": remedy,
        "region": None,
    }


READ_GOLD_LABELS = JobKind(
    name=READ_GOLD,
    summary="Reads labels that an expert holds to be right, and adds them as gold.",
    work=work,
    apply=apply,
    give_up=give_up,
)
