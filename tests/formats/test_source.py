import bz2
import contextlib
import gzip
import io
import lzma
import multiprocessing
import os
import pickle
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import MalformedError, SourceError
from assay.formats import limits, source
from assay.formats.source import Source, open_source
from assay.formats.source_rules import SOURCE_RULES
from formats.archives import patched, saved, special_tar, special_zip, tar_bytes, zip_bytes

FILES = {"b/two.png": b"2" * 3000, "a.png": b"1", "empty.png": b""}
CODES = {rule.name for rule in SOURCE_RULES}


def contents(opened: Source) -> dict[str, bytes]:
    return {entry: opened.read(entry) for entry in opened.entries}


def rules(opened: Source) -> list[str]:
    return [finding.rule for finding in opened.findings]


def as_directory(folder: Path) -> Path:
    for name, data in FILES.items():
        (folder / "d" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "d" / name).write_bytes(data)
    return folder / "d"


CONTAINERS: dict[str, Callable[[Path], Path]] = {
    "directory": as_directory,
    "deflated zip": lambda folder: saved(folder, "x.zip", zip_bytes(FILES)),
    "stored zip": lambda folder: saved(folder, "x.zip", zip_bytes(FILES, method=0)),
    "pax tar": lambda folder: saved(folder, "x.tar", tar_bytes(FILES)),
    "GNU tar": lambda folder: saved(folder, "x.tar", tar_bytes(FILES, form=tarfile.GNU_FORMAT)),
    "ustar": lambda folder: saved(folder, "x.tar", tar_bytes(FILES, form=tarfile.USTAR_FORMAT)),
    "tar.gz": lambda folder: saved(folder, "x.tar.gz", gzip.compress(tar_bytes(FILES))),
    "tar.bz2": lambda folder: saved(folder, "x.tar.bz2", bz2.compress(tar_bytes(FILES))),
    "tar.xz": lambda folder: saved(folder, "x.tar.xz", lzma.compress(tar_bytes(FILES))),
    "tar called zip": lambda folder: saved(folder, "x.zip", tar_bytes(FILES)),
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_container_gives_the_same_entries(tmp_path: Path, container: str) -> None:
    opened = open_source(CONTAINERS[container](tmp_path))
    assert opened.entries == ("a.png", "b/two.png", "empty.png")
    assert contents(opened) == FILES
    assert {entry: bytes(opened.view(entry)) for entry in opened.entries} == FILES
    assert opened.part("b/two.png", 2990, 4000) == b"2" * 10
    assert opened.part("a.png", 1, 2) == b""
    assert opened.findings == ()


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_source_reads_the_same_after_pickling_and_in_forked_processes(
    tmp_path: Path, container: str
) -> None:
    opened = open_source(CONTAINERS[container](tmp_path))
    assert contents(pickle.loads(pickle.dumps(opened))) == FILES  # noqa: S301 - our own pickle
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(opened.read, ["a.png", "b/two.png"] * 20) == [b"1", b"2" * 3000] * 20


def test_a_single_file_is_a_source_of_one_entry(tmp_path: Path) -> None:
    opened = open_source(saved(tmp_path, "labels.json", b"{}"))
    assert (opened.name, contents(opened)) == ("labels.json", {"labels.json": b"{}"})


def test_litter_and_hidden_files_are_ignored(tmp_path: Path) -> None:
    litter = dict.fromkeys(
        ("__MACOSX/._a.png", ".DS_Store", "b/Thumbs.db", ".git/x", "desktop.ini"), b"x"
    )
    opened = open_source(saved(tmp_path, "x.zip", zip_bytes({**litter, "a.png": b"1"})))
    assert (opened.entries, opened.findings) == (("a.png",), ())


def test_a_folder_called_like_its_archive_is_taken_off(tmp_path: Path) -> None:
    opened = open_source(saved(tmp_path, "acme.zip", zip_bytes({"acme/a/1.png": b"1"})))
    assert contents(opened) == {"a/1.png": b"1"}


def test_other_folders_stay_part_of_the_names(tmp_path: Path) -> None:
    opened = open_source(saved(tmp_path, "acme.zip", zip_bytes({"masks/1.png": b"1"})))
    assert opened.entries == ("masks/1.png",)


def test_leading_dot_slash_is_no_part_of_the_name(tmp_path: Path) -> None:
    assert open_source(saved(tmp_path, "x.tar", tar_bytes({"./a.png": b"1"}))).entries == ("a.png",)


def test_long_names_within_the_limit_are_read_from_every_tar(tmp_path: Path) -> None:
    name = "/".join(["n" * 100] * 4) + ".png"
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        opened = open_source(saved(tmp_path, "x.tar", tar_bytes({name: b"1"}, form=form)))
        assert contents(opened) == {name: b"1"}


def test_zip64_entries_are_read(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, archive.open("a", "w", force_zip64=True) as entry:
        entry.write(b"1")
    assert contents(open_source(saved(tmp_path, "x.zip", target.getvalue()))) == {"a": b"1"}


def test_a_zip_written_as_a_stream_is_read(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, part: Any) -> int:
            chunk = bytes(part)
            self.data += chunk
            return len(chunk)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"1" * 500)
    assert contents(open_source(saved(tmp_path, "x.zip", pipe.data))) == {"a": b"1" * 500}


def test_a_missing_path_names_its_neighbours(tmp_path: Path) -> None:
    saved(tmp_path, "delivery_acme.zip", b"")
    with pytest.raises(SourceError, match=r"Did you mean 'delivery_acme\.zip'\?"):
        open_source(tmp_path / "delivery_acm.zip")
    with pytest.raises(SourceError, match="no folder"):
        open_source(tmp_path / "x" / "y")


def test_asking_for_an_entry_that_is_not_there_is_the_callers_mistake(tmp_path: Path) -> None:
    for make in CONTAINERS.values():
        opened = open_source(make(tmp_path))
        for read in (opened.read, opened.view):
            with pytest.raises(SourceError, match="no entry"):
                read("../a.png")


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("../a.png", "entry-path"),
        ("a/../../b.png", "entry-path"),
        ("/etc/a.png", "entry-path"),
        ("C:/a.png", "entry-path"),
        ("C:a.png", "entry-path"),
        ("a\\b.png", "entry-path"),
        ("a\u202egnp.exe", "entry-characters"),
        ("a\nb.png", "entry-characters"),
        ("a\x1b[31m.png", "entry-characters"),
        ("a\u2028b.png", "entry-characters"),
        ("n" * 300 + ".png", "entry-name-long"),
        ("/".join(["n" * 200] * 6), "entry-name-long"),
        ("CON.png", "entry-reserved"),
        ("masks/lpt1", "entry-reserved"),
    ],
)
@pytest.mark.parametrize("pack", [zip_bytes, tar_bytes])
def test_dangerous_names_are_refused(
    tmp_path: Path, name: str, rule: str, pack: Callable[..., bytes]
) -> None:
    opened = open_source(saved(tmp_path, "x", pack({name: b"1", "good.png": b"2"})))
    assert (opened.entries, rules(opened)) == (("good.png",), [rule])
    assert opened.findings[0].message.isprintable()


