"""Whether a server that is killed loses or repeats anything.

A real server in a process of its own is killed with SIGKILL at a named point while a vendor
delivers; another is started on the same data, the client goes on, and everything is examined.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from statistics import median
from typing import TYPE_CHECKING

from assay.service.audit import store as log
from assay.service.audit.anchoring import signing_key
from assay.service.audit.anchors import AnchorStore
from assay.service.audit.verify import verify
from assay.service.crashing import CRASH_POINTS
from assay.service.database import Database
from assay.service.operations.backup import check_backup, read_manifest
from assay.service.settings import Settings
from assay.service.storage.blobs import Blobs
from assay.service.storage.opening import open_blobs, open_objects
from staging.postgresql import named, postgresql_server, say
from studies.crash_harness import (
    Outcome,
    copied,
    prepare_service,
    trial,
)
from studies.fault_migrations import COMMITTED
from studies.story import Case
from studies.study import Study, table

if TYPE_CHECKING:
    from service.crashes.preparing import Prepared

#: Points that only commands of whoever runs the service come by.
COMMAND_POINTS = tuple(
    point for point in CRASH_POINTS if point.startswith(("backup-", "restore-", "keys-"))
)
#: Points that housekeeping comes by, weeks later; the tests of blobs kill there.
HOUSEKEEPING_POINTS = tuple(point for point in CRASH_POINTS if point.startswith("removal-"))
#: Points that a running server comes by; that of a start on older tables is tried with the faults.
SERVER_POINTS = tuple(
    point
    for point in CRASH_POINTS
    if point not in {*COMMAND_POINTS, *HOUSEKEEPING_POINTS, COMMITTED}
)

TEXT = """
A server in a process of its own was killed by SIGKILL at each named point while a lead began a
project, a vendor delivered (began an upload, sent it in two parts, finished it, waited for the
verdict), the lead accepted, and finance drafted an invoice, issued it, noted its payment and closed
a period. The points that each request passes were killed at the fifth, the eighth and the ninth
time: at the end of the upload, and where the invoice is issued and paid; the others at the first.
Another server was then started on the same data; the client repeated what had not been answered,
with the same idempotency key, and went on from the byte that the server said it had.

**{killed} kills: {lost} acknowledged things lost, {duplicates} done twice, {paid} invoices paid
twice, {unsound} audit logs that are not what their anchors say.** From the start of the other
server until the whole story was told it took {seconds:.1f} s at the median, on a machine that was
busy with other things, the {lease} s included after which a dead worker's job is given to another.

{server}

*Acknowledged* counts the answers that the client had when the server died; each was looked for
afterwards: the project, the upload with as many bytes, the delivery, its verdict, the decision, the
invoice in its state, the closed period. *Twice* counts projects, uploads, deliveries, jobs,
invoices, periods and log entries that were there more than once. *Orphans* are stored objects that
nothing refers to; the collection removed them, after which every blob was read and compared with
its digest. Where hardly anything was acknowledged at a point of jobs or anchors, the first to come
by was a recurring job or the first anchor, before the delivery.

## Commands

Backups, restorations and key rotations were killed in the same way and run again.

{commands}

The points are listed in `service/crashing.py`. `ASSAY_CRASH_AT=request-done:3` kills a server there
the third time that it comes by.
"""


#: Makes a database for one trial; None is a SQLite file in the folder of data.
Databases = Callable[[], AbstractContextManager[str | None]]

#: Says of a point at which of the times that it is passed the server is killed.
Times = Callable[[str], Iterable[int]]


def _few(_: str) -> Iterable[int]:
    return (1,)


def _many(point: str) -> Iterable[int]:
    """In the requests at the end of the upload, the invoice's issue and its payment."""
    return (5, 8, 9) if point in _OF_REQUESTS else (1,)


_OF_REQUESTS = frozenset(
    {"request-begun", "audit-recorded", "request-done", "request-committed", "answer-sent"}
)


@dataclass(frozen=True)
class Row:
    """The trials of one point on one database."""

    point: str
    database: str
    outcomes: tuple[Outcome, ...]


def run(*, quick: bool) -> Study:
    """Kill, examine, count."""
    with tempfile.TemporaryDirectory(prefix="crash") as folder:
        home = Path(folder)
        rows = list(_sqlite(home, _few if quick else _many))
        if not quick:
            rows += _postgresql(home, _many)
        commands = [_command_row(home, point) for point in COMMAND_POINTS]
    outcomes = [outcome for row in rows for outcome in row.outcomes]
    text = TEXT.format(
        killed=len(outcomes) + len(commands),
        lost=sum(outcome.lost for outcome in outcomes),
        duplicates=sum(outcome.duplicates for outcome in outcomes),
        paid=sum(outcome.paid_twice for outcome in outcomes),
        unsound=sum(not outcome.sound for outcome in outcomes),
        seconds=median(outcome.seconds for outcome in outcomes),
        lease=2,
        server=_table(rows),
        commands=table(["Killed at", "Afterwards"], commands),
    )
    return Study("Killed at every point", text)


def _sqlite(home: Path, times: Times) -> Iterator[Row]:
    prepared = prepare_service(home / "sqlite", home, None)
    for point in SERVER_POINTS:
        yield Row(point, "SQLite", tuple(_trials(prepared, home, point, times, _no_database)))


