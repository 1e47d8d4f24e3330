"""What auditors ask of the log."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from assay.service.audit import store
from assay.service.audit.anchors import AnchorStore
from assay.service.audit.heads import Head, PublicKey
from assay.service.audit.merkle import inclusion_proof
from assay.service.problems import ConflictError, NotFoundError


@dataclass(frozen=True, slots=True)
class Proof:
    """That a line is in the log of a head."""

    line: str
    index: int
    proof: tuple[bytes, ...]
    head: Head
    note: str


def newest_head(anchors: AnchorStore, key: PublicKey) -> tuple[Head, str]:
    """Return the newest signed head, and its note.

    Raises
    ------
    NotFoundError
        When none was signed yet.
    """
    latest = anchors.latest(key)
    if latest is None:
        raise NotFoundError("head")
    return key.check(latest.note), latest.note


def prove(session: Session, anchors: AnchorStore, key: PublicKey, sequence: int) -> Proof:
    """Prove that an entry is in the log that was signed.

    Raises
    ------
    NotFoundError
        When there is no such entry.
    ConflictError
        When no signed head counts it yet.
    """
    row = store.entry(session, sequence)
    head, note = newest_head(anchors, key)
    leaves = anchors.read(key).leaves[: head.size]
    if sequence > len(leaves):
        raise ConflictError(
            f"No signed head counts entry {sequence} yet. Ask again after the next one is signed."
        )
    return Proof(row.line, sequence - 1, inclusion_proof(leaves, sequence - 1), head, note)
