"""Whether another worker takes over what a killed one was doing."""

import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import func, select

from assay.service.audit.tables import EntryRow
from assay.service.database import Database
from assay.service.deliveries.tables import ItemVersionRow
from assay.service.jobs.tables import JobRow
from staging.postgresql import named, postgresql_server, say
from studies.crash_harness import (
    Served,
    environment_of,
    prepare_service,
    speaking,
)
from studies.story import Case, Memory, deliver
from studies.study import Study, table

BATCHES = 6

#: Where the first worker is killed: while it claims, works, writes what it found, has written it.
POINTS = ("job-claimed", "job-worked", "job-applied", "job-committed")

TEXT = """
One `assay serve` without workers of its own and two processes of `assay worker`, each with one
thread, on PostgreSQL, with the default lease of 30 s. {batches} deliveries wait; one worker is
killed by SIGKILL in its second job, at each of four points. The time runs from its death until
every delivery has its verdict; the promise is 60 s.

{table}

*Verdicts* counts deliveries that were judged, *twice* log entries and item versions beyond one for
each, *attempts* how often the killed worker's job was begun. The machine was busy with other
things.
"""


@dataclass(frozen=True)
class Taken:
    """What came of one kill."""

    point: str
    seconds: float
    verdicts: int
    twice: int
    attempts: int


def run(*, quick: bool) -> Study:
    """Kill one of two workers at each point."""
    points = POINTS[1:2] if quick else POINTS
    with tempfile.TemporaryDirectory(prefix="work") as folder, postgresql_server() as address:
        rows = [_kill(Path(folder) / point, address, point) for point in points]
    cells = [
        [f"`{row.point}`", f"{row.seconds:.0f} s", row.verdicts, row.twice, row.attempts]
        for row in rows
    ]
    titles = ["Killed at", "Until all were judged", "Verdicts", "Twice", "Attempts"]
    text = TEXT.format(batches=BATCHES, table=table(titles, cells))
    return Study("One of two workers is killed", text)


def _kill(home: Path, address: str, point: str) -> Taken:
    name = f"work_{point.replace('-', '_')}"
    say(address, f"CREATE DATABASE {name}")
    home.mkdir()
    url = named(address, name)
    prepared = prepare_service(home / "data", home, url, batches=BATCHES)
    case = Case.of(prepared, prepared.folder, url)
    with Served(case, "", workers=0) as served:
        for batch in prepared.batches:
            _deliver(replace(case, batch=batch), served)
        with _worker(case, f"{point}:2") as first, _worker(case, ""):
            first.wait(timeout=300)
            died = time.monotonic()
            if first.returncode != -signal.SIGKILL:
                raise AssertionError(f"The worker was not killed at {point}.")
            seconds = _wait(url, died)
    return Taken(point, seconds, *_count(url))


def _deliver(case: Case, served: Served) -> None:
    with speaking(served) as client:
        deliver(case, client, Memory())


@contextmanager
def _worker(case: Case, crash_at: str) -> Iterator[subprocess.Popen[str]]:
    """Run a worker until the block ends."""
    with (case.folder / "worker.log").open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "assay", "worker", "--threads", "1"],
            env=environment_of(case, crash_at),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        if process.stdout is None or not re.search("takes jobs", process.stdout.readline()):
            raise AssertionError("The worker did not start.")
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)
            process.stdout.close()


def _wait(url: str, since: float) -> float:
    """Return the seconds until no job waits or runs."""
    database = Database(url)
    try:
        while True:
            with database.reading() as session:
                open_jobs = session.scalar(
                    select(func.count()).where(JobRow.state.in_(("queued", "running")))
                )
            if not open_jobs:
                return time.monotonic() - since
            if time.monotonic() > since + 300:
                raise TimeoutError(f"{open_jobs} jobs are open.")
            time.sleep(0.25)
    finally:
        database.close()


def _count(url: str) -> tuple[int, int, int]:
    """Return verdicts, what was done twice, and the attempts of the job that was begun most."""
    database = Database(url)
    with database.reading() as session:
        judged = session.scalar(
            select(func.count(EntryRow.subject.distinct())).where(
                EntryRow.action == "delivery.judged"
            )
        )
        entries = session.scalar(select(func.count()).where(EntryRow.action == "delivery.judged"))
        versions = session.scalar(select(func.count()).select_from(ItemVersionRow))
        attempts = session.scalar(select(func.max(JobRow.attempts)))
    database.close()
    twice = (entries or 0) - (judged or 0) + (versions or 0) - 4 * BATCHES
    return judged or 0, twice, attempts or 0
