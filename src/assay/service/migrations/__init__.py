"""The database's tables, version by version."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from assay.service.database import Database


def upgrade(database: Database) -> None:
    """Bring a database to the newest version; one that is there changes nothing."""
    with database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def configuration() -> Config:
    """Return what Alembic needs to know."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
