"""Signing in, people, invitations and tokens."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from assay.service.accounts import actions, store
from assay.service.accounts.schemas import (
    Invited,
    Me,
    NewInvitation,
    NewOrganisation,
    NewToken,
    Organisation,
    PasswordChange,
    Person,
    PersonChange,
    TakeUp,
    Token,
    TokenMade,
)
from assay.service.accounts.sign_in import cookie_name, forget_cookie
from assay.service.accounts.tables import OrganisationRow, TokenRow, UserRow
from assay.service.actor import Actor
from assay.service.edge import (
    Anybody,
    ExpectedVersion,
    Require,
    Transaction,
    TransactionRoute,
    tag,
)
from assay.service.paging import Stretch, page, stretch
from assay.service.permissions import RIGHTS, may
from assay.service.problems import ConflictError
from assay.service.schemas import Page
from assay.service.settings import Settings

router = APIRouter(route_class=TransactionRoute, tags=["accounts"])

Listed = Annotated[Stretch, Depends(stretch)]
_OWN = Depends(Require("account.own"))


@router.delete("/session", status_code=204)
def sign_out(
    session: Transaction, request: Request, response: Response, actor: Annotated[Actor, _OWN]
) -> None:
    """Sign out: ends the session."""
    identifier = getattr(request.state, "session_id", None)
    if identifier is None:
        raise ConflictError("A token has no session to end. Revoke it at DELETE /api/v1/tokens/ID.")
    actions.sign_out(session, actor, identifier)
    settings: Settings = request.app.state.settings
    forget_cookie(response, cookie_name(settings), settings)


@router.get("/me")
def me(session: Transaction, actor: Annotated[Actor, _OWN]) -> Me:
    """Say who is signed in and what they may do."""
    user = session.get_one(UserRow, actor.user)
    organisation = store.organisation(session, actor.organisation)
    return Me(
        id=user.id,
        name=user.name,
        email=user.email,
        organisation=organisation.id,
        organisation_name=organisation.name,
        kind=organisation.kind,
        roles=user.roles,
        rights=[right for right in RIGHTS if may(actor, right)],
        second_factor=user.totp_confirmed,
    )


@router.put("/me/password", status_code=204)
def change_password(
    session: Transaction, request: Request, actor: Annotated[Actor, _OWN], body: PasswordChange
) -> None:
    """Change one's own password; every other session ends."""
    kept = getattr(request.state, "session_id", None)
    actions.change_password(session, actor, old=body.old, new=body.new, kept_session=kept)


@router.post("/organisations", status_code=201)
def add_organisation(
    session: Transaction,
    actor: Annotated[Actor, Depends(Require("people.change"))],
    body: NewOrganisation,
) -> Organisation:
    """Add a vendor."""
    return _organisation(actions.add_organisation(session, actor, name=body.name))


@router.post("/invitations", status_code=201)
def invite(
    session: Transaction,
    request: Request,
    actor: Annotated[Actor, Depends(Require("people.change"))],
    body: NewInvitation,
) -> Invited:
    """Invite somebody into the buyer's organisation or a vendor's."""
    return _invited(session, request, actor, body)


@router.post("/vendor/invitations", status_code=201)
def invite_colleague(
    session: Transaction,
    request: Request,
    actor: Annotated[Actor, Depends(Require("people.own"))],
    body: NewInvitation,
) -> Invited:
    """Invite somebody into one's own organisation."""
    return _invited(session, request, actor, body)


@router.post(
    "/invitations/take-up",
    status_code=201,
    dependencies=[Depends(Anybody("the invitation's secret is the proof"))],
)
def take_up(session: Transaction, request: Request, body: TakeUp) -> Person:
    """Take up an invitation: makes the account."""
    request.app.state.knocks.let_in(request, body.token[:16])
    user = actions.take_up(session, token=body.token, name=body.name, password=body.password)
    return shown_person(user)


@router.get("/people")
def list_people(
    session: Transaction, actor: Annotated[Actor, Depends(Require("people.read"))], part: Listed
) -> Page[Person]:
    """List everybody with an account."""
    return _people(session, actor, part)


@router.get("/vendor/people")
def list_colleagues(
    session: Transaction, actor: Annotated[Actor, Depends(Require("people.own"))], part: Listed
) -> Page[Person]:
    """List the people of one's own organisation."""
    return _people(session, actor, part)


@router.patch("/people/{person}")
def change_person(
    session: Transaction,
    actor: Annotated[Actor, Depends(Require("people.change"))],
    person: str,
    expected: ExpectedVersion,
    response: Response,
    body: PersonChange,
) -> Person:
    """Change somebody's roles, or let them in no more."""
    user = actions.change_person(
        session, actor, person, expected=expected, roles=_names(body.roles), active=body.active
    )
    tag(response, user.version)
    return shown_person(user)


@router.patch("/vendor/people/{person}")
def change_colleague(
    session: Transaction,
    actor: Annotated[Actor, Depends(Require("people.own"))],
    person: str,
    expected: ExpectedVersion,
    response: Response,
    body: PersonChange,
) -> Person:
    """Change a colleague's roles, or let them in no more."""
    user = actions.change_person(
        session, actor, person, expected=expected, roles=_names(body.roles), active=body.active
    )
    tag(response, user.version)
    return shown_person(user)


@router.post("/tokens", status_code=201)
def make_token(
    session: Transaction, actor: Annotated[Actor, Depends(Require("tokens.own"))], body: NewToken
) -> TokenMade:
    """Make a token for a program."""
    row, secret = actions.make_token(
        session, actor, name=body.name, scopes=body.scopes, expires=body.expires
    )
    return TokenMade(id=row.id, secret=secret, expires=row.expires)


@router.get("/tokens")
def list_tokens(
    session: Transaction, actor: Annotated[Actor, Depends(Require("tokens.own"))], part: Listed
) -> Page[Token]:
    """List one's own tokens."""
    by = (TokenRow.created, TokenRow.id)
    return page(session, store.own_tokens(actor), part, by=by, shown=_token)


@router.delete("/tokens/{token}", status_code=204)
def revoke_token(
    session: Transaction, actor: Annotated[Actor, Depends(Require("tokens.own"))], token: str
) -> None:
    """End a token of one's own."""
    actions.revoke_token(session, actor, token)


def _names(roles: Sequence[str] | None) -> list[str] | None:
    return None if roles is None else list(roles)


def _invited(session: Transaction, request: Request, actor: Actor, body: NewInvitation) -> Invited:
    row, token = actions.invite(
        session,
        actor,
        request.app.state.settings,
        email=body.email,
        roles=list(body.roles),
        organisation=body.organisation,
    )
    return Invited(id=row.id, token=token, expires=row.expires)


def _people(session: Transaction, actor: Actor, part: Stretch) -> Page[Person]:
    by = (UserRow.created, UserRow.id)
    return page(session, store.people(actor), part, by=by, shown=shown_person)


def _organisation(row: OrganisationRow) -> Organisation:
    return Organisation(id=row.id, kind=row.kind, name=row.name, created=row.created)


def shown_person(row: UserRow) -> Person:
    """Return somebody as they are shown."""
    return Person(
        id=row.id,
        organisation=row.organisation_id,
        name=row.name,
        email=row.email,
        roles=row.roles,
        active=row.active,
        second_factor=row.totp_confirmed,
        created=row.created,
        version=row.version,
    )


def _token(row: TokenRow) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        scopes=row.scopes,
        created=row.created,
        expires=row.expires,
        revoked=row.revoked,
    )
