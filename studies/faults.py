"""Whether anything is lost, done twice or half done when what the service stands on fails.

Migrations are killed at every statement. Then one small purchase is told again and again, each time
with something else failing at another place: a disk, a database, a store of objects, the clock.
"""

import errno
import logging
import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from staging.postgresql import named, postgresql_server, say
from studies.crash_harness import prepare_service
from studies.fault_clock import JumpingClock
from studies.fault_database import CuttingProxy, FullDatabase, UnheardCommit
from studies.fault_disk import FailingDisk, FailingPrograms
from studies.fault_migrations import (
    furnish,
    kill_after_the_commit,
    kill_everywhere,
    migrate_side_by_side,
    revisions,
    sqlite_copies,
)
from studies.fault_objects import FailingStore, How
from studies.fault_trials import Ground, StuckError, Survival, survive
from studies.study import Study, table

TEXT = """
One small purchase is told over HTTP: a project, a delivery that is uploaded in two parts and
judged, its acceptance, an invoice that is issued and paid, a period that is closed, a signed head
of the log. It was told {told} times, each time with something else failing at another place, until
it came through untouched. After the first refusal what failed worked again, and the client did what
the documentation asks: send it again, with the same idempotency key, from the byte that the server
has.

**Of {tried} faults {survived} were survived: {lost} acknowledged things lost, {twice} done twice,
{paid} invoices paid twice.** *Survived* is: every refusal was a problem that says what to do (503),
the server went on, nothing half written was left or seen, everything acknowledged was there after
the refusal and at the end, each thing once, every stored file has its digest, and the audit log is
what its anchors say.

{table}

Not every fault is refused to the client: some meet a job, which waits, and some nobody notices.

* **A full disk** fails all writes from the n-th on (`ENOSPC`), **an I/O error** the n-th alone
  (`EIO`): opening, writing, flushing, renaming, making a folder, wherever the service does it. The
  two take turns, so that each write fails once; those of a backup, which come last, were tried at
  each {backup}th, those of the program that judges a delivery at each {program}rd.
* **A real full disk** is a `tmpfs` under the whole data folder, the database with it, that is
  {small} pages larger each time.
* **The answer to a COMMIT is lost**: the database has committed, and nobody hears of it. On
  PostgreSQL a proxy cuts the connection at that moment, at each {commit}nd; **a lost database** is
  the same proxy, which cuts before each {cut}th thing that is said, and lets nobody in until it is
  healed.
* **The store of objects** is the test server of an S3 API behind a proxy that is busy (503), is
  silent, breaks off in the middle of a body, or changes a bit of what is sent or fetched, at each
  {object}rd request. As S3 does, it refuses what has another digest than its request was signed
  for.
* **The clock** jumps by an hour at each {clock}rd time that it is asked, and back when a job waits.
* **A migration is killed** by SIGKILL before each {statement}th of its statements and right after
  its COMMIT, from every version of the tables, each full of rows; then another start must find the
  database as it was, and finish. *Done twice* counts databases that were anything between.
"""

#: Of many places each so-manieth is tried.
_BACKUP, _PROGRAM, _SMALL, _COMMIT, _CUT = 60, 3, 3, 2, 120
_OBJECT, _CLOCK, _STATEMENT = 3, 23, 7

_PAGE = 4096


@dataclass(frozen=True)
class Row:
    """What came of one kind of fault."""

    fault: str
    where: str
    tried: int
    survived: int
    lost: int
    twice: int
    paid_twice: int


#: Tells the story with a fault at a place; None where it came through untouched.
Try = Callable[[int], Survival | None]


