"""Zip archives, read strictly: stored and deflated entries, every size and checksum verified.

The directory is parsed here instead of with :mod:`zipfile` because that reads it whole whatever
its size, keeps one file cursor (unsafe after a fork), and does not compare the two descriptions
that a zip holds of each entry.  Layout: PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5.3.
"""

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, Protocol

from assay.delivery import Finding
from assay.errors import MalformedError
from assay.formats.entry_names import is_litter, name_fault, shown
from assay.formats.limits import (
    MAX_ENTRIES,
    MAX_MAPPED_BYTES,
    MAX_RATIO,
    MAX_TOTAL_BYTES,
    RATIO_FREE_BYTES,
)
from assay.formats.source_rules import refused

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s2B4HL2L2H")

_STORED, _DEFLATED = 0, 8
_REPACK = "Pack the files again with a common zip tool."
_MAX_DIRECTORY_BYTES = 512 * 2**20


class Readable(Protocol):
    """Bytes that are read by position: a file, or memory."""

    @property
    def size(self) -> int:
        """Number of bytes."""

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to ``length`` bytes from ``offset`` on."""


class ZipEntry(NamedTuple):
    """Where an entry lies and what it unpacks to."""

    offset: int
    packed: int
    size: int
    checksum: int
    method: int


@dataclass(frozen=True)
class ZipListing:
    """The readable entries of a zip, by name, and why others are refused."""

    entries: tuple[tuple[str, ZipEntry], ...]
    findings: tuple[Finding, ...]


class _Record(NamedTuple):
    """One entry as the central directory describes it."""

    raw_name: bytes
    flags: int
    method: int
    checksum: int
    packed: int
    size: int
    header: int
    system: int
    attributes: int

    @property
    def name(self) -> str:
        # Flag 11: the name is UTF-8; before that flag it was code page 437 (APPNOTE 4.4.4).
        encoding = "utf-8" if self.flags & 0x800 else "cp437"
        return self.raw_name.decode(encoding, "surrogateescape")


def list_zip(file: Readable, *, max_ratio: int = MAX_RATIO) -> ZipListing:
    """Return what a zip holds, without unpacking anything.

    Parameters
    ----------
    file
        The archive.
    max_ratio
        Unpacked bytes per packed byte that an entry of any size may have.

    Raises
    ------
    MalformedError
        When the directory itself is broken.
    """
    start, count, directory = _directory(file)
    findings: list[Finding] = []
    placed: list[tuple[str, ZipEntry, int]] = []
    total = 0
    for record in _records(directory, count):
        name = record.name.removeprefix("./")
        fault = _record_fault(record, name, max_ratio)
        if fault is not None:
            findings.append(fault)
        elif not name.endswith("/") and not is_litter(name):
            placed.append((name, *_place(file, record, findings, start)))
            total += record.size
    if total > MAX_TOTAL_BYTES:
        raise MalformedError(
            "archive-bomb",
            f"The archive claims to unpack to {total} bytes; at most {MAX_TOTAL_BYTES} are read.",
            "Split the delivery into several archives.",
        )
    shared = _overlapping(placed, findings)
    sound = tuple(
        (name, entry)
        for place, (name, entry, header) in enumerate(placed)
        if header >= 0 and place not in shared
    )
    return ZipListing(sound, tuple(findings))


def unpack(file: Readable, name: str, entry: ZipEntry) -> bytes:
    """Return the bytes of an entry; raises MalformedError where they are not as stated."""
    return b"".join(unpacked_parts(file, name, entry))


def unpack_into(file: Readable, name: str, entry: ZipEntry, target: BinaryIO) -> None:
    """Write the bytes of an entry to an open file, in constant memory."""
    target.writelines(unpacked_parts(file, name, entry))


def unpacked_parts(file: Readable, name: str, entry: ZipEntry) -> Iterator[bytes]:
    """Yield the bytes of an entry, never more than it states, then verify size and checksum."""
    checksum = 0
    size = 0
    for part in _parts(file, name, entry):
        size += len(part)
        if size > entry.size:
            break
        checksum = zlib.crc32(part, checksum)
        yield part
    if size != entry.size:
        more = "more than" if size > entry.size else f"{size} instead of"
        raise MalformedError(
            "archive-mismatch",
            f"Entry {shown(name)} unpacks to {more} the {entry.size} bytes stated.",
            _REPACK,
        )
    if checksum != entry.checksum:
        raise MalformedError(
            "archive-checksum",
            f"Entry {shown(name)} has checksum {checksum:08x}, the archive says "
            f"{entry.checksum:08x}.",
            "The bytes changed after packing; upload again, or pack again from the originals.",
        )


def _parts(file: Readable, name: str, entry: ZipEntry) -> Iterator[bytes]:
    chunk = 2**22
    inflater = zlib.decompressobj(-15) if entry.method == _DEFLATED else None
    for offset in range(entry.offset, entry.offset + entry.packed, chunk):
        data = file.read_at(offset, min(chunk, entry.offset + entry.packed - offset))
        if inflater is None:
            yield data
            continue
        while data:
            try:
                yield inflater.decompress(data, chunk)
            except zlib.error:
                raise MalformedError(
                    "archive-mismatch",
                    f"Entry {shown(name)} cannot be unpacked: its packed bytes are broken.",
                    _REPACK,
                ) from None
            if inflater.eof:
                return
            data = inflater.unconsumed_tail


def _directory(file: Readable) -> tuple[int, int, bytes]:
    """Return start, number of entries and bytes of the central directory."""
    tail_start = max(0, file.size - _END.size - 0xFFFF)
    tail = file.read_at(tail_start, file.size - tail_start)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise _broken("has no end record; it is cut short, or no zip")
    _, disk, first, here, count, size, start, comment = _END.unpack_from(tail, at)
    end = tail_start + at
    if end + _END.size + comment != file.size:
        raise _broken("has bytes after its end record")
    if 0xFFFF in {here, count} or 0xFFFFFFFF in {size, start}:
        end, disk, first, here, count, size, start = _end64(file, end)
    if disk or first or here != count:
        raise _broken("is one part of several; deliver one whole archive")
    if start + size != end:
        raise _broken(f"states its directory at byte {start} with {size} bytes, which is not there")
    if count > MAX_ENTRIES or size > _MAX_DIRECTORY_BYTES or count * _CENTRAL.size > size:
        raise MalformedError(
            "archive-entries",
            f"The archive claims {count} entries in a directory of {size} bytes; at most "
            f"{MAX_ENTRIES} are read.",
            "Split the delivery into several archives.",
        )
    return start, count, file.read_at(start, size)


def _end64(file: Readable, end: int) -> tuple[int, int, int, int, int, int, int]:
    locator = file.read_at(max(0, end - _LOCATOR64.size), _LOCATOR64.size)
    if len(locator) == _LOCATOR64.size and locator.startswith(b"PK\x06\x07"):
        _, _, at, disks = _LOCATOR64.unpack(locator)
        record = file.read_at(at, _END64.size) if at < end else b""
        if len(record) == _END64.size and record.startswith(b"PK\x06\x06") and disks == 1:
            _, length, _, _, disk, first, here, count, size, start = _END64.unpack(record)
            if at + 12 + length == end - _LOCATOR64.size:
                return at, disk, first, here, count, size, start
    raise MalformedError(
        "archive-mismatch",
        "The archive says that its sizes are in a zip64 record, but has no sound one.",
        _REPACK,
    )


def _records(directory: bytes, count: int) -> Iterator[_Record]:
    at = 0
    for _ in range(count):
        if at + _CENTRAL.size > len(directory):
            raise _broken("has a directory that ends early")
        (
            signature, _, system, _, _, flags, method, _, _, checksum, packed, size,
            name_length, extra_length, comment_length, disk, _, attributes, header,
        ) = _CENTRAL.unpack_from(directory, at)  # fmt: skip
        stop = at + _CENTRAL.size + name_length + extra_length + comment_length
        if signature != b"PK\x01\x02" or stop > len(directory) or disk not in {0, 0xFFFF}:
            raise _broken("has a broken directory entry")
        name_stop = at + _CENTRAL.size + name_length
        name = directory[at + _CENTRAL.size : name_stop]
        extra = directory[name_stop : name_stop + extra_length]
        size, packed, header = _wide(extra, (size, packed, header))
        yield _Record(name, flags, method, checksum, packed, size, header, system, attributes)
        at = stop
    if at != len(directory):
        raise _broken("has bytes in its directory that belong to no entry")


def _wide(extra: bytes, narrow: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return size, packed size and position with those of the zip64 field in place (4.5.3)."""
    if 0xFFFFFFFF not in narrow:
        return narrow
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        field = extra[at + 4 :][:length]
        wanted = narrow.count(0xFFFFFFFF)
        if kind == 1 and len(field) == length >= 8 * wanted:
            wide = iter(struct.unpack_from(f"<{wanted}Q", field))
            size, packed, header = (
                next(wide) if value == 0xFFFFFFFF else value for value in narrow
            )
            return size, packed, header
        at += 4 + length
    raise MalformedError(
        "archive-mismatch",
        "An entry says that its size is in a zip64 field, but has no such field.",
        _REPACK,
    )


