"""The description of the API: what routes say of themselves, and what all of them have in common.

FastAPI knows requests and good answers. Added here: how somebody signs in, the right that each
route demands, the problems that it may answer with, and examples of everything.
"""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from assay.service.edge import Anybody, Require, expected_version
from assay.service.examples import example, place_example
from assay.service.permissions import RIGHTS
from assay.service.sending import StoredFile

_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "What went wrong, and what to do (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do."},
        "request_id": {"type": "string", "description": "Finds the request in the log."},
        "errors": {
            "type": "array",
            "description": "Fields that are not as documented.",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}

_SCHEMES: dict[str, Any] = {
    "token": {"type": "http", "scheme": "bearer", "description": "From POST /api/v1/tokens."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "assay_session",
        "description": "From POST /api/v1/session; changes also send X-CSRF-Token.",
    },
}

#: What each part of the API is for, in the order of a purchase.
_TAGS = {
    "accounts": "People, organisations, invitations, sessions, tokens, second factors.",
    "projects": "What is bought: classes, guideline, quality, budget, deadline.",
    "images": "Pictures that need labels: import, strata, tiers, thumbnails.",
    "gold": "Right labels, agreed by two experts and hidden in the work.",
    "vendors": "Who could do it: profiles, certificates, prices, requests for proposals, quotes.",
    "pilots": "The same images to several vendors, blind; awards.",
    "batches": "Work packages: drawn, sent, taken by the vendor.",
    "deliveries": "Archives of labels: uploaded in parts, checked, scored.",
    "review": "What deserves a look, worst first, and what reviewers say of it.",
    "acceptance": "Accept, send back or reject at stated risks; how fast volume may grow.",
    "billing": "Invoices that follow from acceptance, disputes, credit notes, costs, forecast.",
    "questions": "What vendors ask, how soon they are answered, and what becomes a rule.",
    "insights": "Where everything stands, quality over time, what waits for whom, reports.",
    "summaries": "What happened in a week.",
    "webhooks": "What chat channels and programs are told.",
    "audit": "The log of all that was done, signed and provable.",
    "operations": "Health and counters.",
    "vendor": "What a vendor's manager does about profile, prices, proposals and bills.",
}

#: What each problem says, for example.
_DETAILS = {
    HTTPStatus.BAD_REQUEST: "The body cannot be read. Send JSON as /api/v1/openapi.json describes "
    "it.",
    HTTPStatus.UNAUTHORIZED: "Nobody is signed in. Sign in at POST /api/v1/session, or send a "
    "token as `Authorization: Bearer …`.",
    HTTPStatus.FORBIDDEN: "This needs the right projects.change, which your roles or your token's "
    "scopes do not give. Ask an admin of your organisation.",
    HTTPStatus.NOT_FOUND: "There is no such project, or it is not yours to see. Check its id.",
    HTTPStatus.REQUEST_TIMEOUT: "The body stopped coming for 60 s. Send the request again.",
    HTTPStatus.CONFLICT: "A batch that is sent cannot accept. Possible: deliver or cancel.",
    HTTPStatus.PRECONDITION_FAILED: "You change version 1; it is version 2 by now. Read it again, "
    "and change that.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request has more than 1048576 bytes. Send less at "
    "once.",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "The file has 4096 bytes, and none from byte 8192 "
    "on. Ask for a part of it.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The request is not as documented. body.name: Field required.",
    HTTPStatus.PRECONDITION_REQUIRED: "Say which version you change: send the ETag that you read, "
    'as `If-Match: "1"`.',
    HTTPStatus.TOO_MANY_REQUESTS: "Too many attempts from here. Wait a minute.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database did not answer, so whether this was done is not "
    "known. Send it again with the same Idempotency-Key: it is done once.",
}

#: What each problem means, once for all routes.
_MEANINGS = {
    HTTPStatus.BAD_REQUEST: "The request cannot be read.",
    HTTPStatus.UNAUTHORIZED: "Nobody is signed in.",
    HTTPStatus.FORBIDDEN: "The roles or the token's scopes lack the right.",
    HTTPStatus.NOT_FOUND: "It is not there, or not yours.",
    HTTPStatus.REQUEST_TIMEOUT: "The body stopped coming.",
    HTTPStatus.CONFLICT: "The present state does not allow it.",
    HTTPStatus.PRECONDITION_FAILED: "Somebody else has changed it since it was read.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "More bytes than are taken.",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "The file has no byte of that range.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "It is not as documented, or cannot be done.",
    HTTPStatus.PRECONDITION_REQUIRED: "If-Match is absent.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many at once.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Database or storage is away for now.",
}

#: A route as its address tells it, and what it demands of whoever calls it.
Told = tuple[str, APIRoute, Require | Anybody | None]

_VERSION: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The version that is changed: the ETag that was read.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
_ONCE: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Of your own making: the same key again gets the same answer, done once.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,200}$"},
}
_FROM: tuple[dict[str, Any], ...] = (
    {
        "name": "Range",
        "in": "header",
        "required": False,
        "description": "One range of bytes: `bytes=1000-` goes on from there, with status 206.",
        "schema": {"type": "string", "pattern": "^bytes=([0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})$"},
    },
    {
        "name": "If-Range",
        "in": "header",
        "required": False,
        "description": "The ETag of what you have: of another file, the whole is sent.",
        "schema": {"type": "string"},
    },
)


