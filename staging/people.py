"""People who may do all that their role may, by a token."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from assay.service import clock
from assay.service.accounts import actions
from assay.service.accounts.tables import UserRow
from assay.service.ids import new_id
from assay.service.permissions import RIGHTS, may


@dataclass(frozen=True)
class Person:
    """Somebody of an organisation.

    Parameters
    ----------
    user, organisation
        Their identifiers.
    token
        What requests are authorised by.
    """

    user: str
    organisation: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """Headers of a request of theirs."""
        return {"authorization": f"Bearer {self.token}"}


def add_person(session: Session, organisation: str, role: str, *, name: str = "") -> Person:
    """Add somebody of a role with a token that has all of the role's rights for a day."""
    identifier = new_id("usr")
    user = UserRow(
        id=identifier,
        organisation_id=organisation,
        email=f"{identifier}@people.test",
        name=name or role,
        roles=[role],
        password_hash=None,
        totp_secret=None,
        totp_confirmed=False,
        totp_counter=0,
        recovery_hashes=[],
        active=True,
        created=clock.now(),
        version=1,
    )
    session.add(user)
    session.flush()
    actor = actions.actor_for(session, user)
    rights = [right for right in RIGHTS if may(actor, right)]
    expires = clock.now() + timedelta(days=1)
    _, token = actions.make_token(session, actor, name="staged", scopes=rights, expires=expires)
    return Person(user.id, organisation, token)
