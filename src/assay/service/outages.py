"""Faults of what the service stands on, and not of a request or a job: they pass, so try again."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from assay.service.storage.objects import is_disk_fault

#: Classes of PostgreSQL's codes: the connection, no resources, an operator or the system stepped
#: in, and transactions that stood in each other's way.
_SERVER = ("08", "53", "57P", "58", "40")

_SQLITE_FULL, _POSTGRESQL_FULL = 13, "53100"


def is_outage(error: BaseException) -> bool:
    """Return whether a disk, a store or the database failed, and not what was asked of it."""
    return is_disk_fault(error) or is_database_fault(error)


def is_database_fault(error: BaseException) -> bool:
    """Return whether the database failed, or was not there."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeoutError):
        return True
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or _code(error).startswith(_SERVER)
    )


def is_database_full(error: BaseException) -> bool:
    """Return whether the database has no room: whatever was asked was not done."""
    if not isinstance(error, DBAPIError):
        return False
    sqlite = getattr(error.orig, "sqlite_errorcode", None)
    return sqlite == _SQLITE_FULL or _code(error) == _POSTGRESQL_FULL


def _code(error: DBAPIError) -> str:
    """Return PostgreSQL's code of an error; empty where there is none."""
    told = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return str(told.get("C", "")) if isinstance(told, dict) else ""