@pytest.mark.parametrize("pack", [zip_bytes, tar_bytes])
def test_names_that_differ_by_case_or_form_are_all_refused(
    tmp_path: Path, pack: Callable[..., bytes]
) -> None:
    names = ("A.png", "a.png", "\u00e9.png", "e\u0301.png", "b.png")
    opened = open_source(saved(tmp_path, "x", pack(dict.fromkeys(names, b"1"))))
    assert opened.entries == ("b.png",)
    assert rules(opened) == ["entry-case", "entry-case"]


def test_duplicate_entries_are_all_refused(tmp_path: Path) -> None:
    doubled = zip_bytes({"a.png": b"1", "b.png": b"2", "c.png": b"3"}).replace(b"b.png", b"a.png")
    opened = open_source(saved(tmp_path, "x.zip", doubled))
    assert (opened.entries, rules(opened)) == (("c.png",), ["entry-duplicate"])
    twice = tar_bytes({"a.png": b"1"})[:1024] + tar_bytes({"a.png": b"2", "c.png": b"3"})
    opened = open_source(saved(tmp_path, "x.tar", twice))
    assert (opened.entries, rules(opened)) == (("c.png",), ["entry-duplicate"])


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"S"],
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    opened = open_source(saved(tmp_path, "x.tar", special_tar(kind, link="/etc/passwd")))
    assert (opened.entries, rules(opened)) == ((), ["entry-type"])


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO])
def test_links_and_devices_in_a_zip_are_refused(tmp_path: Path, mode: int) -> None:
    opened = open_source(saved(tmp_path, "x.zip", special_zip(mode | 0o777)))
    assert (opened.entries, rules(opened)) == ((), ["entry-type"])


