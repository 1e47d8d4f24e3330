import bz2
import contextlib
import gzip
import lzma
import multiprocessing
import os
import pickle
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import MalformedError, SourceError
from assay.formats import limits, source
from assay.formats.source import Source, open_source
from assay.formats.source_rules import SOURCE_RULES
from corpus.archives import resealed
from formats.archives import patched, saved, tar_bytes, zip_bytes

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
    assert contents(pickle.loads(pickle.dumps(opened))) == FILES
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


def test_changed_bytes_fail_the_checksum(tmp_path: Path) -> None:
    opened = open_source(saved(tmp_path, "x.zip", patched(SOUND, 100, b"9")))
    assert opened.read("b.png") == b"2"
    for read in (opened.read, opened.view):
        with pytest.raises(MalformedError) as caught:
            read("a.png")
        assert caught.value.rule == "archive-checksum"


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


def test_entry_counts_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("archive_zip", "archive_tar", "source"):
        monkeypatch.setattr(f"assay.formats.{module}.MAX_ENTRIES", 1)
    for container in ("directory", "stored zip", "ustar"):
        opened = open_source(CONTAINERS[container](tmp_path))
        assert "archive-entries" in rules(opened)


def test_a_file_that_changes_between_two_reads_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, "x.zip", SOUND)
    copied = pickle.loads(pickle.dumps(open_source(path)))
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
