"""Archives that lie, climb, swell or are cut: zip, tar, and tar packed by gzip, bzip2 and xz."""

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from corpus.entry import SOUND, Entry, Family
from corpus.quine import quine
from formats.archives import patched, special_tar, special_zip, tar_bytes, zip_bytes

_A, _B = SOUND["a.png"], SOUND["b.png"]

#: A sound zip of which bytes are changed: the local header of ``a.png`` stands at 0.
STORED = zip_bytes(SOUND, method=0)
CENTRAL = STORED.index(b"PK\x01\x02")
END = STORED.index(b"PK\x05\x06")

#: Zips whose directory is broken, so that nothing is read.
BROKEN_ZIPS: Mapping[str, tuple[bytes, str]] = {
    "cut in the middle": (STORED[: len(STORED) // 2], "archive-broken"),
    "the last byte missing": (STORED[:-1], "archive-broken"),
    "a byte too many": (STORED + b"x", "archive-broken"),
    "bytes in front": (b"junk" + STORED, "archive-broken"),
    "a signature alone": (b"PK\x03\x04", "archive-broken"),
    "an entry of the directory damaged": (patched(STORED, CENTRAL, b"PKxx"), "archive-broken"),
    "one part of several": (patched(STORED, END + 4, b"\1\0"), "archive-broken"),
    "zip64 announced and absent": (
        patched(STORED, END + 8, b"\xff\xff\xff\xff"), "archive-mismatch"),
    "65,534 entries announced": (patched(STORED, END + 8, b"\xfe\xff\xfe\xff"), "archive-entries"),
    "fewer entries announced": (patched(STORED, END + 8, b"\1\0\1\0"), "archive-broken"),
    "a size left to a zip64 field that is absent": (
        patched(STORED, CENTRAL + 20, b"\xff\xff\xff\xff"), "archive-mismatch"),
    "a name of 65,535 bytes announced": (
        patched(STORED, CENTRAL + 28, b"\xff\xff"), "archive-broken"),
    "a first signature damaged": (patched(STORED, 0, b"PKxx"), "archive-broken"),
    "no byte": (b"", "archive-broken"),
    "text called zip": (b"not a zip at all", "archive-broken"),
    "a 7z archive called zip": (b"7z\xbc\xaf\x27\x1c" + bytes(60), "archive-broken"),
    "a RAR archive called zip": (b"Rar!\x1a\x07\x01\0" + bytes(60), "archive-broken"),
    "HTML of a login page called zip": (b"<!DOCTYPE html><title>Sign in", "archive-broken"),
}  # fmt: skip

#: Zips of which one entry, ``a.png``, contradicts itself or cannot be read.
BROKEN_ENTRIES: Mapping[str, tuple[bytes, str]] = {
    "another name in the header": (patched(STORED, 30, b"z.png"), "archive-mismatch"),
    "another method in the header": (patched(STORED, 8, b"\x08\0"), "archive-mismatch"),
    "another size in the header": (patched(STORED, 18, b"\1\0\0\0"), "archive-mismatch"),
    "another checksum in the header": (patched(STORED, 14, b"\1\0\0\0"), "archive-mismatch"),
    "encrypted by its header": (patched(STORED, 6, b"\1\0"), "archive-mismatch"),
    "encrypted by the directory": (patched(STORED, CENTRAL + 8, b"\1\0"), "archive-encrypted"),
    "names in another encoding than the header says": (
        patched(STORED, CENTRAL + 8, b"\0\x08"), "archive-mismatch"),
    "packed by a method that is not read": (
        patched(STORED, CENTRAL + 10, b"\x0c\0"), "archive-compression"),
    "stored, yet another size unpacked": (
        patched(STORED, CENTRAL + 24, b"\1\0\0\0"), "archive-mismatch"),
    "4 GB said to unpack from a hundred bytes": (
        patched(STORED, CENTRAL + 24, b"\0\0\0\xf0"), "archive-bomb"),
    "a header elsewhere": (patched(STORED, CENTRAL + 42, b"\xff\0\0\0"), "archive-mismatch"),
    "a name with a zero byte": (patched(STORED, CENTRAL + 46, b"a\0png"), "entry-characters"),
    "a byte changed, so that the checksum is wrong": (
        patched(STORED, 60, b"\x99"), "archive-checksum"),
}  # fmt: skip


def _lying(stated: int) -> bytes:
    size = len(_A)
    return zip_bytes(SOUND).replace(struct.pack("<L", size), struct.pack("<L", size + stated), 2)


def _overlapping() -> bytes:
    """Return a zip of which two directory entries point at one local header, as in bombs."""
    one = zip_bytes({"a.png": _A}, method=0)
    start, stop = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    doubled = one[:stop] + one[start:stop] + patched(one[stop:], 8, b"\2\0\2\0")
    return patched(doubled, len(doubled) - 10, struct.pack("<L", 2 * (stop - start)))


def _holding_itself() -> bytes:
    """Return a zip whose stored entry is said to be the whole archive, that entry included."""
    sound = zip_bytes(SOUND, method=0)
    size = struct.pack("<L", len(sound))
    return patched(patched(sound, 18, size * 2), CENTRAL + 20, size * 2)


def _packed_as_stream() -> bytes:
    """Return a zip whose sizes follow the data, as programs write that cannot go back."""

    class Pipe(io.RawIOBase):
        data = b""

        def writable(self) -> bool:
            return True

        def write(self, part: Any) -> int:
            self.data += bytes(part)
            return len(bytes(part))

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in SOUND.items():
            archive.writestr(name, data)
    return pipe.data


def _zip64(*, size: int | None = None) -> bytes:
    """Return a zip with zip64 fields; ``size`` is a lie in that of the first header."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in SOUND.items():
            with archive.open(name, "w", force_zip64=True) as entry:
                entry.write(data)
    if size is None:
        return target.getvalue()
    return patched(target.getvalue(), 30 + len("a.png") + 4, struct.pack("<2Q", size, size))


def _nested(depth: int) -> bytes:
    data = zip_bytes({"a.png": _A})
    for _ in range(depth):
        data = zip_bytes({"labels.zip": data})
    return data


def _of_two(kind: int) -> bytes:
    """Return a zip whose ``a.png`` is of a special kind, beside a sound ``b.png``."""
    target = io.BytesIO(special_zip(kind))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(zipfile.ZipInfo("b.png"), _B)
    return target.getvalue()


def _bomb() -> bytes:
    return zip_bytes({"a.png": bytes(16 * 2**20), "b.png": _B})


def _many() -> bytes:
    return zip_bytes({**SOUND, **{f"notes/{number}.txt": b"" for number in range(20_000)}})


def _broken_deflate() -> bytes:
    noise = np.random.default_rng(1).bytes(50) * 30
    return patched(zip_bytes({"a.png": noise, "b.png": _B}), 35, b"\xff" * 20)


def _doubled() -> bytes:
    return zip_bytes({"a.png": _A, "z.png": _A, "b.png": _B}).replace(b"z.png", b"a.png")


_ZIP = Family("Zip")


def _zips() -> tuple[Entry, ...]:
    zipped: Callable[..., Callable[[], bytes]] = partial(partial, zip_bytes)
    return (
        _ZIP.accepted("nothing", zipped(SOUND)),
        _ZIP.accepted("written as a stream", _packed_as_stream),
        _ZIP.accepted("zip64 fields", _zip64),
        _ZIP.accepted("20,000 files that are no labels", _many, "ignored-file"),
        _ZIP.accepted("an archive within", zipped({**SOUND, "more.zip": _nested(3)}),
                      "ignored-file"),
        _ZIP.item_refused("zip64 fields that contradict the directory", partial(_zip64, size=9**9),
                          "archive-mismatch"),
        _ZIP.item_refused("deflate of 1000:1", _bomb, "archive-bomb"),
        _ZIP.item_refused("a size that is too large by 1", partial(_lying, 1), "archive-mismatch"),
        _ZIP.item_refused("a size that is too small by 1", partial(_lying, -1),
                          "archive-mismatch"),
        _ZIP.item_refused("broken deflate bytes", _broken_deflate, "archive-mismatch"),
        _ZIP.item_refused("two entries of one name", _doubled, "entry-duplicate"),
        _ZIP.item_refused("an entry that holds the archive itself", _holding_itself,
                          "archive-mismatch"),
        *(
            _ZIP.item_refused(what, partial(_of_two, kind | 0o777), "entry-type")
            for what, kind in (("a link", stat.S_IFLNK), ("a character device", stat.S_IFCHR),
                               ("a block device", stat.S_IFBLK), ("a pipe", stat.S_IFIFO))
        ),
        *(
            _ZIP.item_refused(f"packed by {name}",
                              partial(_with_method, method), "archive-compression")
            for name, method in (("bzip2", zipfile.ZIP_BZIP2), ("LZMA", zipfile.ZIP_LZMA))
        ),
        _ZIP.refused("a quine, which unpacks to itself, as a label image",
                     partial(quine, b"a.png"), "png-signature"),
        _ZIP.refused("a quine as an archive within", partial(quine, b"more.zip"), "ignored-file"),
        _ZIP.refused("entries that share bytes", _overlapping, "archive-overlap"),
        _ZIP.refused("archives in archives, forty deep", partial(_nested, 40), "ignored-file"),
        _ZIP.refused("no entry", partial(zip_bytes, {}), "delivery-unreadable"),
        _ZIP.refused("hidden files alone", zipped({".a.png": _A}), "delivery-unreadable"),
        *(_ZIP.refused(wrong, partial(bytes, data), rule)
          for wrong, (data, rule) in BROKEN_ZIPS.items()),
        *(_ZIP.item_refused(wrong, partial(bytes, data), rule)
          for wrong, (data, rule) in BROKEN_ENTRIES.items()),
    )  # fmt: skip


def _with_method(method: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.png"), _A, method)
        archive.writestr(zipfile.ZipInfo("b.png"), _B)
    return target.getvalue()


_TAR_BYTES = tar_bytes(SOUND, form=tarfile.USTAR_FORMAT)
_BEFORE_A = tar_bytes({"b.png": _B}, form=tarfile.USTAR_FORMAT)[:1024]


def resealed(header: bytes) -> bytes:
    """Return the header of a tar with the checksum that fits it."""
    blank = patched(header, 148, b" " * 8)
    return patched(header, 148, b"%06o\0 " % sum(blank))


def pax(records: bytes) -> bytes:
    """Return a tar: ``b.png``, then ``a.png`` with these extension records."""
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, len(records)
    extension = header.tobuf() + records + bytes(-len(records) % 512)
    return _BEFORE_A + extension + tar_bytes({"a.png": _A})


def _bent(at: int, replacement: bytes) -> bytes:
    """Return a tar: ``b.png``, then ``a.png`` with its header changed and resealed."""
    rest = tar_bytes({"a.png": _A}, form=tarfile.USTAR_FORMAT)
    return _BEFORE_A + resealed(patched(rest[:512], at, replacement)) + rest[512:]


def _zeros(mebibytes: int) -> bytes:
    return tar_bytes({"a.png": bytes(mebibytes * 2**20)})


def _greedy_xz() -> bytes:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 2**29}]
    return lzma.compress(tar_bytes(SOUND), filters=filters)


#: Extension headers that are refused: the records, and the rule.
BROKEN_PAX: Mapping[str, tuple[bytes, str]] = {
    "a record too short for its key": (b"3 path=b/c\n", "archive-broken"),
    "a record that ends early": (b"13 size=99999\n"[:14], "archive-broken"),
    "a record cut short": (b"16 comment=hello\n"[:17], "archive-broken"),
    "a record longer than the header": (b"99 path=b/c\n", "archive-broken"),
    "a record of no length": (b"0 path=b/c\n", "archive-broken"),
    "a record of negative length": (b"-2 path=b/c\n", "archive-broken"),
    "a record without length": (b"path=b/c\n", "archive-broken"),
    "a negative size": (b"11 size=-1\n", "archive-broken"),
    "a size beyond the end": (b"14 size=99999\n", "archive-truncated"),
    "a path that climbs out": (b"13 path=../b\n", "entry-path"),
    "a sparse file": (b"22 GNU.sparse.major=1\n", "entry-type"),
    "100,000 bytes": (b"1" * 100_000, "entry-name-long"),
}

_TAR = Family("Tar", file="labels.tar")
_PACKED = Family("Packed tar", file="labels.tar.gz")


def _tars() -> tuple[Entry, ...]:
    kinds = {"a link": tarfile.SYMTYPE, "a hard link": tarfile.LNKTYPE,
             "a character device": tarfile.CHRTYPE, "a block device": tarfile.BLKTYPE,
             "a pipe": tarfile.FIFOTYPE, "an old sparse file": b"S"}  # fmt: skip
    return (
        _TAR.accepted("nothing", partial(tar_bytes, SOUND)),
        _TAR.accepted("headers of GNU", partial(tar_bytes, SOUND, form=tarfile.GNU_FORMAT)),
        _TAR.accepted("an extension header with a comment", partial(pax, b"17 comment=hello\n")),
        _TAR.accepted("an extension header with zeros at its end",
                      partial(pax, b"14 path=a.png\n" + bytes(30))),
        _TAR.item_refused("two entries of one name", _twice, "entry-duplicate"),
        *(
            _TAR.item_refused(what, partial(_special, kind), "entry-type")
            for what, kind in kinds.items()
        ),
        *(
            _TAR.item_refused(f"an extension header with {what}", partial(pax, records), rule)
            for what, (records, rule) in BROKEN_PAX.items()
        ),
        _TAR.item_refused("cut in the second file", partial(_cut, 700), "archive-truncated"),
        _TAR.item_refused("a header damaged", lambda: _BEFORE_A + b"x" + _TAR_BYTES[1:],
                          "archive-checksum"),
        _TAR.item_refused("a size beyond the end", partial(_bent, 124, b"7" * 11),
                          "archive-truncated"),
        _TAR.item_refused("a negative size", partial(_bent, 124, b"-1\0"), "archive-broken"),
        _TAR.item_refused("a size of 2⁸⁸", partial(_bent, 124, b"\x80" + b"\xff" * 11),
                          "archive-truncated"),
        _TAR.refused("cut in the first header", lambda: _TAR_BYTES[:300], "archive-broken"),
    )  # fmt: skip


def _twice() -> bytes:
    return _BEFORE_A + tar_bytes({"a.png": _A})[:1024] + tar_bytes({"a.png": _A})


def _special(kind: bytes) -> bytes:
    return _BEFORE_A + special_tar(kind, link="/etc/passwd")


def _cut(more: int) -> bytes:
    return _BEFORE_A + tar_bytes({"a.png": bytes(2000)})[:more]


def _packed_tars() -> tuple[Entry, ...]:
    compressions: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
        ("gzip", partial(gzip.compress, mtime=0)),
        ("bzip2", bz2.compress),
        ("xz", lzma.compress),
    )
    noise = np.random.default_rng(2).bytes(2**20)
    return (
        *(
            _PACKED.accepted(f"nothing, packed by {name}", partial(_packed, pack, SOUND))
            for name, pack in compressions
        ),
        *(
            _PACKED.item_refused(
                f"cut, packed by {name}",
                partial(_packed, pack, {"b.png": _B, "c.bin": noise, "a.png": _A}, cut=5000),
                "archive-truncated",
            )
            for name, pack in compressions[:1]
        ),
        _PACKED.refused("70 MiB of zeros, packed by gzip",
                        lambda: gzip.compress(_zeros(70), mtime=0), "archive-bomb"),
        _PACKED.refused("a dictionary of 512 MiB, packed by xz", _greedy_xz, "archive-truncated"),
        _PACKED.refused("JSON and no tar",
                        lambda: gzip.compress(b"{}", mtime=0), "archive-broken"),
        _PACKED.refused("gzip in gzip", lambda: gzip.compress(
            gzip.compress(tar_bytes(SOUND), mtime=0), mtime=0), "archive-broken"),
    )  # fmt: skip


def _packed(pack: Callable[[bytes], bytes], files: Mapping[str, bytes], *, cut: int = 0) -> bytes:
    data = pack(tar_bytes(files))
    return data[: len(data) - cut]


ENTRIES = (*_zips(), *_tars(), *_packed_tars())