def test_links_out_of_a_directory_are_refused_and_links_within_are_read(tmp_path: Path) -> None:
    secret = saved(tmp_path, "secret", b"secret")
    folder = tmp_path / "d"
    folder.mkdir()
    saved(folder, "a.png", b"1")
    (folder / "inside.png").symlink_to("a.png")
    (folder / "outside.png").symlink_to(secret)
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "tree").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.png")
    opened = open_source(folder)
    assert contents(opened) == {"a.png": b"1", "inside.png": b"1"}
    assert rules(opened) == ["entry-type"] * 4
    assert not any(str(tmp_path) in finding.message for finding in opened.findings)


SOUND = zip_bytes({"a.png": b"1" * 500, "b.png": b"2"}, method=0)
CENTRAL = SOUND.index(b"PK\x01\x02")
END = SOUND.index(b"PK\x05\x06")


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (SOUND[: len(SOUND) // 2], "archive-broken"),
        (SOUND[:-1], "archive-broken"),
        (SOUND + b"x", "archive-broken"),
        (b"junk" + SOUND, "archive-broken"),
        (b"PK\x03\x04", "archive-broken"),
        (patched(SOUND, CENTRAL, b"PKxx"), "archive-broken"),
        (patched(SOUND, END + 4, b"\1\0"), "archive-broken"),
        (patched(SOUND, END + 8, b"\xff\xff\xff\xff"), "archive-mismatch"),
        (patched(SOUND, END + 8, b"\xfe\xff\xfe\xff"), "archive-entries"),
        (patched(SOUND, END + 8, b"\1\0\1\0"), "archive-broken"),
        (patched(SOUND, CENTRAL + 20, b"\xff\xff\xff\xff"), "archive-mismatch"),
        (patched(SOUND, CENTRAL + 28, b"\xff\xff"), "archive-broken"),
        (b"not a zip at all", "archive-broken"),
        (b"", "archive-broken"),
    ],
)
def test_a_zip_with_a_broken_directory_gives_no_entry(
    tmp_path: Path, data: bytes, rule: str
) -> None:
    opened = open_source(saved(tmp_path, "x.zip", data))
    assert (opened.entries, rules(opened)) == ((), [rule])


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (patched(SOUND, 30, b"z.png"), "archive-mismatch"),
        (patched(SOUND, 8, b"\x08\0"), "archive-mismatch"),
        (patched(SOUND, 18, b"\1\0\0\0"), "archive-mismatch"),
        (patched(SOUND, 14, b"\1\0\0\0"), "archive-mismatch"),
        (patched(SOUND, 0, b"PKxx"), "archive-broken"),
        (patched(SOUND, 6, b"\1\0"), "archive-mismatch"),
        (patched(SOUND, CENTRAL + 8, b"\1\0"), "archive-encrypted"),
        (patched(SOUND, CENTRAL + 10, b"\x0c\0"), "archive-compression"),
        (patched(SOUND, CENTRAL + 24, b"\1\0\0\0"), "archive-mismatch"),
        (patched(SOUND, CENTRAL + 24, b"\0\0\0\xf0"), "archive-bomb"),
        (patched(SOUND, CENTRAL + 42, b"\xff\0\0\0"), "archive-mismatch"),
        (patched(SOUND, CENTRAL + 46, b"a\0png"), "entry-characters"),
        (patched(SOUND, CENTRAL + 8, b"\0\x08\0\0"), "archive-mismatch"),
    ],
)
def test_a_broken_zip_entry_is_refused_alone(tmp_path: Path, data: bytes, rule: str) -> None:
    opened = open_source(saved(tmp_path, "x.zip", data))
    assert rules(opened) == [rule]
    assert opened.entries == (() if rule == "archive-broken" else ("b.png",))


def test_changed_bytes_fail_the_checksum(tmp_path: Path) -> None:
    opened = open_source(saved(tmp_path, "x.zip", patched(SOUND, 100, b"9")))
    assert opened.read("b.png") == b"2"
    for read in (opened.read, opened.view):
        with pytest.raises(MalformedError) as caught:
            read("a.png")
        assert caught.value.rule == "archive-checksum"


@pytest.mark.parametrize("stated", [499, 501, 1])
def test_an_entry_never_unpacks_to_more_or_less_than_stated(tmp_path: Path, stated: int) -> None:
    sound = zip_bytes({"a.png": b"1" * 500})
    lying = sound.replace(struct.pack("<L", 500), struct.pack("<L", stated))
    opened = open_source(saved(tmp_path, "x.zip", lying))
    with pytest.raises(MalformedError) as caught:
        opened.read("a.png")
    assert caught.value.rule == "archive-mismatch"


def test_broken_deflate_bytes_are_refused(tmp_path: Path) -> None:
    sound = zip_bytes({"a.png": os.urandom(50) * 30})
    opened = open_source(saved(tmp_path, "x.zip", patched(sound, 35, b"\xff" * 20)))
    with pytest.raises(MalformedError) as caught:
        opened.read("a.png")
    assert caught.value.rule == "archive-mismatch"


