"""Rows as lines of JSON, the same from SQLite and from PostgreSQL, and back into either."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Date, LargeBinary, Table, insert, null, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from assay.service.audit.chain import write_time
from assay.service.database import UtcTime

#: Rows read at a time, and written: a statement has at most 32,766 values.
_STRETCH, _AT_ONCE = 1_000, 200


def write_rows(session: Session, table: Table) -> Iterator[bytes]:
    """Yield a table's rows in the order of their keys, a line each."""
    query = select(table).order_by(*table.primary_key)
    for row in session.execute(query.execution_options(yield_per=_STRETCH)):
        fields = {
            column.name: write_value(column.type, value)
            for column, value in zip(table.columns, row, strict=True)
        }
        yield json.dumps(fields, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def read_rows(session: Session, table: Table, lines: Iterable[bytes]) -> int:
    """Put rows into a table; return how many.

    Columns that the lines lack are left to the database: the lines may be of an earlier version.
    """
    number = 0
    waiting = iter(lines)
    while stretch := list(islice(waiting, _AT_ONCE)):
        # One statement for many rows: a driver that sends them singly takes ten times as long.
        session.execute(insert(table).values([_row(table, line) for line in stretch]))
        number += len(stretch)
    return number


def split_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file that comes in pieces."""
    held = b""
    for piece in pieces:
        *whole, held = (held + piece).split(b"\n")
        yield from whole
    if held:
        yield held


def _row(table: Table, line: bytes) -> dict[str, Any]:
    fields = json.loads(line)
    return {
        column.name: read_value(column.type, fields[column.name])
        for column in table.columns
        if column.name in fields
    }


def write_value(kind: TypeEngine[Any], value: Any) -> Any:  # noqa: ANN401 - any value of a column
    """Return a column's value as JSON has it."""
    if value is None:
        return None
    if isinstance(kind, UtcTime):
        return write_time(value)
    if isinstance(kind, Date):
        return value.isoformat()
    if isinstance(kind, LargeBinary):
        return base64.b64encode(value).decode()
    return value


def read_value(kind: TypeEngine[Any], value: Any) -> Any:  # noqa: ANN401 - any value of a column
    """Return what :func:`write_value` wrote."""
    if value is None:
        # JSON has a null of its own; the database's is meant.
        return null() if isinstance(kind, JSON) else None
    if isinstance(kind, UtcTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return value
