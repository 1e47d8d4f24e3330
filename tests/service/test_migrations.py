"""A migration is whole or has not happened, on both databases."""

from collections.abc import Callable

import pytest
from alembic import command
from sqlalchemy import inspect

from assay.service.database import Database
from assay.service.migrations import configuration, upgrade
from assay.service.tables import METADATA


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_migration_that_breaks_off_leaves_the_database_as_it_was(
    kind: str, new_database: Callable[[str], str]
) -> None:
    database = Database(new_database(kind))
    with pytest.raises(KeyboardInterrupt):
        break_off(database)
    assert inspect(database.engine).get_table_names() == []
    upgrade(database)
    upgrade(database)
    assert {*METADATA.tables} < {*inspect(database.engine).get_table_names()}
    database.close()


def break_off(database: Database) -> None:
    """Migrate, and be interrupted before the end of the transaction."""
    with database.engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        raise KeyboardInterrupt
