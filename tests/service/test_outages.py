"""What passes by itself, and what does not."""

import errno

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from assay.errors import StorageError, StorageUnavailableError
from assay.service.outages import is_database_full, is_outage


def told_by_postgresql(code: str) -> DBAPIError:
    return DBAPIError("INSERT", {}, Exception({"C": code, "M": "…"}))


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EIO, "Input/output error"),
        StorageUnavailableError("Away."),
        OperationalError("COMMIT", {}, OSError("connection reset")),
        told_by_postgresql("53100"),
        told_by_postgresql("57P01"),
        told_by_postgresql("40P01"),
    ],
    ids=str,
)
def test_what_passes(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOENT, "No such file"),
        StorageError("Damaged."),
        told_by_postgresql("23505"),
        DBAPIError("INSERT", {}, Exception()),
        ValueError("no"),
    ],
    ids=str,
)
def test_what_stays(error: Exception) -> None:
    assert not is_outage(error)


def test_a_database_without_room() -> None:
    assert is_database_full(told_by_postgresql("53100"))
    assert not is_database_full(told_by_postgresql("53300"))
    assert not is_database_full(ValueError("no"))
