"""Signing in by a provider: to it, back from it, and into a session.

1. ``POST /session/oidc`` gives the address to go to, and a cookie that binds the way back.
2. The provider sends the browser to ``GET /session/oidc/callback``. This one GET writes: it uses up
   the way that this browser has begun, and opens nothing. Whoever is made to follow somebody else's
   way back has no cookie for it.
3. ``POST /session/oidc/completion`` opens the session, like a password: with a code where a second
   factor is set up, for a page of our own alone, as the cookie is not sent with others' requests.
"""

from collections.abc import Awaitable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from assay.service.accounts import oidc
from assay.service.accounts.provider import Brought, Provider
from assay.service.accounts.routes import shown_person
from assay.service.accounts.schemas import Arrival, Departed, Departure, Offer, Person, SignedIn
from assay.service.accounts.session_routes import note_refusal, signed_in
from assay.service.accounts.sign_in import forget_cookie
from assay.service.actor import Actor
from assay.service.edge import (
    Anybody,
    ExpectedVersion,
    KnockingRoute,
    Require,
    Transaction,
    TransactionRoute,
    in_transaction,
    tag,
)
from assay.service.problems import ConflictError, RefusedError
from assay.service.settings import Settings

router = APIRouter(route_class=KnockingRoute, tags=["accounts"])
people = APIRouter(route_class=TransactionRoute, tags=["accounts"])

T = TypeVar("T")

_KNOCKING = Depends(Anybody("who signs in has no session yet"))

Sent = Annotated[str | None, Query(max_length=4096)]


@router.get("/session/oidc", dependencies=[_KNOCKING])
async def sign_in_offer(request: Request) -> Offer:
    """Say whether one can sign in by a provider, and by which."""
    provider: Provider | None = request.app.state.provider
    return Offer(provider=provider.host if provider else None)


@router.post("/session/oidc", status_code=201, dependencies=[_KNOCKING])
async def begin_sign_in(request: Request, response: Response, body: Departure) -> Departed:
    """Begin to sign in by the provider: gives the address to go to."""
    provider = _provider(request)
    request.app.state.knocks.let_in(request, body.invitation and body.invitation[:16])
    begun = await in_transaction(
        request,
        lambda s: oidc.begin(s, return_to=body.return_to, invitation=body.invitation),
        writes=True,
    )
    address = await run_in_threadpool(provider.question, begun.asked)
    settings: Settings = request.app.state.settings
    response.set_cookie(
        _cookie_name(settings),
        begun.browser,
        max_age=int(oidc.PATIENCE.total_seconds()),
        httponly=True,
        secure=settings.secure,
        # Strict would keep it back where the provider sends the browser here.
        samesite="lax",
        path="/",
    )
    return Departed(address=address, expires=begun.expires)


@router.get(
    "/session/oidc/callback",
    status_code=303,
    response_class=RedirectResponse,
    dependencies=[_KNOCKING],
)
async def come_back(
    request: Request,
    state: Sent = None,
    code: Sent = None,
    error: Sent = None,
    iss: Sent = None,
) -> RedirectResponse:
    """Come back from the provider: goes on to the page that was named when it began."""
    browser = _browser(request)
    asked, return_to = await _noting(
        request,
        in_transaction(
            request, lambda s: oidc.come_back(s, browser=browser, state=state or ""), writes=True
        ),
    )
    provider, brought = _provider(request), Brought(code, error, iss)
    proof = await _noting(request, run_in_threadpool(provider.prove, asked, brought))
    await _noting(
        request,
        in_transaction(request, lambda s: oidc.settle(s, proof, browser=browser), writes=True),
    )
    return RedirectResponse(provider.page(return_to), 303)


@router.post("/session/oidc/completion", status_code=201, dependencies=[_KNOCKING])
async def complete_sign_in(request: Request, response: Response, body: Arrival) -> SignedIn:
    """Sign in as whom the provider has let in: sets the session's cookie."""
    settings: Settings = request.app.state.settings
    browser = _browser(request)
    email = await in_transaction(request, lambda s: oidc.email_of(s, browser=browser), writes=False)
    request.app.state.knocks.let_in(request, email)
    keyring = request.app.state.blobs.keyring
    opened = await _noting(
        request,
        in_transaction(
            request,
            lambda s: oidc.sign_in(s, settings, keyring, browser=browser, code=body.code),
            writes=True,
        ),
    )
    forget_cookie(response, _cookie_name(settings), settings)
    return signed_in(response, settings, opened)


@people.delete("/people/{person}/identity")
def unlink_identity(
    session: Transaction,
    actor: Annotated[Actor, Depends(Require("people.change"))],
    person: str,
    expected: ExpectedVersion,
    response: Response,
) -> Person:
    """Forget what the provider calls somebody: their next sign-in there is a first one again."""
    user = oidc.unlink(session, actor, person, expected=expected)
    tag(response, user.version)
    return shown_person(user)


def _cookie_name(settings: Settings) -> str:
    return "__Host-assay-oidc" if settings.secure else "assay_oidc"


def _browser(request: Request) -> str:
    return request.cookies.get(_cookie_name(request.app.state.settings), "")


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise ConflictError(
            "Nobody signs in by a provider here. Sign in with a password at POST /api/v1/session, "
            "or ask whoever runs Assay to set ASSAY_OIDC_ISSUER."
        )
    return provider


async def _noting(request: Request, attempt: Awaitable[T]) -> T:
    """Wait for an attempt, and tell the log if it was in vain."""
    try:
        return await attempt
    except RefusedError as refused:
        await note_refusal(request, refused)
        raise
