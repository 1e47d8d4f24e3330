"""A migration is whole or has not happened, on both databases.

The study kills every migration at every statement; here some of the newest suffice.
"""

from collections.abc import Callable

import pytest
from alembic import command
from sqlalchemy import inspect, text
from studies.fault_migrations import (
    furnish,
    kill_after_the_commit,
    kill_everywhere,
    migrate_side_by_side,
    revisions,
)

from assay.errors import SourceError
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


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_migration_that_is_killed_changes_nothing_and_the_next_start_does_it(
    kind: str, new_database: Callable[[str], str]
) -> None:
    before = revisions()[-2]
    urls = [new_database(kind) for _ in range(2)]
    for url in urls:
        furnish(url, before)
    killed = kill_everywhere(before, urls[0], step=5)
    assert killed.kills >= 2
    assert (killed.changed, killed.lost, killed.finished) == (0, 0, True)
    late = kill_after_the_commit(before, urls[1])
    assert (late.kills, late.lost, late.finished) == (1, 0, True)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_those_who_start_at_once_on_an_empty_database_one_migrates(
    kind: str, new_database: Callable[[str], str]
) -> None:
    assert migrate_side_by_side(new_database(kind), processes=3) == 3


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_old_program_does_not_start_on_the_tables_of_a_later_one(
    kind: str, new_database: Callable[[str], str]
) -> None:
    database = Database(new_database(kind))
    upgrade(database)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SourceError, match=r"version 9999, .* up to 00\d\d"):
        upgrade(database)
    database.close()
