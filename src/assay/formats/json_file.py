"""A large JSON file whose top level is an object: found part by part, never parsed whole."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import MalformedError
from assay.formats.strict_json import MAX_DEPTH, parse_json

_WHITESPACE = re.compile(rb"[ \t\n\r]*")
_ROOM = 2**16
#: Objects of one array; the index of that many takes half a gigabyte.
MAX_OBJECTS = 2 * 10**7
_EXPORT = "Export the file again, and compare its size after the transfer."
_LONGEST_KEY = 1000
_PARSED_BYTES = 2**20

_FAULTS = {
    2: ("json-syntax", "ends inside {!r}"),
    3: ("json-depth", "nests more than 64 levels in {!r}"),
    4: ("json-syntax", "has an element of {!r} that is no object"),
    5: ("json-syntax", "lacks a comma or bracket in {!r}"),
}


@dataclass(frozen=True, eq=False)
class ObjectIndex:
    """Where the objects of an array lie.

    Parameters
    ----------
    starts, stops
        int64: bytes of each object.
    numbers
        int64: value of one member of each, -1 where it has to be read by parsing.
    """

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    numbers: NDArray[np.int64]

    def __len__(self) -> int:
        return self.starts.size


EMPTY_INDEX = ObjectIndex(*(np.empty(0, np.int64) for _ in range(3)))


def index_arrays(data: memoryview, members: Mapping[str, str]) -> dict[str, ObjectIndex]:
    """Find the objects of some arrays of a JSON object.

    Parameters
    ----------
    data
        The file.
    members
        Which arrays, and the member of their objects whose number is read along.

    Returns
    -------
    dict
        Only the arrays that the file has.

    Raises
    ------
    MalformedError
        When the file is not an object, an array is none, or the file ends early.
    """
    cursor = _Cursor(data)
    found: dict[str, ObjectIndex] = {}
    for key in cursor.members():
        if key in members:
            found[key] = cursor.objects(key, members[key])
        else:
            cursor.skip(key)
    return found


class _Cursor:
    """A place in a JSON text that moves forward."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._bytes = np.frombuffer(data, np.uint8)
        self._at = 3 if bytes(data[:3]) == b"\xef\xbb\xbf" else 0

    def members(self) -> Iterator[str]:
        """Yield each key of the object, standing before its value; the caller moves on."""
        self._expect(b"{")
        seen: set[str] = set()
        while not (self._peek() == b"}" and not seen):
            key = self._key()
            if key in seen:
                raise MalformedError("json-duplicate-key", f"The file has {key!a} twice.", _EXPORT)
            seen.add(key)
            self._expect(b":")
            yield key
            if self._peek() == b"}":
                break
            self._expect(b",")
        self._expect(b"}")
        if self._peek():
            raise self._fault("has more text after its end")

    def objects(self, key: str, number: str) -> ObjectIndex:
        """Return where the objects of the array here lie, and move behind it."""
        self._expect(b"[")
        wanted = np.frombuffer(f'"{number}"'.encode(), np.uint8)
        parts: list[ObjectIndex] = []
        state = 0
        while state == 0:
            part = ObjectIndex(*(np.empty(_ROOM, np.int64) for _ in range(3)))
            count, self._at, state = kernels.json_index.index_objects(
                self._bytes, self._at, MAX_DEPTH, wanted, part.starts, part.stops, part.numbers
            )
            parts.append(
                ObjectIndex(
                    part.starts[:count].copy(),
                    part.stops[:count].copy(),
                    part.numbers[:count].copy(),
                )
            )
            if len(parts) * _ROOM > MAX_OBJECTS:
                raise MalformedError(
                    "json-size",
                    f"The file has more than {MAX_OBJECTS} objects in {key!a}.",
                    "Split the file.",
                )
        if state > 1:
            rule, what = _FAULTS[state]
            raise self._fault(what.format(key), rule)
        return _joined(parts)

    def skip(self, key: str) -> None:
        """Move behind the value here; a small one is parsed, so that it is known to be sound."""
        self._peek()
        start = self._at
        self._at, fault = kernels.json_index.skip_value(self._bytes, start, MAX_DEPTH)
        if fault:
            rule = "json-depth" if fault == 2 else "json-syntax"
            raise self._fault(f"has no sound value of {key[:40]!a}", rule)
        if self._at - start <= _PARSED_BYTES:
            parse_json(bytes(self._data[start : self._at]), f"Member {key[:40]!a}")

    def _key(self) -> str:
        if self._peek() != b'"':
            raise self._fault("lacks a key")
        start = self._at
        self._at, fault = kernels.json_index.skip_value(self._bytes, start, MAX_DEPTH)
        if fault or self._at - start > _LONGEST_KEY:
            raise self._fault("has a key that does not end")
        return str(parse_json(bytes(self._data[start : self._at]), "A key"))

    def _expect(self, byte: bytes) -> None:
        if self._peek() != byte:
            raise self._fault(f"lacks {byte.decode()!r}")
        self._at += 1

    def _peek(self) -> bytes:
        space = _WHITESPACE.match(self._data, self._at)
        self._at = self._at if space is None else space.end()
        return bytes(self._data[self._at : self._at + 1])

    def _fault(self, what: str, rule: str = "json-syntax") -> MalformedError:
        return MalformedError(rule, f"The file {what}, at byte {self._at}.", _EXPORT)


def _joined(parts: list[ObjectIndex]) -> ObjectIndex:
    return ObjectIndex(
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.stops for part in parts]),
        np.concatenate([part.numbers for part in parts]),
    )
