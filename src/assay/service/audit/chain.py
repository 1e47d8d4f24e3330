"""Entries of the audit log: lines of canonical JSON, each with the digest of the line before.

The digest of an entry is its RFC 9162 leaf hash, so that one number serves the chain and the tree
(:mod:`assay.service.audit.merkle`).  The line itself is what is stored, exported and hashed: nobody
has to write it anew to check it, and no database may round a number in it.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Self

from assay.errors import AuditError
from assay.service.audit.merkle import leaf_hash

#: What the first entry names as the digest of the one before.
NOTHING = bytes(32)

#: Keys of a line, sorted as they stand in it.
KEYS = ("action", "actor", "facts", "previous", "sequence", "subject", "time")

#: A value of JSON; numbers are finite.
Fact = bool | int | float | str | None | Sequence["Fact"] | Mapping[str, "Fact"]


@dataclass(frozen=True, slots=True)
class Event:
    """What somebody did.

    Parameters
    ----------
    time
        When, in UTC to the microsecond.
    actor
        Who: a user's id, or ``system``.
    action
        What, as ``area.verb``: ``project.created``.
    subject
        To what: an id.
    facts
        What else a reader must know, as JSON.  No secret and nobody's name: the log is for ever.
    """

    time: datetime
    actor: str
    action: str
    subject: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.time.tzinfo is None:
            raise AuditError(f"The time {self.time} has no zone. Give it in UTC.")
        object.__setattr__(self, "time", self.time.astimezone(UTC))
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))


@dataclass(frozen=True, slots=True)
class Entry:
    """An event at its place in the log.

    Parameters
    ----------
    sequence
        Its number, from 1.
    previous
        Digest of the entry before; :data:`NOTHING` for the first.
    event
        What was done.

    Examples
    --------
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> first = Tip().follow(Event(noon, "usr_a", "project.created", "prj_b", {"name": "Streets"}))
    >>> print(first.line[:79])
    {"action":"project.created","actor":"usr_a","facts":{"name":"Streets"},"previou
    >>> Entry.parse(first.line) == first
    True
    """

    sequence: int
    previous: bytes
    event: Event

    @property
    def line(self) -> str:
        """Return the entry as canonical JSON: sorted keys, no spaces, no newline."""
        return canonical(
            {
                "sequence": self.sequence,
                "previous": self.previous.hex(),
                "time": write_time(self.event.time),
                "actor": self.event.actor,
                "action": self.event.action,
                "subject": self.event.subject,
                "facts": self.event.facts,
            }
        )

    @property
    def digest(self) -> bytes:
        """Return the leaf hash of the line's UTF-8 bytes."""
        return leaf_hash(self.line.encode())

    @property
    def tip(self) -> "Tip":
        """Return where the log ends with this entry."""
        return Tip(self.sequence, self.digest)

    @classmethod
    def parse(cls, line: str) -> Self:
        """Return the entry that a line holds.

        Raises
        ------
        AuditError
            When the line is not exactly what :attr:`line` would write.
        """
        try:
            fields = json.loads(line)
            entry = cls(
                sequence=fields["sequence"],
                previous=bytes.fromhex(fields["previous"]),
                event=Event(
                    time=datetime.fromisoformat(fields["time"]),
                    actor=fields["actor"],
                    action=fields["action"],
                    subject=fields["subject"],
                    facts=fields["facts"],
                ),
            )
            written = entry.line
        except (ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
            raise AuditError("The line is not an entry of an audit log.") from error
        if written != line:
            raise AuditError("The line is not in the form in which entries are written.")
        return entry


@dataclass(frozen=True, slots=True)
class Tip:
    """Where a log ends: all that its next entry must know.

    Parameters
    ----------
    size
        Number of entries.
    digest
        Digest of the last; :data:`NOTHING` where there is none.
    """

    size: int = 0
    digest: bytes = NOTHING

    def follow(self, event: Event) -> Entry:
        """Return an event as the entry that comes next."""
        return Entry(self.size + 1, self.digest, event)


def canonical(value: Fact) -> str:
    r"""Return a value as the one JSON text that stands for it.

    Sorted keys, no spaces, the shortest number that reads back the same, characters beyond ASCII
    escaped so that no newline of Unicode breaks a line.

    Raises
    ------
    AuditError
        When the value is not JSON, or holds a number that is not finite.

    Examples
    --------
    >>> print(canonical({"b": 0.1, "a": [True, None, "é"]}))
    {"a":[true,null,"\u00e9"],"b":0.1}
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def write_time(time: datetime) -> str:
    """Return a time in UTC, always to the microsecond.

    Examples
    --------
    >>> write_time(datetime(2026, 1, 1, 12, tzinfo=UTC))
    '2026-01-01T12:00:00.000000Z'
    """
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: object) -> Any:  # noqa: ANN401 - any value of JSON
    """Return what the JSON writer takes, and refuse what would not read back the same."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, Mapping):
        return {_key(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(inner) for inner in value]
    raise AuditError(
        f"{value!r} cannot stand in the audit log. Give text, finite numbers, true, false, null, "
        "or lists and objects of them."
    )


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise AuditError(f"The key {key!r} of a fact is not text. Name it by text.")
    return key
