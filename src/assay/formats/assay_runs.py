"""The run cache: label maps as their runs, packed small and read in a tenth of a millisecond.

The layout is documented in ``docs/formats/assay-runs.md``.
"""

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import deflate
import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.delivery import Delivery, Finding, Reading, Rule
from assay.errors import LabelMapError, MalformedError, ParameterError
from assay.formats.entry_names import shown
from assay.formats.item_path import item_path
from assay.formats.keys import entries_by_key, entry_of, ignored_files
from assay.formats.source import Source
from assay.formats.spec import Format, Written
from assay.labels import LabelMap, Ontology

MAGIC = b"assayrun"
_VERSION = 1
_SUFFIX = ".runs"
#: Magic, version, bytes per value, bytes per length, packed, unused, height, width, runs, payload
#: bytes, ontology digest, checksum.
_HEADER = struct.Struct("<8sHBBB3xIIII32sI")
_LENGTH_TYPES: Mapping[int, type[np.unsignedinteger]] = {1: np.uint8, 2: np.uint16, 4: np.uint32}
_VALUE_TYPES: Mapping[int, type[np.unsignedinteger]] = {1: np.uint8, 2: np.uint16}
#: Runs of one item; a label map of 8192×8192 px with noise in every pixel has fewer.
_MAX_RUNS = 2**26
_REWRITE = "Write the cache again from the original delivery with `assay convert`."

RULES = (
    Rule(
        "runs-broken",
        "A run cache is damaged or of another version.",
        "Its header, size or checksum does not fit, or its runs do not fill the map. Nothing of "
        "it is used. " + _REWRITE,
    ),
    Rule(
        "runs-ontology",
        "A run cache was written for other classes.",
        "A cache holds class indexes without their names, so it is only valid for the same "
        "classes, ids and void ids in the same order. Definitions, colours and weights may "
        "change. " + _REWRITE,
    ),
)


@dataclass(frozen=True)
class AssayRunsOptions:
    """How a run cache is written.

    Parameters
    ----------
    level
        How hard the runs are packed, 0 (not at all, fastest to read) to 12 (smallest).
    """

    level: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.level <= 12:
            raise ParameterError(f"level is {self.level}; give 0 (fastest) to 12 (smallest).")


class _Header(NamedTuple):
    """The fixed part of a cache file."""

    magic: bytes
    version: int
    value_bytes: int
    length_bytes: int
    packed: int
    height: int
    width: int
    runs: int
    payload: int
    ontology: bytes
    checksum: int


def index_digest(ontology: Ontology) -> bytes:
    """Return 32 bytes that are equal where class indexes mean the same.

    Names, ids, void ids and their order count; colours, weights and definitions do not.
    """
    content = [ontology.names, ontology.ids.tolist()]
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).digest()


def encode_runs(label_map: LabelMap, digest: bytes, *, level: int = 0) -> bytes:
    """Return a label map as the bytes of a cache file.

    Parameters
    ----------
    digest
        From :func:`index_digest` of the ontology whose indexes the map holds.
    level
        See :class:`AssayRunsOptions`.
    """
    highest = int(label_map.values.max())
    value_bytes = 1 if highest < 256 else 2
    longest = int(label_map.lengths.max())
    length_bytes = next(size for size in _LENGTH_TYPES if longest < 256**size)
    raw = (
        label_map.values.astype(f"<u{value_bytes}").tobytes()
        + label_map.lengths.astype(f"<u{length_bytes}").tobytes()
    )
    body = bytes(deflate.deflate_compress(raw, level)) if level else raw
    packed = int(len(body) < len(raw))
    body = body if packed else raw
    fields = (
        MAGIC, _VERSION, value_bytes, length_bytes, packed, label_map.height, label_map.width,
        label_map.values.size, len(body), digest,
    )  # fmt: skip
    checksum = deflate.crc32(_HEADER.pack(*fields, 0) + body)
    return _HEADER.pack(*fields, checksum) + body


def decode_runs(data: bytes, digest: bytes, *, size: int) -> LabelMap:
    """Return the label map of a cache file.

    Parameters
    ----------
    digest
        From :func:`index_digest` of the ontology that the map is read for.
    size
        Number of indexes of that ontology.

    Raises
    ------
    MalformedError
        When the bytes are no sound cache, or one for other classes.
    """
    header = _header(data)
    if header.ontology != digest:
        raise MalformedError(
            "runs-ontology", "The cache was written for an ontology with other classes.", _REWRITE
        )
    values, lengths = _runs(header, data)
    if header.runs and int(values.max()) >= size:
        raise _broken(f"holds class index {values.max()}, the ontology has {size}")
    ends = np.empty(header.runs, np.uint32)
    row_starts = np.empty(header.height + 1, np.int64)
    fit = kernels.lengths.place_lengths(lengths, header.width, ends, row_starts)
    if fit != header.runs:
        raise _broken(f"has runs that do not fill {header.height}×{header.width} px (run {fit})")
    try:
        return LabelMap(header.height, header.width, ends, values, row_starts)
    except LabelMapError as error:
        raise _broken(f"breaks a rule of label maps: {error}") from None


