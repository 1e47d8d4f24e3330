"""From a request to one transaction and back: every route of the service goes this way.

1. The body is read, and counted, before anything is locked.
2. A transaction is opened: one that cannot write for GET and HEAD.
3. Whoever asks is found out, and the route runs.
4. The transaction is committed, and only then is anything answered. An error undoes all of it.

A POST with an ``Idempotency-Key`` is answered once: its answer is stored in the same transaction,
and the same key gets the same answer again.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from assay.errors import TooLargeError
from assay.service import idempotency
from assay.service.accounts import sign_in
from assay.service.actor import Actor
from assay.service.crashing import crash_point
from assay.service.database import POOL_SIZE, Database
from assay.service.permissions import RIGHTS, may
from assay.service.problems import (
    ForbiddenError,
    ServiceError,
    UnauthenticatedError,
    UnconditionalError,
)
from assay.service.receiving import pieces_of
from assay.service.schemas import SecretAnswer

T = TypeVar("T")

_SAFE = frozenset({"GET", "HEAD"})

_NUL = "The request holds the character U+0000, which no text of Assay holds. Leave it out."
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Gate:
    """Lets as many requests through as there are sessions, and one writer where SQLite is used.

    Requests wait here without a thread: a thread that waited for the database could be the one
    that whoever holds it needs.
    """

    def __init__(self, database: Database) -> None:
        self._sessions = asyncio.Semaphore(POOL_SIZE)
        self._writer = asyncio.Semaphore(1 if database.is_sqlite else POOL_SIZE)

    @asynccontextmanager
    async def passing(self, *, writes: bool) -> AsyncIterator[None]:
        """Wait for a turn."""
        if writes:
            async with self._writer, self._sessions:
                yield
        else:
            async with self._sessions:
                yield


class TransactionRoute(APIRoute):
    """A route whose work is one transaction, committed before the answer is sent."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler within its transaction."""
        handler = super().get_route_handler()
        keeps = not (
            isinstance(self.response_model, type) and issubclass(self.response_model, SecretAnswer)
        )

        async def run(request: Request) -> Response:
            _refuse_nul(request)
            body = await read_body(request, limit=request.app.state.settings.max_request_bytes)
            _refuse_nul_in(request, body)
            writes = request.method not in _SAFE
            database: Database = request.app.state.database
            async with request.app.state.gate.passing(writes=writes):
                transaction = database.writing() if writes else database.reading()
                response = await _within(
                    transaction, request, handler, keeps=keeps and writes, writes=writes
                )
            await _note(request, database, writes=writes)
            return response

        return run


class DetachedRoute(APIRoute):
    """A route with much to read or write outside the database, and short transactions of its own.

    Whoever asks is found out before its body is read; :func:`in_transaction` does the rest.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler, told who asks."""
        handler = super().get_route_handler()

        async def run(request: Request) -> Response:
            _refuse_nul(request)
            database: Database = request.app.state.database
            await run_in_threadpool(_identify, database, request)
            return await handler(request)

        return run


class KnockingRoute(APIRoute):
    """A route that proves who somebody is: nobody yet, and no transaction while proof is weighed.

    A password takes a tenth of a second to compare, for which nobody else's work waits.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler, for nobody."""
        handler = super().get_route_handler()

        async def run(request: Request) -> Response:
            _refuse_nul(request)
            body = await read_body(request, limit=request.app.state.settings.max_request_bytes)
            _refuse_nul_in(request, body)
            request.state.actor = None
            return await handler(request)

        return run


def _refuse_nul(request: Request) -> None:
    """Refuse an address with the one character that PostgreSQL has no text for."""
    if "\0" in request.url.path or "%00" in request.url.query:
        raise ServiceError(_NUL)


def _refuse_nul_in(request: Request, body: bytes) -> None:
    """Refuse it in a JSON body, however deep it stands there."""
    kind = request.headers.get("content-type", "application/json")
    if "json" in kind and _ESCAPED_NUL.search(body):
        raise ServiceError(_NUL)


def _identify(database: Database, request: Request) -> None:
    with database.reading() as session:
        request.state.actor = sign_in.actor_of(session, request)


async def in_transaction(request: Request, do: Callable[[Session], T], *, writes: bool) -> T:
    """Do something in a transaction of its own, and return what it returns once it is committed."""
    database: Database = request.app.state.database

    def run() -> T:
        with database.writing() if writes else database.reading() as session:
            done = do(session)
            _pass("request-done", writes=writes)
        _pass("request-committed", writes=writes)
        return done

    async with request.app.state.gate.passing(writes=writes):
        result = await run_in_threadpool(run)
    await _note(request, database, writes=writes)
    return result


