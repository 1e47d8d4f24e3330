"""Tar archives, read strictly: plain files only, header checksums verified.

The headers are parsed here instead of with :mod:`tarfile` because that reads extension headers of
any size into memory, and tolerates broken checksums, links and lies.  Layouts: POSIX.1-2017 pax
(``ustar`` with ``x`` and ``g`` headers) and GNU tar's long names (``L``, ``K``).
"""

import bz2
import gzip
import lzma
import os
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, NamedTuple

from assay.delivery import Finding
from assay.errors import MalformedError
from assay.formats.entry_names import is_litter, name_fault, shown
from assay.formats.limits import (
    MAX_ENTRIES,
    MAX_MAPPED_BYTES,
    MAX_PATH_BYTES,
    MAX_RATIO,
    MAX_TOTAL_BYTES,
    MAX_XZ_MEMORY,
)
from assay.formats.positioned import PositionedFile, SpooledFile, no_room
from assay.formats.source_rules import refused

_BLOCK = 512
_CHUNK = 2**20
_REPACK = "Pack the files again with a common tar tool."
_MAX_EXTENSION_BYTES = 64 * 2**10
# What a compressed tar may unpack to before its ratio matters: padding alone packs very well.
_FREE_BYTES = 64 * 2**20

MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz"}


class TarEntry(NamedTuple):
    """Where an entry lies."""

    offset: int
    size: int


@dataclass(frozen=True)
class TarListing:
    """The readable entries of a tar, by name, and why others are refused."""

    entries: tuple[tuple[str, TarEntry], ...]
    findings: tuple[Finding, ...]


class _Header(NamedTuple):
    name: str
    size: int
    kind: bytes


def is_tar(block: bytes) -> bool:
    """Say whether the first 512 bytes of a file are a sound tar header."""
    return len(block) == _BLOCK and any(block) and _checksum_holds(block)


def list_tar(file: PositionedFile) -> TarListing:
    """Return what a plain tar holds, without reading the entries.

    Raises
    ------
    MalformedError
        When the first header is broken.
    """
    findings: list[Finding] = []
    entries: list[tuple[str, TarEntry]] = []
    try:
        for header, offset in _members(file):
            name = header.name.removeprefix("./")
            fault = name_fault(name) or _kind_fault(header, name)
            if fault is not None:
                findings.append(fault)
            elif header.kind not in b"5" and name and not is_litter(name):
                entries.append((name, TarEntry(offset, header.size)))
    except MalformedError as error:
        # What lies before the fault is sound, so it is read; the rest is reported.
        findings.append(Finding.from_error("", error))
    return TarListing(tuple(entries), tuple(findings))