def _postgresql(home: Path, times: Times) -> Iterator[Row]:
    with postgresql_server() as address:
        template = named(address, "template_crash")
        say(address, "CREATE DATABASE template_crash")
        prepared = prepare_service(home / "postgresql", home, template)

        @contextmanager
        def database() -> Iterator[str]:
            name = f"t_{token_hex(6)}"
            say(address, f"CREATE DATABASE {name} TEMPLATE template_crash")
            yield named(address, name)
            say(address, f"DROP DATABASE {name} WITH (FORCE)")

        for point in SERVER_POINTS:
            yield Row(point, "PostgreSQL", tuple(_trials(prepared, home, point, times, database)))


@contextmanager
def _no_database() -> Iterator[None]:
    yield None


def _trials(
    prepared: "Prepared", home: Path, point: str, passings: Times, database: Databases
) -> Iterator[Outcome]:
    """Yield what each kill showed, at some of the times that the point is passed."""
    for times in passings(point):
        folder = copied(prepared.folder, home / token_hex(6))
        with database() as url:
            outcome = trial(Case.of(prepared, folder, url), point, times)
        shutil.rmtree(folder)
        print(point, times, outcome, flush=True)
        if not outcome.killed:
            return
        yield outcome


def _command_row(home: Path, point: str) -> list[str]:
    """Kill a command at a point, run it again, and say what there is."""
    prepared = prepare_service(home / f"command-{point}", home, None)
    data, place = prepared.folder, home / f"backups-{point}"
    if point.startswith("backup-"):
        _kill(point, "backup", "make", place, "--data", data)
        _run("backup", "make", place, "--data", data)
        return [f"`{point}`", _checked(data, place)]
    if point.startswith("restore-"):
        _run("backup", "make", place, "--data", data)
        other = _new_house(data, home / f"restored-{point}")
        _kill(point, "backup", "restore", place, "--data", other)
        _run("backup", "restore", place, "--data", other)
        return [f"`{point}`", _log_of(other)]
    _run("keys", "add", "next", "--data", data)
    _kill(point, "keys", "rotate", "--data", data)
    between = _readable(data)
    _run("keys", "rotate", "--data", data)
    return [f"`{point}`", f"{between} between the two keys; {_readable(data)} under the new one"]


def _new_house(data: Path, other: Path) -> Path:
    """Return the folder of another machine, with the keys and the anchors alone."""
    other.mkdir(mode=0o700)
    for name in ("master-keys", "audit-key"):
        shutil.copy2(data / name, other / name)
    shutil.copytree(data / "anchors", other / "anchors")
    return other


def _checked(data: Path, place: Path) -> str:
    settings = Settings(data_dir=data)
    blobs = open_blobs(settings.storage, settings.key_file)
    objects = open_objects(str(place))
    manifest = read_manifest(objects)
    vault = Blobs(objects, blobs.keyring)
    found = check_backup(vault, manifest, lambda _done, _all: None)
    kept = len(list(objects.list("backups")))
    return f"{kept} backup, {found.files} digests that match, {len(found.faults)} faults"


def _log_of(data: Path) -> str:
    settings = Settings(data_dir=data)
    database = Database(settings.database)
    with database.reading() as session:
        lines = [line.encode() for line in log.all_lines(session)]
    database.close()
    key = signing_key(settings.audit_key).public
    verdict = verify(lines, AnchorStore(open_objects(settings.anchors)).read(key))
    return f"{_readable(data)}, log of {verdict.entries} {'sound' if verdict.sound else 'CHANGED'}"


def _readable(data: Path) -> str:
    settings = Settings(data_dir=data)
    blobs = open_blobs(settings.storage, settings.key_file)
    digests = list(blobs.digests())
    for digest in digests:
        blobs.check(digest)
    return f"{len(digests)} of {len(digests)} files readable"


def _kill(point: str, *arguments: str | Path) -> None:
    done = _assay(arguments, point)
    if done.returncode != -signal.SIGKILL:
        raise AssertionError(f"{point} was not passed: {done.stderr}")


def _run(*arguments: str | Path) -> None:
    done = _assay(arguments, "")
    if done.returncode:
        raise AssertionError(done.stderr)


def _assay(arguments: Iterable[str | Path], point: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "assay", *map(str, arguments)],
        env={**os.environ, "ASSAY_CRASH_AT": point},
        capture_output=True,
        text=True,
        check=False,
    )


def _table(rows: Iterable[Row]) -> str:
    titles = [
        "Killed at",
        "Database",
        "Kills",
        "Acknowledged",
        "Lost",
        "Twice",
        "Paid twice",
        "Log sound",
        "Orphans",
    ]
    return table(titles, map(_cells, rows))


def _cells(row: Row) -> list[str]:
    outcomes = row.outcomes
    return [
        f"`{row.point}`",
        row.database,
        str(len(outcomes)),
        str(sum(outcome.acknowledged for outcome in outcomes)),
        str(sum(outcome.lost for outcome in outcomes)),
        str(sum(outcome.duplicates for outcome in outcomes)),
        str(sum(outcome.paid_twice for outcome in outcomes)),
        str(sum(outcome.sound for outcome in outcomes)),
        str(sum(outcome.orphans for outcome in outcomes)),
    ]
