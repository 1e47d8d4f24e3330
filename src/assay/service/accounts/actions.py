"""What can be done with accounts, a function each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.accounts import second_factor, store
from assay.service.accounts.secrets_hashing import (
    check_password,
    digest,
    hash_password,
    new_secret,
)
from assay.service.accounts.tables import (
    InvitationRow,
    OrganisationRow,
    SessionRow,
    TokenRow,
    UserRow,
)
from assay.service.actor import NOBODY, SYSTEM, Actor, Kind
from assay.service.audit.chain import Fact
from assay.service.audit.record import record
from assay.service.ids import new_id
from assay.service.permissions import RIGHTS, ROLES, may
from assay.service.problems import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RefusedError,
    ServiceError,
    check_version,
)
from assay.service.settings import Settings
from assay.service.storage.sealing import Keyring

_TAKEN = "This address has an account. Sign in with it."


@dataclass(frozen=True)
class Opened:
    """A session that was opened: its secrets are known at this moment only."""

    token: str
    csrf_token: str
    expires: datetime


@dataclass(frozen=True)
class Known:
    """What is known of an address before its password is compared; nothing where it has no account.

    Parameters
    ----------
    user
        Identifier of the account.
    password_hash
        What the password must fit.
    """

    user: str | None
    password_hash: str | None


def known(session: Session, email: str) -> Known:
    """Return what is known of an address."""
    user = store.user_by_email(session, email)
    return Known(user.id, user.password_hash) if user else Known(None, None)


def sign_in(
    session: Session,
    settings: Settings,
    keyring: Keyring,
    who: Known,
    *,
    proved: bool,
    code: str | None,
) -> Opened:
    """Open a session for whoever knew the password, and has the code where one is demanded.

    Raises
    ------
    RefusedError
        When it was not right; the words do not say which part.
    """
    # Locked: a code is used once, however many come with it at the same moment.
    user = session.get(UserRow, who.user, with_for_update=True) if who.user else None
    # A password that was changed while it was compared is the old one.
    if user is None or not proved or not user.active or user.password_hash != who.password_hash:
        raise RefusedError(who.user)
    if not second_factor.passes(user, keyring, code):
        raise RefusedError(who.user)
    return open_session(session, settings, user)


def note_refusal(session: Session, refused: RefusedError, *, untold: int) -> None:
    """Add an attempt in vain to the log, and how many before it were not added."""
    subject = refused.user or "nobody"
    facts: dict[str, Fact] = {"untold": untold} if untold else {}
    if refused.why is not None:
        facts["why"] = refused.why
    record(session, NOBODY, "sign-in.refused", subject=subject, facts=facts)


def open_session(
    session: Session, settings: Settings, user: UserRow, *, facts: dict[str, Fact] | None = None
) -> Opened:
    """Open a session for somebody who has proved who they are."""
    opened = Opened(
        token=new_secret("ases"),
        csrf_token=new_secret("acsrf"),
        expires=clock.now() + timedelta(hours=settings.session_hours),
    )
    row = SessionRow(
        id=new_id("ses"),
        token_hash=digest(opened.token),
        csrf_hash=digest(opened.csrf_token),
        user_id=user.id,
        created=clock.now(),
        seen=clock.now(),
        ended=None,
    )
    session.add(row)
    record(session, actor_for(session, user), "session.opened", subject=row.id, facts=facts)
    return opened


def actor_for(session: Session, user: UserRow) -> Actor:
    """Return a person as an actor."""
    organisation = store.organisation(session, user.organisation_id)
    return Actor(user.id, organisation.id, organisation.kind, frozenset(user.roles))


def sign_out(session: Session, actor: Actor, session_id: str) -> None:
    """End a session."""
    session.get_one(SessionRow, session_id).ended = clock.now()
    record(session, actor, "session.ended", subject=session_id)


def change_password(
    session: Session, actor: Actor, *, old: str, new: str, kept_session: str | None
) -> None:
    """Replace one's own password, and end every other session of one's own."""
    user = session.get_one(UserRow, actor.user)
    if user.password_hash is None:
        raise ConflictError("You have no password: you sign in by a provider.")
    if not check_password(old, user.password_hash):
        raise ForbiddenError("The old password is not right.")
    user.password_hash = hash_password(new)
    for row in store.open_sessions(session, user.id):
        if row.id != kept_session:
            row.ended = clock.now()
    record(session, actor, "password.changed", subject=user.id)


def found(session: Session, *, name: str, email: str, settings: Settings) -> str:
    """Make the buyer's organisation and return the secret that makes its first admin.

    A second call invites anew, so that a secret that was lost is no dead end.
    """
    organisation = store.buyer(session) or add_organisation(
        session, SYSTEM, name=name, kind="buyer"
    )
    _, token = _invite(session, SYSTEM, settings, email, ["admin"], organisation)
    return token


def add_organisation(
    session: Session, actor: Actor, *, name: str, kind: Kind = "vendor"
) -> OrganisationRow:
    """Add a vendor."""
    row = OrganisationRow(id=new_id("org"), kind=kind, name=name, created=clock.now())
    session.add(row)
    session.flush()
    record(session, actor, "organisation.added", subject=row.id, facts={"kind": kind})
    return row


def invite(
    session: Session,
    actor: Actor,
    settings: Settings,
    *,
    email: str,
    roles: list[str],
    organisation: str | None,
) -> tuple[InvitationRow, str]:
    """Make a place for somebody; return it and its secret."""
    if actor.kind == "vendor" and organisation not in {None, actor.organisation}:
        raise NotFoundError("organisation")
    place = store.organisation(session, organisation or actor.organisation)
    _check_roles(roles, place.kind)
    return _invite(session, actor, settings, email, roles, place)


def _invite(
    session: Session,
    actor: Actor,
    settings: Settings,
    email: str,
    roles: list[str],
    organisation: OrganisationRow,
) -> tuple[InvitationRow, str]:
    token = new_secret("ainv")
    row = InvitationRow(
        id=new_id("inv"),
        token_hash=digest(token),
        organisation_id=organisation.id,
        email=email.strip().lower(),
        roles=sorted(set(roles)),
        created=clock.now(),
        expires=clock.now() + timedelta(days=settings.invitation_days),
        taken=None,
    )
    session.add(row)
    record(session, actor, "invitation.made", subject=row.id, facts={"roles": row.roles})
    return row, token


def _check_roles(roles: list[str], kind: Kind) -> None:
    foreign = sorted(set(roles) - set(ROLES[kind]))
    if foreign:
        raise ServiceError(
            f"A {kind} has no role {', '.join(foreign)}. Its roles: {', '.join(ROLES[kind])}."
        )


def take_up(session: Session, *, token: str, name: str, password: str) -> UserRow:
    """Make the account that an invitation promised.

    Raises
    ------
    NotFoundError
        When there is no such invitation, or it was taken or has run out.
    ConflictError
        When the address has an account.
    """
    invitation = open_invitation(session, digest(token))
    return admit(session, invitation, name=name, password_hash=hash_password(password))


def open_invitation(session: Session, token_hash: str) -> InvitationRow:
    """Return the invitation of a secret, locked.

    Raises
    ------
    NotFoundError
        When there is no such invitation, or it was taken or has run out.
    ConflictError
        When the address has an account.
    """
    row = store.invitation(session, token_hash)
    if row is None or row.taken is not None or row.expires <= clock.now():
        raise NotFoundError("invitation that is still open")
    if store.user_by_email(session, row.email) is not None:
        raise ConflictError(_TAKEN)
    return row


def admit(
    session: Session, invitation: InvitationRow, *, name: str, password_hash: str | None
) -> UserRow:
    """Make the account of an open invitation that is locked.

    Raises
    ------
    ConflictError
        When the address has an account.
    """
    invitation.taken = clock.now()
    user = UserRow(
        id=new_id("usr"),
        organisation_id=invitation.organisation_id,
        email=invitation.email,
        name=name,
        roles=invitation.roles,
        password_hash=password_hash,
        totp_secret=None,
        totp_confirmed=False,
        totp_counter=0,
        recovery_hashes=[],
        active=True,
        created=clock.now(),
        version=1,
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        # Another invitation to this address was taken up at the same moment.
        raise ConflictError(_TAKEN) from None
    record(session, actor_for(session, user), "account.made", subject=user.id)
    return user


def change_person(
    session: Session,
    actor: Actor,
    identifier: str,
    *,
    expected: int,
    roles: list[str] | None,
    active: bool | None,
) -> UserRow:
    """Change somebody's roles, or let them in no more.

    Raises
    ------
    ConflictError
        When it is oneself, so that there is always an admin left, or one may do so no more.
    """
    user = store.person_to_change(session, actor, identifier)
    check_version(user.version, expected)
    if user.id == actor.user:
        raise ConflictError("Your own roles are changed by another admin, never by yourself.")
    if roles is not None:
        _check_roles(roles, store.organisation(session, user.organisation_id).kind)
        user.roles = sorted(set(roles))
    if active is not None:
        user.active = active
    for row in store.open_sessions(session, user.id):
        row.ended = clock.now()
    user.version += 1
    facts: dict[str, Fact] = {"roles": user.roles, "active": user.active}
    record(session, actor, "person.changed", subject=user.id, facts=facts)
    return user


def make_token(
    session: Session, actor: Actor, *, name: str, scopes: list[str], expires: datetime
) -> tuple[TokenRow, str]:
    """Make a token that has some of one's own rights; return it and its secret."""
    missing = sorted(right for right in set(scopes) if right not in RIGHTS or not may(actor, right))
    if missing:
        raise ServiceError(f"You do not have the rights {', '.join(missing)}. Leave them out.")
    if not timedelta(0) < expires - clock.now() <= timedelta(days=366):
        raise ServiceError(f"A token ends within a year from now; {expires} does not.")
    secret = new_secret("apat")
    row = TokenRow(
        id=new_id("tok"),
        token_hash=digest(secret),
        user_id=actor.user,
        name=name,
        scopes=sorted(set(scopes)),
        created=clock.now(),
        expires=expires,
        revoked=None,
    )
    session.add(row)
    record(session, actor, "token.made", subject=row.id, facts={"scopes": row.scopes})
    return row, secret


def revoke_token(session: Session, actor: Actor, identifier: str) -> None:
    """End a token of one's own; a second time changes nothing."""
    row = store.own_token(session, actor, identifier)
    if row.revoked is None:
        row.revoked = clock.now()
        record(session, actor, "token.revoked", subject=row.id)
