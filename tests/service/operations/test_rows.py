"""Every kind of value that any table holds goes into a backup and comes back."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Column, null

from assay.service.operations.rows import read_value, split_lines, write_value
from assay.service.tables import METADATA

#: A value of each kind; a new kind of column fails here until its backup is thought of.
SAMPLES: dict[str, Any] = {
    "BigInteger": 2**40,
    "Boolean": True,
    "Date": date(2026, 11, 26),
    "Double": 0.1 + 0.2,
    "Integer": 7,
    "JSON": {"a": [1, None, "é"]},
    "LargeBinary": bytes(range(256)),
    "String": "é\u2028",
    "Text": "two\nlines",
    "UtcTime": datetime(2026, 11, 26, 1, 2, 3, 456789, tzinfo=UTC),
}
COLUMNS = [column for table in METADATA.sorted_tables for column in table.columns]


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_value_of_every_column_comes_back(column: Column[Any]) -> None:
    value = SAMPLES[type(column.type).__name__]
    line = json.dumps(write_value(column.type, value))
    assert read_value(column.type, json.loads(line)) == value
    absent = read_value(column.type, json.loads(json.dumps(write_value(column.type, None))))
    assert absent is None or isinstance(absent, type(null()))


def test_lines_are_found_in_any_pieces() -> None:
    assert list(split_lines([b"a\nb", b"", b"c\n", b"d"])) == [b"a", b"bc", b"d"]
    assert list(split_lines([])) == []
