"""Who asks: found from a token or from a session's cookie."""

from datetime import timedelta

from fastapi import Request, Response
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.accounts.secrets_hashing import digest
from assay.service.accounts.tables import OrganisationRow, SessionRow, TokenRow, UserRow
from assay.service.actor import Actor
from assay.service.database import Database
from assay.service.problems import ForbiddenError, UnauthenticatedError
from assay.service.settings import Settings

#: A request with a cookie that changes something must also send this, so that no other site can.
CSRF_HEADER = "x-csrf-token"

_SAFE = frozenset({"GET", "HEAD"})
_STALE = timedelta(minutes=1)
_SUSPENDED = "Your organisation is suspended. Nothing of yours is lost; ask the buyer."
_ENDED = "This session or token has ended or never was. Sign in again."


def cookie_name(settings: Settings) -> str:
    """Return the name of the session's cookie; the prefix binds it to one host and to https."""
    return "__Host-assay" if settings.secure else "assay_session"


def forget_cookie(response: Response, name: str, settings: Settings) -> None:
    """Have a browser forget a cookie: one that was bound to https goes by https alone."""
    response.delete_cookie(name, path="/", secure=settings.secure, httponly=True)


def actor_of(session: Session, request: Request) -> Actor | None:
    """Return who sent a request, or None for nobody.

    Raises
    ------
    UnauthenticatedError
        When a token or session is given and is not, or no longer, valid.
    ForbiddenError
        When a cookie comes without the token that only our own pages know.
    """
    settings: Settings = request.app.state.settings
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        return _by_token(session, request, token.strip())
    cookie = request.cookies.get(cookie_name(settings))
    if cookie:
        return _by_cookie(session, request, cookie, settings)
    return None


def live(row: SessionRow, settings: Settings) -> bool:
    """Say whether a session has not ended: by its owner, by silence, or by its age."""
    now = clock.now()
    return (
        row.ended is None
        and now - row.seen < timedelta(minutes=settings.idle_minutes)
        and now - row.created < timedelta(hours=settings.session_hours)
    )


def touch(database: Database, session_id: str) -> None:
    """Note that a session is in use."""
    with database.writing() as session:
        session.execute(
            update(SessionRow).where(SessionRow.id == session_id).values(seen=clock.now())
        )


def _by_token(session: Session, request: Request, token: str) -> Actor:
    row = session.scalar(select(TokenRow).where(TokenRow.token_hash == digest(token)))
    if row is None or row.revoked is not None or row.expires <= clock.now():
        raise UnauthenticatedError(_ENDED)
    return _actor(session, request, row.user_id, scopes=frozenset(row.scopes))


def _by_cookie(session: Session, request: Request, cookie: str, settings: Settings) -> Actor:
    row = session.scalar(select(SessionRow).where(SessionRow.token_hash == digest(cookie)))
    if row is None or not live(row, settings):
        raise UnauthenticatedError(_ENDED)
    if request.method not in _SAFE:
        given = request.headers.get(CSRF_HEADER, "")
        if digest(given) != row.csrf_hash:
            raise ForbiddenError(
                f"A request with a cookie that changes something must send {CSRF_HEADER} with the "
                "csrf_token that signing in gave."
            )
    if clock.now() - row.seen > _STALE:
        request.state.touched_session = row.id
    request.state.session_id = row.id
    return _actor(session, request, row.user_id, scopes=None)


def _actor(
    session: Session, request: Request, user_id: str, *, scopes: frozenset[str] | None
) -> Actor:
    user = session.get_one(UserRow, user_id)
    if not user.active:
        raise UnauthenticatedError(_ENDED)
    demanded = request.app.state.settings.require_totp
    request.state.lacks_second_factor = demanded and not user.totp_confirmed
    organisation = session.get_one(OrganisationRow, user.organisation_id)
    if organisation.suspended is not None:
        raise ForbiddenError(_SUSPENDED)
    return Actor(
        user=user.id,
        organisation=organisation.id,
        kind=organisation.kind,
        roles=frozenset(user.roles),
        scopes=scopes,
    )
