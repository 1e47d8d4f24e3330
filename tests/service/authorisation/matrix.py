"""Every route, by everybody, for what is theirs, another's, and nobody's."""

import hashlib
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
        ``role``, or whose the thing was: ``own``, ``foreign``, ``absent``.
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
        answer = _ask(scene, scene.house.nobody, route, path)
        wrong = "" if answer.status_code == 401 else f"answered {answer.status_code}"
        yield Cell(route, "nobody", "role", answer.status_code != 401, wrong)
        for kind, role, caller in people(scene.house):
            yield _role_cell(scene, route, path, kind, role, caller)


def _role_cell(scene: Scene, route: Route, path: str, kind: str, role: str, caller: Caller) -> Cell:
    assert route.right is not None
    answer = _ask(scene, caller, route, path)
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
        foreign = _ask(scene, scene.house.rival, route, route.address(scene.ids))
        missing = _ask(scene, scene.house.rival, route, route.address(absent.ids(route.places)))
        yield Cell(route, "manager", "absent", missing.status_code != 404, _missing(missing))
        yield Cell(route, "manager", "foreign", foreign.is_success, _same(foreign, missing))
        own = _ask(scene, scene.house.vendor, route, route.address(scene.ids))
        yield Cell(route, "manager", "own", own.is_success, _reached(route, own))


def by_place(scene: Scene) -> Iterator[Cell]:
    """Try every nested route of the buyer on a thing, and on it under another project."""
    absent = Absent(scene)
    for route in routes(scene.house.app):
        if route.of_vendors or not route.places or route.right is None:
            continue
        caller = holder(scene.house, route.right)
        missing = _ask(scene, caller, route, route.address(absent.ids(route.places, kept=0)))
        yield Cell(route, "holder", "absent", missing.status_code != 404, _missing(missing))
        if route.places[0] == "projects" and len(route.places) > 1:
            elsewhere = {**scene.ids, "projects": scene.other_project}
            nowhere = {
                **absent.ids(route.places, kept=1),
                "projects": scene.other_project,
            }
            one = _ask(scene, caller, route, route.address(elsewhere))
            two = _ask(scene, caller, route, route.address(nowhere))
            # A vendor is no thing of a project: another project has it too.
            if route.places[-1] != "vendors":
                yield Cell(route, "holder", "foreign", one.is_success, _same(one, two))
        own = _ask(scene, caller, route, route.address(scene.ids))
        yield Cell(route, "holder", "own", own.is_success, _reached(route, own))


def holder(house: House, right: str) -> Caller:
    """Return somebody who has a right: the lead, or else whoever does."""
    if ("buyer", "lead") in RIGHTS[right]:
        return house.lead
    return next(caller for kind, role, caller in people(house) if (kind, role) in RIGHTS[right])


def writing_reads(scene: Scene) -> Iterator[tuple[Route, bool]]:
    """Yield every GET, and whether it changed a table."""
    before = digest(scene.house)
    for route in routes(scene.house.app):
        if route.method != "GET" or route.right is None:
            continue
        _ask(scene, holder(scene.house, route.right), route, route.address(scene.ids))
        after = digest(scene.house)
        yield route, after != before
        before = after


def digest(house: House) -> str:
    """Return a digest of all tables."""
    found = hashlib.sha256()
    with house.app.state.database.reading() as session:
        for table in METADATA.sorted_tables:
            for row in sorted(repr(tuple(row)) for row in session.execute(select(table))):
                found.update(f"{table.name} {row}\n".encode())
    return found.hexdigest()


def _ask(scene: Scene, caller: Caller, route: Route, path: str) -> Response:
    return caller.ask(route.method, path, **route.request(scene.ids))


def _missing(answer: Response) -> str:
    if answer.status_code == 404:
        return ""
    return f"answered {answer.status_code}: {answer.text[:200]}{_advice(answer)}"


def _same(foreign: Response, missing: Response) -> str:
    if foreign.status_code != missing.status_code:
        return f"{foreign.status_code} where what is absent has {missing.status_code}"
    return "" if _words(foreign) == _words(missing) else "other words than for what is absent"


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


def _words(answer: Response) -> Mapping[str, Any]:
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def wrong(cells: Iterable[Cell]) -> list[str]:
    """Return what is wrong, a line each."""
    return [str(cell) for cell in cells if cell.wrong]
