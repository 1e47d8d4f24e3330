"""What can be done with batches, a function each."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assay.formats import FORMATS
from assay.service import clock
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.batches import gates, store
from assay.service.batches.drawing import Drawn, choose_same, draw_batch, write_down
from assay.service.batches.jobs import pack
from assay.service.batches.life import move
from assay.service.batches.tables import BatchRow, VendorGroupRow
from assay.service.ids import new_id
from assay.service.problems import ConflictError, check_version
from assay.service.projects import store as projects
from assay.service.projects.tables import ProjectRow
from assay.sourcing.lives import BatchStep


def draw(
    session: Session,
    actor: Actor,
    project_id: str,
    *,
    vendor_id: str,
    tier: str,
    size: int,
    labels: str,
    due: datetime | None,
    reason: str,
) -> BatchRow:
    """Draw a production batch for a vendor: work, overlap and hidden gold of one tier.

    Parameters
    ----------
    size
        Images in it, gold included.
    labels
        Format in which labels are to come back.
    reason
        Why more images than the ramp proposes; empty where it is not more.

    Raises
    ------
    ConflictError
        When no complete guideline is in force, the vendor has no award, works where the project
        does not allow it, or the volume is too high for it.
    ParameterError
        When the stream or the gold does not suffice.
    """
    project = projects.project(session, project_id, lock=True)
    batch = _new_batch(session, project, vendor_id, tier, labels, due, purpose="production")
    gates.check_award(session, project_id, vendor_id)
    over = gates.check_ramp(session, project_id, vendor_id, images=size, reason=reason)
    drawn = draw_batch(session, batch, size=size)
    return _keep(session, actor, batch, drawn, reason=reason if over else None)


def draw_same(
    session: Session,
    actor: Actor,
    project_id: str,
    *,
    vendor_id: str,
    pilot_id: str,
    tier: str,
    assets: Sequence[str],
    labels: str,
    due: datetime | None,
) -> BatchRow:
    """Make a pilot's batch of named images, the same for each of its vendors.

    Raises
    ------
    ConflictError
        When no complete guideline is in force, or the vendor has got one of the images before.
    """
    project = projects.project(session, project_id, lock=True)
    batch = _new_batch(session, project, vendor_id, tier, labels, due, purpose="pilot")
    batch.pilot_id = pilot_id
    return _keep(session, actor, batch, choose_same(session, batch, assets), reason=None)


def _new_batch(
    session: Session,
    project: ProjectRow,
    vendor_id: str,
    tier: str,
    labels: str,
    due: datetime | None,
    *,
    purpose: str,
) -> BatchRow:
    guideline = gates.guideline_in_force(session, project.id)
    gates.check_residency(session, project, vendor_id)
    vendor = store.vendor(session, vendor_id)
    if vendor.suspended is not None:
        raise ConflictError(f"{vendor.name} is suspended. Readmit it, or choose another vendor.")
    return BatchRow(
        id=new_id("bat"),
        project_id=project.id,
        vendor_id=vendor.id,
        pilot_id=None,
        number=store.last_number(session, project.id) + 1,
        purpose=purpose,
        tier=tier,
        guideline_id=guideline.id,
        ontology_id=guideline.ontology_id,
        format=FORMATS.get(labels).name,
        policy=project.policies[tier],
        seed=secrets.randbits(62),
        state="drawn",
        round=1,
        package=None,
        due=due,
        sent=None,
        created=clock.now(),
        version=1,
    )


def _keep(
    session: Session, actor: Actor, batch: BatchRow, drawn: Drawn, *, reason: str | None
) -> BatchRow:
    session.add(batch)
    session.flush()
    write_down(session, batch, drawn)
    # The seed stays out of the log: whoever has it can work out which names are gold.
    facts: dict[str, Fact] = {
        "project": batch.project_id,
        "vendor": batch.vendor_id,
        "purpose": batch.purpose,
        "images": len(drawn.images),
        "gold": drawn.hidden,
        "above_ramp_because": reason,
    }
    record(session, actor, "batch.drawn", subject=batch.id, facts=facts)
    pack(session, batch)
    return batch


def send(session: Session, actor: Actor, batch_id: str, *, expected: int) -> BatchRow:
    """Let the vendor see a packed batch and take it.

    Raises
    ------
    ConflictError
        When it is not packed, its guideline is no longer the one in force, or the vendor works
        where the project does not allow it.
    """
    batch = _changeable(session, actor, batch_id, expected)
    guideline = gates.guideline_in_force(session, batch.project_id)
    if guideline.id != batch.guideline_id:
        raise ConflictError(
            f"Version {guideline.number} of the guideline was published after this batch was "
            "packed. Cancel the batch and draw it again, so that the version in force is enclosed."
        )
    project = projects.project(session, batch.project_id)
    gates.check_residency(session, project, batch.vendor_id)
    move(session, actor, batch, BatchStep.SEND)
    batch.sent = clock.now()
    return batch


def cancel(session: Session, actor: Actor, batch_id: str, *, expected: int) -> BatchRow:
    """Give a batch up; if the vendor never saw it, its images and its gold are fresh again."""
    batch = _changeable(session, actor, batch_id, expected)
    move(session, actor, batch, BatchStep.CANCEL)
    if batch.sent is None:
        for exposure in store.exposures(session, batch.id):
            session.delete(exposure)
    return batch


def _changeable(session: Session, actor: Actor, batch_id: str, expected: int) -> BatchRow:
    batch = store.batch(session, actor, batch_id, lock=True)
    check_version(batch.version, expected)
    return batch


def set_group(session: Session, actor: Actor, vendor_id: str, *, name: str) -> None:
    """Put a vendor into a group: what one of them has seen, all have seen."""
    vendor = store.vendor(session, vendor_id, lock=True)
    row = session.get(VendorGroupRow, vendor.id)
    if row is None:
        session.add(VendorGroupRow(vendor_id=vendor.id, name=name))
    else:
        row.name = name
    record(session, actor, "vendor.grouped", subject=vendor.id, facts={"group": name})


def package_of(session: Session, actor: Actor, batch_id: str) -> str:
    """Return the SHA-256 of the archive of a batch's present round.

    Raises
    ------
    ConflictError
        When it is not packed yet.
    """
    batch = store.batch(session, actor, batch_id)
    if batch.package is None:
        raise ConflictError("The work package is being packed. Ask again in a moment.")
    return batch.package
