"""Who may do what: one table. A right that is not in it does not exist."""

from collections.abc import Mapping
from types import MappingProxyType

from assay.service.actor import Actor, Kind

#: Roles of people at the buyer and at a vendor, in the order of the table's columns.
ROLES: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        "buyer": ("admin", "lead", "expert", "reviewer", "finance", "auditor"),
        "vendor": ("manager", "annotator"),
    }
)

# Left of the bar the buyer's people, right of it the vendor's. x may, . may not.
_TABLE = """
right               admin lead expert reviewer finance auditor | manager annotator
account.own         x     x    x      x        x       x       | x       x
people.read         x     x    .      .        .       x       | .       .
people.change       x     .    .      .        .       .       | .       .
people.own          .     .    .      .        .       .       | x       .
tokens.own          x     x    x      x        x       x       | x       x
projects.read       x     x    x      x        x       x       | .       .
projects.change     x     x    .      .        .       .       | .       .
guidelines.change   x     x    x      .        .       .       | .       .
guidelines.waive    x     .    .      .        .       .       | .       .
assets.read         x     x    x      x        .       x       | .       .
assets.change       x     x    .      .        .       .       | .       .
gold.read           x     x    x      .        .       .       | .       .
gold.change         x     x    x      .        .       .       | .       .
vendors.read        x     x    .      .        x       x       | .       .
vendors.change      x     x    .      .        .       .       | .       .
prices.change       x     .    .      .        x       .       | .       .
quotes.own          .     .    .      .        .       .       | x       .
pilots.read         x     x    x      .        x       x       | .       .
pilots.change       x     x    .      .        .       .       | .       .
pilots.override     x     .    .      .        .       .       | .       .
batches.read        x     x    x      x        x       x       | .       .
batches.change      x     x    .      .        .       .       | .       .
batches.own         .     .    .      .        .       .       | x       x
deliveries.read     x     x    x      x        .       x       | .       .
deliveries.change   x     x    .      .        .       .       | .       .
deliveries.own      .     .    .      .        .       .       | x       .
review.read         x     x    x      x        .       x       | .       .
review.change       x     x    x      x        .       .       | .       .
review.adjudicate   x     .    x      .        .       .       | .       .
acceptance.read     x     x    x      x        x       x       | .       .
acceptance.decide   x     x    .      .        .       .       | .       .
billing.read        x     x    .      .        x       x       | .       .
billing.change      x     .    .      .        x       .       | .       .
billing.own         .     .    .      .        .       .       | x       .
questions.read      x     x    x      x        .       x       | .       .
questions.answer    x     x    x      .        .       .       | .       .
questions.own       .     .    .      .        .       .       | x       x
insights.read       x     x    x      .        x       x       | .       .
audit.read          x     .    .      .        .       x       | .       .
webhooks.change     x     x    .      .        .       .       | .       .
operations.read     x     .    .      .        .       .       | .       .
operations.change   x     .    .      .        .       .       | .       .
"""


def _read_table(table: str) -> dict[str, frozenset[tuple[str, str]]]:
    head, *lines = [line.replace("|", " ").split() for line in table.strip().splitlines()]
    columns = [(kind, role) for kind, roles in ROLES.items() for role in roles]
    if [role for _, role in columns] != head[1:]:
        raise AssertionError(f"The table's columns are not the roles: {head}")
    rights: dict[str, frozenset[tuple[str, str]]] = {}
    for right, *marks in lines:
        if len(marks) != len(columns) or set(marks) - {"x", "."} or right in rights:
            raise AssertionError(f"A line of the table is not one mark a role: {right}")
        rights[right] = frozenset(
            column for column, mark in zip(columns, marks, strict=True) if mark == "x"
        )
    return rights


#: Right -> the (kind, role) pairs that have it.
RIGHTS: Mapping[str, frozenset[tuple[str, str]]] = MappingProxyType(_read_table(_TABLE))


def may(actor: Actor, right: str) -> bool:
    """Say whether an actor has a right: by a role, and within its token's scopes.

    Examples
    --------
    >>> lead = Actor(user="usr_1", organisation="org_1", kind="buyer", roles=frozenset({"lead"}))
    >>> may(lead, "projects.change"), may(lead, "pilots.override")
    (True, False)
    """
    if actor.scopes is not None and right not in actor.scopes:
        return False
    return any((actor.kind, role) in RIGHTS[right] for role in actor.roles)