async def _within(
    transaction: AbstractContextManager[Session],
    request: Request,
    handler: Callable[[Request], Coroutine[Any, Any, Response]],
    *,
    keeps: bool,
    writes: bool,
) -> Response:
    await run_in_threadpool(_begin, transaction, request)
    _pass("request-begun", writes=writes)
    try:
        replay = None
        if keeps:
            replay = await run_in_threadpool(idempotency.look_up, request)
        response = replay or await handler(request)
        if keeps and replay is None:
            await run_in_threadpool(idempotency.keep, request, response)
    except BaseException as error:
        if not await run_in_threadpool(transaction.__exit__, type(error), error, None):
            raise
        raise AssertionError("A transaction swallowed an error.") from error
    _pass("request-done", writes=writes)
    await run_in_threadpool(transaction.__exit__, None, None, None)
    _pass("request-committed", writes=writes)
    return response


def _pass(point: str, *, writes: bool) -> None:
    if writes:
        crash_point(point)


def _begin(transaction: AbstractContextManager[Session], request: Request) -> None:
    session = transaction.__enter__()
    request.state.session = session
    try:
        request.state.actor = sign_in.actor_of(session, request)
    except BaseException as error:
        transaction.__exit__(type(error), error, None)
        raise


async def _note(request: Request, database: Database, *, writes: bool) -> None:
    """Do what waits for the commit: sessions that are in use, jobs that were put in."""
    if writes:
        request.app.state.worker.hurry()
    touched = getattr(request.state, "touched_session", None)
    if touched is not None:
        await run_in_threadpool(sign_in.touch, database, touched)


async def read_body(request: Request, *, limit: int) -> bytes:
    """Read a request's body, counting, so that nobody fills the memory."""
    parts, size = [], 0
    async for part in pieces_of(request):
        size += len(part)
        if size > limit:
            raise TooLargeError(f"The request has more than {limit} bytes. Send less at once.")
        parts.append(part)
    request._body = b"".join(parts)  # noqa: SLF001 - where Starlette keeps a body that was read
    return request._body  # noqa: SLF001 - as above


class Require:
    """The right that a route demands; as a dependency it lets through or refuses.

    Parameters
    ----------
    right
        A line of the permission table.
    """

    def __init__(self, right: str) -> None:
        if right not in RIGHTS:
            raise AssertionError(f"{right} is not in the permission table.")
        self.right = right

    async def __call__(self, request: Request) -> Actor:
        """Return who asks, if it has the right."""
        actor = signed_in(request)
        if self.right != "account.own" and getattr(request.state, "lacks_second_factor", False):
            raise ForbiddenError(
                "Everybody must have a second factor here. Sign in and set it up at POST "
                "/api/v1/me/second-factor."
            )
        if not may(actor, self.right):
            raise ForbiddenError(
                f"This needs the right {self.right}, which your roles or your token's scopes do "
                "not give. Ask an admin of your organisation."
            )
        return actor


class Anybody:
    """Marks a route that needs no account, with the reason."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def __call__(self) -> None:
        """Let everybody through."""


def signed_in(request: Request) -> Actor:
    """Return who asks.

    Raises
    ------
    UnauthenticatedError
        When nobody is signed in.
    """
    actor: Actor | None = request.state.actor
    if actor is None:
        raise UnauthenticatedError(
            "Nobody is signed in. Sign in at POST /api/v1/session, or send a token as "
            "`Authorization: Bearer …`."
        )
    return actor


async def _session(request: Request) -> Session:
    session: Session = request.state.session
    return session


async def expected_version(request: Request) -> int:
    """Return the version that a request says it changes."""
    given = request.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
    if not (given.isascii() and given.isdigit() and len(given) <= 9):
        raise UnconditionalError(
            'Say which version you change: send the ETag that you read, as `If-Match: "1"`.'
        )
    return int(given)


#: The transaction of this request.
Transaction = Annotated[Session, Depends(_session)]

#: The version that a PATCH changes, from ``If-Match``.
ExpectedVersion = Annotated[int, Depends(expected_version)]


def tag(response: Response, version: int) -> None:
    """Say a resource's version as its ETag."""
    response.headers["etag"] = f'"{version}"'
