"""Signing in: proof is weighed before anything is written."""

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from assay.service.accounts import actions
from assay.service.accounts.schemas import SignedIn, SignIn
from assay.service.accounts.secrets_hashing import check_password
from assay.service.accounts.sign_in import cookie_name
from assay.service.edge import Anybody, KnockingRoute, in_transaction
from assay.service.problems import RefusedError
from assay.service.settings import Settings

router = APIRouter(route_class=KnockingRoute, tags=["accounts"])

_KNOCKING = Depends(Anybody("who signs in has no session yet"))


@router.post("/session", status_code=201, dependencies=[_KNOCKING])
async def sign_in(request: Request, response: Response, body: SignIn) -> SignedIn:
    """Sign in: sets the session's cookie."""
    settings: Settings = request.app.state.settings
    request.app.state.knocks.let_in(request, body.email)
    who = await in_transaction(request, lambda s: actions.known(s, body.email), writes=False)
    proved = await run_in_threadpool(check_password, body.password, who.password_hash)

    def open_it(session: Session) -> actions.Opened:
        keyring = request.app.state.blobs.keyring
        return actions.sign_in(session, settings, keyring, who, proved=proved, code=body.code)

    try:
        opened = await in_transaction(request, open_it, writes=True)
    except RefusedError as refused:
        await note_refusal(request, refused)
        raise
    return signed_in(response, settings, opened)


async def note_refusal(request: Request, refused: RefusedError) -> None:
    """Tell the log of an attempt in vain, unless it was told of too many."""
    untold = request.app.state.refusals.turn()
    if untold is not None:
        await in_transaction(
            request, lambda s: actions.note_refusal(s, refused, untold=untold), writes=True
        )


def signed_in(response: Response, settings: Settings, opened: actions.Opened) -> SignedIn:
    """Set the cookie of a session that was opened, and say what goes beside it."""
    response.set_cookie(
        cookie_name(settings),
        opened.token,
        max_age=settings.session_hours * 3600,
        httponly=True,
        secure=settings.secure,
        samesite="strict",
        path="/",
    )
    return SignedIn(csrf_token=opened.csrf_token, expires=opened.expires)
