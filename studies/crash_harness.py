"""A real server, killed at a named point of a small purchase, then started again and examined."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

import httpx2

from assay.service.audit import store as log
from assay.service.audit.anchoring import signing_key
from assay.service.audit.anchors import AnchorStore
from assay.service.audit.verify import verify
from assay.service.database import Database
from assay.service.settings import Settings
from assay.service.storage.blobs import Blobs
from assay.service.storage.opening import open_blobs, open_objects
from studies.story import Case, Memory, Told, count_lost, examine, tell

if TYPE_CHECKING:
    from service.crashes.preparing import Prepared

#: A job whose worker died is taken up by another after so many seconds.
LEASE = 2


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
    paid_twice
        Payments beyond the one.
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
    paid_twice: int
    sound: bool
    orphans: int
    seconds: float


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
        with suppress(httpx2.TransportError), speaking(first) as client:
            tell(case, client, memory, _pause)
        _wait_for_death(first)
        killed, acknowledged = first.died, len(memory.told)
    begun = time.monotonic()
    with Served(case, "") as second:
        with speaking(second) as client:
            lost = count_lost(case, client, memory)
            tell(case, client, memory, _pause)
        seconds = time.monotonic() - begun
    told, sound, orphans = _examine(case, memory)
    return Outcome(killed, acknowledged, lost, told.twice, told.paid_twice, sound, orphans, seconds)


@contextmanager
def speaking(served: Served) -> Iterator[httpx2.Client]:
    """Speak to a server."""
    with httpx2.Client(base_url=f"{served.address}/api/v1", timeout=60) as client:
        yield client


def _wait_for_death(served: Served) -> None:
    """Give a server that has anchors to write, or nothing left to do, the time to come by."""
    with suppress(TimeoutError):
        _until(lambda: served.process.poll() is not None, seconds=2.5)


def _pause() -> None:
    time.sleep(0.2)


def _until(done: Callable[[], bool], *, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError
        _pause()


def _examine(case: Case, memory: Memory) -> tuple[Told, bool, int]:
    """Return what there is, whether the log is sound, and orphans, once the server has stopped."""
    settings = case.settings
    blobs = open_blobs(settings.storage, settings.key_file)
    with _open(settings) as database, database.reading() as session:
        told = examine(session, case, memory)
        lines = [line.encode() for line in log.all_lines(session)]
    key = signing_key(settings.audit_key).public
    sound = verify(lines, AnchorStore(open_objects(settings.anchors)).read(key)).sound
    orphans = blobs.collect(datetime.now(UTC) + timedelta(days=2))
    _check_files(blobs, told.blobs)
    return told, sound, orphans


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
