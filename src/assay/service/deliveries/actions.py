"""What can be done with uploads and deliveries, a function each."""

from sqlalchemy.orm import Session

from assay.errors import TooLargeError
from assay.service import clock
from assay.service.actor import Actor
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.batches.life import move
from assay.service.deliveries import store
from assay.service.deliveries.tables import DeliveryRow, PartRow, UploadRow
from assay.service.ids import new_id
from assay.service.jobs import enqueue
from assay.service.problems import ConflictError
from assay.service.settings import Settings
from assay.service.storage.blobs import Blob
from assay.service.uploads import check_part, check_whole
from assay.sourcing.lives import BATCH_LIFE, BatchStep

#: Parts of one upload; the largest that is taken has 512 of the largest size.
MOST_PARTS = 10_000

#: Name of the kind of job that judges a delivery.
JUDGE = "judge-delivery"


def begin_upload(
    session: Session,
    actor: Actor,
    settings: Settings,
    batch_id: str,
    *,
    file_name: str,
    size: int,
    digest: str,
) -> UploadRow:
    """Begin to take an archive for a batch.

    Raises
    ------
    StateError
        When the batch takes none in its state.
    TooLargeError
        When it would be larger than any upload may be.
    """
    batch = store.batch(session, actor, batch_id)
    BATCH_LIFE.after(batch.state, BatchStep.DELIVER, by=actor.kind)
    if size > settings.max_upload_bytes:
        raise TooLargeError(
            f"An archive of {size:,} bytes is more than the {settings.max_upload_bytes:,} that are "
            "taken. Pack it tighter, or ask the buyer for smaller batches."
        )
    row = UploadRow(
        id=new_id("upl"),
        batch_id=batch.id,
        organisation_id=actor.organisation,
        file_name=file_name,
        size=size,
        digest=digest,
        received=0,
        state="open",
        created=clock.now(),
        touched=clock.now(),
    )
    session.add(row)
    record(session, actor, "upload.begun", subject=row.id, facts={"batch": batch.id, "size": size})
    return row


def add_part(
    session: Session, actor: Actor, upload_id: str, *, offset: int, blob: Blob
) -> UploadRow:
    """Add a part whose bytes are durable.

    Raises
    ------
    ConflictError
        When it does not follow what is there, or there are too many: each is a file of its own.
    """
    row = store.upload(session, actor, upload_id, lock=True)
    check_part(row, offset=offset, size=blob.size)
    if store.count_parts(session, row.id) >= MOST_PARTS:
        raise ConflictError(
            f"An upload has at most {MOST_PARTS:,} parts. Begin another, in larger ones."
        )
    session.add(PartRow(upload_id=row.id, offset=offset, size=blob.size, blob=blob.digest))
    row.received += blob.size
    row.touched = clock.now()
    return row


def finish_upload(session: Session, actor: Actor, upload_id: str) -> DeliveryRow:
    """Make a delivery of an upload that is whole; the same bytes again are the delivery there is.

    Raises
    ------
    ConflictError
        When bytes are missing.
    StateError
        When the batch takes no archive in its state.
    """
    row = store.upload(session, actor, upload_id, lock=True)
    batch = store.batch(session, actor, row.batch_id, lock=True)
    known = store.same_bytes(session, batch.id, row.digest)
    if known is not None:
        row.state = "done"
        return known
    check_whole(row)
    move(session, actor, batch, BatchStep.DELIVER)
    delivery = DeliveryRow(
        id=new_id("del"),
        batch_id=batch.id,
        vendor_id=batch.vendor_id,
        number=store.count_deliveries(session, batch.id) + 1,
        round=batch.round,
        file_name=row.file_name,
        blob=row.digest,
        size=row.size,
        state="received",
        format=None,
        findings=[],
        errors=0,
        warnings=0,
        items=0,
        received=clock.now(),
        judged=None,
    )
    session.add(delivery)
    session.flush()
    row.state = "done"
    facts: dict[str, Fact] = {
        "batch": batch.id,
        "round": batch.round,
        "sha256": row.digest,
        "size": row.size,
    }
    record(session, actor, "delivery.received", subject=delivery.id, facts=facts)
    enqueue(
        session,
        JUDGE,
        key=f"{JUDGE} {delivery.id}",
        organisation=batch.vendor_id,
        payload={"delivery": delivery.id, "upload": row.id},
    )
    return delivery