def _record_fault(record: _Record, name: str, max_ratio: int) -> Finding | None:
    fault = name_fault(name) or _kind_fault(record, name, max_ratio)
    if fault is None and not name.strip("/"):
        return refused("entry-path", "An entry has no name.", "Give every file a name.")
    return fault


def _kind_fault(record: _Record, name: str, max_ratio: int) -> Finding | None:
    mode = record.attributes >> 16 if record.system in {3, 19} else 0
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return refused(
            "entry-type",
            f"Entry {shown(name)} is a link or device.",
            "Put the file itself in its place.",
        )
    if record.flags & 0x2041:
        return refused(
            "archive-encrypted",
            f"Entry {shown(name)} is encrypted.",
            "Deliver without a password.",
        )
    if record.method not in {_STORED, _DEFLATED}:
        return refused(
            "archive-compression",
            f"Entry {shown(name)} is packed by method {record.method}.",
            "Pack with deflate, the default of zip tools.",
        )
    if record.size > MAX_MAPPED_BYTES:
        return refused(
            "entry-too-large",
            f"Entry {shown(name)} states {record.size} bytes; at most {MAX_MAPPED_BYTES} are read.",
            "Split the file.",
        )
    if record.size > RATIO_FREE_BYTES and record.size > max_ratio * record.packed:
        return refused(
            "archive-bomb",
            f"Entry {shown(name)} unpacks {record.packed} bytes to {record.size}.",
            f"Deliver files that pack to no less than 1/{max_ratio}, such as PNG.",
        )
    return None


