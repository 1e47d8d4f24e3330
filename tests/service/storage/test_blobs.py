"""Blobs are named by their content, sealed, kept once, and survive what happens on the way."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from time import sleep
from typing import Any

import pytest

from assay.errors import StorageError, StorageUnavailableError, TooLargeError
from assay.service import clock
from assay.service.crashing import CRASH_POINTS, crash_point
from assay.service.storage.blobs import Blob, Blobs
from assay.service.storage.objects import Objects
from assay.service.storage.opening import open_objects
from assay.service.storage.sealing import CHUNK, Keyring, new_master_key

MASTER = new_master_key("2026")
DATA = b"pixels " * 100_000
DIGEST = sha256(DATA).hexdigest()
LATER = datetime.now(UTC) + timedelta(days=2)


@pytest.fixture
def blobs(objects: Objects) -> Blobs:
    return Blobs(objects, Keyring.parse(MASTER))


def read(blobs: Blobs, digest: str = DIGEST) -> bytes:
    return b"".join(blobs.get(digest))


def data_of(blobs: Blobs) -> str:
    (listed,) = blobs.objects.list("data")
    return listed.name


def test_a_blob_is_named_by_its_content_and_comes_back(blobs: Blobs) -> None:
    assert blobs.put([DATA[:10], DATA[10:]]) == Blob(DIGEST, len(DATA))
    assert read(blobs) == DATA
    assert blobs.read(DIGEST, limit=len(DATA)) == DATA
    assert blobs.find(DIGEST) == Blob(DIGEST, len(DATA))
    assert blobs.has(DIGEST)
    assert list(blobs.digests()) == [DIGEST]


def test_some_bytes_of_a_blob_are_read_alone(blobs: Blobs) -> None:
    envelope = blobs.envelope(blobs.put([DATA]).digest)
    for start, stop in ((0, 1), (CHUNK - 1, CHUNK + 1), (CHUNK, 2 * CHUNK), (5, len(DATA))):
        assert b"".join(blobs.stretch(envelope, start, stop)) == DATA[start:stop]


def test_an_empty_blob_is_one(blobs: Blobs) -> None:
    assert read(blobs, blobs.put([]).digest) == b""


def test_nothing_that_lies_there_shows_what_it_is(blobs: Blobs) -> None:
    blobs.put([DATA])
    for listed in blobs.objects.list():
        assert b"pixels" not in b"".join(blobs.objects.get(listed.name))


def test_the_same_bytes_are_kept_once(blobs: Blobs) -> None:
    blobs.put([DATA])
    before = data_of(blobs)
    blobs.put([DATA])
    assert data_of(blobs) == before


def test_ten_uploads_at_once_of_the_same_bytes_make_one_blob(blobs: Blobs) -> None:
    with ThreadPoolExecutor(10) as pool:
        found = set(pool.map(lambda _: blobs.put([DATA]), range(10)))
    assert found == {Blob(DIGEST, len(DATA))}
    assert read(blobs) == DATA
    blobs.collect(LATER)
    assert read(blobs) == DATA
    assert data_of(blobs)


def test_more_bytes_than_allowed_are_refused_and_leave_nothing(blobs: Blobs) -> None:
    with pytest.raises(TooLargeError, match="More than 10 bytes"):
        blobs.put([bytes(6), bytes(6)], limit=10)
    with pytest.raises(TooLargeError):
        blobs.put([DATA] * 20, limit=10_000_000)
    assert list(blobs.objects.list()) == []
    assert blobs.put([bytes(10)], limit=10).size == 10


def test_a_blob_that_is_too_large_to_hold_is_not_read(blobs: Blobs) -> None:
    blobs.put([DATA])
    with pytest.raises(TooLargeError, match="700,000"):
        blobs.read(DIGEST, limit=699_999)


def test_a_blob_that_is_absent_is_told_at_once(blobs: Blobs) -> None:
    with pytest.raises(StorageError, match="no object"):
        blobs.get(DIGEST)
    with pytest.raises(StorageError):
        blobs.find(DIGEST)
    assert not blobs.has(DIGEST)
    blobs.delete(DIGEST)


def test_damaged_data_is_refused_and_mended_by_sending_it_again(blobs: Blobs) -> None:
    blobs.put([DATA])
    name = data_of(blobs)
    whole = b"".join(blobs.objects.get(name))
    blobs.objects.put(name, [whole[: CHUNK // 2], b"?", whole[CHUNK // 2 + 1 :]])
    with pytest.raises(StorageError, match="is damaged from byte 0 on"):
        read(blobs)
    blobs.objects.put(name, [whole[:-20]])
    with pytest.raises(StorageError, match="is damaged"):
        read(blobs)
    blobs.put([DATA])
    assert read(blobs) == DATA


@pytest.mark.parametrize("text", [b"", b"{}", b"null", b'{"size":1,"data":"a","master":"b"}'])
def test_a_damaged_envelope_is_told_and_mended_by_sending_it_again(
    blobs: Blobs, text: bytes
) -> None:
    blobs.put([DATA])
    blobs.objects.put(f"blobs/{DIGEST[:2]}/{DIGEST}", [text])
    with pytest.raises(StorageError, match="envelope of the blob"):
        blobs.get(DIGEST)
    blobs.put([DATA])
    assert read(blobs) == DATA


def test_an_envelope_does_not_pass_for_another_blobs(blobs: Blobs) -> None:
    blobs.put([DATA])
    other = blobs.put([b"other"]).digest
    envelope = b"".join(blobs.objects.get(f"blobs/{other[:2]}/{other}"))
    blobs.objects.put(f"blobs/{DIGEST[:2]}/{DIGEST}", [envelope])
    with pytest.raises(StorageError, match="another object's"):
        blobs.get(DIGEST)


def test_deletion_leaves_nothing(blobs: Blobs) -> None:
    blobs.put([DATA])
    blobs.delete(DIGEST)
    assert list(blobs.objects.list()) == []


def test_rotation_wraps_keys_anew_and_leaves_data_alone(blobs: Blobs) -> None:
    blobs.put([DATA])
    before = {listed.name: listed for listed in blobs.objects.list("data")}
    new = new_master_key("2027")
    both = Blobs(blobs.objects, Keyring.parse(f"{new},{MASTER}"))
    assert [both.rotate(digest) for digest in both.digests()] == [True]
    assert not both.rotate(DIGEST)
    assert {listed.name: listed for listed in blobs.objects.list("data")} == before
    assert read(Blobs(blobs.objects, Keyring.parse(new))) == DATA
    with pytest.raises(StorageError, match="not at hand"):
        read(blobs)


def test_what_was_left_behind_is_removed_after_a_day_and_no_blob_is(blobs: Blobs) -> None:
    blobs.put([DATA])
    blobs.objects.put("data/00/orphan", [b"1"])
    blobs.objects.put("incoming/half", [b"1"])
    assert blobs.collect(datetime.now(UTC)) == 0
    assert blobs.collect(LATER) == 2
    assert read(blobs) == DATA


def test_a_blob_is_discarded_unless_somebody_has_put_it(blobs: Blobs) -> None:
    blobs.put([DATA])
    before = datetime.now(UTC) - timedelta(hours=1)
    assert list(blobs.untouched(before)) == []
    assert not blobs.discard(DIGEST, untouched_since=before)
    assert read(blobs) == DATA
    assert list(blobs.untouched(LATER)) == [DIGEST]
    assert blobs.discard(DIGEST, untouched_since=LATER)
    assert list(blobs.objects.list()) == []
    assert not blobs.discard(DIGEST, untouched_since=LATER)


def test_putting_an_old_blob_again_makes_it_young(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs.put([DATA])
    data, before = data_of(blobs), datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    blobs.put([DATA])
    known = blobs.objects.find(f"blobs/{DIGEST[:2]}/{DIGEST}")
    assert known is not None
    assert known.modified >= before.replace(microsecond=0)
    assert data_of(blobs) == data


@dataclass(frozen=True)
class Halted:
    """Objects of which one call waits until something else has happened.

    Parameters
    ----------
    objects
        The true ones.
    before
        Done once, before the first call of that name to that place.
    """

    objects: Objects
    before: dict[tuple[str, str], Callable[[], object]]

    def __getattr__(self, call: str) -> Callable[..., Any]:
        def called(name: str = "", *more: Any) -> Any:
            for (wanted, start), do in list(self.before.items()):
                if call == wanted and name.startswith(start):
                    del self.before[wanted, start]
                    do()
            return getattr(self.objects, call)(name, *more)

        return called


def halted(blobs: Blobs, call: str, start: str, do: Callable[[], object]) -> Blobs:
    return Blobs(Halted(blobs.objects, {(call, start): do}), blobs.keyring)


#: Every call that putting or discarding makes: the other comes in between before each.
PUTTING = [("find", "blobs"), ("get", "blobs"), ("find", "data"), ("put", "blobs"), ("find", "rem")]
DISCARDING = [
    ("put", "removing"), ("find", "blobs"), ("get", "blobs"), ("delete", "blobs"),
    ("delete", "data"), ("delete", "removing"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "start"), PUTTING)
def test_a_blob_put_while_it_is_discarded_is_there(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch, call: str, start: str
) -> None:
    """The whole removal happens between two steps of putting the same bytes again."""
    blobs.put([DATA])
    old = datetime.now(UTC) + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    removed: list[bool] = []

    def discard() -> None:
        removed.append(blobs.discard(DIGEST, untouched_since=old))

    assert halted(blobs, call, start, discard).put([DATA]).digest == DIGEST
    assert removed
    assert read(blobs) == DATA


@pytest.mark.parametrize(("call", "start"), DISCARDING)
def test_a_blob_discarded_while_it_is_put_is_there(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch, call: str, start: str
) -> None:
    """Putting begins between two steps of the removal, and ends before it or waits for its end."""
    blobs.put([DATA])
    sleep(2.1)  # a bucket's times are whole seconds
    old = datetime.now(UTC) - timedelta(seconds=1.05)
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(minutes=5))
    monkeypatch.setattr("assay.service.storage.blobs.YOUNG", timedelta(0))
    with ThreadPoolExecutor(1) as hands:
        putting: list[Future[Blob]] = []

        def put() -> None:
            putting.append(hands.submit(blobs.put, [DATA]))
            wait(putting, timeout=0.3)

        halted(blobs, call, start, put).discard(DIGEST, untouched_since=old)
        assert putting[0].result(timeout=20).digest == DIGEST
    assert read(blobs) == DATA


DISCARD = """
import sys
from datetime import UTC, datetime, timedelta
from assay.service.storage.blobs import Blobs
from assay.service.storage.opening import open_objects
from assay.service.storage.sealing import Keyring
blobs = Blobs(open_objects(sys.argv[1]), Keyring.parse(sys.argv[2]))
blobs.discard(sys.argv[3], untouched_since=datetime.now(UTC) + timedelta(days=2))
"""


@pytest.mark.parametrize("point", ["removal-begun", "removal-half"])
def test_a_removal_that_is_killed_is_done_again_or_undone_by_putting(
    place: str, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = Blobs(open_objects(place), Keyring.parse(MASTER))
    blobs.put([DATA])
    killed = subprocess.run(
        [sys.executable, "-c", DISCARD, place, MASTER, DIGEST],
        env={**os.environ, "ASSAY_CRASH_AT": point},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert blobs.has(DIGEST) == (point == "removal-begun")
    # Ten minutes later the word of the dead counts no more.
    monkeypatch.setattr(clock, "now", lambda: LATER)
    blobs.put([DATA])
    assert read(blobs) == DATA
    blobs.collect(LATER)
    assert read(blobs) == DATA
    assert blobs.discard(DIGEST, untouched_since=LATER)
    blobs.collect(LATER)
    assert list(blobs.objects.list()) == []


def test_putting_waits_no_longer_than_it_must_for_a_removal(
    blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs.put([DATA])
    blobs.objects.put(f"removing/{DIGEST}", [b""])
    monkeypatch.setattr("assay.service.storage.blobs.YOUNG", timedelta(0))
    monkeypatch.setattr("assay.service.storage.blobs._TRIES", 2)
    with pytest.raises(StorageUnavailableError, match="are being removed"):
        blobs.put([DATA])
    assert read(blobs) == DATA


UPLOAD = """
import sys
from assay.service.storage.blobs import Blobs
from assay.service.storage.opening import open_objects
from assay.service.storage.sealing import Keyring
blobs = Blobs(open_objects(sys.argv[1]), Keyring.parse(sys.argv[2]))
print(blobs.put([b"pixels " * 100_000]).digest, flush=True)
"""


def upload(place: str, crash_at: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", UPLOAD, place, MASTER],
        env={**os.environ, "ASSAY_CRASH_AT": crash_at},
        capture_output=True,
        text=True,
        check=False,
    )


POINTS = [point for point in CRASH_POINTS if point.startswith(("object-", "blob-"))]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("point", POINTS)
def test_a_blob_is_whole_or_absent_wherever_the_process_is_killed(
    place: str, point: str, times: int
) -> None:
    if point.startswith("object-") and place.startswith("s3:"):
        pytest.skip("the object store has its own crash points")
    killed = upload(place, f"{point}:{times}")
    blobs = Blobs(open_objects(place), Keyring.parse(MASTER))
    passes = 2 if point.startswith("object-") else 1
    assert (killed.returncode == -signal.SIGKILL) == (times <= passes), killed.stderr
    acknowledged = killed.stdout.strip() == DIGEST
    assert acknowledged == (times > passes)
    if acknowledged or blobs.has(DIGEST):
        assert read(blobs) == DATA
    assert upload(place, "").stdout.strip() == DIGEST
    blobs.collect(LATER)
    assert read(blobs) == DATA
    assert len(list(blobs.objects.list())) == 2


def test_a_point_that_is_not_listed_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        crash_point("nowhere")
