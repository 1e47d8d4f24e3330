"""What can be done with gold, a function each."""

import secrets

from sqlalchemy.orm import Session

from assay.sampling.work_packages import StreamImage, draw_gold_pool
from assay.service import clock
from assay.service.actor import Actor
from assay.service.assets.tables import AssetRow
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.gold import store
from assay.service.gold.tables import ExposureRow, GoldRow, ProposalRow
from assay.service.ids import new_id
from assay.service.jobs import enqueue
from assay.service.problems import ConflictError, ServiceError, check_version
from assay.service.projects import store as projects
from assay.service.storage.blobs import Blob
from assay.sourcing.lives import GOLD_LIFE, GoldState, GoldStep

#: Names of the kinds of jobs that read an expert's labels, and that score ordinary work by them.
READ_GOLD = "read-gold"
SCORE_BLIND = "score-blind"


def draw_candidates(
    session: Session,
    actor: Actor,
    project_id: str,
    *,
    size: int,
    tier: str | None,
    handed_in_by: str | None = None,
) -> tuple[int, list[AssetRow]]:
    """Draw images that experts are to label, like the stream; return the seed and the images.

    They are images that nobody has been given or, for a blind audit, that a vendor handed in.

    Raises
    ------
    ParameterError
        When fewer are left that nobody has been given.
    ServiceError
        When the vendor has handed in fewer.
    """
    projects.project(session, project_id)
    if handed_in_by is None:
        strata = store.untouched(session, project_id, tier)
    else:
        strata = store.handed_in(session, project_id, handed_in_by, tier)
        if size > len(strata):
            raise ServiceError(
                f"{size} images were asked for, but the vendor handed in only {len(strata)} as "
                f"ordinary work of which no gold is. Draw at most {len(strata)}."
            )
    stream = [StreamImage(key, stratum) for key, stratum in strata.items()]
    seed = secrets.randbits(62)
    drawn = draw_gold_pool(stream, size=size, seed=seed)
    facts: dict[str, Fact] = {
        "size": size,
        "tier": tier,
        "handed_in_by": handed_in_by,
        "seed": seed,
    }
    record(session, actor, "gold.candidates-drawn", subject=project_id, facts=facts)
    return seed, store.named(session, drawn)


def propose(
    session: Session,
    actor: Actor,
    project_id: str,
    *,
    ontology_id: str,
    blob: Blob,
    file_name: str,
    format: str | None,  # noqa: A002 - the word users know
) -> ProposalRow:
    """Hand in labels that are held to be right, for one image or many."""
    projects.ontology(session, project_id, ontology_id)
    row = ProposalRow(
        id=new_id("prp"),
        project_id=project_id,
        ontology_id=ontology_id,
        blob=blob.digest,
        file_name=file_name,
        format=format,
        state="waiting",
        proposed=0,
        agreed=0,
        known=0,
        findings=[],
        proposed_by=actor.user,
        created=clock.now(),
        ended=None,
    )
    session.add(row)
    session.flush()
    facts: dict[str, Fact] = {"project": project_id, "sha256": blob.digest}
    record(session, actor, "gold.handed-in", subject=row.id, facts=facts)
    key = f"{READ_GOLD} {row.id}"
    payload = {"proposal": row.id}
    enqueue(session, READ_GOLD, key=key, organisation=actor.organisation, payload=payload)
    return row


def agree(session: Session, actor: Actor, project_id: str, identifier: str) -> GoldRow:
    """Agree with labels that another expert proposed: from now on they are gold.

    Raises
    ------
    StateError
        When they do not wait for it.
    ConflictError
        When they are the actor's own.
    """
    row = store.gold(session, project_id, identifier, lock=True)
    if row.proposed_by == actor.user:
        raise ConflictError(
            "These labels are your own proposal. A second expert agrees, or hands in others."
        )
    settle(session, actor, row)
    return row


def settle(session: Session, actor: Actor, row: GoldRow) -> None:
    """Put proposed labels in force; what was in force for their image no longer is."""
    for earlier in store.versions(session, row.asset_id):
        if earlier.state == GoldState.ACTIVE:
            earlier.state = GOLD_LIFE.after(earlier.state, GoldStep.RETIRE, by=actor.kind)
            earlier.version += 1
    row.state = GOLD_LIFE.after(row.state, GoldStep.AGREE, by=actor.kind)
    row.settled_by = actor.user
    row.version += 1
    _note_who_has_seen_it(session, row.asset_id)
    facts: dict[str, Fact] = {"asset": row.asset_id, "number": row.number, "alike": row.alike}
    record(session, actor, "gold.settled", subject=row.id, facts=facts)
    if store.first_labels(session, row):
        key = f"{SCORE_BLIND} {row.id}"
        enqueue(session, SCORE_BLIND, key=key, organisation="buyer", payload={"gold": row.id})


def _note_who_has_seen_it(session: Session, asset_id: str) -> None:
    """Add vendors that were given the image as ordinary work to the ledger.

    To them it would be an image that comes twice, and so gold.
    """
    known = {row.vendor_id for row in session.scalars(store.exposures(asset_id))}
    for vendor, batch in store.given_to(session, asset_id):
        if vendor not in known:
            session.add(
                ExposureRow(
                    vendor_id=vendor, asset_id=asset_id, batch_id=batch, created=clock.now()
                )
            )


def retire(
    session: Session, actor: Actor, project_id: str, identifier: str, reason: str
) -> GoldRow:
    """Take labels out of force: they hide in no further batch.

    Raises
    ------
    StateError
        When they are out of force already.
    """
    row = store.gold(session, project_id, identifier, lock=True)
    row.state = GOLD_LIFE.after(row.state, GoldStep.RETIRE, by=actor.kind)
    row.version += 1
    record(session, actor, "gold.retired", subject=row.id, facts={"reason": reason})
    return row


def move(
    session: Session, actor: Actor, project_id: str, identifier: str, *, expected: int, stratum: str
) -> GoldRow:
    """Put gold into another stratum.

    Raises
    ------
    StaleError
        When somebody else has changed it since it was read.
    """
    row = store.gold(session, project_id, identifier)
    check_version(row.version, expected)
    row.stratum = stratum
    row.version += 1
    record(session, actor, "gold.moved", subject=row.id, facts={"stratum": stratum})
    return row
