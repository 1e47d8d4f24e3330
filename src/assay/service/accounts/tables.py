"""Organisations, people, invitations, sessions, tokens, identities elsewhere."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assay.service.actor import Kind
from assay.service.database import Base


class OrganisationRow(Base):
    """The buyer, or a vendor; nobody of a ``suspended`` one is let in."""

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[Kind] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    created: Mapped[datetime]
    suspended: Mapped[datetime | None]


class UserRow(Base):
    """A person."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[str]]
    password_hash: Mapped[str | None] = mapped_column(String(400))
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed: Mapped[bool]
    totp_counter: Mapped[int]
    recovery_hashes: Mapped[list[str]]
    active: Mapped[bool]
    created: Mapped[datetime]
    version: Mapped[int]


class InvitationRow(Base):
    """A place in an organisation that somebody may take."""

    __tablename__ = "invitations"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str] = mapped_column(String(320))
    roles: Mapped[list[str]]
    created: Mapped[datetime]
    expires: Mapped[datetime]
    taken: Mapped[datetime | None]


class SessionRow(Base):
    """A sign-in at a browser."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    created: Mapped[datetime]
    seen: Mapped[datetime]
    ended: Mapped[datetime | None]


class TokenRow(Base):
    """A program's way in: some of its owner's rights, until it ends."""

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    scopes: Mapped[list[str]]
    created: Mapped[datetime]
    expires: Mapped[datetime]
    revoked: Mapped[datetime | None]


class IdentityRow(Base):
    """Whom a provider of sign-ins means by a subject: a person here, whatever their address is."""

    __tablename__ = "identities"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        # A second one would be somebody who was given the first one's address.
        UniqueConstraint("user_id", "issuer"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    linked: Mapped[datetime]


class SignInRow(Base):
    """A way to the provider and back that one browser has begun; it is gone once it is used."""

    __tablename__ = "sign_ins"

    browser_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    state_hash: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    return_to: Mapped[str] = mapped_column(String(500))
    invitation_hash: Mapped[str | None] = mapped_column(String(64))
    expires: Mapped[datetime] = mapped_column(index=True)
    came_back: Mapped[bool]
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
