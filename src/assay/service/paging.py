"""Long lists, a stretch at a time, by a cursor that stays right while things are added."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from assay.service.ids import is_id
from assay.service.problems import ServiceError
from assay.service.schemas import Page

_FOREIGN = "This cursor is not one of ours. Take `next` as it was given."

Row = TypeVar("Row")
Shown = TypeVar("Shown")


class Stretch(BaseModel):
    """Which part of a list is asked for."""

    limit: int
    cursor: str | None


def stretch(
    limit: Annotated[int, Query(ge=1, le=200, description="At most so many are listed.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=500, description="`next` of the stretch before.")
    ] = None,
) -> Stretch:
    """Read the two parameters that every list has."""
    return Stretch(limit=limit, cursor=cursor)


def page(
    session: Session,
    query: Select[Row],
    part: Stretch,
    *,
    by: tuple[InstrumentedAttribute[datetime], InstrumentedAttribute[str]],
    shown: Callable[[Row], Shown],
) -> Page[Shown]:
    """Return one stretch of a query, oldest first, ties by identifier."""
    if part.cursor is not None:
        moment, identifier = _read_cursor(part.cursor)
        query = query.where(tuple_(*by) > tuple_(moment, identifier))
    rows: Sequence[Row] = session.scalars(query.order_by(*by).limit(part.limit + 1)).all()
    listed = rows[: part.limit]
    cursor = None
    if len(rows) > part.limit:
        last: Any = listed[-1]
        cursor = _write_cursor(getattr(last, by[0].key), getattr(last, by[1].key))
    return Page(items=[shown(row) for row in listed], next=cursor)


def _write_cursor(moment: datetime, identifier: str) -> str:
    text = json.dumps([moment.isoformat(), identifier])
    return base64.urlsafe_b64encode(text.encode()).decode("ascii")


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        moment, identifier = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
        when = datetime.fromisoformat(moment)
        readable = when.tzinfo is not None and is_id(identifier)
    except (ValueError, TypeError, binascii.Error, UnicodeError):
        raise ServiceError(_FOREIGN) from None
    if not readable:
        raise ServiceError(_FOREIGN)
    return when, identifier
