"""A row that is locked is read anew, whatever was read of it before."""

import pytest
from sqlalchemy import select

from assay.service import clock
from assay.service.accounts.tables import OrganisationRow
from assay.service.database import Database


def test_a_locked_row_is_what_it_is_now(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite lets nobody write between the two reads.")
    database = Database(database_url)
    with database.writing() as session:
        session.add(OrganisationRow(id="org_1", kind="vendor", name="old", created=clock.now()))
    query = select(OrganisationRow).where(OrganisationRow.id == "org_1")
    with database.writing() as session:
        before = session.scalars(query).one()
        assert before.name == "old"
        with database.writing() as other:
            other.scalars(query).one().name = "new"
        assert session.scalars(query).one().name == "old"
        assert session.scalars(query.with_for_update()).one().name == "new"
        assert before.name == "new"
    database.close()


def test_what_was_not_written_yet_is_written_before_a_lock_reads_anew(database_url: str) -> None:
    database = Database(database_url)
    with database.writing() as session:
        session.add(OrganisationRow(id="org_1", kind="vendor", name="old", created=clock.now()))
    query = select(OrganisationRow).where(OrganisationRow.id == "org_1")
    with database.writing() as session:
        session.scalars(query).one().name = "mine"
        assert session.scalars(query.with_for_update()).one().name == "mine"
    database.close()