def test_a_deflate_bomb_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    bomb = zip_bytes({"a.png": bytes(4 * 2**20), "good.png": b"1"})
    opened = open_source(saved(tmp_path, "x.zip", bomb))
    assert (opened.entries, rules(opened)) == (("good.png",), ["archive-bomb"])


def test_entries_that_share_bytes_are_refused(tmp_path: Path) -> None:
    # Two directory entries of one name point at one local header, as in a quine-like bomb.
    one = zip_bytes({"a.png": b"1"}, method=0)
    start = one.index(b"PK\x01\x02")
    stop = one.index(b"PK\x05\x06")
    doubled = one[:stop] + one[start:stop] + patched(one[stop:], 8, b"\2\0\2\0")
    size = struct.pack("<L", 2 * (stop - start))
    opened = open_source(saved(tmp_path, "x.zip", patched(doubled, len(doubled) - 10, size)))
    assert (opened.entries, rules(opened)) == ((), ["archive-overlap"])


def test_totals_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.formats.archive_zip.MAX_TOTAL_BYTES", 3000)
    opened = open_source(saved(tmp_path, "x.zip", zip_bytes(FILES)))
    assert (opened.entries, rules(opened)) == ((), ["archive-bomb"])
    monkeypatch.setattr("assay.formats.archive_tar.MAX_TOTAL_BYTES", 3000)
    opened = open_source(saved(tmp_path, "x.tgz", gzip.compress(tar_bytes(FILES))))
    assert (opened.entries, rules(opened)) == ((), ["archive-bomb"])