def operation_id(route: APIRoute) -> str:
    """Return a route's name in the description: ``vendor_questions_ask``, ``projects_begin``."""
    tag = str(route.tags[0]) if route.tags else "service"
    side = "vendor_" if "/vendor/" in route.path and tag != "vendor" else ""
    return f"{side}{tag}_{route.name}"


def describe(app: FastAPI, routes: Iterable[Told]) -> None:
    """Let an application describe itself in full."""
    known = list(routes)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, known)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's way to extend it


def _document(app: FastAPI, routes: Iterable[Told]) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes
    )
    parts = document.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = _PROBLEM
    for name in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(name, None)
    parts["securitySchemes"] = _SCHEMES
    document["tags"] = [{"name": name, "description": text} for name, text in _TAGS.items()]
    for told in routes:
        path, route, _ = told
        for method in route.methods or ():
            operation = document["paths"][path][method.lower()]
            _complete(operation, method, told)
            _show(operation, path, parts["schemas"])
    return document


def _complete(operation: dict[str, Any], method: str, told: Told) -> None:
    """Add to an operation what its route cannot say."""
    _, route, demand = told
    signed_in = isinstance(demand, Require)
    operation["security"] = [{"token": []}, {"session": []}] if signed_in else []
    says = inspect.cleandoc(route.endpoint.__doc__ or "")
    operation["summary"] = says.partition("\n")[0]
    operation["description"] = f"{says}\n\n{_whom(demand)}"
    if isinstance(demand, Require):
        operation["x-right"] = demand.right
    parameters = operation.setdefault("parameters", [])
    if changes_version(route):
        parameters.append(_VERSION)
    if method == "POST" and signed_in:
        parameters.append(_ONCE)
    answers = operation["responses"]
    if sends_file(route):
        parameters.extend(_FROM)
        answers["206"] = {**answers["200"], "description": "The bytes that were asked for."}
    answers.pop("422", None)
    for status in _problems(method, told):
        answers.setdefault(str(int(status)), _answer(status))


def _show(operation: dict[str, Any], path: str, schemas: Mapping[str, Any]) -> None:
    """Show an example of what an operation takes and answers."""
    for parameter in operation["parameters"]:
        if parameter["in"] == "path" and "enum" not in parameter["schema"]:
            parameter["example"] = place_example(path, parameter["name"])
    asked = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if asked is not None:
        asked["example"] = example(asked["schema"], schemas, whole=False)
    for status, answer in operation["responses"].items():
        given = answer.get("content", {}).get("application/json")
        if given is not None:
            given["example"] = example(given["schema"], schemas, whole=True)
        if answer["description"] == "Successful Response":
            answer["description"] = _meaning_of(status, shown=given is not None)


def _meaning_of(status: str, *, shown: bool) -> str:
    """Say in words what a good answer is."""
    if status.startswith("3"):
        return "Go on at the address in `Location`."
    if status == "204":
        return "It is done; there is nothing more to say."
    return "As the example shows." if shown else "What was asked for."


def changes_version(route: APIRoute) -> bool:
    """Say whether a route changes a version that its caller must have read."""
    return any(part.call is expected_version for part in route.dependant.dependencies)


def sends_file(route: APIRoute) -> bool:
    """Say whether a route answers with a stored file, from any byte on."""
    return route.response_class is StoredFile


def _whom(demand: Require | Anybody | None) -> str:
    """Say who may call a route."""
    if not isinstance(demand, Require):
        return "Needs no account."
    roles = sorted(f"{role} ({kind})" for kind, role in RIGHTS[demand.right])
    return f"Needs the right `{demand.right}`: {', '.join(roles)}."


def _answer(status: HTTPStatus) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": _DETAILS[status],
        "request_id": "q7N1d0Yb2cXk9LwA",
    }
    if status is HTTPStatus.UNPROCESSABLE_ENTITY:
        told["errors"] = [
            {"field": "body.name", "message": "Field required"},
            {"field": "body.size", "message": "Input should be greater than or equal to 1"},
        ]
    shape = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": told}
    return {"description": _MEANINGS[status], "content": {"application/problem+json": shape}}


def _problems(method: str, told: Told) -> Iterator[HTTPStatus]:
    """Yield the problems that an operation may answer with."""
    path, route, demand = told
    # A session or token that has ended is told so on every route, needed or not.
    yield HTTPStatus.UNAUTHORIZED
    yield HTTPStatus.UNPROCESSABLE_ENTITY
    yield HTTPStatus.TOO_MANY_REQUESTS
    yield HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(demand, Require) or method != "GET":
        yield HTTPStatus.FORBIDDEN
        yield HTTPStatus.CONFLICT
        yield HTTPStatus.NOT_FOUND
    elif "{" in path:
        yield HTTPStatus.NOT_FOUND
    if sends_file(route):
        yield HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    if method != "GET":
        yield HTTPStatus.BAD_REQUEST
        yield HTTPStatus.REQUEST_TIMEOUT
        yield HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if changes_version(route):
        yield HTTPStatus.PRECONDITION_FAILED
        yield HTTPStatus.PRECONDITION_REQUIRED