def _members(file: PositionedFile) -> Iterator[tuple[_Header, int]]:
    """Yield each file's header and the position of its bytes."""
    at = 0
    extension: dict[str, str] = {}
    for _ in range(2 * MAX_ENTRIES):
        block = file.read_at(at, _BLOCK)
        if len(block) < _BLOCK:
            raise _truncated(f"The tar ends at byte {file.size} without its end mark.")
        if not any(block):
            return
        header = _parse(block, at)
        at += _BLOCK
        size = _whole(extension["size"]) if "size" in extension else header.size
        if header.kind in b"xLKg":
            # A g header sets defaults for all entries; only comments are common, so it is skipped.
            extension = {**extension, **_extension(file, at, header)}
        else:
            name = extension.get("path", header.name)
            stored = size if header.kind in b"07\0" else 0
            if at + stored > file.size:
                raise _truncated(f"Entry {shown(name)} states {stored} bytes, but the tar ends.")
            yield _Header(name, stored, header.kind), at
            extension = {}
        data = header.size if header.kind in b"xLKg" else _stored_size(header.kind, size)
        at += -(-data // _BLOCK) * _BLOCK
    raise MalformedError(
        "archive-entries",
        f"The tar has more than {MAX_ENTRIES} entries.",
        "Split the delivery into several archives.",
    )


def _stored_size(kind: bytes, size: int) -> int:
    """Return the bytes that follow a header: links, devices and folders have none."""
    return 0 if kind in b"123456" else size


def _kind_fault(header: _Header, name: str) -> Finding | None:
    if header.kind not in b"0\x0057":
        return refused(
            "entry-type",
            f"Entry {shown(name)} is a link, device or other special entry "
            f"(type {header.kind.decode('latin-1')!r}).",
            "Put the file itself in its place.",
        )
    if header.size > MAX_MAPPED_BYTES:
        return refused(
            "entry-too-large",
            f"Entry {shown(name)} has {header.size} bytes; at most {MAX_MAPPED_BYTES} are read.",
            "Split the file.",
        )
    return None


def _parse(block: bytes, at: int) -> _Header:
    if not _checksum_holds(block):
        raise MalformedError(
            "archive-checksum",
            f"The tar header at byte {at} has a wrong checksum; what follows it is not read.",
            "The bytes changed after packing; upload again, or pack again from the originals.",
        )
    name = _text(block[:100])
    kind = block[156:157]
    if block[257:263] == b"ustar\0" and (prefix := _text(block[345:500])):
        name = f"{prefix}/{name}"
    return _Header(name, _number(block[124:136]), kind)


def _checksum_holds(block: bytes) -> bool:
    try:
        stated = _number(block[148:156])
    except MalformedError:
        return False
    # The sum takes the checksum field itself as eight spaces.
    return stated == sum(block) - sum(block[148:156]) + 8 * 32


def _number(field: bytes) -> int:
    if field[0] == 0x80:
        # GNU: large numbers in base 256.
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if not digits:
        return 0
    if digits.strip(b"01234567"):
        raise MalformedError(
            "archive-broken", f"The tar holds {field!r} where an octal number belongs.", _REPACK
        )
    return int(digits, 8)


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


def _extension(file: PositionedFile, at: int, header: _Header) -> dict[str, str]:
    if header.size > _MAX_EXTENSION_BYTES:
        raise MalformedError(
            "entry-name-long",
            f"The tar holds an extension header of {header.size} bytes; at most "
            f"{_MAX_EXTENSION_BYTES} are read.",
            "Shorten the names and pack again without extended attributes.",
        )
    data = file.read_at(at, header.size)
    if len(data) < header.size:
        raise _truncated("The tar ends inside an extension header.")
    if header.kind == b"L":
        # Cut only far beyond the limit of names, so that the name is refused as too long.
        return {"path": _text(data[: 4 * MAX_PATH_BYTES])}
    return _pax_records(data) if header.kind == b"x" else {}


def _pax_records(data: bytes) -> dict[str, str]:
    """Return the records that matter of an extension header, each ``length key=value``."""
    records: dict[str, str] = {}
    at = 0
    while at < len(data) and data[at]:
        digits = data[at : at + 8].partition(b" ")[0]
        length = int(digits) if digits.isdigit() else 0
        key, equals, value = data[at + len(digits) + 1 : at + length].partition(b"=")
        if at + length > len(data) or not equals or not value.endswith(b"\n"):
            raise MalformedError(
                "archive-broken", "The tar holds a broken extension header.", _REPACK
            )
        if key in {b"path", b"size"}:
            records[key.decode()] = value[:-1].decode("utf-8", "surrogateescape")
        elif key.startswith(b"GNU.sparse"):
            raise MalformedError(
                "entry-type", "The tar holds a sparse file.", "Pack again without --sparse."
            )
        at += length
    return records


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise MalformedError("archive-broken", f"The tar states the size {shown(text)}.", _REPACK)
    return int(text)


def spool(file: PositionedFile, packing: str) -> tuple[SpooledFile, tuple[Finding, ...]]:
    """Unpack a compressed tar once into an unnamed temporary file, counting the bytes.

    Raises
    ------
    MalformedError
        When it unpacks to absurdly much.
    StorageUnavailableError
        When there is no room for it.
    """
    findings: tuple[Finding, ...] = ()
    with tempfile.TemporaryFile() as target:
        try:
            _copy(file, packing, target)
        except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise no_room(error) from error
            truncated = _truncated(f"The {packing} stream is broken or ends early.")
            findings = (Finding.from_error("", truncated),)
        target.flush()
        return SpooledFile(os.dup(target.fileno())), findings


def _copy(file: PositionedFile, packing: str, target: IO[bytes]) -> None:
    written = 0
    for part in _unpacked(file, packing):
        written += len(part)
        absurd = written > _FREE_BYTES and written > MAX_RATIO * file.size
        if absurd or written > MAX_TOTAL_BYTES:
            raise MalformedError(
                "archive-bomb",
                f"The archive of {file.size} bytes unpacks to more than {written - len(part)}.",
                f"Deliver files that pack to no less than 1/{MAX_RATIO}, such as PNG.",
            )
        target.write(part)


def _unpacked(file: PositionedFile, packing: str) -> Iterator[bytes]:
    if packing == "xz":
        yield from _xz_parts(file)
        return
    with file.stream() as packed:
        stream = gzip.GzipFile(fileobj=packed) if packing == "gzip" else bz2.BZ2File(packed)
        while part := stream.read1(_CHUNK):
            yield part


def _xz_parts(file: PositionedFile) -> Iterator[bytes]:
    # lzma.open has no memory limit, and a stream may ask for a dictionary of 4 GiB.
    inflater = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_XZ_MEMORY)
    at = 0
    while not inflater.eof:
        data = b""
        if inflater.needs_input:
            data = file.read_at(at, _CHUNK)
            at += len(data)
            if not data:
                raise EOFError
        yield inflater.decompress(data, _CHUNK)


def _truncated(message: str) -> MalformedError:
    return MalformedError(
        "archive-truncated", message, "Upload the archive again and compare its size."
    )
