"""Setting up a second factor, and taking it away."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from assay.service.accounts import second_factor
from assay.service.accounts.routes import shown_person
from assay.service.accounts.schemas import (
    FactorBegun,
    FactorCode,
    FactorRemoval,
    NewFactor,
    Person,
    RecoveryCodes,
)
from assay.service.actor import Actor
from assay.service.edge import ExpectedVersion, Require, Transaction, TransactionRoute, tag
from assay.service.problems import ConflictError
from assay.service.storage.sealing import Keyring

router = APIRouter(route_class=TransactionRoute, tags=["accounts"])

Own = Annotated[Actor, Depends(Require("account.own"))]


@router.post("/me/second-factor", status_code=201)
def begin_second_factor(
    session: Transaction, request: Request, actor: Own, body: NewFactor
) -> FactorBegun:
    """Begin to set up a second factor: its secret is shown this once."""
    _at_browser(request)
    begun = second_factor.begin(session, actor, _keyring(request), password=body.password)
    return FactorBegun(secret=begun.secret, address=begun.address)


@router.post("/me/second-factor/confirmation", status_code=201)
def confirm_second_factor(
    session: Transaction, request: Request, actor: Own, body: FactorCode
) -> RecoveryCodes:
    """Give the first code: from now on one is demanded, and every other session ends."""
    kept, keyring = _at_browser(request), _keyring(request)
    found = second_factor.confirm(session, actor, keyring, code=body.code, kept_session=kept)
    return RecoveryCodes(codes=found)


@router.post("/me/second-factor/removal", status_code=204)
def remove_second_factor(
    session: Transaction, request: Request, actor: Own, body: FactorRemoval
) -> None:
    """Take your second factor away; every session ends."""
    _at_browser(request)
    second_factor.remove_own(
        session,
        actor,
        _keyring(request),
        request.app.state.settings,
        code=body.code,
        password=body.password,
    )


@router.delete("/people/{person}/second-factor")
def reset_second_factor(
    session: Transaction,
    actor: Annotated[Actor, Depends(Require("people.change"))],
    person: str,
    expected: ExpectedVersion,
    response: Response,
) -> Person:
    """Take away the second factor of somebody who lost it; their sessions end."""
    user = second_factor.reset(session, actor, person, expected=expected)
    tag(response, user.version)
    return shown_person(user)


def _keyring(request: Request) -> Keyring:
    keyring: Keyring = request.app.state.blobs.keyring
    return keyring


def _at_browser(request: Request) -> str:
    """Return the session from which a request comes; a token's has none, and is refused."""
    identifier: str | None = getattr(request.state, "session_id", None)
    if identifier is None:
        raise ConflictError(
            "A second factor is a person's, not a program's. Sign in and try again."
        )
    return identifier
