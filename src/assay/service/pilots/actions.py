"""What can be done with pilots and awards, a function each."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from assay.sampling.work_packages import StreamImage, draw_gold_pool
from assay.service import clock
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.batches import actions as batches
from assay.service.ids import new_id
from assay.service.jobs import enqueue
from assay.service.pilots import store
from assay.service.pilots.jobs import JUDGE_PILOT_JOB
from assay.service.pilots.tables import AwardRow, PilotRow
from assay.service.problems import ConflictError, ServiceError
from assay.service.projects import store as projects
from assay.service.vendors import store as vendors
from assay.sourcing.lives import PILOT_LIFE, BatchState, PilotStep

#: Images below which a pilot tells hardly any two vendors apart.
_FEWEST_VENDORS = 2

#: States of a batch of which labels were read.
_READ = frozenset({BatchState.JUDGED, BatchState.REWORK, BatchState.ACCEPTED, BatchState.REJECTED})


def begin(
    session: Session,
    actor: Actor,
    project_id: str,
    *,
    name: str,
    vendor_ids: Sequence[str],
    tier: str,
    size: int | None,
    assets: Sequence[str],
    labels: str,
    due: datetime | None,
) -> PilotRow:
    """Draw a pilot: the same images for each vendor, under names of its own.

    Parameters
    ----------
    size
        Images to draw from the gold that none of the vendors has seen; None where they are named.
    assets
        The images, named; those without gold need it before the pilot is judged.
    labels
        Format in which labels are to come back.

    Raises
    ------
    ServiceError
        When there are fewer than two vendors, or neither size nor images.
    ConflictError
        When a vendor was given one of the images before, or no guideline is in force.
    ParameterError
        When too little gold is left.
    """
    projects.project(session, project_id, lock=True)
    chosen = sorted(set(vendor_ids))
    if len(chosen) < _FEWEST_VENDORS:
        raise ServiceError("A pilot compares. Name at least two vendors.")
    for vendor in chosen:
        vendors.vendor(session, vendor)
    if (size is None) == (not assets):
        raise ServiceError("Say either how many images to draw (size), or which (assets).")
    seed = secrets.randbits(62)
    images = list(assets)
    if size is not None:
        images = _draw(session, project_id, tier, chosen, size, seed)
    row = PilotRow(
        id=new_id("pil"),
        project_id=project_id,
        name=name,
        tier=tier,
        format=labels,
        seed=str(seed),
        assets=sorted(images),
        state=PILOT_LIFE.beginning,
        found={},
        report={},
        judged=None,
        due=due,
        created=clock.now(),
        version=1,
    )
    session.add(row)
    session.flush()
    facts: dict[str, Fact] = {"project": project_id, "vendors": chosen, "images": len(row.assets)}
    record(session, actor, "pilot.drawn", subject=row.id, facts=facts)
    for vendor in chosen:
        batches.draw_same(
            session,
            actor,
            project_id,
            vendor_id=vendor,
            pilot_id=row.id,
            tier=tier,
            assets=row.assets,
            labels=labels,
            due=due,
        )
    return row


def _draw(
    session: Session, project_id: str, tier: str, chosen: list[str], size: int, seed: int
) -> list[str]:
    guideline = projects.guideline_in_force(session, project_id)
    if guideline is None:
        raise ConflictError("No guideline is published. Publish one before you draw work.")
    gold = store.unseen_gold(session, project_id, guideline.ontology_id, tier, chosen)
    if len(gold) < size:
        raise ConflictError(
            f"{len(gold)} images of this tier have gold that none of these vendors has seen, and "
            f"{size} were asked for. Label more gold, or draw a smaller pilot."
        )
    stream = [StreamImage(row.id, str(row.strata.get("stratum", ""))) for row in gold]
    return list(draw_gold_pool(stream, size=size, seed=seed))


def send(session: Session, actor: Actor, project_id: str, identifier: str) -> PilotRow:
    """Send every vendor's package at once, so that nobody has a head start.

    Raises
    ------
    StateError
        When the pilot was sent.
    ConflictError
        When a package is not ready.
    """
    row = store.pilot(session, project_id, identifier, lock=True)
    state = PILOT_LIFE.after(row.state, PilotStep.SEND, by=actor.kind)
    for batch, _ in store.batches(session, row.id):
        if batch.state != BatchState.PACKED:
            raise ConflictError("The packages are being packed. Send the pilot in a moment.")
        batches.send(session, actor, batch.id, expected=batch.version)
    row.state = state
    row.version += 1
    record(session, actor, "pilot.sent", subject=row.id)
    return row


def judge(
    session: Session, actor: Actor, project_id: str, identifier: str, *, without: Sequence[str]
) -> PilotRow:
    """Have a pilot judged, once everybody has handed in.

    Parameters
    ----------
    without
        Vendors that are not waited for.

    Raises
    ------
    StateError
        When the pilot was not sent, or is being judged.
    ConflictError
        When somebody has not handed in, or an image has no gold; the message says which.
    """
    row = store.pilot(session, project_id, identifier, lock=True)
    state = PILOT_LIFE.after(row.state, PilotStep.JUDGE, by=actor.kind)
    taken = [
        (batch, name)
        for batch, name in store.batches(session, row.id)
        if batch.vendor_id not in without
    ]
    late = [name for batch, name in taken if batch.state not in _READ]
    if late or not taken:
        raise ConflictError(
            f"Nothing that can be read has come from {', '.join(late) or 'anybody'}. Wait, or name "
            "those that are not waited for in `without`."
        )
    images = store.images(session, row, taken[0][0].ontology_id)
    bare = [asset.name for asset, labels in images if labels is None]
    if bare:
        raise ConflictError(
            f"{len(bare)} images of the pilot have no gold, {bare[0]} among them. Let two experts "
            "settle their labels first."
        )
    row.state = state
    row.version += 1
    record(session, actor, "pilot.judging", subject=row.id, facts={"without": list(without)})
    enqueue(
        session,
        JUDGE_PILOT_JOB,
        key=f"{JUDGE_PILOT_JOB} {row.id} {row.version}",
        organisation=actor.organisation,
        payload={"pilot": row.id, "batches": [batch.id for batch, _ in taken]},
    )
    return row


def award(
    session: Session,
    actor: Actor,
    project_id: str,
    identifier: str,
    *,
    vendor_id: str,
    reason: str,
) -> AwardRow:
    """Award production to a vendor by a judged pilot; its findings are kept as the evidence.

    Raises
    ------
    StateError
        When the pilot is not judged.
    ConflictError
        When the vendor had no part in it, or has an award already.
    ServiceError
        When the pilot does not single the vendor out, and no reason is given.
    """
    projects.project(session, project_id, lock=True)
    row = store.pilot(session, project_id, identifier)
    PILOT_LIFE.after(row.state, PilotStep.AWARD, by=actor.kind)
    judged = {vendor["vendor"]: vendor for vendor in row.found["vendors"]}
    if vendor_id not in judged:
        raise ConflictError("This vendor was not judged in the pilot. Award to one that was.")
    by_verdict = row.found["award"] == vendor_id
    if not by_verdict and not reason.strip():
        raise ServiceError(
            f"{row.found['sentence']} To award to this vendor all the same, write down why "
            "(price, turnaround, capacity)."
        )
    evidence = {
        "sentence": row.found["sentence"],
        "metric": row.found["metric"],
        "images": row.found["images"],
        "certainty": row.found["certainty"],
        "by_verdict": by_verdict,
        "vendors": row.found["vendors"],
        "report_sha256": row.report["json"],
    }
    return _award(session, actor, project_id, vendor_id, row.id, reason, evidence)


def override(
    session: Session, actor: Actor, project_id: str, *, vendor_id: str, reason: str
) -> AwardRow:
    """Let a vendor do production work without a pilot: an admin signs for it, with the reason.

    Raises
    ------
    ConflictError
        When the vendor has an award already.
    """
    projects.project(session, project_id, lock=True)
    vendors.vendor(session, vendor_id)
    return _award(session, actor, project_id, vendor_id, None, reason, {"by_verdict": False})


def _award(
    session: Session,
    actor: Actor,
    project_id: str,
    vendor_id: str,
    pilot_id: str | None,
    reason: str,
    evidence: dict[str, Any],
) -> AwardRow:
    if store.award(session, project_id, vendor_id) is not None:
        raise ConflictError(
            "This vendor has an award for the project. Revoke that one before you give another."
        )
    row = AwardRow(
        id=new_id("awd"),
        project_id=project_id,
        vendor_id=vendor_id,
        pilot_id=pilot_id,
        reason=reason.strip(),
        evidence=evidence,
        awarded_by=actor.user,
        awarded=clock.now(),
        revoked=None,
    )
    session.add(row)
    facts: dict[str, Fact] = {
        "project": project_id,
        "vendor": vendor_id,
        "pilot": pilot_id,
        "reason": row.reason,
        "by_verdict": evidence["by_verdict"],
        "report_sha256": evidence.get("report_sha256"),
    }
    action = "award.made" if pilot_id else "award.overridden"
    record(session, actor, action, subject=row.id, facts=facts)
    return row


def revoke(
    session: Session, actor: Actor, project_id: str, identifier: str, *, reason: str
) -> AwardRow:
    """End an award: no further production batch is drawn by it; what was sent goes on.

    Raises
    ------
    ConflictError
        When it has ended already.
    """
    projects.project(session, project_id, lock=True)
    row = store.find_award(session, project_id, identifier)
    if row.revoked is not None:
        raise ConflictError("This award was revoked already.")
    row.revoked = clock.now()
    record(session, actor, "award.revoked", subject=row.id, facts={"reason": reason})
    return row
