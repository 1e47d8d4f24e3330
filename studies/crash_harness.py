"""A real server, killed at a named point while a vendor delivers; then started again and examined.

The story is told over HTTP by a client that behaves as the documentation asks: each POST has an
idempotency key, and an upload goes on from the byte that the server says.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx2
from sqlalchemy import func, select

from assay.service.audit import store as log
from assay.service.audit.anchoring import signing_key
from assay.service.audit.anchors import AnchorStore
from assay.service.audit.tables import EntryRow
from assay.service.audit.verify import verify
from assay.service.database import Database
from assay.service.deliveries.tables import DeliveryRow, ItemVersionRow, PartRow, UploadRow
from assay.service.jobs.tables import JobRow
from assay.service.projects.tables import ProjectRow
from assay.service.settings import Settings
from assay.service.storage.blobs import Blobs
from assay.service.storage.opening import open_blobs, open_objects

if TYPE_CHECKING:
    from service.crashes.preparing import Prepared

NAME = "The project of the crash"

#: A job whose worker died is taken up by another after so many seconds.
LEASE = 2


@dataclass(frozen=True)
class Case:
    """A prepared service, copied for one trial.

    Parameters
    ----------
    folder
        Its data.
    database_url
        Its database; None for SQLite in that folder.
    lead, vendor
        What their requests are authorised by.
    batch
        The batch that waits for an archive.
    archive
        That archive.
    """

    folder: Path
    database_url: str | None
    lead: str
    vendor: str
    batch: str
    archive: bytes

    @property
    def settings(self) -> Settings:
        """Return the settings of the service, as the examiner needs them."""
        return Settings(data_dir=self.folder, database_url=self.database_url)


@dataclass(frozen=True)
class Outcome:
    """What one trial showed.

    Parameters
    ----------
    killed
        Whether the server came to the point and died.
    acknowledged
        Answers that the client had got when it died.
    lost
        Of these, what was not there afterwards.
    duplicates
        Things and log entries there more than once.
    sound
        Whether the audit log is what its anchors say.
    orphans
        Objects left behind, which the collection removed.
    seconds
        From the restart until the work was done.
    """

    killed: bool
    acknowledged: int
    lost: int
    duplicates: int
    sound: bool
    orphans: int
    seconds: float


@dataclass
class Memory:
    """What the client was told, and so may rely on."""

    project: str = ""
    upload: str = ""
    received: int = 0
    delivery: str = ""
    judged: bool = False
    told: list[str] = field(default_factory=list)


class Served:
    """A server in a process of its own, stopped when the block ends."""

    def __init__(self, case: Case, crash_at: str, *, workers: int = 1) -> None:
        environment = {
            **environment_of(case, crash_at),
            "ASSAY_LEASE_SECONDS": str(LEASE),
            "ASSAY_ANCHOR_SECONDS": "1",
            "ASSAY_WORKERS": str(workers),
        }
        serve = ["serve", "--data", str(case.folder), "--port", "0"]
        self._log = (case.folder / "served.log").open("ab")
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "assay", *serve],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.address = self._read_address()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def died(self) -> bool:
        """Return whether it was killed."""
        return self.process.poll() == -signal.SIGKILL

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=60)
        finally:
            if self.process.stdout is not None:
                self.process.stdout.close()
            self._log.close()

    def _read_address(self) -> str:
        for line in self.process.stdout or ():
            found = re.search(r"http://\S+?(?=;)", line)
            if found:
                return found.group()
        return ""


def environment_of(case: Case, crash_at: str = "") -> dict[str, str]:
    """Return the environment of a process of the service."""
    return {
        **os.environ,
        "ASSAY_CRASH_AT": crash_at,
        "ASSAY_DATA_DIR": str(case.folder),
        "ASSAY_ITEM_WORKERS": "1",
        "ASSAY_PUBLISH_SECONDS": "0",
        **({"ASSAY_DATABASE_URL": case.database_url} if case.database_url else {}),
    }


def trial(case: Case, point: str, times: int) -> Outcome:
    """Kill a server at a point the n-th time that it comes by, start another, and examine."""
    memory = Memory()
    with Served(case, f"{point}:{times}") as first:
        with suppress(httpx2.TransportError):
            _tell(case, first, memory)
        _wait_for_death(first)
        killed, acknowledged = first.died, len(memory.told)
    begun = time.monotonic()
    with Served(case, "") as second:
        lost = _lost(case, second, memory)
        _tell(case, second, memory)
        seconds = time.monotonic() - begun
    return Outcome(killed, acknowledged, lost, *_examine(case, memory), seconds)


def _tell(case: Case, served: Served, memory: Memory) -> None:
    """Do what remains of the story."""
    with httpx2.Client(base_url=f"{served.address}/api/v1", timeout=60) as client:
        lead = {"authorization": case.lead}
        vendor = {"authorization": case.vendor}
        if not memory.project:
            project = {"name": NAME, "currency": "EUR", "budget_minor": 1}
            memory.project = _made(client, "/projects", project, lead)
            memory.told.append("project")
        deliver(case, client, memory, vendor)
        _wait_for_verdict(client, memory, vendor)


def deliver(case: Case, client: httpx2.Client, memory: Memory, headers: dict[str, str]) -> None:
    """Do what remains of a delivery."""
    if not memory.upload:
        order = {
            "file_name": "labels.zip",
            "size": len(case.archive),
            "sha256": hashlib.sha256(case.archive).hexdigest(),
        }
        memory.upload = _made(client, f"/vendor/batches/{case.batch}/uploads", order, headers)
        memory.told.append("upload")
    if not memory.delivery:
        _send_parts(case, client, memory, headers)
        path = f"/vendor/uploads/{memory.upload}/completion"
        memory.delivery = _made(client, path, None, headers)
        memory.told.append("delivery")


def _made(client: httpx2.Client, path: str, body: Any, headers: dict[str, str]) -> str:
    answer = client.post(path, json=body, headers={**headers, "idempotency-key": path})
    answer.raise_for_status()
    identifier: str = answer.json()["id"]
    return identifier


def _send_parts(case: Case, client: httpx2.Client, memory: Memory, headers: dict[str, str]) -> None:
    """Send what the server does not have yet, in two parts."""
    path = f"/vendor/uploads/{memory.upload}"
    here = client.get(path, headers=headers).raise_for_status().json()["received"]
    step = len(case.archive) // 2 + 1
    while here < len(case.archive):
        part = case.archive[here : here + step]
        answer = client.patch(
            path, content=part, headers={**headers, "upload-offset": str(here)}
        ).raise_for_status()
        here = memory.received = answer.json()["received"]
        memory.told.append("part")


def _wait_for_verdict(client: httpx2.Client, memory: Memory, headers: dict[str, str]) -> None:
    path = f"/vendor/deliveries/{memory.delivery}"
    _until(lambda: client.get(path, headers=headers).raise_for_status().json()["state"] == "judged")
    if not memory.judged:
        memory.judged = True
        memory.told.append("verdict")


def _wait_for_death(served: Served) -> None:
    """Give a server that has anchors to write, or nothing left to do, the time to come by."""
    with suppress(TimeoutError):
        _until(lambda: served.process.poll() is not None, seconds=2.5)


def _until(done: Callable[[], bool], *, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.2)


def _lost(case: Case, served: Served, memory: Memory) -> int:
    """Return how much of what was acknowledged is not there."""
    lead, vendor = {"authorization": case.lead}, {"authorization": case.vendor}
    lost = 0
    with httpx2.Client(base_url=f"{served.address}/api/v1", timeout=60) as client:
        if memory.project:
            lost += client.get(f"/projects/{memory.project}", headers=lead).is_error
        if memory.upload:
            answer = client.get(f"/vendor/uploads/{memory.upload}", headers=vendor)
            lost += answer.is_error or answer.json()["received"] < memory.received
        if memory.delivery:
            answer = client.get(f"/vendor/deliveries/{memory.delivery}", headers=vendor)
            lost += answer.is_error or (memory.judged and answer.json()["state"] != "judged")
    return lost


def _examine(case: Case, memory: Memory) -> tuple[int, bool, int]:
    """Return duplicates, whether the log is sound, and orphans, once the server has stopped."""
    settings = case.settings
    blobs = open_blobs(settings.storage, settings.key_file)
    with _open(settings) as database, database.reading() as session:
        counts = [
            session.scalar(select(func.count()).where(ProjectRow.name == NAME)),
            session.scalar(select(func.count()).where(UploadRow.batch_id == case.batch)),
            session.scalar(select(func.count()).where(DeliveryRow.batch_id == case.batch)),
            session.scalar(select(func.count()).where(JobRow.key.contains(memory.delivery))),
            *(
                session.scalar(select(func.count()).where(EntryRow.action == action))
                for action in ("upload.begun", "delivery.received", "delivery.judged")
            ),
        ]
        versions = session.scalars(
            select(ItemVersionRow).where(ItemVersionRow.delivery_id == memory.delivery)
        ).all()
        parts = session.scalars(select(PartRow.blob)).all()
        lines = [line.encode() for line in log.all_lines(session)]
    if 0 in counts or len(versions) != 4:
        raise AssertionError(f"The story was not told to its end: {counts}, {len(versions)}")
    key = signing_key(settings.audit_key).public
    sound = verify(lines, AnchorStore(open_objects(settings.anchors)).read(key)).sound
    orphans = blobs.collect(datetime.now(UTC) + timedelta(days=2))
    _check_files(blobs, [*parts, *(row.labels for row in versions if row.labels)])
    return sum(number - 1 for number in counts if number), sound, orphans


def _check_files(blobs: Blobs, needed: list[str]) -> None:
    """Read every blob, and see that nothing needed is gone."""
    for digest in {*blobs.digests(), *needed}:
        blobs.check(digest)


@contextmanager
def _open(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database)
    try:
        yield database
    finally:
        database.close()


def copied(folder: Path, target: Path) -> Path:
    """Return a copy of a prepared service's data."""
    return Path(shutil.copytree(folder, target))


def prepare_service(
    folder: Path, scratch: Path, database_url: str | None, *, batches: int = 1
) -> "Prepared":
    """Furnish a service, as the tests do."""
    tests = str(Path(__file__).resolve().parents[1] / "tests")
    if tests not in sys.path:
        sys.path.insert(0, tests)
    from service.crashes.preparing import prepare

    return prepare(folder, scratch, database_url, batches=batches)