def _header(data: bytes) -> _Header:
    if len(data) < _HEADER.size or data[: len(MAGIC)] != MAGIC:
        raise _broken(f"does not begin like one; it has {len(data)} bytes")
    header = _Header(*_HEADER.unpack_from(data))
    if header.version != _VERSION:
        raise _broken(f"is of version {header.version}; this program reads version {_VERSION}")
    if len(data) != _HEADER.size + header.payload:
        raise _broken(f"has {len(data)} bytes instead of {_HEADER.size + header.payload}")
    zeroed = data[: _HEADER.size - 4] + bytes(4)
    # The parts of a CRC are chained so that the payload is not copied.
    found = deflate.crc32(memoryview(data)[_HEADER.size :], deflate.crc32(zeroed))
    if found != header.checksum:
        raise _broken(f"has checksum {found:08x} instead of {header.checksum:08x}")
    _check_sizes(header)
    return header


def _check_sizes(header: _Header) -> None:
    sizes_known = header.value_bytes in _VALUE_TYPES and header.length_bytes in _LENGTH_TYPES
    pixels = header.height * header.width
    if not sizes_known or header.packed > 1 or not pixels or pixels >= 2**32:
        raise _broken("states sizes that no label map has")
    if not header.height <= header.runs <= min(pixels, _MAX_RUNS):
        raise _broken(f"states {header.runs} runs for {header.height}×{header.width} px")


def _runs(header: _Header, data: bytes) -> tuple[NDArray[np.uint16], NDArray[np.uint32]]:
    room = header.runs * (header.value_bytes + header.length_bytes)
    body: bytes | bytearray | memoryview = memoryview(data)[_HEADER.size :]
    if header.packed:
        try:
            body = deflate.deflate_decompress(body, room)
        except (deflate.DeflateError, ValueError):
            raise _broken("cannot be unpacked") from None
    if len(body) != room:
        raise _broken(f"unpacks to {len(body)} bytes instead of {room}")
    value_type = np.dtype(_VALUE_TYPES[header.value_bytes]).newbyteorder("<")
    length_type = np.dtype(_LENGTH_TYPES[header.length_bytes]).newbyteorder("<")
    values = np.frombuffer(body, value_type, header.runs)
    lengths = np.frombuffer(body, length_type, header.runs, header.runs * header.value_bytes)
    return values.astype(np.uint16), lengths.astype(np.uint32)


def _broken(what: str) -> MalformedError:
    return MalformedError("runs-broken", f"The run cache {what}.", _REWRITE)


@dataclass(frozen=True)
class _Reader:
    """Reads items of a run cache."""

    source: Source
    entries: Mapping[str, str]
    digest: bytes
    size: int

    def read(self, key: str) -> Reading:
        try:
            data = self.source.read(entry_of(self.entries, key))
            return Reading(decode_runs(data, self.digest, size=self.size))
        except MalformedError as error:
            return Reading(None, (Finding.from_error(key, error),))


def _detect(source: Source) -> bool:
    return any(entry.lower().endswith(_SUFFIX) for entry in source.entries)


def _open(source: Source, ontology: Ontology, name: str) -> Delivery:
    entries = entries_by_key(source, _SUFFIX)
    reader = _Reader(source, entries, index_digest(ontology), ontology.size)
    findings = ignored_files(source, frozenset(entries.values()))
    return Delivery(name, ASSAY_RUNS.name, ontology, tuple(sorted(entries)), reader.read, findings)


def _write(
    maps: Iterable[tuple[str, LabelMap]],
    target: Path,
    ontology: Ontology,
    options: AssayRunsOptions,
) -> Written:
    target.mkdir()
    digest = index_digest(ontology)
    items = 0
    for key, label_map in maps:
        _check_values(key, label_map, ontology)
        item_path(target, key, _SUFFIX).write_bytes(
            encode_runs(label_map, digest, level=options.level)
        )
        items += 1
    return Written(items)


def _check_values(key: str, label_map: LabelMap, ontology: Ontology) -> None:
    highest = int(label_map.values.max())
    if highest >= ontology.size:
        raise ParameterError(
            f"Map {shown(key)} holds index {highest}, but the ontology has {ontology.size} "
            "indexes. Write it with the ontology it was read with."
        )


ASSAY_RUNS = Format(
    name="assay-runs",
    summary="Assay's run cache: one small binary file per item, fastest to read",
    advice=(
        "A cache for labels that are judged again and again: a 2048×1024 street map is read in a "
        "tenth of a millisecond, dozens of times faster than its PNG, and takes 50 to 100 kB. "
        "Write it with `assay convert SRC DST --from … --to assay-runs --ontology FILE`.\n\n"
        "One `.runs` file per item holds the size, the runs row by row, a digest of the classes "
        "and a checksum. It is only read with the same classes in the same order. Use another "
        "format, such as `assay-json` or `index-png`, to exchange labels with other programs.\n\n"
        "Layout: see *Run cache* in the format documentation."
    ),
    lossless=True,
    detect=_detect,
    open=_open,
    write=_write,
    options=AssayRunsOptions,
)