def run(*, quick: bool) -> Study:
    """Fail everything, and count."""
    for name in ("sqlalchemy.pool", "werkzeug"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with tempfile.TemporaryDirectory(prefix="fault") as folder:
        rows = list(_rows(Path(folder), quick=quick))
    cells = [[row.fault, row.where, row.tried, row.survived, row.lost, row.twice] for row in rows]
    titles = [
        "What failed",
        "Where",
        "Places tried",
        "Survived",
        "Acknowledged lost",
        "Done twice",
    ]
    text = TEXT.format(
        told=sum(row.tried for row in rows if row.fault != _KILLED),
        tried=sum(row.tried for row in rows),
        survived=sum(row.survived for row in rows),
        lost=sum(row.lost for row in rows),
        twice=sum(row.twice for row in rows),
        paid=sum(row.paid_twice for row in rows),
        table=table(titles, cells),
        backup=_BACKUP,
        program=_PROGRAM,
        small=_SMALL,
        commit=_COMMIT,
        cut=_CUT,
        object=_OBJECT,
        clock=_CLOCK,
        statement=_STATEMENT,
    )
    return Study("Failed at every write", text)


_KILLED = "A migration is killed"


def _rows(home: Path, *, quick: bool) -> Iterator[Row]:
    sparse = 7 if quick else 1
    ground = Ground(home, prepare_service(home / "sqlite", home, None))
    yield _walk("A full disk", "files", _disk(ground, errno.ENOSPC), step=2 * sparse)
    yield _walk("An I/O error", "files", _disk(ground, errno.EIO), step=2 * sparse, first=2)
    yield _walk("A full disk", "backup", _backup(ground), step=_BACKUP * sparse, first=130)
    yield _walk("A full disk", "judging", _program(ground), step=_PROGRAM * sparse)
    if (real := _tmpfs(home, ground)) is not None:
        yield _walk("A real full disk", "all of the data", real, step=_SMALL * sparse)
    yield _walk("A full database", "SQLite", _full(ground), step=sparse)
    yield _walk("The answer to a COMMIT is lost", "SQLite", _unheard(ground), step=sparse)
    for hours in (1, -1):
        where = f"{hours:+d} h"
        yield _walk("The clock jumps", where, _clock(ground, hours), step=_CLOCK * sparse)
    yield from _objects(ground, sparse)
    yield _migrations("SQLite", _Sqlite(home), step=_STATEMENT * sparse)
    yield from _postgresql(home, sparse)


def _walk(fault: str, where: str, attempt: Try, *, step: int, first: int = 1) -> Row:
    """Fail at one place after another until the story comes through untouched."""
    seen: list[Survival] = []
    place = first
    while (found := _tried(attempt, place)) is not None:
        if not found.well:
            print(fault, where, place, found, flush=True)
        seen.append(found)
        place += step
    print(fault, where, len(seen), flush=True)
    return Row(
        fault,
        where,
        len(seen),
        sum(found.well for found in seen),
        sum(found.lost for found in seen),
        sum(found.twice for found in seen),
        sum(found.paid_twice for found in seen),
    )


def _tried(attempt: Try, place: int) -> Survival | None:
    try:
        return attempt(place)
    except StuckError as stuck:
        return Survival(wrong=[str(stuck)])


def _disk(ground: Ground, error: int) -> Try:
    def attempt(place: int) -> Survival | None:
        with ground.case() as case:
            lasting = error == errno.ENOSPC
            disk = FailingDisk(case.folder.parent, place, error, lasting=lasting)
            with disk.used():
                found = survive(case, disk)
        return found if disk.failed else None

    return attempt


def _backup(ground: Ground) -> Try:
    def attempt(place: int) -> Survival | None:
        with ground.case() as case:
            disk = FailingDisk(case.folder.parent, place, errno.ENOSPC, lasting=True)
            with disk.used():
                found = survive(case, disk, backup=True)
        return found if disk.failed else None

    return attempt


def _program(ground: Ground) -> Try:
    def attempt(place: int) -> Survival | None:
        with ground.case(judging=True) as case:
            programs = FailingPrograms(case.folder.parent, place, errno.ENOSPC)
            with programs.used():
                found = survive(case, programs)
            failed = programs.failed
        return found if failed else None

    return attempt


def _full(ground: Ground) -> Try:
    with sqlite3.connect(ground.data / "assay.db") as known:
        (pages,) = known.execute("PRAGMA page_count").fetchone()
    known.close()

    def attempt(place: int) -> Survival | None:
        full = FullDatabase(pages + place - 1)
        with ground.case() as case, full.used():
            found = survive(case, full)
        return found if full.failed else None

    return attempt


def _tmpfs(home: Path, ground: Ground) -> Try | None:
    """Return trials on a small file system of their own; None for who may not mount one."""
    place = home / "small"
    place.mkdir()
    if os.geteuid() != 0 or not _mounted(place, 2**14):
        return None
    with ground.case(place / "trial"):
        known = os.statvfs(place)
        used = known.f_blocks - known.f_bfree
    _unmount(place)

    def attempt(number: int) -> Survival | None:
        _mounted(place, used + number)
        try:
            with ground.case(place / "trial") as case:
                found = survive(case, SmallDisk(place))
        finally:
            _unmount(place)
        return found if found.refusals or found.waits else None

    return attempt


class SmallDisk:
    """A file system that becomes large when it is healed."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def begin(self) -> None:
        """Nothing: it has been small all along."""

    def heal(self) -> None:
        """Make room."""
        _run("mount", "-o", "remount,size=64m", str(self._place))


def _mounted(place: Path, pages: int) -> bool:
    return _run("mount", "-t", "tmpfs", "-o", f"size={pages * _PAGE}", "tmpfs", str(place))


def _unmount(place: Path) -> None:
    _run("umount", str(place))


def _run(*command: str) -> bool:
    done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own command
    return done.returncode == 0


def _unheard(ground: Ground) -> Try:
    def attempt(place: int) -> Survival | None:
        unheard = UnheardCommit(place)
        with ground.case() as case, unheard.used():
            found = survive(case, unheard)
        return found if unheard.passed >= place else None

    return attempt


def _clock(ground: Ground, hours: int) -> Try:
    def attempt(place: int) -> Survival | None:
        jumping = JumpingClock(hours, place)
        with ground.case() as case, jumping.used():
            found = survive(case, jumping)
        return found if jumping.passed >= place else None

    return attempt


def _objects(ground: Ground, sparse: int) -> Iterator[Row]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    kept = dict(os.environ)
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
    }
    try:
        for how in ("busy", "silent", "cut", "changed"):
            attempt = _store(ground, endpoint, how)
            yield _walk(_SAID[how], "objects", attempt, step=_OBJECT * sparse)
    finally:
        os.environ.clear()
        os.environ.update(kept)
        server.stop()


_SAID: dict[How, str] = {
    "busy": "The store is busy",
    "silent": "The store is silent",
    "cut": "The store breaks off",
    "changed": "The store changes a bit",
}


def _store(ground: Ground, endpoint: str, how: How) -> Try:
    import obstore
    from obstore.store import S3Store

    def attempt(place: int) -> Survival | None:
        bucket = f"b{token_hex(6)}"
        _make_bucket(endpoint, bucket)
        options: Any = {"allow_http": True}
        store = S3Store(bucket, config={"endpoint": endpoint}, client_options=options)
        failing = FailingStore(endpoint, place, how)
        with ground.case() as case, failing.used():
            files = case.folder / "files"
            for file in (each for each in files.rglob("*") if each.is_file()):
                obstore.put(store, file.relative_to(files).as_posix(), file.read_bytes())
            found = survive(
                case,
                failing,
                storage_url=f"s3://{bucket}",
                storage_endpoint=failing.address,
            )
        return found if failing.failed else None

    return attempt


def _make_bucket(endpoint: str, name: str) -> None:
    import http.client

    api = http.client.HTTPConnection(endpoint.removeprefix("http://"), timeout=30)
    api.request("PUT", f"/{name}")
    api.getresponse().read()
    api.close()


def _postgresql(home: Path, sparse: int) -> Iterator[Row]:
    with postgresql_server() as address:
        yield _migrations("PostgreSQL", _Postgresql(address), step=_STATEMENT * sparse)
        template = named(address, "template_fault")
        say(address, "CREATE DATABASE template_fault")
        ground = Ground(home, prepare_service(home / "postgresql", home, template))
        for fault, commits, step in (
            ("The answer to a COMMIT is lost", True, _COMMIT),
            ("A lost database", False, _CUT),
        ):
            attempt = _cut(ground, address, commits=commits)
            yield _walk(fault, "PostgreSQL", attempt, step=step * sparse)


def _cut(ground: Ground, address: str, *, commits: bool) -> Try:
    def attempt(place: int) -> Survival | None:
        name = f"t_{token_hex(6)}"
        say(address, f"CREATE DATABASE {name} TEMPLATE template_fault")
        proxy = CuttingProxy(address, place, commits=commits)
        with ground.case() as case, proxy.used():
            found = survive(proxy.before(case, named(address, name)), proxy)
        say(address, f"DROP DATABASE {name} WITH (FORCE)")
        return found if proxy.cuts else None

    return attempt


class _Sqlite:
    """Makes empty SQLite databases, and copies."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def new(self) -> str:
        return f"sqlite:///{self._home / token_hex(6)}.db"

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        with sqlite_copies(template, self._home / token_hex(6)) as url:
            yield url


class _Postgresql:
    """Makes empty databases of a PostgreSQL, and copies."""

    def __init__(self, address: str) -> None:
        self._address = address

    def new(self) -> str:
        return self._made("")

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        yield self._made(f" TEMPLATE {template.partition('?')[0].rpartition('/')[2]}")

    def _made(self, how: str) -> str:
        name = f"m_{token_hex(6)}"
        say(self._address, f"CREATE DATABASE {name}{how}")
        return named(self._address, name)


def _migrations(where: str, databases: Any, *, step: int) -> Row:
    found = []
    for start in ("", *revisions()[:-1]):
        template = databases.new()
        furnish(template, start)
        with databases.copy(template) as url:
            found.append(kill_everywhere(start, url, step=step))
        with databases.copy(template) as url:
            found.append(kill_after_the_commit(start, url))
    if migrate_side_by_side(databases.new(), processes=3) != 3:
        raise AssertionError("Of three that started at once not all did.")
    kills = sum(each.kills for each in found)
    broken = sum(each.changed + (not each.finished) for each in found)
    print(_KILLED, where, kills, broken, flush=True)
    lost = sum(each.lost for each in found)
    return Row(_KILLED, where, kills, kills - broken, lost, broken, 0)
