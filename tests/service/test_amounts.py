"""Sums of money and counts of bytes fit their columns, whatever the database."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Date, Integer, insert, select, text
from sqlalchemy.schema import Table

from assay.service.database import Database, UtcTime
from assay.service.tables import METADATA

#: More than 32 bits hold: ten thousand million euros, or 931 GiB.
MUCH = 10**12

_COUNTS = {"size_bytes", "received", "quantity", "pixels", "seconds"}


def is_large(column: Column[Any]) -> bool:
    """Say whether a column holds money, or a count that grows with what is delivered."""
    named = column.name.endswith("_minor") or column.name in _COUNTS
    return named and isinstance(column.type, Integer)


LARGE = sorted(
    (table for table in METADATA.tables.values() if any(map(is_large, table.columns))),
    key=lambda table: table.name,
)


def test_every_table_with_money_is_tried() -> None:
    assert {"projects", "invoices", "invoice_lines", "credit_notes", "settlements"} < {
        table.name for table in LARGE
    }


@pytest.mark.parametrize("table", LARGE, ids=lambda table: str(table.name))
def test_a_million_million_fits(table: Table, database_url: str) -> None:
    database = Database(database_url)
    with database.engine.connect() as connection:
        # What the row refers to is not there.
        if not database.is_sqlite:
            connection.execute(text("SET session_replication_role = replica"))
        else:
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        connection.execute(insert(table).values({c.name: _value(c) for c in table.columns}))
        found = connection.execute(select(table)).mappings().one()
        connection.rollback()
    database.close()
    assert {name for name, value in found.items() if value == MUCH} == {
        column.name for column in table.columns if is_large(column)
    }


def _value(column: Column[Any]) -> object:
    if is_large(column):
        return MUCH
    if column.nullable:
        return None
    match column.type:
        case UtcTime():
            return datetime(2026, 3, 1, tzinfo=UTC)
        case Date():
            return date(2026, 3, 1)
        case JSON():
            return {}
        case plain:
            return plain.python_type(1)
