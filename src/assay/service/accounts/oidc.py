"""Signing in by a provider: there and back in one browser, and who that is here.

What a provider calls somebody, its issuer and subject, is who they are. Their address counts once,
when the two are brought together, and only if the provider has made sure of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.accounts import actions, second_factor, store
from assay.service.accounts.provider import Asked, Proof
from assay.service.accounts.secrets_hashing import digest, new_secret
from assay.service.accounts.tables import (
    IdentityRow,
    InvitationRow,
    SignInRow,
    UserRow,
)
from assay.service.actor import Actor
from assay.service.audit.record import record
from assay.service.ids import new_id
from assay.service.problems import ConflictError, NotFoundError, RefusedError, check_version
from assay.service.settings import Settings
from assay.service.storage.sealing import Keyring

#: How long somebody may take at the provider, and to give a code after it.
PATIENCE = timedelta(minutes=10)

_ASTRAY = (
    "No sign-in of this browser waits for this. Each is used once, within ten minutes, in the "
    "browser that began it. Begin again at POST /api/v1/session/oidc."
)
_UNKNOWN = (
    "Nobody with your address may sign in here. Ask an admin for an invitation to the address that "
    "the provider of sign-ins knows."
)


@dataclass(frozen=True)
class Begun:
    """A way to the provider that was begun: its secrets are known at this moment only.

    Parameters
    ----------
    asked
        What the provider is asked.
    browser
        What binds the way back to this browser, as a cookie.
    expires
        When it is of no use any more.
    """

    asked: Asked
    browser: str
    expires: datetime


def begin(session: Session, *, return_to: str, invitation: str | None) -> Begun:
    """Begin a way to the provider; those that nobody came back from are put away.

    Raises
    ------
    NotFoundError, ConflictError
        When an invitation is given that cannot be taken up.
    """
    now = clock.now()
    if invitation is not None:
        actions.open_invitation(session, digest(invitation))
    session.execute(delete(SignInRow).where(SignInRow.expires <= now))
    asked = Asked(new_secret("asta"), new_secret("anon"), new_secret("aver"))
    begun = Begun(asked, new_secret("abro"), now + PATIENCE)
    session.add(
        SignInRow(
            browser_hash=digest(begun.browser),
            state_hash=digest(asked.state),
            nonce=asked.nonce,
            verifier=asked.verifier,
            return_to=return_to,
            invitation_hash=digest(invitation) if invitation else None,
            expires=begun.expires,
            came_back=False,
            user_id=None,
        )
    )
    return begun


def come_back(session: Session, *, browser: str, state: str) -> tuple[Asked, str]:
    """Use up a way back; return what the provider was asked, and where to go on.

    Raises
    ------
    RefusedError
        When this browser has begun none, or another one, or has come back already.
    """
    row = _waiting(session, browser)
    if row is None or row.came_back or not compare_digest(row.state_hash, digest(state)):
        raise RefusedError(None, _ASTRAY, why="astray")
    row.came_back = True
    return Asked(state, row.nonce, row.verifier), row.return_to


def settle(session: Session, proof: Proof, *, browser: str) -> None:
    """Find out who it is here, and let this browser sign in as them.

    Raises
    ------
    RefusedError
        When it is nobody, or somebody who is let in no more.
    """
    row = _waiting(session, browser)
    if row is None:
        raise RefusedError(None, _ASTRAY, why="astray")
    try:
        user = _known(session, proof) or _link(session, proof, _meant(session, proof, row))
    except (NotFoundError, ConflictError) as error:
        # Something was quicker: the invitation was taken, or the same person came by another way.
        raise RefusedError(None, str(error), why="too late") from None
    if not user.active:
        raise RefusedError(user.id, _UNKNOWN, why="let in no more")
    row.user_id = user.id


def email_of(session: Session, *, browser: str) -> str | None:
    """Return the address of whoever may sign in at a browser, if anybody may."""
    row = session.get(SignInRow, digest(browser))
    return session.get_one(UserRow, row.user_id).email if row and row.user_id else None


def sign_in(
    session: Session, settings: Settings, keyring: Keyring, *, browser: str, code: str | None
) -> actions.Opened:
    """Open a session for whom the provider has let in, and has the code where one is demanded.

    Raises
    ------
    RefusedError
        When nobody was let in, or the code is not right.
    """
    row = _waiting(session, browser)
    if row is None or row.user_id is None:
        raise RefusedError(None, _ASTRAY, why="astray")
    # Locked: a code is used once, however many come with it at the same moment.
    user = session.get_one(UserRow, row.user_id, with_for_update=True)
    if not user.active:
        raise RefusedError(user.id, _UNKNOWN, why="let in no more")
    if not second_factor.passes(user, keyring, code):
        raise RefusedError(
            user.id,
            "You have a second factor: send a code of your phone, or for recovery, as `code`.",
            why="second factor",
        )
    session.delete(row)
    return actions.open_session(session, settings, user, facts={"by": "provider"})


def unlink(session: Session, actor: Actor, identifier: str, *, expected: int) -> UserRow:
    """Forget what the provider calls somebody: their next sign-in there is a first one again.

    Sessions end, and so do sign-ins that are under way.
    """
    user = store.person(session, actor, identifier)
    check_version(user.version, expected)
    for identity in store.identities(session, user.id):
        session.delete(identity)
    session.execute(delete(SignInRow).where(SignInRow.user_id == user.id))
    for row in store.open_sessions(session, user.id):
        row.ended = clock.now()
    user.version += 1
    record(session, actor, "identity.unlinked", subject=user.id)
    return user


def _waiting(session: Session, browser: str) -> SignInRow | None:
    # Locked: each way is used once, however many come back on it at the same moment.
    row = session.get(SignInRow, digest(browser), with_for_update=True)
    return row if row is not None and row.expires > clock.now() else None


def _known(session: Session, proof: Proof) -> UserRow | None:
    identity = store.identity(session, proof.issuer, proof.subject)
    return session.get_one(UserRow, identity.user_id) if identity else None


def _meant(session: Session, proof: Proof, row: SignInRow) -> UserRow:
    """Return who it is that the provider has not sent before."""
    if row.invitation_hash is not None:
        # Its secret is the proof, as it is where a password is chosen.
        return _admit(session, proof, actions.open_invitation(session, row.invitation_hash))
    if proof.email is None:
        # The same words for every address: whoever has not proved one is told nothing of it.
        raise RefusedError(
            None,
            "The provider of sign-ins does not say that your address is verified (email_verified). "
            "Verify it there and sign in again, or take up an invitation.",
            why="address not verified",
        )
    user = store.user_by_email(session, proof.email)
    if user is not None:
        return user
    invitation = store.newest_invitation(session, proof.email, clock.now())
    if invitation is None:
        raise RefusedError(None, _UNKNOWN, why="not invited")
    return _admit(session, proof, invitation)


def _admit(session: Session, proof: Proof, invitation: InvitationRow) -> UserRow:
    name = _line(proof.name) or invitation.email.partition("@")[0]
    return actions.admit(session, invitation, name=name, password_hash=None)


def _link(session: Session, proof: Proof, user: UserRow) -> UserRow:
    """Bring together whom the provider means and who that is here."""
    if not user.active:
        raise RefusedError(user.id, _UNKNOWN, why="let in no more")
    if any(each.issuer == proof.issuer for each in store.identities(session, user.id)):
        # The address was given to somebody else there.
        raise RefusedError(
            user.id,
            "This address belongs to somebody whom the provider of sign-ins knows by another "
            "account. If both are yours, ask an admin to unlink the old one.",
            why="another subject",
        )
    identity = IdentityRow(
        id=new_id("idt"),
        user_id=user.id,
        issuer=proof.issuer,
        subject=proof.subject,
        linked=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(identity)
    except IntegrityError:
        # The same person came by two browsers at the same moment.
        raise ConflictError("You were signed in elsewhere just now. Sign in again.") from None
    facts = {"issuer": proof.issuer}
    record(
        session, actions.actor_for(session, user), "identity.linked", subject=user.id, facts=facts
    )
    return user


def _line(text: str) -> str:
    """Return a name as one line, as names here are."""
    return "".join(character for character in text if character.isprintable()).strip()[:200]
