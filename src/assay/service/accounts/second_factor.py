"""A second factor is set up, confirmed, demanded, used once a code, and taken away."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.accounts import codes, store
from assay.service.accounts.secrets_hashing import check_password
from assay.service.accounts.tables import UserRow
from assay.service.actor import Actor
from assay.service.audit.record import record
from assay.service.problems import ConflictError, ForbiddenError, check_version
from assay.service.settings import Settings
from assay.service.storage.sealing import Keyring


@dataclass(frozen=True)
class Begun:
    """A factor that waits for its first code."""

    secret: str
    address: str


def begin(session: Session, actor: Actor, keyring: Keyring, *, password: str | None) -> Begun:
    """Make a secret for a phone; it counts once a code of it was given.

    Raises
    ------
    ConflictError
        When there is a second factor.
    ForbiddenError
        When the password is not right.
    """
    user = _own(session, actor)
    if user.totp_confirmed:
        raise ConflictError("There is a second factor. Take it away before you set up another.")
    _demand_password(user, password)
    secret = codes.new_totp_secret()
    user.totp_secret = codes.seal(keyring, secret, user.id)
    user.totp_counter = 0
    record(session, actor, "second-factor.begun", subject=user.id)
    return Begun(codes.shown(secret), codes.address(secret, user.email))


def confirm(
    session: Session, actor: Actor, keyring: Keyring, *, code: str, kept_session: str | None
) -> list[str]:
    """Demand the factor from now on; return recovery codes. Every other session ends."""
    user = _own(session, actor)
    if user.totp_secret is None or user.totp_confirmed:
        raise ConflictError(
            "Nothing waits to be confirmed. Begin at POST /api/v1/me/second-factor."
        )
    if not _use_totp(user, user.totp_secret, keyring, code):
        raise ForbiddenError(
            "The code is not right. Look at the clock of your phone, and try again."
        )
    user.totp_confirmed = True
    recovery = codes.new_recovery_codes()
    user.recovery_hashes = [codes.recovery_hash(each) for each in recovery]
    _end_sessions(session, user, kept=kept_session)
    record(session, actor, "second-factor.confirmed", subject=user.id)
    return recovery


def remove_own(
    session: Session,
    actor: Actor,
    keyring: Keyring,
    settings: Settings,
    *,
    code: str,
    password: str | None,
) -> None:
    """Take one's own factor away."""
    user = _own(session, actor)
    if settings.require_totp:
        raise ConflictError("Everybody must have a second factor here. Ask an admin to reset it.")
    _demand_password(user, password)
    if not passes(user, keyring, code):
        raise ForbiddenError("The code is not right, or was used. Wait for the next one.")
    _remove(session, actor, user)


def reset(session: Session, actor: Actor, identifier: str, *, expected: int) -> UserRow:
    """Take away the factor of somebody who lost it; their sessions end."""
    user = store.person_to_change(session, actor, identifier)
    check_version(user.version, expected)
    if user.id == actor.user:
        raise ConflictError("Your own second factor is reset by another admin.")
    user.version += 1
    _remove(session, actor, user)
    return user


def passes(user: UserRow, keyring: Keyring, code: str | None) -> bool:
    """Say whether a code is right, and use it up; whoever has no factor passes without."""
    if not user.totp_confirmed or user.totp_secret is None:
        return True
    if code is None:
        return False
    if _use_totp(user, user.totp_secret, keyring, code):
        return True
    left = codes.without(user.recovery_hashes, code)
    if left is None:
        return False
    user.recovery_hashes = left
    return True


def _use_totp(user: UserRow, stored: bytes, keyring: Keyring, code: str) -> bool:
    secret = codes.unseal(keyring, stored, user.id)
    step = codes.step_of(secret, code, clock.now(), after=user.totp_counter)
    if step is None:
        return False
    user.totp_counter = step
    return True


def _own(session: Session, actor: Actor) -> UserRow:
    # Locked: a code is used once, however many come with it at the same moment.
    return session.get_one(UserRow, actor.user, with_for_update=True)


def _demand_password(user: UserRow, password: str | None) -> None:
    if user.password_hash is not None and not check_password(password or "", user.password_hash):
        raise ForbiddenError("The password is not right.")


def _end_sessions(session: Session, user: UserRow, *, kept: str | None) -> None:
    for row in store.open_sessions(session, user.id):
        if row.id != kept:
            row.ended = clock.now()


def _remove(session: Session, actor: Actor, user: UserRow) -> None:
    user.totp_secret, user.totp_confirmed, user.recovery_hashes = None, False, []
    _end_sessions(session, user, kept=None)
    record(session, actor, "second-factor.removed", subject=user.id)
