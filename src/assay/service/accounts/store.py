"""Queries about organisations and people; a vendor's are bound to its own organisation."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assay.service.accounts.tables import (
    IdentityRow,
    InvitationRow,
    OrganisationRow,
    SessionRow,
    TokenRow,
    UserRow,
)
from assay.service.actor import Actor
from assay.service.problems import ConflictError, NotFoundError, there


def organisation(session: Session, identifier: str) -> OrganisationRow:
    """Return an organisation, or say that there is none."""
    return there(session.get(OrganisationRow, identifier), "organisation")


def buyer(session: Session) -> OrganisationRow | None:
    """Return the buyer: there is one, from the first start on."""
    return session.scalar(select(OrganisationRow).where(OrganisationRow.kind == "buyer"))


def user_by_email(session: Session, email: str) -> UserRow | None:
    """Return who has an address."""
    return session.scalar(select(UserRow).where(UserRow.email == email.strip().lower()))


def people(actor: Actor) -> Select[UserRow]:
    """Select the people whom an actor may see: all for the buyer, its own for a vendor."""
    query = select(UserRow)
    if actor.kind == "buyer":
        return query
    return query.where(UserRow.organisation_id == actor.organisation)


def person(session: Session, actor: Actor, identifier: str) -> UserRow:
    """Return one of the people whom an actor may see."""
    return there(session.scalar(people(actor).where(UserRow.id == identifier)), "person")


def person_to_change(session: Session, actor: Actor, identifier: str) -> UserRow:
    """Return one of those people, who is locked, and so is whoever asks.

    Otherwise two admins could take each other's role away at the same moment, and nobody be left.

    Raises
    ------
    ConflictError
        When whoever asks has other roles by now than when they were let in.
    """
    both = people(actor).where(UserRow.id.in_((actor.user, identifier))).order_by(UserRow.id)
    rows = {row.id: row for row in session.scalars(both.with_for_update(key_share=True))}
    if identifier not in rows:
        raise NotFoundError("person")
    own = rows[actor.user]
    if not own.active or frozenset(own.roles) != actor.roles:
        raise ConflictError("Your own roles were changed at this moment. Ask another admin.")
    return rows[identifier]


def invitation(session: Session, token_hash: str) -> InvitationRow | None:
    """Return the invitation that a token takes up, locked: it is taken once."""
    query = select(InvitationRow).where(InvitationRow.token_hash == token_hash)
    return session.scalar(query.with_for_update())


def newest_invitation(session: Session, email: str, now: datetime) -> InvitationRow | None:
    """Return the newest invitation to an address that can be taken, locked: it is taken once."""
    query = (
        select(InvitationRow)
        .where(InvitationRow.email == email.strip().lower())
        .where(InvitationRow.taken.is_(None), InvitationRow.expires > now)
        .order_by(InvitationRow.created.desc(), InvitationRow.id)
        .limit(1)
    )
    return session.scalar(query.with_for_update())


def identity(session: Session, issuer: str, subject: str) -> IdentityRow | None:
    """Return who a provider's subject is here."""
    query = select(IdentityRow)
    return session.scalar(query.where(IdentityRow.issuer == issuer, IdentityRow.subject == subject))


def identities(session: Session, user_id: str) -> list[IdentityRow]:
    """Return what a person is known as elsewhere, at most once a provider."""
    return list(session.scalars(select(IdentityRow).where(IdentityRow.user_id == user_id)))


def own_tokens(actor: Actor) -> Select[TokenRow]:
    """Select an actor's own tokens."""
    return select(TokenRow).where(TokenRow.user_id == actor.user)


def own_token(session: Session, actor: Actor, identifier: str) -> TokenRow:
    """Return one of an actor's own tokens."""
    return there(session.scalar(own_tokens(actor).where(TokenRow.id == identifier)), "token")


def open_sessions(session: Session, user_id: str) -> list[SessionRow]:
    """Return a person's sessions that nobody has ended."""
    query = select(SessionRow).where(SessionRow.user_id == user_id, SessionRow.ended.is_(None))
    return list(session.scalars(query))
