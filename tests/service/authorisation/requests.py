"""A valid request to every route, made from the API's own description.

What the description alone does not say stands in :data:`MORE`; a route whose request is refused for
its shape fails the test until it has an entry there.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from assay.service import clock
from assay.service.app import API, api_routes, demanded
from assay.service.edge import Require
from service.authorisation.scene import Scene

#: What a route needs beyond its description: parts of the request, over what is made.
MORE: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("POST", "/invoices/{invoice}/disputes/{identifier}/withdrawal"): {
        "missing": "the scene's dispute is the vendor's, and only who disputes can withdraw",
    },
    ("PATCH", "/vendor/uploads/{upload}"): {"content": b"x", "headers": {"upload-offset": "0"}},
    ("PUT", "/vendor/certificates/{identifier}/evidence"): {"content": b"%PDF-1.4"},
    ("PUT", "/vendors/{vendor}/certificates/{identifier}/evidence"): {"content": b"%PDF-1.4"},
}

#: Fields of bodies that name a thing: its segment of an address.
NAMED = {
    "vendor": "vendors",
    "rate_card": "rate-cards",
    "project": "projects",
    "ontology": "ontologies",
    "folder": "folder",
}

_SEGMENT = re.compile(r"([^/{}]+)/\{(\w+)\}|\{(\w+)\}")


@dataclass(frozen=True)
class Route:
    """A route of the API, with what is needed to call it."""

    method: str
    path: str
    right: str | None
    described: Mapping[str, Any]
    components: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def of_vendors(self) -> bool:
        """Whether it is one that vendors may call."""
        return self.path.startswith("/vendor/")

    @property
    def places(self) -> list[str]:
        """Segments that name a thing, in order; a choice among fixed words is none."""
        return [place for place, name in self._parameters() if not self._choices(name)]

    @property
    def takes_json(self) -> bool:
        """Whether its body is JSON."""
        return self._body_schema() is not None

    def address(self, ids: Mapping[str, str]) -> str:
        """Return the address of a thing."""
        path = self.path
        for place, name in self._parameters():
            choices = self._choices(name)
            if not choices and place not in ids:
                raise AssertionError(f"{self}: make one of {place} in authorisation/scene.py.")
            path = path.replace(f"{{{name}}}", str(choices[0]) if choices else ids[place])
        return path

    @property
    def missing(self) -> str:
        """Why even its owner is told that there is no such thing; empty where that is wrong."""
        return str(MORE.get((self.method, self.path), {}).get("missing", ""))

    def request(self, ids: Mapping[str, str]) -> dict[str, Any]:
        """Return what a valid request has beside its address."""
        more = MORE.get((self.method, self.path), {})
        made: dict[str, Any] = {"headers": {"if-match": '"1"'}, "params": {}}
        schema = self._body_schema()
        if schema is not None:
            made["json"] = _named(example(schema, self.components), ids)
        elif "requestBody" in self.described:
            made["content"] = b"x"
        for parameter in self.described.get("parameters", ()):
            if parameter.get("required") and parameter["in"] in {"query", "header"}:
                where = "params" if parameter["in"] == "query" else "headers"
                value = example(parameter["schema"], self.components)
                named = NAMED.get(parameter["name"], "")
                made[where][parameter["name"]] = ids.get(named, str(value))
        made["headers"] |= more.get("headers", {})
        return {**made, **{name: value for name, value in more.items() if name == "content"}}

    def _parameters(self) -> Iterator[tuple[str, str]]:
        for match in _SEGMENT.finditer(self.path):
            name = match[2] or match[3]
            # `proposals/{vendor}` names a vendor.
            yield "vendors" if name == "vendor" else match[1] or "", name

    def _choices(self, name: str) -> list[Any]:
        for parameter in self.described.get("parameters", ()):
            if parameter["name"] == name and parameter["in"] == "path":
                schema = resolved(parameter["schema"], self.components)
                return list(schema.get("enum", [schema["const"]] if "const" in schema else []))
        return []

    def _body_schema(self) -> Mapping[str, Any] | None:
        content = self.described.get("requestBody", {}).get("content", {})
        schema: Mapping[str, Any] | None = content.get("application/json", {}).get("schema")
        return schema


@dataclass
class Absent:
    """Identifiers that no thing has, of the same shape as those that one has."""

    scene: Scene
    made: dict[str, str] = field(default_factory=dict)

    def ids(self, places: list[str], *, kept: int = 0) -> dict[str, str]:
        """Return the scene's ids with all but the first few replaced."""
        ids = {**self.scene.ids}
        for place in places[kept:]:
            prefix, _, _ = ids[place].partition("_")
            ids[place] = f"{prefix}_{'a' * 24}" if "_" in ids[place] else "999999"
        return ids


def routes(app: FastAPI) -> list[Route]:
    """Return every route of an application."""
    described = app.openapi()
    found = [
        _route(route, method, described)
        for route in api_routes()
        for method in sorted(route.methods or ())
    ]
    # What takes a thing away comes last.
    return sorted(found, key=lambda route: route.method == "DELETE")


def _route(route: APIRoute, method: str, described: Mapping[str, Any]) -> Route:
    demand = demanded(route)
    right = demand.right if isinstance(demand, Require) else None
    path = described["paths"][f"{API}{route.path}"][method.lower()]
    return Route(method, route.path, right, path, described["components"]["schemas"])


def resolved(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a schema refers to."""
    while "$ref" in schema:
        schema = components[schema["$ref"].rsplit("/", 1)[1]]
    return schema


def example(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    """Return the plainest value that a schema allows."""
    schema = resolved(schema, components)
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            kinds = [part for part in schema[word] if part.get("type") != "null"]
            return example(kinds[0], components)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    made: Mapping[str, Callable[[], Any]] = {
        "object": lambda: _object(schema, components),
        "array": lambda: [example(schema["items"], components)] * max(1, schema.get("minItems", 0)),
        "integer": lambda: int(least),
        "number": lambda: float(least),
        "boolean": lambda: True,
        "string": lambda: _text(schema),
    }
    return made[schema["type"]]() if schema.get("type") in made else {}


def _named(value: Any, ids: Mapping[str, str]) -> Any:
    """Return a body in which every field that names a thing names one that is there."""
    match value:
        case dict():
            return {
                name: ids.get(NAMED.get(name, ""), _named(inner, ids))
                for name, inner in value.items()
            }
        case list():
            return [_named(inner, ids) for inner in value]
        case _:
            return value


def _object(schema: Mapping[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    known = schema.get("properties", {})
    # A change of nothing is none, so something is always said.
    names = schema.get("required") or [*known][:1]
    free: dict[str, Any] = {"a-name": {}} if schema.get("minProperties", 0) and not known else {}
    return {name: example(known[name], components) for name in names} | free


def _text(schema: Mapping[str, Any]) -> str:
    tomorrow = clock.now() + timedelta(days=1)
    if schema.get("format") == "date-time":
        return tomorrow.isoformat()
    if schema.get("format") == "date":
        return tomorrow.date().isoformat()
    words = ("a word", "a few more words", "x", "ab", "PL", "EUR", "1", "1.5", '"1"', "a@b.test")
    addresses = ("https://example.com/x", "0" * 64, "a-name", "car", "2027-01-01")
    for word in (*words, *addresses):
        long_enough = schema.get("minLength", 0) <= len(word) <= schema.get("maxLength", 10**9)
        if long_enough and re.search(schema.get("pattern", ""), word):
            return word
    raise AssertionError(f"No text is known that fits {schema}; add one in requests.py.")
