"""The service on object storage: Debian's OpenStack Swift beside a folder and beside moto."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from assay.errors import StorageError, StorageUnavailableError
from assay.service import clock
from assay.service.database import Database
from assay.service.migrations import upgrade
from assay.service.operations.housekeeping import Housekeeping
from assay.service.operations.metrics import Metrics
from assay.service.storage.blobs import Blobs
from assay.service.storage.opening import open_blobs
from assay.simulate.street import STREET
from staging.ports import free_port, wait_for
from staging.swift import Swift, environment, make_bucket, missing, swift
from studies import backups, load
from studies.sent_work import send_batch
from studies.serving import Served, serve
from studies.study import Study, table

#: Bytes of a small file, and how many are put at once.
SMALL, HANDS = 1_000, 8

#: Bytes of a part that is uploaded while the object server is killed.
PART = 2**18

#: Seconds for which the object server is away, and between two times.
AWAY_S, BETWEEN_S = 4.0, 8.0

TEXT = """
The same service on three places for its files: a folder, [moto](https://docs.getmoto.org/) (the S3
API of the tests, in memory), and OpenStack **Swift {version}** as Debian packages it, with its S3
API, one copy of each object on one disk: a store of production. SQLite, {cores} cores that the
service, the store and the load share; all in one run, on a machine that was busy with other things,
so that rows compare and times are upper bounds.

{carried}

* *Uploads*: {vendors} vendors upload {upload} each at the same time, in parts that are sealed and
  durable before they are acknowledged; *lost* counts uploads that did not become a delivery.
* *Delivery*: {images} label maps of 2048 × 1024 pixels in one zip, from the end of the upload until
  every one was read, checked, kept, and its hidden gold scored.

## Many small files

{small_count:,} files of {small:,} bytes, {hands} at once: put, listed, read and compared, and then
discarded by housekeeping at its second look, since nothing refers to them. A file is two objects,
and is looked for before it is named: putting one is three requests.

{small_table}

## Backup and restoration

{files} files of {file_kilobytes} kB; the backup and the restored service lie in the same store.

{backups}

## The object server is killed

Swift's object server was killed by SIGKILL, stayed away for {away:.0f} s and was started again,
over and over, while a vendor uploaded an archive in parts and {writers} writers put small files.
Whoever was refused tried again. Afterwards everything that had been acknowledged was looked for,
read, and compared with its digest.

{killed}

**{lost} of {acknowledged:,} acknowledged things were lost.**
"""

NOT_HERE = """
This study runs the service on Debian's OpenStack Swift, which this machine does not have:

