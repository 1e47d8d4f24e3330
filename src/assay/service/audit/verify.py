"""The verifier: a log's lines, anchors kept elsewhere and a public key; no database, no server.

Three things are checked of every line.  It is written as entries are, at its own number, and names
the digest of the line before (the chain).  Its digest is the one that was anchored, where digests
were.  And wherever a signed head says the root of the tree, the lines so far have that root.  Who
edits, drops, adds or swaps entries breaks the chain; who chains them anew breaks the roots; who
cuts the end off, or puts an old copy back, has fewer lines than a head.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assay.errors import AuditError
from assay.service.audit.chain import Entry, Tip
from assay.service.audit.heads import Head, PublicKey
from assay.service.audit.merkle import Frontier, leaf_hash


@dataclass(frozen=True, slots=True)
class Anchors:
    """What is known of a log from outside of it.

    Parameters
    ----------
    heads
        Signed heads, checked, by size.
    leaves
        Digests of the first entries, in order; as many as were kept.  They name the very entry that
        is wrong; without them a head can only say up to where all was right.
    """

    heads: tuple[Head, ...] = ()
    leaves: Sequence[bytes] = ()

    @classmethod
    def of(cls, notes: Iterable[str], key: PublicKey, leaves: Sequence[bytes] = ()) -> "Anchors":
        """Return the anchors of some signed notes, with those leaves that a head vouches for.

        Raises
        ------
        AuditError
            When a note is not a head that the key signed.
        """
        heads = sorted({key.check(note) for note in notes}, key=lambda head: (head.size, head.time))
        return cls(tuple(heads), leaves[: _vouched(heads, leaves)])

    @property
    def size(self) -> int:
        """Return the number of entries of the largest head."""
        return self.heads[-1].size if self.heads else 0


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a log stops being what it was.

    Parameters
    ----------
    sequence
        Number of the entry by which it shows.
    sound
        Up to this number all is as it was.  Where it is ``sequence`` − 1, the fault is in that very
        entry.
    reason
        What is wrong with it.
    """

    sequence: int
    sound: int
    reason: str

    def __str__(self) -> str:
        """Say it in one sentence."""
        if self.sound == self.sequence - 1:
            return f"Entry {self.sequence} is the first that is wrong: {self.reason}"
        return f"Wrong between entries {self.sound + 1} and {self.sequence}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier found.

    Parameters
    ----------
    entries
        Entries read; up to the fault where there is one.
    anchored
        Of these, entries that a signed head vouches for.  Those after it are chained, but who cuts
        them off is not seen before the next head is.
    heads
        Signed heads that the log was held against.
    fault
        The first fault; None where the log is what it was.
    """

    entries: int
    anchored: int
    heads: int
    fault: Fault | None

    @property
    def sound(self) -> bool:
        """Return whether nothing was found wrong."""
        return self.fault is None


def verify(lines: Iterable[bytes], anchors: Anchors) -> Verdict:
    """Return whether a log is what its anchors say, and which entry is the first that is not.

    Parameters
    ----------
    lines
        Lines of the exported log, with or without their newline; read once, never held.
    anchors
        What was kept outside.

    Examples
    --------
    >>> verify([], Anchors()).sound
    True
    >>> verify([b"nonsense"], Anchors()).fault.sequence
    1
    """
    at = _heads_by_size(anchors.heads)
    tree, tip, anchored, entries = Frontier(), Tip(), 0, 0
    for entries, line in enumerate(lines, start=1):
        text = line.removesuffix(b"\n")
        leaf = leaf_hash(text)
        known = anchors.leaves[entries - 1] if entries <= len(anchors.leaves) else None
        sound = entries - 1 if entries - 1 <= len(anchors.leaves) else anchored
        reason = "" if leaf == known else _broken(text, tip)
        if not reason and known not in {None, leaf}:
            reason = "it is not the entry that was anchored, and all after it was chained anew."
        tree, tip = tree.grow(leaf), Tip(entries, leaf)
        if not reason and any(root != tree.root for root in at.get(entries, ())):
            reason = f"the entries up to here are not those of the signed head of size {entries}."
        if reason:
            return Verdict(entries, anchored, len(anchors.heads), Fault(entries, sound, reason))
        anchored = entries if entries in at else anchored
    return Verdict(entries, anchored, len(anchors.heads), _cut(entries, anchored, anchors))


def _broken(text: bytes, tip: Tip) -> str:
    """Return what is wrong with a line that should follow; empty where nothing is."""
    try:
        entry = Entry.parse(text.decode())
    except (AuditError, UnicodeDecodeError) as error:
        return str(error) if isinstance(error, AuditError) else "it is not text."
    if entry.sequence != tip.size + 1:
        return f"it bears the number {entry.sequence}, but is line {tip.size + 1}."
    if entry.previous != tip.digest:
        return "it does not name the digest of the entry before it."
    return ""


def _cut(entries: int, anchored: int, anchors: Anchors) -> Fault | None:
    """Return the fault of a log that ends before its largest head."""
    if entries >= anchors.size:
        return None
    sound = entries if entries <= len(anchors.leaves) else anchored
    reason = (
        f"the log ends after {entries} entries, but a signed head of {anchors.heads[-1].time} "
        f"counts {anchors.size}. The end was cut off, or an old copy was put back."
    )
    return Fault(entries + 1, sound, reason)


def _heads_by_size(heads: Iterable[Head]) -> dict[int, set[bytes]]:
    """Return the roots that heads say by size; two of one size cannot both be right."""
    at: dict[int, set[bytes]] = {}
    for head in heads:
        at.setdefault(head.size, set()).add(head.root)
    return at


def _vouched(heads: Sequence[Head], leaves: Sequence[bytes]) -> int:
    """Return how many of the leaves make the root of a signed head."""
    at = _heads_by_size(heads)
    tree, vouched = Frontier(), 0
    for place, leaf in enumerate(leaves, start=1):
        tree = tree.grow(leaf)
        if tree.root in at.get(place, ()):
            vouched = place
    return vouched
