"""Migrations killed at every statement, on a database that is full of rows.

A process brings a database of an older version to the newest and is killed by SIGKILL before its
first statement, its second, and on, until it comes to its end untouched. Each time the database
must be as it was: its version, its tables and every row.
"""

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, event, inspect, select
from sqlalchemy.types import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, TypeEngine

from assay.service.database import Database
from assay.service.migrations import configuration, upgrade
from assay.service.tables import METADATA

#: Makes a copy of a database for a while: its address.
Copies = Callable[[str], AbstractContextManager[str]]

#: Rows by table; of each row its values by column.
Rows = Mapping[str, Sequence[Mapping[str, Any]]]

#: Killed here, a migration has happened.
COMMITTED = "migration-committed"

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Killed:
    """What the kills of one migration showed.

    Parameters
    ----------
    start
        Version before; empty for a database without a table.
    kills
        How many.
    changed
        After how many of them the database was not as it had been.
    lost
        Rows that were there before and not after the migration that was let through.
    finished
        Whether that one ended at the newest version with all tables.
    """

    start: str
    kills: int
    changed: int
    lost: int
    finished: bool


def revisions() -> list[str]:
    """Return the versions of the tables, the oldest first."""
    scripts = ScriptDirectory.from_config(configuration())
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def furnish(url: str, revision: str) -> None:
    """Bring an empty database to a version, and put a row into each table."""
    database = Database(url)
    if revision:
        upgrade(database, revision=revision)
        _fill(database)
    database.close()


def kill_everywhere(start: str, url: str, *, step: int = 1) -> Killed:
    """Kill the migration of a furnished database before each statement, then let it through.

    Of the statements only each ``step``-th has to be tried.
    """
    before = state_of(url)
    kills = changed = 0
    while migrate_and_die(url, moment=1 + kills * step):
        kills += 1
        changed += state_of(url) != before
    version, rows = state_of(url)
    finished = version == revisions()[-1] and {*METADATA.tables} <= {*_tables(url)}
    return Killed(start, kills, changed, _missing(before[1], rows), finished)


def kill_after_the_commit(start: str, url: str) -> Killed:
    """Kill a migration as soon as it is committed: the next start has nothing left to do."""
    _, before = state_of(url)
    died = migrate_and_die(url, point=COMMITTED)
    version, rows = state_of(url)
    again = migrate_and_die(url)
    finished = version == revisions()[-1] and not again and state_of(url) == (version, rows)
    return Killed(start, int(died), 0, _missing(before, rows), finished)


def migrate_and_die(url: str, *, moment: int = 0, point: str = "") -> bool:
    """Migrate in a process that is killed at a moment, or at a named point; say whether it was."""
    process = _PROCESSES.Process(target=_migrate, args=(url, moment, point))
    process.start()
    process.join()
    if process.exitcode not in {0, -signal.SIGKILL}:
        raise AssertionError(f"The migration ended with {process.exitcode}.")
    return process.exitcode != 0


def migrate_side_by_side(url: str, *, processes: int) -> int:
    """Migrate in several processes that begin at the same time; return how many succeeded."""
    gate = _PROCESSES.Barrier(processes)
    crew = [_PROCESSES.Process(target=_migrate_at, args=(url, gate)) for _ in range(processes)]
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    return sum(process.exitcode == 0 for process in crew)


def state_of(url: str) -> tuple[str, Rows]:
    """Return a database's version and all of its rows."""
    database = Database(url)
    known = MetaData()
    known.reflect(database.engine)
    with database.reading() as session:
        rows = {
            table.name: [dict(row) for row in session.execute(select(table)).mappings()]
            for table in known.sorted_tables
        }
    database.close()
    version = rows.pop("alembic_version", [])
    return str(version[0]["version_num"]) if version else "", rows


@contextmanager
def sqlite_copies(template: str, folder: Path) -> Iterator[str]:
    """Copy a SQLite file for a while."""
    folder.mkdir()
    source = template.removeprefix("sqlite:///")
    if Path(source).exists():
        shutil.copy(source, folder / "copy.db")
    yield f"sqlite:///{folder / 'copy.db'}"
    shutil.rmtree(folder)


def _migrate(url: str, moment: int, point: str) -> None:
    os.environ["ASSAY_CRASH_AT"] = point
    database = Database(url)
    passed = 0

    def come_by(*_: object) -> None:
        nonlocal passed
        passed += 1
        if passed == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", come_by)
    event.listen(database.engine, "commit", come_by)
    upgrade(database)
    database.close()


def _migrate_at(url: str, gate: Any) -> None:
    database = Database(url)
    gate.wait()
    upgrade(database)
    database.close()


def _tables(url: str) -> list[str]:
    database = Database(url)
    names = inspect(database.engine).get_table_names()
    database.close()
    return names


def _missing(before: Rows, after: Rows) -> int:
    """Return how many rows are no longer there, whatever columns they were given."""
    return sum(
        not any(row.items() <= found.items() for found in _hashable(after.get(name, ())))
        for name, rows in before.items()
        for row in _hashable(rows)
    )


def _hashable(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [{name: repr(value) for name, value in row.items()} for row in rows]


def _fill(database: Database) -> None:
    """Put a row into every table, each naming the rows that it refers to."""
    known = MetaData()
    known.reflect(database.engine)
    made: dict[str, dict[str, Any]] = {}
    with database.writing() as session:
        for table in known.sorted_tables:
            if table.name != "alembic_version":
                made[table.name] = _row(table, made)
                session.execute(table.insert().values(made[table.name]))


def _row(table: Table, made: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    row = {column.name: _value(column.type, column.name) for column in table.columns}
    for constraint in table.foreign_key_constraints:
        for element in constraint.elements:
            target = element.column
            if target.table is not table:
                row[element.parent.name] = made[target.table.name][target.name]
            elif element.parent.nullable:
                row[element.parent.name] = None
    return row


def _value(kind: TypeEngine[Any], name: str) -> Any:
    for known, value in _VALUES:
        if isinstance(kind, known):
            return value
    return name[: getattr(kind, "length", None) or 60]


_VALUES: tuple[tuple[type[TypeEngine[Any]], Any], ...] = (
    (DateTime, datetime(2026, 1, 1, 12, tzinfo=UTC)),
    (Date, date(2026, 1, 1)),
    (Boolean, True),
    (Integer, 1),
    (Float, 1.0),
    (JSON, {"some": "thing"}),
    (LargeBinary, b"some"),
)
