"""Anchors: signed heads and digests, kept where who can write the database cannot.

A place for objects (a folder on another disk, a bucket of another account) holds one file a head
and one with the digests that it adds.  Names carry the size and the root, so that a head of another
log never takes the place of one that is there: a rewriting leaves both, and both are evidence.
``latest`` says the newest head again, with what the next one grows from, so that neither a start
nor a new head has to read the others.
"""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from assay.errors import AuditError
from assay.service.audit.heads import PublicKey, SigningKey
from assay.service.audit.merkle import Frontier, grown
from assay.service.audit.verify import Anchors
from assay.service.crashing import crash_point
from assay.service.storage.objects import Objects

#: Where heads lie that the log no longer reaches, and the name of the newest.
_LOST, _LATEST = "lost", "latest"

#: Files read at once.
_HANDS = 16


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest head, and what the next grows from.

    Parameters
    ----------
    note
        The head as it was signed.
    tree
        The tree of all its entries.
    tip
        Digest of the last.
    """

    note: str
    tree: Frontier
    tip: bytes

    @property
    def text(self) -> bytes:
        """Return it as it is kept."""
        edge = [digest.hex() for digest in self.tree.edge]
        return json.dumps({"note": self.note, "edge": edge, "tip": self.tip.hex()}).encode()

    @classmethod
    def parse(cls, text: str, key: PublicKey) -> Self:
        """Return what :attr:`text` wrote, once the head's signature and its root are checked.

        Raises
        ------
        AuditError
            When it did not write it, or the key did not sign it.
        """
        try:
            fields = json.loads(text)
            note, tip = str(fields["note"]), bytes.fromhex(fields["tip"])
            edge = tuple(bytes.fromhex(digest) for digest in fields["edge"])
        except (ValueError, KeyError, TypeError) as error:
            raise AuditError(_DAMAGED) from error
        head = key.check(note)
        tree = Frontier(head.size, edge)
        if len(edge) != head.size.bit_count() or tree.root != head.root:
            raise AuditError(_DAMAGED)
        return cls(note, tree, tip)


@dataclass(frozen=True, slots=True)
class AnchorStore:
    """Where anchors are kept.

    Parameters
    ----------
    objects
        The place.
    """

    objects: Objects

    def keep(self, key: SigningKey, tree: Frontier, leaves: Sequence[bytes], time: datetime) -> str:
        """Sign a head, keep it with the digests of the entries that it adds, and return the note.

        Parameters
        ----------
        key
            Signs it.
        tree
            The tree of all entries.
        leaves
            Digests of the last entries of these, those that no head before counted; at least one.
        time
            Now.
        """
        note = key.sign(tree.size, tree.root, time)
        mark = f"{tree.size:012d}-{tree.root.hex()[:16]}"
        first = tree.size - len(leaves) + 1
        # Digests first: without its head nobody believes them, without them the head still counts.
        lines = "".join(f"{leaf.hex()}\n" for leaf in leaves)
        self.objects.put(f"digests/{first:012d}-{mark}", [lines.encode()])
        crash_point("anchor-digests-kept")
        self.objects.put(f"heads/{mark}", [note.encode()])
        crash_point("anchor-head-kept")
        self.objects.put(_LATEST, [Latest(note, tree, leaves[-1]).text])
        return note

    def latest(self, key: PublicKey) -> "Latest | None":
        """Return what the next head grows from; None where there is no head yet.

        Raises
        ------
        AuditError
            When it was not signed by the key, or is damaged.
        """
        if self.objects.find(_LATEST) is None:
            return self._found(key)
        return Latest.parse(self._text(_LATEST), key)

    def _found(self, key: PublicKey) -> "Latest | None":
        """Return the newest head, found among all; a start after a loss has to."""
        names = [listed.name for listed in self.objects.list("heads")]
        if not names:
            return None
        note = self._text(max(names))
        head, leaves = key.check(note), self.read(key).leaves
        if len(leaves) < head.size:
            raise AuditError(
                f"The digests beside the signed head of size {head.size} are not all there. Put "
                "the anchors back as they were, or take a new place for them."
            )
        return Latest(note, grown(leaves[: head.size]), leaves[head.size - 1])

    def size(self, key: PublicKey) -> int:
        """Return how many entries the newest head counts."""
        latest = self.latest(key)
        return 0 if latest is None else latest.tree.size

    def lost_size(self) -> int:
        """Return how many entries the largest head counts that was ever set aside."""
        heads = (listed.name for listed in self.objects.list(_LOST))
        return max((_last(name) for name in heads if "/heads/" in name), default=0)

    def set_aside(self, *, beyond: int) -> None:
        """Move heads of more entries than so many, and their digests, where no verifier looks."""
        self.objects.delete(_LATEST)
        for folder in ("heads", "digests"):
            for name in sorted(listed.name for listed in self.objects.list(folder)):
                if _last(name) > beyond:
                    self.objects.put(f"{_LOST}/{name}", self.objects.get(name))
                    self.objects.delete(name)

    def read(self, key: PublicKey) -> Anchors:
        """Return all that is known of the log.

        Raises
        ------
        AuditError
            When a head was not signed by the key.
        """
        return Anchors.of((text for _, text in self._texts("heads")), key, self._leaves())

    def _leaves(self) -> list[bytes]:
        """Return the digests that follow one another from the first entry on.

        Two processes that anchored at once may both have kept the same ones.
        """
        leaves: list[bytes] = []
        for name, text in self._texts("digests"):
            before = _first(name) - 1
            digests = _digests(text)
            known = len(leaves) - before
            if 0 <= known < len(digests) and digests[:known] == leaves[before:]:
                leaves += digests[known:]
        return leaves

    def _texts(self, folder: str) -> list[tuple[str, str]]:
        """Return all of a folder by name, read several at once: there may be very many."""
        names = sorted(listed.name for listed in self.objects.list(folder))
        with ThreadPoolExecutor(_HANDS) as pool:
            return list(zip(names, pool.map(self._text, names), strict=True))

    def _text(self, name: str) -> str:
        try:
            return b"".join(self.objects.get(name)).decode()
        except UnicodeDecodeError as error:
            raise AuditError(f"The anchor {name} is not text. Somebody changed it.") from error


def _first(name: str) -> int:
    """Return the number of the first entry of a file of digests."""
    return _number(name, -3)


def _last(name: str) -> int:
    """Return the number of the last entry that a head counts, or a file of digests has."""
    return _number(name, -2)


def _number(name: str, place: int) -> int:
    """Return a number of a name; 0 where it has none."""
    parts = name.rpartition("/")[2].split("-")
    number = parts[place] if len(parts) >= -place else ""
    return int(number) if number.isdecimal() and number.isascii() else 0


def _digests(text: str) -> list[bytes]:
    """Return the digests of a file; none where it holds anything else, for no head bears it out."""
    try:
        return [bytes.fromhex(line) for line in text.split()]
    except ValueError:
        return []


_DAMAGED = (
    "The newest head of the audit log is damaged where it is kept. Delete `latest` there: it is "
    "made again from the others."
)
