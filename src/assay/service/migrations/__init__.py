"""The database's tables, version by version.

All that is missing is made in one transaction: whoever is killed on the way leaves the database as
it was, and the next start begins there. Whoever comes second waits for the first, and finds nothing
left to do.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from assay.errors import SourceError
from assay.service.crashing import crash_point
from assay.service.database import Database

#: Names the lock that PostgreSQL keeps for migrations of Assay: "assay" in ASCII.
_LOCK = 0x6173736179


def upgrade(database: Database, *, revision: str = "head") -> None:
    """Bring a database to a version, the newest by default; one that is there changes nothing.

    Raises
    ------
    SourceError
        When the database is of a version that this program does not know.
    """
    with database.engine.begin() as connection:
        _wait_for_others(connection)
        config = configuration()
        _check_known(connection, config)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    crash_point("migration-committed")


def configuration() -> Config:
    """Return what Alembic needs to know."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _wait_for_others(connection: Connection) -> None:
    # SQLite has one writer; on PostgreSQL two first starts would both make the first table.
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _check_known(connection: Connection, config: Config) -> None:
    present = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    if present is not None and present not in known:
        raise SourceError(
            f"The database has tables of version {present}, but this program knows versions up to "
            f"{scripts.get_current_head()}. A later version of Assay was started on it: start that "
            "one, or restore a backup from before into an empty database."
        )
