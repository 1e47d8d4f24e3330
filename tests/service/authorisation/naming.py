"""Names inside of requests: another's id in a body or a query, cursors, fields nobody asked for.

An id in an address is tried by :mod:`service.authorisation.matrix`. Here the address is one's own,
and what is named inside is another vendor's or of another project.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from httpx2 import Response

from assay.service.tables import METADATA
from service.authorisation.matrix import Cell, difference, holder
from service.authorisation.requests import Absent, Route, resolved, routes
from service.authorisation.scene import Scene
from service.house import Caller

#: Field of a body or a query -> the segment of an address before what it names.
NAMES: Mapping[str, str] = {
    "asset": "assets",
    "assets": "assets",
    "batch": "batches",
    "handed_in_by": "vendors",
    "item": "items",
    "items": "items",
    "ontology": "ontologies",
    "organisation": "vendors",
    "project": "projects",
    "rate_card": "rate-cards",
    "since": "guidelines",
    "vendor": "vendors",
    "vendors": "vendors",
    "versions": "versions",
    "without": "vendors",
}

#: Fields of a few letters that name nothing which somebody could own.
PLAIN = frozenset({"code", "cursor", "format", "scopes"})

#: What the buyer names of all its projects: nobody's in particular.
_OF_ALL_PROJECTS = frozenset(
    {"batch", "handed_in_by", "organisation", "project", "vendor", "vendors", "without"}
)

#: What counts requests differs after each.
_COUNTING = frozenset({"/metrics"})

_LONG_AGO = "2001-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class Reference:
    """A field that names a thing: ``json`` or ``params``, and the way to it."""

    where: str
    way: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of the field; that of the list where it is in one."""
        return next(part for part in reversed(self.way) if part != "[]")

    def put(self, request: dict[str, Any], value: str) -> dict[str, Any]:
        """Return a request that names something here."""
        return {**request, self.where: _put(request.get(self.where), self.way, value)}


def references(route: Route) -> Iterator[Reference]:
    """Yield every short text of a request that has no form of its own: those name things."""
    body = route.described.get("requestBody", {}).get("content", {}).get("application/json", {})
    for way in _texts(body.get("schema", {}), route.components):
        yield Reference("json", way)
    for parameter in route.described.get("parameters", ()):
        if parameter["in"] == "query":
            for way in _texts(parameter["schema"], route.components, (parameter["name"],)):
                yield Reference("params", way)


def by_reference(scene: Scene, other: Scene) -> Iterator[Cell]:
    """Name what is another's in every field that names something, and what does not exist."""
    absent = Absent(other)
    for route in routes(scene.house.app):
        if route.right is None:
            continue
        for reference in references(route):
            if reference.name in PLAIN:
                continue
            if not route.of_vendors and reference.name in _OF_ALL_PROJECTS:
                continue
            place = NAMES[reference.name]
            names = other.ids[place], absent.ids([place])[place]
            foreign, missing = (_sent(scene, route, reference, name) for name in names)
            done = foreign.is_success and route.method != "GET"
            wrong = "was done" if done else difference(foreign, missing, names)
            yield Cell(route, reference.name, "inside", done, wrong)


def by_cursor(scene: Scene, other: Scene) -> Iterator[Cell]:
    """Go on in every list from another's place, and from no place at all."""
    own = {*scene.ids.values()}
    theirs = {value for value in other.ids.values() if value not in own and "_" in value}
    for route in routes(scene.house.app):
        if route.right is None or not _takes_place(route):
            continue
        caller = _caller(scene, route)
        # Every list of the same form: a place is a moment and an id.
        answer = _get(scene, caller, route, _place(other.ids["batches"]))
        bound = route.of_vendors or "projects" in route.places
        seen = sorted(value for value in theirs if bound and value in answer.text)
        wrong = f"shows {seen[0]}" if seen else "" if answer.is_success else answer.text[:200]
        yield Cell(route, "another's place", "cursor", bool(seen), wrong)
        for name, cursor in (("no place", "x"), ("a place of no form", _place("' OR 1=1"))):
            answer = _get(scene, caller, route, cursor)
            wrong = "" if answer.status_code == 422 else f"answered {answer.status_code}"
            yield Cell(route, name, "cursor", answer.is_success, wrong)


