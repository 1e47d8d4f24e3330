"""Going on with a log that ends before what was signed, because the rest of it is lost.

The heads that it does not reach are set aside, where they remain as evidence, and the log itself
says how many entries are gone.  Nothing of this is done unseen or unasked.
"""

from assay.errors import AuditError
from assay.service.actor import SYSTEM
from assay.service.audit import store
from assay.service.audit.anchors import AnchorStore
from assay.service.audit.heads import PublicKey
from assay.service.audit.record import record
from assay.service.audit.verify import Verdict, verify
from assay.service.database import Database


def accept_loss(database: Database, anchors: AnchorStore, key: PublicKey) -> int:
    """Set aside the heads that the log does not reach; return how many entries are lost.

    Raises
    ------
    AuditError
        When the log was changed and not merely cut: that is no loss, and nothing goes on.
    """
    with database.reading() as session:
        verdict = verify((line.encode() for line in store.all_lines(session)), anchors.read(key))
    entries = entries_if_cut(verdict)
    lost = max(anchors.size(key), anchors.lost_size()) - entries
    if lost <= 0:
        return 0
    anchors.set_aside(beyond=entries)
    with database.writing() as session:
        facts = {"entries_lost": lost, "entries_left": entries}
        record(session, SYSTEM, "audit.loss-accepted", subject=key.log, facts=facts)
    return lost


def entries_if_cut(verdict: Verdict) -> int:
    """Return how many entries a log has that is sound as far as it goes.

    Raises
    ------
    AuditError
        When any of them was changed.
    """
    if verdict.fault is not None and verdict.fault.sequence != verdict.entries + 1:
        raise AuditError(f"The audit log was changed. {verdict.fault} Take another backup.")
    return verdict.entries
