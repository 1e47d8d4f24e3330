"""The database's tables, version by version."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from assay.service.database import Database


def upgrade(database: Database, *, revision: str = "head") -> None:
    """Bring a database to a version, the newest by default; one that is there changes nothing."""
    with database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def configuration() -> Config:
    """Return what Alembic needs to know."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
