"""The database: SQLite or PostgreSQL, one session for each request or job.

SQLite takes one writer at a time and fails a transaction that reads first and writes later, so a
writer says ``BEGIN IMMEDIATE``. Versions before 3.51.3 can corrupt a database in WAL mode, so the
rollback journal is used. A reader cannot write on either database: GET changes no state.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    URL,
    Connection,
    DateTime,
    Dialect,
    MetaData,
    create_engine,
    event,
    inspect,
    make_url,
    select,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session
from sqlalchemy.types import TypeDecorator

from assay.errors import ParameterError
from assay.service.problems import check_version

#: Sessions at once, and so requests at once; pixels are the load, not connections.
POOL_SIZE = 16

_FORMS = "Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC, with its zone on both databases; SQLite would forget it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Return a moment as it is stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Return a stored moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Tables of all areas."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar = {
        datetime: UtcTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
    }


class WritingSession(Session):
    """A session in which a row that is locked is read anew.

    Otherwise whoever read it before it waited for the lock would go on with what it was then.
    """


@event.listens_for(WritingSession, "do_orm_execute")
def _read_locked_anew(state: ORMExecuteState) -> None:
    if getattr(state.statement, "_for_update_arg", None) is not None:
        state.update_execution_options(populate_existing=True)


@event.listens_for(WritingSession, "before_flush")
def _change_the_newest_version(session: Session, *_: object) -> None:
    """Refuse to write a version over one that was not read.

    Two requests on PostgreSQL may read the same version and each find it the newest; the second to
    write waits for the first here, and then learns that it changes what is no more.
    """
    for changed in session.dirty:
        state = inspect(changed)
        if "version" not in state.attrs or not (old := state.attrs["version"].history.deleted):
            continue
        table = state.mapper.local_table
        keys = zip(table.primary_key, state.identity, strict=True)
        here = [column == value for column, value in keys]
        query = select(table.c.version).where(*here).with_for_update()
        present = session.connection().execute(query).scalar()
        if present is not None:
            check_version(present, old[0])


class Database:
    """A database and its two kinds of transactions.

    Parameters
    ----------
    url
        ``sqlite:///FILE`` or ``postgresql://…``.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._readers = self.engine.execution_options(assay_reads=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite, which takes one writer at a time."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that cannot write."""
        with Session(self._readers, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that is committed when the block ends, and undone when it fails."""
        with WritingSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    address = _address(url)
    # A connection that a restart of the server has cut is noticed before it is used.
    engine = create_engine(
        address,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        # What is stored stays out of errors, and so out of logs.
        hide_parameters=True,
        pool_pre_ping=address.get_backend_name() == "postgresql",
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _address(url: str) -> URL:
    """Read an address as people write it; ``?host=/FOLDER`` is a socket, as PostgreSQL has it."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise ParameterError(f"{_hidden(url)} is no address of a database. {_FORMS}") from None
    if address.drivername == "sqlite":
        return address
    if address.drivername != "postgresql":
        raise ParameterError(f"{address.drivername} is no database that Assay knows. {_FORMS}")
    folder = address.query.get("host")
    if isinstance(folder, str) and folder.startswith("/"):
        socket = f"{folder}/.s.PGSQL.{address.port or 5432}"
        address = address.set(query={"unix_sock": socket}, host=None, port=None)
    return address.set(drivername="postgresql+pg8000")


def _hidden(url: str) -> str:
    # What cannot be read may still hold a password.
    return repr(url.split("://", maxsplit=1)[0] + "://…")


def _prepare_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401 - a driver's object
    # The driver would begin transactions on its own terms; `_begin_sqlite` does it on ours.
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "journal_mode=TRUNCATE", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("assay_reads", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    # As a statement like any other: a connection that is lost here is known to be lost. The
    # driver's own setting would tell of it by an error that nobody takes for an outage.
    if connection.get_execution_options().get("assay_reads", False):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