@pytest.mark.parametrize("container", ["directory", "stored zip", "pax tar"])
def test_entries_that_are_too_large_for_memory_are_refused(
    tmp_path: Path, container: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_source(CONTAINERS[container](tmp_path))
    monkeypatch.setattr(source, "MAX_ENTRY_BYTES", 2999)
    assert opened.read("a.png") == b"1"
    with pytest.raises(MalformedError) as caught:
        opened.read("b/two.png")
    assert caught.value.rule == "entry-too-large"
    assert limits.MAX_ENTRY_BYTES == 256 * 2**20


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_tar_that_is_a_bomb_is_refused(
    tmp_path: Path, compress: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.formats.archive_tar._FREE_BYTES", 2**20)
    bomb = compress(tar_bytes({"a.png": bytes(8 * 2**20)}))
    opened = open_source(saved(tmp_path, "x.tgz", bomb))
    assert (opened.entries, rules(opened)) == ((), ["archive-bomb"])


def test_an_xz_stream_cannot_ask_for_unlimited_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.formats.archive_tar.MAX_XZ_MEMORY", 2**20)
    opened = open_source(saved(tmp_path, "x.txz", lzma.compress(tar_bytes(FILES), preset=6)))
    assert opened.entries == ()
    assert set(rules(opened)) <= {"archive-truncated", "archive-broken"}


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_what_lies_before_the_cut_of_a_compressed_tar_is_read(
    tmp_path: Path, compress: Callable[[bytes], bytes]
) -> None:
    big = {"a.png": b"1", "b.png": os.urandom(2**20)}
    packed = compress(tar_bytes(big))
    opened = open_source(saved(tmp_path, "x.tgz", packed[: len(packed) - 5000]))
    assert "archive-truncated" in rules(opened)
    assert set(opened.entries) <= {"a.png"}


TAR = tar_bytes({"a.png": b"1" * 600, "b.png": b"2"}, form=tarfile.USTAR_FORMAT)


def resealed(header: bytes) -> bytes:
    blank = patched(header, 148, b" " * 8)
    return patched(header, 148, b"%06o\0 " % sum(blank))


@pytest.mark.parametrize(
    ("data", "entries", "rule"),
    [
        (TAR[:1000], (), "archive-truncated"),
        (TAR[:2000], ("a.png",), "archive-truncated"),
        (TAR[:2048], ("a.png",), "archive-truncated"),
        (patched(TAR, 1536, b"x"), ("a.png",), "archive-checksum"),
        (resealed(patched(TAR[:512], 124, b"7" * 11)) + TAR[512:], (), "archive-truncated"),
        (resealed(patched(TAR[:512], 124, b"-1\0")) + TAR[512:], (), "archive-broken"),
        (resealed(patched(TAR[:512], 124, b"\xff" * 12)) + TAR[512:], (), "archive-broken"),
        (resealed(patched(TAR[:512], 124, b"\x80" + b"\xff" * 11)) + TAR[512:], (),
         "archive-truncated"),
        (resealed(patched(TAR[:512], 156, b"x")) + TAR[512:], (), "archive-broken"),
    ],
)  # fmt: skip
def test_a_broken_tar_is_read_up_to_the_fault(
    tmp_path: Path, data: bytes, entries: tuple[str, ...], rule: str
) -> None:
    opened = open_source(saved(tmp_path, "x.tar", data))
    assert (opened.entries, rules(opened)) == (entries, [rule])


def pax(records: bytes) -> bytes:
    """Return a tar whose first entry has these extension records."""
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, len(records)
    return header.tobuf() + records + bytes(-len(records) % 512) + tar_bytes({"a.png": b"1"})


@pytest.mark.parametrize(
    ("records", "entries", "rule"),
    [
        (b"12 path=b/c\n", ("b/c",), None),
        (b"12 path=b/c\n" + bytes(30), ("b/c",), None),
        (b"16 comment=hello\n"[:17], (), "archive-broken"),
        (b"17 comment=hello\n", ("a.png",), None),
        (b"99 path=b/c\n", (), "archive-broken"),
        (b"0 path=b/c\n", (), "archive-broken"),
        (b"-2 path=b/c\n", (), "archive-broken"),
        (b"3 path=b/c\n", (), "archive-broken"),
        (b"path=b/c\n", (), "archive-broken"),
        (b"13 size=99999\n"[:14], (), "archive-broken"),
        (b"11 size=-1\n", (), "archive-broken"),
        (b"14 size=99999\n", (), "archive-truncated"),
        (b"14 path=../b.x\n"[:15], (), "archive-broken"),
        (b"13 path=../b\n", (), "entry-path"),
        (b"22 GNU.sparse.major=1\n", (), "entry-type"),
    ],
)
def test_extension_headers_of_a_tar_are_read_strictly(
    tmp_path: Path, records: bytes, entries: tuple[str, ...], rule: str | None
) -> None:
    opened = open_source(saved(tmp_path, "x.tar", pax(records)))
    assert (opened.entries, rules(opened)) == (entries, [] if rule is None else [rule])


def test_a_huge_extension_header_is_not_read(tmp_path: Path) -> None:
    opened = open_source(saved(tmp_path, "x.tar", pax(b"1" * 100_000)))
    assert (opened.entries, rules(opened)) == ((), ["entry-name-long"])


def test_a_compressed_file_that_is_no_tar_is_refused(tmp_path: Path) -> None:
    opened = open_source(saved(tmp_path, "labels.json.gz", gzip.compress(b"{}")))
    assert (opened.entries, rules(opened)) == ((), ["archive-broken"])


def test_entry_counts_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("archive_zip", "archive_tar", "source"):
        monkeypatch.setattr(f"assay.formats.{module}.MAX_ENTRIES", 1)
    for container in ("directory", "stored zip", "ustar"):
        opened = open_source(CONTAINERS[container](tmp_path))
        assert "archive-entries" in rules(opened)


def test_a_file_that_changes_between_two_reads_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, "x.zip", SOUND)
    copied = pickle.loads(pickle.dumps(open_source(path)))  # noqa: S301 - our own pickle
    saved(tmp_path, "x.zip", SOUND + b"more")
    with pytest.raises(MalformedError) as caught:
        copied.read("a.png")
    assert caught.value.rule == "entry-unreadable"


def test_a_file_that_vanishes_is_unreadable(tmp_path: Path) -> None:
    opened = open_source(as_directory(tmp_path))
    (tmp_path / "d" / "a.png").unlink()
    for read in (opened.read, opened.view):
        with pytest.raises(MalformedError) as caught:
            read("a.png")
        assert caught.value.rule == "entry-unreadable"


@settings(max_examples=150, deadline=None)
@given(
    base=st.sampled_from([zip_bytes(FILES), SOUND, TAR, tar_bytes(FILES)]),
    edits=st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=4)), max_size=6),
    cut=st.integers(0, 4000),
)
def test_no_archive_crashes_the_reader(
    tmp_path_factory: pytest.TempPathFactory,
    base: bytes,
    edits: list[tuple[int, bytes]],
    cut: int,
) -> None:
    for at, replacement in edits:
        base = patched(base, at % len(base), replacement)
    path = saved(tmp_path_factory.mktemp("fuzz"), "x.zip", base[: len(base) - cut % 50])
    opened = open_source(path)
    assert set(rules(opened)) <= CODES
    for entry in opened.entries:
        with contextlib.suppress(MalformedError):
            opened.read(entry)
