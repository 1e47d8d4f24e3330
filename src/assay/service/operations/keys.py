"""Rotating master keys: every blob's own key is wrapped anew, while the service runs."""

from assay.service.actor import SYSTEM
from assay.service.audit.record import record
from assay.service.crashing import crash_point
from assay.service.database import Database
from assay.service.operations.backup import Progress
from assay.service.storage.blobs import Blobs


def rotate_keys(database: Database, blobs: Blobs, tell: Progress) -> int:
    """Wrap the keys of all blobs by the current master key; return how many were another's.

    Data stay as they are. Killed halfway, both keys are in use; run again, it does the rest.
    """
    digests = sorted(blobs.digests())
    rotated = 0
    for done, digest in enumerate(digests):
        tell(done, len(digests))
        rotated += blobs.rotate(digest)
        if rotated:
            crash_point("keys-half-rotated")
    tell(len(digests), len(digests))
    with database.writing() as session:
        facts = {"rotated": rotated, "blobs": len(digests)}
        record(session, SYSTEM, "keys.rotated", subject=blobs.keyring.current, facts=facts)
    return rotated
