"""Rotating master keys: every blob's own key is wrapped anew, while the service runs."""

from sqlalchemy import select

from assay.service.accounts import codes
from assay.service.accounts.tables import UserRow
from assay.service.actor import SYSTEM
from assay.service.audit.record import record
from assay.service.crashing import crash_point
from assay.service.database import Database
from assay.service.operations.backup import Progress
from assay.service.storage.blobs import Blobs


def rotate_keys(database: Database, blobs: Blobs, tell: Progress) -> int:
    """Wrap all keys and secrets by the current master key; return how many were another's.

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
        users = select(UserRow).where(UserRow.totp_secret.is_not(None)).with_for_update()
        for user in session.scalars(users):
            stored = user.totp_secret or b""
            user.totp_secret = codes.reseal(blobs.keyring, stored, user.id)
            rotated += user.totp_secret != stored
        facts = {"rotated": rotated, "blobs": len(digests)}
        record(session, SYSTEM, "keys.rotated", subject=blobs.keyring.current, facts=facts)
    return rotated
