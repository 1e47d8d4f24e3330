"""What is put is there whole, or not at all; in a folder as in a bucket."""

import os
import stat
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Self

import pytest

from assay.errors import ParameterError, StorageError, StorageUnavailableError
from assay.service.storage.local import LocalObjects
from assay.service.storage.objects import Objects
from assay.service.storage.opening import open_objects
from assay.service.storage.s3 import S3Objects

#: Longer than one part of a multipart upload.
LONG = 12_000_000


def read(objects: Objects, name: str) -> bytes:
    return b"".join(objects.get(name))


def names(objects: Objects, prefix: str = "") -> set[str]:
    return {listed.name for listed in objects.list(prefix)}


def test_bytes_come_back(objects: Objects) -> None:
    objects.put("a/b", [b"one", b"", b"two"])
    assert read(objects, "a/b") == b"onetwo"


def test_a_name_put_again_has_the_new_bytes(objects: Objects) -> None:
    objects.put("a", [b"old"])
    objects.put("a", [b"new"])
    assert read(objects, "a") == b"new"


def test_long_objects_come_in_pieces(objects: Objects) -> None:
    objects.put("long", (bytes([n % 251]) * 100_000 for n in range(LONG // 100_000)))
    pieces = list(objects.get("long"))
    assert len(pieces) > 1
    assert sum(map(len, pieces)) == LONG
    assert pieces[-1][-1] == (LONG // 100_000 - 1) % 251
    found = objects.find("long")
    assert found is not None
    assert found.size == LONG


@pytest.mark.parametrize("sent", [1, LONG])
def test_an_upload_that_breaks_off_leaves_nothing(objects: Objects, sent: int) -> None:
    def breaking() -> Iterator[bytes]:
        for _ in range(0, sent, 1_000_000):
            yield bytes(1_000_000)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        objects.put("a", breaking())
    assert names(objects) == set()


def test_listing_knows_names_by_whole_parts(objects: Objects) -> None:
    for name in ("a/x", "a/y/z", "ab/x"):
        objects.put(name, [b"1"])
    assert names(objects) == {"a/x", "a/y/z", "ab/x"}
    assert names(objects, "a") == {"a/x", "a/y/z"}
    assert names(objects, "c") == set()


def test_what_is_deleted_is_absent_and_may_be_deleted_again(objects: Objects) -> None:
    objects.put("a", [b"1"])
    objects.delete("a")
    objects.delete("a")
    assert objects.find("a") is None
    with pytest.raises(StorageError, match="no object a"):
        list(objects.get("a"))


@pytest.mark.parametrize(
    "name", ["", "/a", "../a", "a/../b", "a//b", ".a", "a/", "a b", "a\n", "ä", "a\\b", "x" * 201]
)
def test_a_name_that_leads_elsewhere_is_refused(objects: Objects, name: str) -> None:
    with pytest.raises(ParameterError):
        objects.put(name, [b"1"])
    with pytest.raises(ParameterError):
        list(objects.get(name))


def test_files_are_for_the_server_alone(tmp_path: Path) -> None:
    LocalObjects(tmp_path / "objects").put("a/b", [b"1"])
    file = tmp_path / "objects" / "a" / "b"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("fault", ["write", "fsync", "replace"])
def test_a_full_disk_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    objects = LocalObjects(tmp_path)
    objects.put("a", [b"old"])
    if fault == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    elif fault == "replace":
        monkeypatch.setattr(Path, "replace", full)
    pieces = [b"new"] if fault != "write" else [bytes(1)] * 3
    if fault == "write":
        monkeypatch.setattr(os, "fdopen", lambda handle, _mode: _Full(handle))
    with pytest.raises(StorageUnavailableError, match="try again"):
        objects.put("a", pieces)
    monkeypatch.undo()
    assert names(objects) == {"a"}
    assert read(objects, "a") == b"old"


class _Full:
    """A file on a full disk."""

    def __init__(self, handle: int) -> None:
        os.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def write(self, _piece: bytes) -> int:
        raise OSError(28, "No space left on device")


ATTEMPTS = (
    lambda objects: objects.put("a", [b"1"]),
    lambda objects: list(objects.get("a")),
    lambda objects: objects.find("a"),
    lambda objects: list(objects.list()),
    lambda objects: objects.delete("a"),
)


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")


@pytest.fixture
def answering() -> Iterator[HTTPServer]:
    """An object store that answers with the statuses in ``wrong``, then with 404."""

    class Answers(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            status = server.wrong.pop(0) if server.wrong else 404
            server.asked += 1
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    for method in ("GET", "PUT", "HEAD", "POST", "DELETE"):
        setattr(Answers, f"do_{method}", Answers.answer)

    class Server(HTTPServer):
        wrong: list[int]
        asked = 0

    server = Server(("127.0.0.1", 0), Answers)
    server.wrong = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_an_object_store_that_is_away_is_told(attempt: Callable[[Objects], object]) -> None:
    objects = open_objects("s3://assay", endpoint="http://127.0.0.1:9")
    with pytest.raises(StorageUnavailableError, match="object store is down"):
        attempt(objects)


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_an_object_store_that_stays_busy_is_told(
    answering: Any, attempt: Callable[[Objects], object]
) -> None:
    answering.wrong = [503] * 20
    objects = open_objects("s3://assay", endpoint=f"http://127.0.0.1:{answering.server_port}")
    with pytest.raises(StorageUnavailableError, match="object store is down"):
        attempt(objects)
    assert answering.asked == 4


@pytest.mark.usefixtures("credentials")
def test_an_object_store_that_was_busy_for_a_moment_is_asked_again(answering: Any) -> None:
    answering.wrong = [503, 500]
    objects = open_objects("s3://assay", endpoint=f"http://127.0.0.1:{answering.server_port}")
    assert objects.find("a") is None
    assert answering.asked == 3


def test_a_place_is_a_folder_or_a_bucket(tmp_path: Path) -> None:
    assert open_objects(f"file://{tmp_path}/a%20b") == LocalObjects(tmp_path / "a b")
    assert open_objects("relative/folder") == LocalObjects(Path("relative/folder"))
    assert isinstance(open_objects("s3://bucket/prefix"), S3Objects)
    for url in ("", "https://host/bucket", "s3:///x", "file://host/x"):
        with pytest.raises(ParameterError, match="no place to store in"):
            open_objects(url)


def test_an_object_may_be_made_of_another_of_the_same_store(objects: Objects) -> None:
    objects.put("long", (bytes([n % 251]) * 100_000 for n in range(LONG // 100_000)))
    objects.put("copy", objects.get("long"))
    assert read(objects, "copy") == read(objects, "long")
