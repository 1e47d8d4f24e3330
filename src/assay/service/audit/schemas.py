"""What the log says of itself."""

from typing import Annotated, Any

from pydantic import Field

from assay.service.schemas import Answer, Time

Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class AuditEntry(Answer):
    """One thing that was done.

    Parameters
    ----------
    sequence
        Its number, from 1.
    time
        When.
    actor
        Id of who did it, or ``system``.
    action
        What, as ``area.verb``.
    subject
        Id of what it was done to.
    facts
        What else there is to know.
    digest
        Leaf hash of the entry's line (RFC 9162).
    """

    sequence: int
    time: Time
    actor: str
    action: str
    subject: str
    facts: dict[str, Any]
    digest: Hex


class AuditHead(Answer):
    """The newest signed head.

    Parameters
    ----------
    size
        Entries that it counts.
    root
        Root of their tree.
    note
        The head as it was signed, to be kept.
    public_key
        The key that checks it; compare it with the one that you were given on another way.
    """

    size: int
    root: Hex
    note: str
    public_key: str


class AuditProof(Answer):
    """That an entry is in the log that was signed (RFC 9162, section 2.1.3).

    Parameters
    ----------
    line
        The entry, byte for byte.
    index
        Its place in the tree, from 0.
    proof
        Digests on the way to the root, lowest first.
    head
        The signed head that has that root.
    """

    line: str
    index: int
    proof: list[Hex]
    head: AuditHead
