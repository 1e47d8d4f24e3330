"""Who acts: a person at a browser, a program with a token, or the service itself."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["buyer", "vendor", "system"]


@dataclass(frozen=True)
class Actor:
    """Whoever asks, with what it may do.

    Parameters
    ----------
    user
        Identifier of the person, or the name of a part of the service.
    organisation
        Identifier of the person's organisation; every query for a vendor is bound to it.
    kind
        ``buyer``, ``vendor``, or ``system`` for jobs.
    roles
        Names of roles, columns of the permission table.
    scopes
        Rights that a token is limited to; None is no limit beyond the roles.
    """

    user: str
    organisation: str
    kind: Kind
    roles: frozenset[str]
    scopes: frozenset[str] | None = None


#: Jobs act as the service; what they do is audited like the rest.
SYSTEM = Actor(user="system", organisation="system", kind="system", roles=frozenset())

#: Whoever tried to sign in and did not.
NOBODY = Actor(user="nobody", organisation="nobody", kind="system", roles=frozenset())
