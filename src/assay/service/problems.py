"""Errors as HTTP sees them: problem+json (RFC 9457) whose detail says what to do."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, TypeVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from assay.errors import AssayError, StateError, StorageUnavailableError, TooLargeError
from assay.service.outages import is_database_fault, is_database_full
from assay.service.storage.objects import is_disk_fault

_LOG = structlog.get_logger(__name__)

Row = TypeVar("Row")


class ServiceError(AssayError):
    """What a caller of the service did that cannot be done."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    headers: Mapping[str, str] = MappingProxyType({})


class UnauthenticatedError(ServiceError):
    """Nobody, or a session or token that has ended."""

    status = HTTPStatus.UNAUTHORIZED


class RefusedError(UnauthenticatedError):
    """An attempt to sign in that failed: by default the words do not say at what.

    Parameters
    ----------
    user
        Whose account it was, if there is one.
    detail
        What to do, where whoever asks has proved enough to be told more.
    why
        What the log is told beside.
    """

    def __init__(
        self,
        user: str | None,
        detail: str = "Address, password or code are not right. Try again, or ask an admin for an "
        "invitation.",
        *,
        why: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.user = user
        self.why = why


class ForbiddenError(ServiceError):
    """Somebody who may not do this."""

    status = HTTPStatus.FORBIDDEN


class NotFoundError(ServiceError):
    """A thing that is not there, or not for this caller: the two are told in the same words."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no such {what}, or it is not yours to see. Check its id.")


def there(row: Row | None, what: str) -> Row:
    """Return what was looked for, or say that there is none.

    Raises
    ------
    NotFoundError
        When it is None.
    """
    if row is None:
        raise NotFoundError(what)
    return row


class ConflictError(ServiceError):
    """A request that the present state does not allow."""

    status = HTTPStatus.CONFLICT


class StaleError(ServiceError):
    """A change of a version that is no longer the newest."""

    status = HTTPStatus.PRECONDITION_FAILED

    def __init__(self, given: int, present: int) -> None:
        super().__init__(
            f"You change version {given}, but version {present} is the newest. Read it again, and "
            "repeat your change on it."
        )


def check_version(present: int, expected: int) -> None:
    """Refuse to change what somebody else has changed since it was read.

    Raises
    ------
    StaleError
        When the version that is there is not the one that was read.
    """
    if present != expected:
        raise StaleError(expected, present)


class UnconditionalError(ServiceError):
    """A change that does not say which version it changes."""

    status = HTTPStatus.PRECONDITION_REQUIRED


class TooManyError(ServiceError):
    """More requests than are let through."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class BusyError(ServiceError):
    """More work at once than is done at once."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


def problem(
    request: Request,
    status: int,
    detail: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return an answer of type application/problem+json."""
    content: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": getattr(request.state, "request_id", ""),
    }
    if errors is not None:
        content["errors"] = errors
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every error of the application as a problem."""
    app.add_exception_handler(AssayError, _deliberate)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(OSError, _disk)
    app.add_exception_handler(PoolTimeoutError, _database)
    app.add_exception_handler(Exception, _ours)


def _deliberate(request: Request, error: Exception) -> JSONResponse:
    status = _status(error)
    said = error.headers if isinstance(error, ServiceError) else {}
    return problem(request, status, str(error), headers={**_HINTS.get(status, {}), **said})


_HINTS = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": "60"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "10"},
}


def _status(error: Exception) -> HTTPStatus:
    match error:
        case ServiceError():
            return error.status
        case StateError():
            return HTTPStatus.CONFLICT
        case TooLargeError():
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        case StorageUnavailableError():
            return HTTPStatus.SERVICE_UNAVAILABLE
        case _:
            return HTTPStatus.UNPROCESSABLE_ENTITY


def _invalid(request: Request, error: Exception) -> JSONResponse:
    # What was sent is not repeated: it may hold a password.
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type alone
    errors = [_fault(found) for found in error.errors()[:_MOST_LISTED]]
    first = "; ".join(f"{fault['field']}: {fault['message']}" for fault in errors[:_MOST_TOLD])
    more = len(error.errors()) - _MOST_TOLD
    detail = f"The request is not as documented. {first}{f'; and {more} more' if more > 0 else ''}."
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)


def _fault(found: Mapping[str, Any]) -> dict[str, str]:
    if found["type"] == "json_invalid":
        message = f"This is no JSON: {found['ctx']['error']} at character {found['loc'][-1]}"
        return {"field": "body", "message": message}
    return {"field": ".".join(str(part) for part in found["loc"]), "message": str(found["msg"])}


#: More faults than these stand in ``errors`` alone, and those beyond are counted.
_MOST_TOLD, _MOST_LISTED = 3, 100


_ADVICE = {
    400: "The body cannot be read. Send JSON as /api/v1/openapi.json describes it.",
    404: "There is nothing at this address. The API is described at /docs.",
    405: "This address does not take this method. The API is described at /docs.",
}


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type alone
    detail = _ADVICE.get(error.status_code, str(error.detail))
    return problem(request, error.status_code, detail, headers=error.headers)


def _gone(request: Request, _: Exception) -> JSONResponse:
    # Nobody hears it, and it is nobody's fault.
    return problem(request, HTTPStatus.BAD_REQUEST, "The body broke off. Send the request again.")


def _database(request: Request, error: Exception) -> JSONResponse:
    if not is_database_fault(error):
        return _ours(request, error)
    request_id = getattr(request.state, "request_id", "")
    _LOG.error("database-away", request_id=request_id, exc_info=error)
    detail = _FULL if is_database_full(error) else _AWAY
    headers = {"Retry-After": "2"}
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, headers=headers)


_AWAY = (
    "The database did not answer, so whether this was done is not known. Send it again with the "
    "same Idempotency-Key: it is done once."
)

_FULL = (
    "The disk of the database is full, so this was not done. Whoever runs the service must make "
    "room; then send it again."
)


def _disk(request: Request, error: Exception) -> JSONResponse:
    if not is_disk_fault(error):
        return _ours(request, error)
    request_id = getattr(request.state, "request_id", "")
    _LOG.error("disk-failed", request_id=request_id, exc_info=error)
    headers = _HINTS[HTTPStatus.SERVICE_UNAVAILABLE]
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, _DISK, headers=headers)


_DISK = (
    "The disk for temporary files failed or is full, so this was not done. Whoever runs the "
    "service must make room; then send it again."
)


def _ours(request: Request, error: Exception) -> JSONResponse:
    request_id = getattr(request.state, "request_id", "")
    _LOG.error("crashed", request_id=request_id, exc_info=error)
    detail = f"This is a fault of Assay. It is in the log under request {request_id}; report it."
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail)
