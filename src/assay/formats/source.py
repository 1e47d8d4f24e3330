"""Where bytes come from: a directory, a zip or a tar, read through one strict door."""

import difflib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from assay.delivery import Finding
from assay.errors import MalformedError, SourceError
from assay.formats import archive_tar, archive_zip
from assay.formats.entry_names import clashes, is_litter, name_fault, shown
from assay.formats.limits import MAX_ENTRIES, MAX_ENTRY_BYTES, MAX_MAPPED_BYTES
from assay.formats.positioned import PositionedFile, SpooledFile, no_room
from assay.formats.source_rules import refused

E = TypeVar("E")

_ARCHIVE_ENDINGS = (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")


@dataclass(frozen=True)
class Source:
    """Named entries of a directory or archive, each read when asked for.

    Parameters
    ----------
    name
        Name for reports and messages: never a path of this machine.
    entries
        Sorted relative paths with ``/``; hidden entries and operating-system litter left out.
    read
        Returns the bytes of an entry; picklable, callable from several processes.  Raises
        :class:`assay.errors.MalformedError` where they cannot be had.
    findings
        Entries refused, and why.
    mapped
        Like ``read``, but returns memory that the operating system loads as it is touched, so
        that one file of any size can be looked through.  None where only ``read`` works.
    read_part
        ``read_part(entry, start, stop)`` returns some of the bytes of an entry.  None where only
        ``read`` works.
    """

    name: str
    entries: tuple[str, ...]
    read: Callable[[str], bytes]
    findings: tuple[Finding, ...] = ()
    mapped: Callable[[str], memoryview] | None = None
    read_part: Callable[[str, int, int], bytes] | None = None

    def view(self, entry: str) -> memoryview:
        """Return the bytes of an entry as a read-only view, mapped where possible."""
        return memoryview(self.read(entry)) if self.mapped is None else self.mapped(entry)

    def part(self, entry: str, start: int, stop: int) -> bytes:
        """Return the bytes from ``start`` to ``stop`` of an entry, without the others."""
        if self.read_part is None:
            return self.read(entry)[start:stop]
        return self.read_part(entry, start, stop)


def open_source(path: Path) -> Source:
    """Open a directory, zip or tar; a single file is a source of one entry.

    Archives are told by their first bytes, not by their names.  A folder that is called like the
    archive and wraps everything in it is taken off, because that is how file managers pack.
    Compressed tars are unpacked once into an unnamed temporary file.

    Parameters
    ----------
    path
        Directory or file.

    Returns
    -------
    Source
        With a finding for every entry that is refused.  A broken archive is a source without
        entries and with a finding that says why.

    Raises
    ------
    SourceError
        When the path does not exist or may not be read.
    """
    try:
        if path.is_dir():
            return _open_directory(path.resolve())
        return _open_file(path)
    except FileNotFoundError:
        raise SourceError(_missing(path)) from None
    except MalformedError as error:
        finding = Finding.from_error("", error)
        return Source(path.name, (), _Nothing().read, (finding,))
    except OSError as error:
        raise SourceError(
            f"{str(path)!r} cannot be read ({error.strerror}). Check the permissions."
        ) from error


def _missing(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"There is no {str(path)!r}, and no folder {str(folder)!r}. Check the path."
    siblings = [entry.name for entry in folder.iterdir() if not is_litter(entry.name)]
    near = difflib.get_close_matches(path.name, siblings, n=3, cutoff=0.5)
    if near:
        return f"There is no {str(path)!r}. Did you mean {' or '.join(map(repr, near))}?"
    return f"There is no {str(path)!r}. Check the path; its folder has {len(siblings)} entries."


def _open_file(path: Path) -> Source:
    file = PositionedFile(path.resolve())
    first = file.read_at(0, 512)
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _open_zip(path.name, file)
    for magic, packing in archive_tar.MAGIC.items():
        if first.startswith(magic):
            return _open_packed(path.name, file, packing)
    if archive_tar.is_tar(first):
        return _open_tar(path.name, file, ())
    return _open_single(path, file.size)


def _open_single(path: Path, size: int) -> Source:
    name = path.name
    if name.lower().endswith(_ARCHIVE_ENDINGS):
        raise MalformedError(
            "archive-broken",
            f"The file {shown(name)} is called an archive, but its first bytes are not one's.",
            "Deliver a zip or tar, or name the file for what it is.",
        )
    if size > MAX_MAPPED_BYTES:
        raise MalformedError(
            "entry-too-large",
            f"The file {shown(name)} has {size} bytes; at most {MAX_MAPPED_BYTES} are read.",
            "Split the file.",
        )
    reader = _FileReader(path.resolve().parent, {name: path.resolve().name})
    return Source(name, (name,), reader.read, (), reader.mapped, reader.read_part)


def _open_zip(name: str, file: PositionedFile) -> Source:
    listing = archive_zip.list_zip(file)
    entries, clashing = _settled(name, listing.entries)
    reader = _ZipReader(file, entries)
    findings = (*listing.findings, *clashing)
    return Source(name, tuple(entries), reader.read, findings, reader.mapped, reader.read_part)


def _open_packed(name: str, file: PositionedFile, packing: str) -> Source:
    spooled, findings = archive_tar.spool(file, packing)
    if not archive_tar.is_tar(spooled.read_at(0, 512)):
        if findings:
            return Source(name, (), _Nothing().read, findings)
        raise MalformedError(
            "archive-broken",
            f"The file {shown(name)} is packed by {packing}, but holds no tar.",
            "Deliver a zip, a tar, or the unpacked file.",
        )
    return _open_tar(name, spooled, findings)


def _open_tar(name: str, file: PositionedFile, findings: tuple[Finding, ...]) -> Source:
    listing = archive_tar.list_tar(file)
    entries, clashing = _settled(name, listing.entries)
    reader = _TarReader(file, entries)
    findings = (*findings, *listing.findings, *clashing)
    return Source(name, tuple(entries), reader.read, findings, reader.mapped, reader.read_part)


def _open_directory(root: Path) -> Source:
    pairs: list[tuple[str, str]] = []
    findings: list[Finding] = []
    for relative, fault in _walk(root):
        if fault is not None:
            findings.append(fault)
        elif len(pairs) < MAX_ENTRIES:
            pairs.append((relative, relative))
        else:
            raise MalformedError(
                "archive-entries",
                f"The folder has more than {MAX_ENTRIES} files.",
                "Split the delivery into several folders.",
            )
    entries, clashing = _settled("", pairs)
    reader = _FileReader(root, entries)
    return Source(
        root.name,
        tuple(entries),
        reader.read,
        (*findings, *clashing),
        reader.mapped,
        reader.read_part,
    )


def _walk(root: Path) -> Iterator[tuple[str, Finding | None]]:
    """Yield every file below ``root`` by relative name, with why it is refused if it is."""
    folders = [""]
    while folders:
        prefix = folders.pop()
        with os.scandir(root / prefix) as found:
            for entry in found:
                name = prefix + entry.name
                if is_litter(name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{name}/")
                else:
                    yield name, name_fault(name) or _file_fault(root, name, entry)


def _file_fault(root: Path, name: str, entry: os.DirEntry[str]) -> Finding | None:
    if entry.is_symlink():
        # Path.resolve raises on a loop of links; realpath returns a path that is no file.
        target = Path(os.path.realpath(root / name))
        if target.is_relative_to(root) and target.is_file():
            return None
        where = "does not lead to a file" if target.is_relative_to(root) else "leads outside"
        return refused(
            "entry-type",
            f"Entry {shown(name)} is a link that {where}.",
            "Put the file itself in its place.",
        )
    if not entry.is_file():
        return refused(
            "entry-type",
            f"Entry {shown(name)} is a device, pipe or socket.",
            "Put a file in its place.",
        )
    return None


def _settled(name: str, pairs: Sequence[tuple[str, E]]) -> tuple[dict[str, E], tuple[Finding, ...]]:
    """Return the entries with unique names, sorted, without a folder that wraps them all."""
    clashing, findings = clashes([entry for entry, _ in pairs])
    wrapper = name.partition(".")[0] + "/"
    wrapped = len(wrapper) > 1 and all(entry.startswith(wrapper) for entry, _ in pairs)
    skip = len(wrapper) if wrapped else 0
    return {
        entry[skip:]: place for entry, place in sorted(pairs) if entry not in clashing
    }, findings


def _too_large(name: str, size: int) -> MalformedError:
    return MalformedError(
        "entry-too-large",
        f"Entry {shown(name)} has {size} bytes; at most {MAX_ENTRY_BYTES} are read.",
        "Split the file, or deliver one label file per image.",
    )


@dataclass(frozen=True)
class _Nothing:
    """Reads the entries of a source that has none."""

    def read(self, entry: str) -> bytes:
        raise _unknown(entry)


@dataclass(frozen=True)
class _FileReader:
    """Reads files below a directory."""

    root: Path
    files: Mapping[str, str]
    maps: dict[str, PositionedFile] = field(default_factory=dict, compare=False)

    def read(self, entry: str) -> bytes:
        path = self._path(entry)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise _unreadable(entry, error) from None
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise _unreadable(entry, OSError(0, "no longer a file"))
            if status.st_size > MAX_ENTRY_BYTES:
                raise _too_large(entry, status.st_size)
            return os.read(descriptor, status.st_size)
        finally:
            os.close(descriptor)

    def mapped(self, entry: str) -> memoryview:
        return self._positioned(entry).mapped()

    def read_part(self, entry: str, start: int, stop: int) -> bytes:
        return self._positioned(entry).read_at(start, stop - start)

    def _positioned(self, entry: str) -> PositionedFile:
        if entry not in self.maps:
            try:
                file = PositionedFile(self._path(entry))
            except OSError as error:
                raise _unreadable(entry, error) from None
            if file.size > MAX_MAPPED_BYTES:
                raise _too_large(entry, file.size)
            self.maps[entry] = file
        return self.maps[entry]

    def _path(self, entry: str) -> Path:
        if entry not in self.files:
            raise _unknown(entry)
        return self.root / self.files[entry]


@dataclass(frozen=True)
class _ZipReader:
    """Reads entries of a zip."""

    file: PositionedFile
    places: Mapping[str, archive_zip.ZipEntry]
    maps: dict[str, PositionedFile] = field(default_factory=dict, compare=False)

    def read(self, entry: str) -> bytes:
        place = _place(self.places, entry)
        if place.size > MAX_ENTRY_BYTES:
            raise _too_large(entry, place.size)
        return archive_zip.unpack(self.file, entry, place)

    def mapped(self, entry: str) -> memoryview:
        return self._positioned(entry).mapped()

    def read_part(self, entry: str, start: int, stop: int) -> bytes:
        return self._positioned(entry).read_at(start, stop - start)

    def _positioned(self, entry: str) -> PositionedFile:
        if entry not in self.maps:
            self.maps[entry] = self._spooled(entry)
        return self.maps[entry]

    def _spooled(self, entry: str) -> SpooledFile:
        place = _place(self.places, entry)
        with tempfile.TemporaryFile() as target:
            try:
                archive_zip.unpack_into(self.file, entry, place, target)
                target.flush()
            except OSError as error:
                raise no_room(error) from error
            return SpooledFile(os.dup(target.fileno()))


@dataclass(frozen=True)
class _TarReader:
    """Reads entries of a plain tar."""

    file: PositionedFile
    places: Mapping[str, archive_tar.TarEntry]

    def read(self, entry: str) -> bytes:
        place = _place(self.places, entry)
        if place.size > MAX_ENTRY_BYTES:
            raise _too_large(entry, place.size)
        return self.file.read_at(place.offset, place.size)

    def mapped(self, entry: str) -> memoryview:
        place = _place(self.places, entry)
        return self.file.mapped()[place.offset : place.offset + place.size]

    def read_part(self, entry: str, start: int, stop: int) -> bytes:
        place = _place(self.places, entry)
        length = min(stop, place.size) - start
        return self.file.read_at(place.offset + start, max(length, 0))


def _place(places: Mapping[str, E], entry: str) -> E:
    if entry not in places:
        raise _unknown(entry)
    return places[entry]


def _unknown(entry: str) -> SourceError:
    return SourceError(f"The source has no entry {shown(entry)}. Ask for one of its entries.")


def _unreadable(entry: str, error: OSError) -> MalformedError:
    return MalformedError(
        "entry-unreadable",
        f"Entry {shown(entry)} cannot be read ({error.strerror}).",
        "Check the folder and its permissions, then run again.",
    )