def by_field(scene: Scene) -> Iterator[Cell]:
    """Send every column of every table that a body does not ask for, and a change of nothing."""
    columns = {column.name for table in METADATA.sorted_tables for column in table.columns}
    for route in routes(scene.house.app):
        if not (route.takes_json and route.right):
            continue
        request = route.request(scene.ids)
        unasked = sorted(columns - {*_asked(route)})
        # An answer lists a hundred faults at most, so they are sent by fifties.
        for first in range(0, len(unasked), 50):
            some = unasked[first : first + 50]
            body = {**request["json"], **dict.fromkeys(some, "x")}
            answer = _caller(scene, route).ask(
                route.method, route.address(scene.ids), **{**request, "json": body}
            )
            faults = answer.json().get("errors", ())
            refused = {fault["field"].rpartition(".")[2] for fault in faults}
            for name in some:
                wrong = "" if name in refused else "was taken"
                yield Cell(route, name, "field", name not in refused, wrong)
        if route.method == "PATCH":
            empty = {**request, "json": {}}
            answer = _caller(scene, route).ask("PATCH", route.address(scene.ids), **empty)
            wrong = "" if answer.status_code == 422 else "derive it from Change"
            yield Cell(route, "a change of nothing", "field", answer.is_success, wrong)


def by_filter(scene: Scene) -> Iterator[Cell]:
    """Ask every GET to sort and filter by what is not in its description."""
    tried = {"sort": "password_hash", "order_by": "totp_secret", "filter": "role", "role": "gold"}
    for route in routes(scene.house.app):
        if route.method != "GET" or route.right is None or route.path in _COUNTING:
            continue
        caller, request = _caller(scene, route), route.request(scene.ids)
        known = {parameter["name"] for parameter in route.described.get("parameters", ())}
        more = {name: value for name, value in tried.items() if name not in known}
        path = route.address(scene.ids)
        plain = caller.get(path, **request)
        asked = caller.get(path, **{**request, "params": {**request["params"], **more}})
        told = plain.status_code, plain.content
        same = told == (asked.status_code, asked.content) or _is_timed(plain, asked)
        yield Cell(route, "sort, filter", "filter", not same, "" if same else "was heeded")


def _is_timed(plain: Response, asked: Response) -> bool:
    """Say whether two answers differ by the time or the id that each has anyway."""
    if "json" not in plain.headers.get("content-type", ""):
        return False
    one, two = plain.json(), asked.json()
    moments = {"request_id", "now", "since", "oldest_seconds", "seconds"}
    return (
        isinstance(one, dict)
        and {name for name in one.keys() | two.keys() if one.get(name) != two.get(name)} <= moments
    )


def _sent(scene: Scene, route: Route, reference: Reference, value: str) -> Response:
    request = reference.put(route.request(scene.ids), value)
    return _caller(scene, route).ask(route.method, route.address(scene.ids), **request)


def _caller(scene: Scene, route: Route) -> Caller:
    return scene.house.vendor if route.of_vendors else holder(scene.house, str(route.right))


def _get(scene: Scene, caller: Caller, route: Route, cursor: str) -> Response:
    request = route.request(scene.ids)
    params = {**request["params"], "cursor": cursor}
    return caller.get(route.address(scene.ids), **{**request, "params": params})


def _takes_place(route: Route) -> bool:
    """Say whether a list goes on from a moment and an id; some do from a name or a number."""
    named = {found["name"] for found in route.described.get("parameters", ())}
    return "cursor" in named and not route.path.endswith(("batches/{batch}/items", "/entries"))


def _place(identifier: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([_LONG_AGO, identifier]).encode()).decode()


def _asked(route: Route) -> Iterator[str]:
    content = route.described["requestBody"]["content"]["application/json"]
    schema = resolved(content["schema"], route.components)
    for part in (schema, *schema.get("anyOf", ())):
        yield from resolved(part, route.components).get("properties", {})


def _texts(
    schema: Mapping[str, Any], components: Mapping[str, Any], way: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    schema = resolved(schema, components)
    for word in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(word, ()):
            yield from _texts(part, components, way)
    for name, inner in schema.get("properties", {}).items():
        yield from _texts(inner, components, (*way, name))
    if "items" in schema:
        yield from _texts(schema["items"], components, (*way, "[]"))
    formed = {"pattern", "format", "enum", "const"} & schema.keys()
    if schema.get("type") == "string" and not formed and schema.get("maxLength", 0) <= 64:
        yield way


def _put(value: object, way: Sequence[str], put: str) -> object:
    """Return a value in which something stands at the end of a way."""
    if not way:
        return put
    first, *rest = way
    if first == "[]":
        inner = value[0] if isinstance(value, list) and value else None
        return [_put(inner, rest, put)]
    held = value if isinstance(value, dict) else {}
    return {**held, first: _put(held.get(first), rest, put)}