def _place(
    file: Readable, record: _Record, findings: list[Finding], limit: int
) -> tuple[ZipEntry, int]:
    """Return where the bytes lie and where the local header does, -1 where they contradict."""
    header = file.read_at(record.header, _LOCAL.size + len(record.raw_name))
    fault = _local_fault(record, header)
    offset = record.header + _LOCAL.size
    if not fault:
        name_length, extra_length = struct.unpack_from("<2H", header, _LOCAL.size - 4)
        fault = _wide_fault(record, header, file.read_at(offset + name_length, extra_length))
        offset += name_length + extra_length
        if offset + record.packed > limit:
            fault = "lies beyond the end of the archive"
    entry = ZipEntry(offset, record.packed, record.size, record.checksum, record.method)
    if not fault:
        return entry, record.header
    findings.append(refused("archive-mismatch", f"Entry {shown(record.name)} {fault}.", _REPACK))
    return entry, -1


def _local_fault(record: _Record, header: bytes) -> str:
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        return "has no header where the directory says"
    (_, _, _, flags, method, _, _, checksum, packed, size, length, _) = _LOCAL.unpack_from(header)
    if length != len(record.raw_name) or header[_LOCAL.size :] != record.raw_name:
        return "has another name in its header than in the directory"
    if method != record.method or (flags ^ record.flags) & 0x0849:
        return "has another packing method in its header than in the directory"
    if record.method == _STORED and record.packed != record.size:
        return f"is stored, yet states {record.packed} packed and {record.size} unpacked bytes"
    # Flag 3: sizes follow the data; the header then holds zeros (APPNOTE 4.4.4).
    unknown = flags & 0x08
    for stated, real in ((checksum, record.checksum), (packed, record.packed), (size, record.size)):
        if stated not in {real, 0xFFFFFFFF} and not (unknown and stated == 0):
            return f"states {stated} in its header and {real} in the directory"
    return ""


def _wide_fault(record: _Record, header: bytes, extra: bytes) -> str:
    """Say how the zip64 field of a local header contradicts the directory (4.5.3)."""
    packed, size = struct.unpack_from("<2L", header, _LOCAL.size - 12)
    try:
        stated = _wide(extra, (size, packed, 0))[:2]
    except MalformedError:
        return "says that its size is in a zip64 field, but has no such field in its header"
    unknown = record.flags & 0x08
    for wide, real in zip(stated, (record.size, record.packed), strict=True):
        if wide != real and not (unknown and wide == 0):
            return f"states {wide} in its header and {real} in the directory"
    return ""


def _overlapping(placed: list[tuple[str, ZipEntry, int]], findings: list[Finding]) -> set[int]:
    """Return the places of entries whose stored bytes are claimed by another entry too."""
    spans = sorted(
        (header, entry.offset + entry.packed, place)
        for place, (_, entry, header) in enumerate(placed)
        if header >= 0
    )
    shared: set[int] = set()
    reach, owner = 0, -1
    for start, stop, place in spans:
        if start < reach:
            shared |= {place, owner}
        if stop > reach:
            reach, owner = stop, place
    if shared:
        names = sorted(placed[place][0] for place in shared)
        findings.append(
            refused(
                "archive-overlap",
                f"{len(names)} entries share stored bytes, among them {shown(names[0])}.",
                _REPACK,
            )
        )
    return shared


def _broken(what: str) -> MalformedError:
    return MalformedError("archive-broken", f"The zip {what}.", _REPACK)
