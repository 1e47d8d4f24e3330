"""Anchors: signed heads and digests, kept where who can write the database cannot.

A place for objects (a folder on another disk, a bucket of another account) holds one file a head
and one with the digests that it adds.  Names carry the size and the root, so that a head of another
log never takes the place of one that is there: a rewriting leaves both, and both are evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assay.errors import AuditError
from assay.service.audit.heads import Head, PublicKey, SigningKey
from assay.service.audit.verify import Anchors
from assay.service.crashing import crash_point
from assay.service.storage.objects import Objects

#: Where heads lie that the log no longer reaches.
_LOST = "lost"


@dataclass(frozen=True, slots=True)
class AnchorStore:
    """Where anchors are kept.

    Parameters
    ----------
    objects
        The place.
    """

    objects: Objects

    def keep(
        self,
        key: SigningKey,
        size: int,
        root: bytes,
        leaves: Sequence[bytes],
        time: datetime,
    ) -> str:
        """Sign a head, keep it with the digests of the entries that it adds, and return the note.

        Parameters
        ----------
        key
            Signs it.
        size, root
            What the log is.
        leaves
            Digests of the last entries of these, those that no head before counted.
        time
            Now.
        """
        note = key.sign(size, root, time)
        mark = f"{size:012d}-{root.hex()[:16]}"
        first = size - len(leaves) + 1
        # Digests first: without its head nobody believes them, without them the head still counts.
        if leaves:
            lines = "".join(f"{leaf.hex()}\n" for leaf in leaves)
            self.objects.put(f"digests/{first:012d}-{mark}", [lines.encode()])
        crash_point("anchor-digests-kept")
        self.objects.put(f"heads/{mark}", [note.encode()])
        crash_point("anchor-head-kept")
        return note

    def newest(self, key: PublicKey) -> Head | None:
        """Return the head of the most entries; None where there is none yet.

        Raises
        ------
        AuditError
            When it was not signed by the key.
        """
        note = self.newest_note()
        return None if note is None else key.check(note)

    def newest_note(self) -> str | None:
        """Return the note of the head of the most entries, unchecked."""
        name = max((listed.name for listed in self.objects.list("heads")), default=None)
        return None if name is None else self._text(name)

    def size(self, key: PublicKey) -> int:
        """Return how many entries the newest head counts."""
        head = self.newest(key)
        return 0 if head is None else head.size

    def lost_size(self) -> int:
        """Return how many entries the largest head counts that was ever set aside."""
        heads = (listed.name for listed in self.objects.list(_LOST))
        return max((_last(name) for name in heads if "/heads/" in name), default=0)

    def set_aside(self, *, beyond: int) -> None:
        """Move heads of more entries than so many, and their digests, where no verifier looks."""
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
        names = sorted(listed.name for listed in self.objects.list("heads"))
        return Anchors.of(map(self._text, names), key, self._leaves())

    def _leaves(self) -> list[bytes]:
        """Return the digests that follow one another from the first entry on.

        Two processes that anchored at once may both have kept the same ones.
        """
        leaves: list[bytes] = []
        for name in sorted(listed.name for listed in self.objects.list("digests")):
            before = _first(name) - 1
            digests = _digests(self._text(name))
            known = len(leaves) - before
            if 0 <= known < len(digests) and digests[:known] == leaves[before:]:
                leaves += digests[known:]
        return leaves

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