> {missing}
"""


@dataclass(frozen=True)
class Place:
    """Somewhere files can lie.

    Parameters
    ----------
    name
        In tables.
    address
        Setting of the service; "" for a folder of its data.
    """

    name: str
    address: str = ""

    @property
    def settings(self) -> dict[str, str]:
        """Return the settings of a service that has its files there, under a prefix of its own."""
        address = f"{self.address}/{os.urandom(4).hex()}"
        return {"storage_url": address} if self.address else {}


def run(*, quick: bool) -> Study:
    """Put the service under load on each place, and take the object server away from it."""
    absent = missing()
    if absent:
        return Study("Object storage", NOT_HERE.format(missing=absent))
    small = 300 if quick else 5_000
    files, size = (50, 100_000) if quick else (300, 200_000)
    carried, few, saved = [], [], []
    with swift() as store, moto() as endpoint:
        version = store.version
        with patch.dict(os.environ, store.environment):
            outcome = _killed(store)
        print(outcome.table, flush=True)
        places: tuple[tuple[Place, dict[str, str]], ...] = (
            (Place("a folder"), {}),
            (Place("moto", "s3://assay"), environment(endpoint, "key", "secret")),
            (Place("Swift", "s3://assay"), store.environment),
        )
        for place, variables in places:
            with patch.dict(os.environ, variables):
                carried.append(_carried(place, quick=quick))
                few.append(_small(place, small))
                saved.append(_saved(place, files, size))
            print(carried[-1], few[-1], saved[-1], flush=True)
    text = TEXT.format(
        version=version,
        cores=os.cpu_count(),
        vendors=load.VENDORS,
        upload="5 MiB" if quick else "50 MiB",
        images=60 if quick else "1,000",
        carried=table(["Files in", "uploads", "together", "lost", "delivery", "outcome"], carried),
        small_count=small,
        small=SMALL,
        hands=HANDS,
        small_table=table(["Files in", "put", "listed", "read", "discarded"], few),
        files=f"{files:,}",
        file_kilobytes=size // 1000,
        backups=table(["Files in", "backup", "again", "check", "restoration"], saved),
        away=AWAY_S,
        writers=HANDS,
        killed=outcome.table,
        lost=outcome.lost,
        acknowledged=outcome.acknowledged,
    )
    return Study("Object storage", text)


def _carried(place: Place, *, quick: bool) -> list[object]:
    _, _, seconds, together, lost = load.uploads("SQLite", quick=quick, **place.settings)
    *_, judged, outcome = load.large_delivery("SQLite", quick=quick, **place.settings)
    return [place.name, seconds, together, lost, judged, outcome]


def _small(place: Place, count: int) -> list[object]:
    """Put, list, read and discard many small files; return files a second."""
    contents = {sha256(data).hexdigest(): data for data in map(_content, range(count))}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(HANDS) as hands:
        home = Path(folder)
        address = place.settings.get("storage_url", f"file://{home / 'files'}")
        blobs = open_blobs(address, home / "master-keys")
        database = Database(f"sqlite:///{home / 'assay.db'}")
        upgrade(database)
        keeping = Housekeeping(database, blobs, Metrics())

        def right(digest: str) -> bool:
            return blobs.read(digest, limit=SMALL) == contents[digest]

        seconds = [
            _timed(lambda: all(hands.map(lambda data: blobs.put([data]), contents.values()))),
            _timed(lambda: set(blobs.digests()) == contents.keys()),
            _timed(lambda: all(hands.map(right, contents))),
        ]
        _put_away(keeping, days=8)
        seconds.append(_timed(lambda: _put_away(keeping, days=10) == count))
        if next(blobs.digests(), None) is not None:
            raise AssertionError("Housekeeping left files that nothing refers to.")
        database.close()
    return [place.name, *(f"{count / each:,.0f}/s" for each in seconds)]


def _content(number: int) -> bytes:
    return Random(number).randbytes(SMALL)  # noqa: S311 - no secret


def _put_away(keeping: Housekeeping, *, days: float) -> int:
    """Keep house as if so many days had passed; return how many files went."""
    present = clock.now
    with patch.object(clock, "now", lambda: present() + timedelta(days=days)):
        return keeping.put_away().files


def _timed(do: Callable[[], bool]) -> float:
    """Return how long something took that must turn out well."""
    begun = time.monotonic()
    if not do():
        raise AssertionError("It did not turn out well.")
    return time.monotonic() - begun


def _saved(place: Place, files: int, size: int) -> list[object]:
    with tempfile.TemporaryDirectory() as folder:
        address = place.settings.get("storage_url", "")
        row = backups.measure(Path(folder) / "home", "SQLite", 1_000, files, size, address)
    return [place.name, *row[1:5]]


@dataclass
class Tally:
    """What somebody was told while the object server came and went.

    Parameters
    ----------
    acknowledged
        What was, in words or digests.
    refused
        How often it was not, with 503.
    others
        What else was answered.
    """

    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0
    others: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """What was left after the object server had been killed over and over."""

    kills: int
    parts: Tally
    small: Tally
    lost_parts: int
    lost_small: int

    @property
    def acknowledged(self) -> int:
        """Things that were acknowledged."""
        return len(self.parts.acknowledged) + len(self.small.acknowledged)

    @property
    def lost(self) -> int:
        """Things that were acknowledged and are not there."""
        return self.lost_parts + self.lost_small

    @property
    def table(self) -> str:
        """Return it as a table."""
        told = (
            ("parts of the archive", self.parts, self.lost_parts),
            ("small files", self.small, self.lost_small),
        )
        rows = [
            [what, f"{len(tally.acknowledged):,}", tally.refused, len(tally.others), lost]
            for what, tally, lost in told
        ]
        titles = ["What", "acknowledged", "refused with 503", "other answers", "lost"]
        return f"{table(titles, rows)}\n\nThe server was killed {self.kills} times."


def _killed(store: Swift) -> Outcome:
    """Kill the object server while files come in; look for all that was acknowledged."""
    content = Random(7).randbytes(6 * 2**20)  # noqa: S311 - no secret
    with serve("SQLite", publish_seconds="0", **Place("Swift", "s3://assay").settings) as served:
        token = served.person("manager", "Vendor")
        with served.client(token) as client:
            vendor = client.get("/me").json()["organisation"]
        batch = send_batch(served, vendor, ["a"], STREET, {})
        blobs = open_blobs(
            served.environment["ASSAY_STORAGE_URL"],
            Path(served.environment["ASSAY_DATA_DIR"]) / "master-keys",
        )
        ending = threading.Event()
        with ThreadPoolExecutor(HANDS + 1) as hands:
            killing = hands.submit(_kill_over_and_over, store, ending)
            writing = [hands.submit(_write, blobs, ending, number) for number in range(HANDS)]
            try:
                parts = _upload(served, token, batch, content)
            finally:
                ending.set()
            kills = killing.result()
            tallies = [each.result() for each in writing]
        small = Tally(
            [digest for tally in tallies for digest in tally.acknowledged],
            sum(tally.refused for tally in tallies),
            [other for tally in tallies for other in tally.others],
        )
        whole = _is_there(blobs, sha256(content).hexdigest())
        lost_small = sum(not _is_there(blobs, digest) for digest in small.acknowledged)
    return Outcome(kills, parts, small, 0 if whole else len(parts.acknowledged), lost_small)


def _kill_over_and_over(store: Swift, ending: threading.Event) -> int:
    """Kill and restart the object server until it is time to end; leave it running."""
    kills = 0
    while not ending.wait(BETWEEN_S):
        store.kill("object")
        kills += 1
        ending.wait(AWAY_S)
        store.start("object")
    return kills


def _write(blobs: Blobs, ending: threading.Event, number: int) -> Tally:
    """Put one small file after the other; try again what was refused."""
    tally, draw = Tally(), Random(number)  # noqa: S311 - no secret
    while not ending.is_set():
        data = draw.randbytes(SMALL)
        while True:
            try:
                tally.acknowledged.append(blobs.put([data]).digest)
                break
            except StorageUnavailableError:
                tally.refused += 1
    return tally


def _upload(served: Served, token: str, batch: str, content: bytes) -> Tally:
    """Upload an archive in parts, going on from where the service says, until it is judged."""
    tally = Tally()
    with served.client(token) as client:

        def ask(method: str, path: str, **more: Any) -> Any:
            """Return the answer; None where it was refused."""
            answer = client.request(method, path, **more)
            if answer.is_success:
                return answer.json()
            if answer.status_code == 503:
                tally.refused += 1
            else:
                tally.others.append(f"{method} {path} gave {answer.status_code}")
            return None

        order = {
            "file_name": "a.zip", "size": len(content), "sha256": sha256(content).hexdigest(),
        }  # fmt: skip
        upload = ask("POST", f"/vendor/batches/{batch}/uploads", json=order)
        path, here = f"/vendor/uploads/{upload['id']}", 0
        while here < len(content):
            part, begin = content[here : here + PART], {"upload-offset": str(here)}
            told = ask("PATCH", path, content=part, headers=begin)
            if told is None:
                told = ask("GET", path)
            else:
                tally.acknowledged.append(f"from byte {here}")
            here = told["received"]
        delivery = ask("POST", f"{path}/completion")["id"]
        while ask("GET", f"/vendor/deliveries/{delivery}")["state"] == "received":
            time.sleep(0.5)
    return tally


def _is_there(blobs: Blobs, digest: str) -> bool:
    """Say whether every byte of a file is there."""
    try:
        blobs.check(digest)
    except StorageError:
        return False
    return True


@contextmanager
def moto() -> Iterator[str]:
    """Run moto's S3 API in a process of its own, with the bucket ``assay``; yield its address."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 - a program of the tests
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, "moto")
        endpoint = f"http://127.0.0.1:{port}"
        make_bucket(endpoint, "key", "secret")
        yield endpoint
    finally:
        process.terminate()
        process.wait(30)
