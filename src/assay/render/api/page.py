"""The description of an API (OpenAPI) as one HTML page, which loads nothing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assay.render.page import fill


@dataclass(frozen=True)
class Shown:
    """A body that is sent or answered, with an example where one can be read.

    Parameters
    ----------
    title
        ``Request``, or status and meaning of an answer.
    kind
        Media type; empty where there is no body.
    example
        As text.
    """

    title: str
    kind: str
    example: str


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a request.

    Parameters
    ----------
    name, place
        What it is called, and where it stands: ``path``, ``query``, ``header``, ``body``.
    kind
        What it may be, in words.
    required
        Whether it must be there.
    says
        What it means; may be empty.
    """

    name: str
    place: str
    kind: str
    required: bool
    says: str


@dataclass(frozen=True)
class Operation:
    """One operation.

    Parameters
    ----------
    name
        Its id in the description.
    method, path
        How it is called.
    summary, paragraphs
        One line, and what more there is to say.
    fields
        What it takes.
    bodies
        Its request and its good answers.
    problems
        Status and meaning of what may go wrong.
    """

    name: str
    method: str
    path: str
    summary: str
    paragraphs: tuple[str, ...]
    fields: tuple[Field, ...]
    bodies: tuple[Shown, ...]
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """Operations of one tag."""

    name: str
    says: str
    operations: tuple[Operation, ...]


_FORMS = {"date-time": "moment", "date": "day"}
_WORDS = {
    "integer": "whole number",
    "string": "text",
    "boolean": "true or false",
}


def api_page(document: Mapping[str, Any], *, address: str) -> str:
    """Return the page of an API.

    Parameters
    ----------
    document
        OpenAPI 3.1, with examples.
    address
        Where the document itself can be had.
    """
    parts = tuple(_parts(document))
    return fill(
        "api.html.jinja",
        title=document["info"]["title"],
        says=document["info"].get("summary", ""),
        version=document["info"]["version"],
        address=address,
        parts=parts,
        problem=_problem(document),
        count=sum(len(part.operations) for part in parts),
    )


def _parts(document: Mapping[str, Any]) -> Iterator[Part]:
    schemas = document["components"]["schemas"]
    for tag in document["tags"]:
        operations = tuple(
            _operation(method, path, described, schemas)
            for path, methods in document["paths"].items()
            for method, described in methods.items()
            if described["tags"][0] == tag["name"]
        )
        yield Part(tag["name"], tag["description"], operations)


def _operation(
    method: str, path: str, described: Mapping[str, Any], schemas: Mapping[str, Any]
) -> Operation:
    _, *paragraphs = described["description"].split("\n\n")
    return Operation(
        name=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described["summary"],
        paragraphs=tuple(" ".join(paragraph.split()) for paragraph in paragraphs),
        fields=tuple(_fields(described, schemas)),
        bodies=tuple(_bodies(described)),
        problems=tuple(
            (status, answer["description"])
            for status, answer in sorted(described["responses"].items())
            if status >= "400"
        ),
    )


def _fields(described: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[Field]:
    for one in described.get("parameters", ()):
        kind = _kind(one["schema"], schemas)
        required, says = one.get("required", False), one.get("description", "")
        yield Field(one["name"], one["in"], kind, required, says)
    content = described.get("requestBody", {}).get("content", {})
    schema = _resolved(content.get("application/json", {}).get("schema", {}), schemas)
    for name, inner in schema.get("properties", {}).items():
        kind, required = _kind(inner, schemas), name in schema.get("required", ())
        yield Field(name, "body", kind, required, inner.get("description", ""))


def _bodies(described: Mapping[str, Any]) -> Iterator[Shown]:
    for kind, content in described.get("requestBody", {}).get("content", {}).items():
        yield Shown("Request", kind, _example(content))
    for status, answer in sorted(described["responses"].items()):
        if status < "400":
            contents = answer.get("content", {}) or {"": {}}
            for kind, content in contents.items():
                yield Shown(f"{status} {answer['description']}", kind, _example(content))


def _example(content: Mapping[str, Any]) -> str:
    if "example" not in content:
        return ""
    return json.dumps(content["example"], indent=2, ensure_ascii=False)


def _problem(document: Mapping[str, Any]) -> str:
    for methods in document["paths"].values():
        for described in methods.values():
            found = described["responses"].get("409", {}).get("content", {})
            if found:
                return _example(found["application/problem+json"])
    return ""


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _kind(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """Say in words what a value may be.

    Examples
    --------
    >>> _kind({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}, {})
    'whole number from 1, or null'
    """
    schema = _resolved(schema, schemas)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return ", or ".join(_kind(form, schemas) for form in schema[word])
    if "enum" in schema or "const" in schema:
        choices = schema.get("enum", [schema.get("const")])
        return "one of " + ", ".join(map(str, choices)) if len(choices) > 1 else str(choices[0])
    kind, form = schema.get("type", "anything"), schema.get("format", "")
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}), schemas)}"
    words: str = _FORMS.get(form) or _WORDS.get(kind, kind)
    return f"{words}{_limits(schema)}"


def _limits(schema: Mapping[str, Any]) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    says = "" if least is None else f" from {least:,}"
    return says if most is None else f"{says} to {most:,}"
