"""Every way in which whoever asks is not, or no longer, somebody who may."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from assay.service import clock
from assay.service.accounts.secrets_hashing import new_secret
from assay.service.accounts.tables import SessionRow, TokenRow, UserRow
from assay.service.permissions import RIGHTS, ROLES
from service.accounts.browsers import move_in, sign_in
from service.authorisation.matrix import Cell, ask
from service.authorisation.requests import Absent, Route, routes
from service.authorisation.scene import Scene
from service.house import Caller, House

_Changes = Mapping[str, object]

_ENDED = "has ended or never was"
_LACKS = "This needs the right"
_SHUT = "organisation is suspended"
_FORGED = "must send x-csrf-token"


@dataclass(frozen=True)
class Proof:
    """What somebody shows to be let in, and how it must be refused.

    Parameters
    ----------
    name
        What is wrong with it.
    safe
        Whether it is refused only where something would change.
    """

    name: str
    caller: Caller
    status: int
    words: str
    safe: bool = False


def by_proof(scene: Scene, *, every: int = 1) -> Iterator[Cell]:
    """Try every route with everything that lets nobody in, by somebody who has all roles.

    Parameters
    ----------
    every
        Leave out all but each so-manieth cell.
    """
    absent = Absent(scene)
    spoiled = {str(kind): [*_spoiled(scene.house, kind)] for kind in ROLES}
    narrow = _narrow(scene.house)
    number = 0
    for route in routes(scene.house.app):
        if route.right is None:
            continue
        path = route.address(absent.ids(route.places))
        for proof in (*spoiled[_kind_of(route)], narrow[route.right]):
            number += 1
            if number % every or (proof.safe and route.method == "GET"):
                continue
            answer = ask(scene, proof.caller, route, path)
            refused = answer.status_code == proof.status and proof.words in answer.json()["detail"]
            wrong = "" if refused else f"answered {answer.status_code}: {answer.text[:200]}"
            yield Cell(route, proof.name, "proof", not refused, wrong)


def _kind_of(route: Route) -> str:
    return "vendor" if route.of_vendors else "buyer"


def _spoiled(house: House, kind: str) -> Iterator[Proof]:
    now = clock.now()
    unknown = Caller(house.client, {"authorization": f"Bearer {new_secret('apat')}"})
    yield Proof("a token that was never made", unknown, 401, _ENDED)
    for name, field, value in (
        ("a token that has ended", "expires", now - timedelta(seconds=1)),
        ("a token that was revoked", "revoked", now),
    ):
        yield Proof(name, _program(house, kind, name, {field: value}), 401, _ENDED)
    for name, field, value in (
        ("a session that was silent", "seen", now - timedelta(minutes=16)),
        ("a session that is too old", "created", now - timedelta(hours=13)),
        ("a session that was left", "ended", now),
    ):
        yield Proof(name, _browser(house, kind, name, {field: value}), 401, _ENDED)
    for how in (_program, _browser):
        gone, stripped = (how(house, kind, f"{what} {how.__name__}") for what in ("gone", "bare"))
        _change(house, UserRow, UserRow.id == gone.user, {"active": False})
        yield Proof("somebody let in no more", gone, 401, _ENDED)
        _change(house, UserRow, UserRow.id == stripped.user, {"roles": []})
        yield Proof("somebody whose roles were taken", stripped, 403, _LACKS)
    if kind == "vendor":
        yield from _suspended(house)
    live, other = (_browser(house, kind, name) for name in ("live", "other"))
    for name, csrf in (
        ("a session without its page's token", ""),
        ("a session with a made-up token", new_secret("acsrf")),
        ("a session with another's token", other.headers["x-csrf-token"]),
    ):
        forged = Caller(house.client, {**live.headers, "x-csrf-token": csrf})
        yield Proof(name, forged, 403, _FORGED, safe=True)


def _suspended(house: House) -> Iterator[Proof]:
    """Yield the token and the session of somebody whose organisation was suspended meanwhile."""
    gone = house.lead.made("/vendors", {"name": "Gone"})["id"]
    house.organisations["gone"] = gone
    callers = [how(house, "vendor", how.__name__, place="gone") for how in (_program, _browser)]
    house.lead.made(f"/vendors/{gone}/suspension", {"reason": "A test."})
    yield from (Proof("somebody of a suspended vendor", each, 403, _SHUT) for each in callers)


def _narrow(house: House) -> dict[str, Proof]:
    """Return, for each right, a token of somebody who has it, with all scopes but that."""
    browsers = {str(kind): _browser(house, kind, "owner of tokens") for kind in ROLES}
    return {
        right: Proof(
            "a token without the scope",
            _token(browsers[kind], [scope for scope in _rights_of(kind) if scope != right]),
            403,
            _LACKS,
        )
        for right in RIGHTS
        for kind in sorted(dict(RIGHTS[right]))[:1]
    }


def _rights_of(kind: str) -> list[str]:
    return [right for right, having in RIGHTS.items() if kind in dict(having)]


def _browser(
    house: House, kind: str, name: str, changed: _Changes | None = None, place: str = "northlight"
) -> Caller:
    """Return the session of somebody with all roles, after something of it was changed."""
    person, email = _moved_in(house, kind, name, place if kind == "vendor" else "buyer")
    browser = sign_in(house, email)
    if changed:
        _change(house, SessionRow, SessionRow.user_id == person, changed)
    headers = {"cookie": f"assay_session={browser.cookie}", "x-csrf-token": browser.csrf}
    return Caller(house.client, headers, person)


def _program(
    house: House, kind: str, name: str, changed: _Changes | None = None, place: str = "northlight"
) -> Caller:
    """Return a token of somebody with all roles, after something of it was changed."""
    caller = _token(_browser(house, kind, f"program {name}", place=place), _rights_of(kind))
    if changed:
        _change(house, TokenRow, TokenRow.user_id == caller.user, changed)
    return caller


def _token(browser: Caller, scopes: list[str]) -> Caller:
    body = {"name": "x", "scopes": scopes, "expires": (clock.now() + timedelta(days=1)).isoformat()}
    secret = browser.made("/tokens", body)["secret"]
    return Caller(browser.client, {"authorization": f"Bearer {secret}"}, browser.user)


def _moved_in(house: House, kind: str, name: str, place: str) -> tuple[str, str]:
    email = f"{name.replace(' ', '-')}@{place}.test"
    return move_in(house, email, [*ROLES[kind]], place), email  # type: ignore[index]  # a kind


def _change(house: House, table: Any, where: Any, changed: _Changes) -> None:
    with house.app.state.database.writing() as session:
        for row in session.query(table).filter(where):
            for name, value in changed.items():
                setattr(row, name, value)
