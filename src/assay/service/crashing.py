"""Named points at which the tests kill the process: what was acknowledged must survive each.

``ASSAY_CRASH_AT=blob-renamed`` kills it, as ``kill -9`` does, the first time it comes by;
``ASSAY_CRASH_AT=blob-renamed:3`` the third.  Without that variable a point does nothing.
"""

import os
import signal
from collections import Counter

#: Every point: a start on an older database, a request from its transaction to its answer, a file,
#: its removal, a job, the log's anchors, backups and keys.
CRASH_POINTS = (
    "migration-committed",
    "request-begun",
    "audit-recorded",
    "request-done",
    "request-committed",
    "answer-sent",
    "object-temporary",
    "object-written",
    "object-synced",
    "object-renamed",
    "blob-data-stored",
    "blob-envelope-stored",
    "removal-begun",
    "removal-half",
    "job-claimed",
    "job-worked",
    "job-applied",
    "job-committed",
    "anchor-digests-kept",
    "anchor-head-kept",
    "backup-tables-kept",
    "backup-files-kept",
    "restore-files-kept",
    "restore-rows-written",
    "keys-half-rotated",
)

_passed: Counter[str] = Counter()


def crash_point(name: str) -> None:
    """Die here if the environment says so.

    Raises
    ------
    KeyError
        When the point is not listed in :data:`CRASH_POINTS`.
    """
    if name not in CRASH_POINTS:
        raise KeyError(name)
    wanted, _, times = os.environ.get("ASSAY_CRASH_AT", "").partition(":")
    if name != wanted:
        return
    _passed[name] += 1
    if _passed[name] == int(times or 1):
        os.kill(os.getpid(), signal.SIGKILL)
