"""Every route, by everybody, for what is theirs, another's, and nobody's."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from httpx2 import Response
from sqlalchemy import select

from assay.service.permissions import RIGHTS, ROLES
from assay.service.tables import METADATA
from service.authorisation.requests import Absent, Route, routes
from service.authorisation.scene import Scene
from service.house import Caller, House

#: What everybody with an account may call, whatever their organisation.
COMMON = ("/session", "/me", "/tokens", "/invitations/take-up")

_REFUSAL = "This needs the right"


@dataclass(frozen=True)
class Cell:
    """One thing that was tried, and what came of it.

    Parameters
    ----------
    who
        Role, or ``nobody``.
    what
        Kind of what was tried: ``role``; whose the thing was, ``own``, ``foreign`` or ``absent``;
        or what the other files of this folder try.
    wrong
        What is wrong, in words; empty where all is right.
    allowed
        Whether it was let through.
    """

    route: Route
    who: str
    what: str
    allowed: bool
    wrong: str = ""

    def __str__(self) -> str:
        return f"{self.route} by {self.who} ({self.what}): {self.wrong}"


def people(house: House) -> Iterator[tuple[str, str, Caller]]:
    """Yield somebody of each kind and role."""
    for kind, roles in ROLES.items():
        for role in roles:
            place = "buyer" if kind == "buyer" else "northlight"
            yield kind, role, house.person(role, place)


def by_role(scene: Scene) -> Iterator[Cell]:
    """Try every route as every role and as nobody, on things that do not exist."""
    absent = Absent(scene)
    for route in routes(scene.house.app):
        if route.right is None:
            continue
        path = route.address(absent.ids(route.places))
        answer = ask(scene, scene.house.nobody, route, path)
        wrong = "" if answer.status_code == 401 else f"answered {answer.status_code}"
        yield Cell(route, "nobody", "role", answer.status_code != 401, wrong)
        for kind, role, caller in people(scene.house):
            yield _role_cell(scene, route, path, kind, role, caller)


def _role_cell(scene: Scene, route: Route, path: str, kind: str, role: str, caller: Caller) -> Cell:
    assert route.right is not None
    answer = ask(scene, caller, route, path)
    refused = answer.status_code == 403 and _REFUSAL in answer.json()["detail"]
    wrong = ""
    if answer.status_code == 401 or answer.is_server_error:
        wrong = f"answered {answer.status_code}"
    elif refused == ((kind, role) in RIGHTS[route.right]):
        wrong = "was refused" if refused else f"was let through ({answer.status_code})"
    return Cell(route, role, "role", not refused, wrong)


def by_ownership(scene: Scene) -> Iterator[Cell]:
    """Try every vendor's route on its own thing, on another's and on nobody's."""
    absent = Absent(scene)
    for route in routes(scene.house.app):
        if not (route.of_vendors and route.places):
            continue
        foreign = ask(scene, scene.house.rival, route, route.address(scene.ids))
        missing = ask(scene, scene.house.rival, route, route.address(absent.ids(route.places)))
        yield Cell(route, "manager", "absent", missing.status_code != 404, _missing(missing))
        yield Cell(route, "manager", "foreign", foreign.is_success, difference(foreign, missing))
        own = ask(scene, scene.house.vendor, route, route.address(scene.ids))
        yield Cell(route, "manager", "own", own.is_success, _reached(route, own))


def by_place(scene: Scene) -> Iterator[Cell]:
    """Try every nested route of the buyer on a thing, and on it under another project."""
    absent = Absent(scene)
    for route in routes(scene.house.app):
        if route.of_vendors or not route.places or route.right is None:
            continue
        caller = holder(scene.house, route.right)
        missing = ask(scene, caller, route, route.address(absent.ids(route.places, kept=0)))
        yield Cell(route, "holder", "absent", missing.status_code != 404, _missing(missing))
        if is_bound(route):
            elsewhere = {"projects": scene.other_project}
            own, none = scene.ids, absent.ids(route.places, kept=1)
            one, two = (
                ask(scene, caller, route, route.address({**ids, **elsewhere}))
                for ids in (own, none)
            )
            yield Cell(route, "holder", "foreign", one.is_success, difference(one, two))
        reached = ask(scene, caller, route, route.address(scene.ids))
        yield Cell(route, "holder", "own", reached.is_success, _reached(route, reached))


def is_bound(route: Route) -> bool:
    """Say whether a route of the buyer names a thing that only one project has."""
    # A vendor is no thing of a project: another project has it too.
    return (
        route.places[0] == "projects" and route.places[1:] != [] and route.places[-1] != "vendors"
    )


def holder(house: House, right: str) -> Caller:
    """Return somebody who has a right: the lead, or else whoever does."""
    if ("buyer", "lead") in RIGHTS[right]:
        return house.lead
    return next(caller for kind, role, caller in people(house) if (kind, role) in RIGHTS[right])


def reads(scene: Scene) -> Iterator[Cell]:
    """Try every GET, and look whether it changed a table."""
    before = digest(scene.house)
    for route in routes(scene.house.app):
        if route.method != "GET" or route.right is None:
            continue
        ask(scene, holder(scene.house, route.right), route, route.address(scene.ids))
        after = digest(scene.house)
        yield Cell(route, "holder", "read", after != before, "" if after == before else "wrote")
        before = after


def digest(house: House) -> str:
    """Return a digest of all tables."""
    found = hashlib.sha256()
    with house.app.state.database.reading() as session:
        for table in METADATA.sorted_tables:
            for row in sorted(repr(tuple(row)) for row in session.execute(select(table))):
                found.update(f"{table.name} {row}\n".encode())
    return found.hexdigest()


def ask(scene: Scene, caller: Caller, route: Route, path: str) -> Response:
    """Send a valid request to a route."""
    return caller.ask(route.method, path, **route.request(scene.ids))


def _missing(answer: Response) -> str:
    if answer.status_code == 404:
        return ""
    return f"answered {answer.status_code}: {answer.text[:200]}{_advice(answer)}"


def difference(foreign: Response, missing: Response, named: tuple[str, str] = ("", "")) -> str:
    """Say how an answer differs from that about what is absent; empty where it does not.

    Parameters
    ----------
    named
        What was named in either request, where the answer may repeat it.
    """
    if foreign.status_code != missing.status_code:
        return f"{foreign.status_code} where what is absent has {missing.status_code}"
    if _words(foreign, named[0]) != _words(missing, named[1]):
        return f"other words than for what is absent: {foreign.text[:300]}"
    return "" if _heads(foreign) == _heads(missing) else "other headers than for what is absent"


def _reached(route: Route, answer: Response) -> str:
    if answer.status_code == 404 and route.missing:
        return ""
    if answer.status_code in {401, 403, 404, 405} or answer.is_server_error:
        return f"answered {answer.status_code}: {answer.text[:200]}"
    return _advice(answer)


def _advice(answer: Response) -> str:
    if answer.status_code == 422 and "errors" in answer.json():
        return (
            f" The request is not as documented ({answer.json()['errors']}): add what it needs to "
            "MORE in tests/service/authorisation/requests.py."
        )
    return ""


def _words(answer: Response, named: str) -> Mapping[str, Any]:
    words = json.loads(answer.text.replace(named, "…") if named else answer.text)
    return {name: value for name, value in words.items() if name != "request_id"}


def _heads(answer: Response) -> list[tuple[str, str]]:
    return [entry for entry in answer.headers.multi_items() if entry[0] != "x-request-id"]


def wrong(cells: Iterable[Cell]) -> list[str]:
    """Return what is wrong, a line each."""
    return [str(cell) for cell in cells if cell.wrong]
