"""Requests and answers about accounts."""

from typing import Annotated, Literal

from pydantic import Field

from assay.service.actor import Kind
from assay.service.schemas import Answer, Change, Input, Line, Moment, SecretAnswer, Time

Email = Annotated[str, Field(max_length=320, pattern=r"^[^@\s]+@[^@\s]+$")]
Password = Annotated[str, Field(min_length=1, max_length=200)]
Secret = Annotated[str, Field(min_length=1, max_length=200)]
Role = Literal["admin", "lead", "expert", "reviewer", "finance", "auditor", "manager", "annotator"]
Roles = Annotated[list[Role], Field(min_length=1, max_length=8)]


class SignIn(Input):
    """Address and password, and a code where a second factor is set up."""

    email: Email
    password: Password
    code: Annotated[str, Field(max_length=40)] | None = None


class SignedIn(SecretAnswer):
    """A session: its cookie is set, and this token goes into the header `X-CSRF-Token`."""

    csrf_token: str
    expires: Time


#: A page of our own: an address without a host. Two slashes or a backslash would begin a host.
Place = Annotated[
    str, Field(max_length=500, pattern=r"^/([!-.0-\[\]-~][!-\[\]-~]*)?$", examples=["/projects"])
]


class Offer(Answer):
    """How one can sign in beside a password: the provider's host, or null where there is none."""

    provider: str | None


class Departure(Input):
    """Where to come back to, once the provider has let one in, and an invitation to take up.

    Parameters
    ----------
    return_to
        A page of this service.
    invitation
        Secret of an invitation: with it, no address needs to be verified.
    """

    return_to: Place = "/"
    invitation: Secret | None = None


class Departed(SecretAnswer):
    """The address to go to; a cookie binds what comes back to this browser until it expires."""

    address: str
    expires: Time


class Arrival(Input):
    """A code, where a second factor is set up."""

    code: Annotated[str, Field(max_length=40)] | None = None


class Me(Answer):
    """Who is signed in, and what they may do."""

    id: str
    name: str
    email: str
    organisation: str
    organisation_name: str
    kind: Kind
    roles: list[str]
    rights: list[str]
    second_factor: bool


class NewOrganisation(Input):
    """A vendor that is to take part."""

    name: Line


class Organisation(Answer):
    """The buyer or a vendor."""

    id: str
    kind: Kind
    name: str
    created: Time


class NewInvitation(Input):
    """A place for somebody: in your own organisation unless another is named."""

    email: Email
    roles: Roles
    organisation: str | None = None


class Invited(SecretAnswer):
    """An invitation; its token is shown this once. Hand it over by a way that you trust."""

    id: str
    token: str
    expires: Time


class TakeUp(Input):
    """The place taken: with a name and a password."""

    token: Secret
    name: Line
    password: Password


class Person(Answer):
    """Somebody with an account."""

    id: str
    organisation: str
    name: str
    email: str
    roles: list[str]
    active: bool
    second_factor: bool
    created: Time
    version: int


class PersonChange(Change):
    """What is to be different."""

    roles: Roles | None = None
    active: bool | None = None


class NewToken(Input):
    """A program's way in.

    Parameters
    ----------
    scopes
        Rights, as the permission table names them; at most those that you have.
    """

    name: Line
    scopes: Annotated[list[str], Field(min_length=1, max_length=60)]
    expires: Moment


class Token(Answer):
    """A token, without its secret."""

    id: str
    name: str
    scopes: list[str]
    created: Time
    expires: Time
    revoked: Time | None


class TokenMade(SecretAnswer):
    """A token; its secret is shown this once."""

    id: str
    secret: str
    expires: Time


class PasswordChange(Input):
    """The old password and a new one; every other session ends."""

    old: Password
    new: Password


Code = Annotated[str, Field(min_length=1, max_length=40)]


class NewFactor(Input):
    """One's password once more; an account without one leaves it out."""

    password: Password | None = None


class FactorBegun(SecretAnswer):
    """A secret for a phone, to be typed or read from a picture of the address."""

    secret: str
    address: str


class FactorCode(Input):
    """A code of the phone."""

    code: Code


class FactorRemoval(Input):
    """A code, of the phone or for recovery, and one's password once more."""

    code: Code
    password: Password | None = None


class RecoveryCodes(SecretAnswer):
    """Codes for the day when the phone is lost; each works once. They are shown this once."""

    codes: list[str]
