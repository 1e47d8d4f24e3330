"""Whoever reads the description finds an example of every request and answer, and it holds."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from assay.service.app import API, api_routes
from service.house import House


@pytest.fixture
def document(house: House) -> dict[str, Any]:
    described: dict[str, Any] = house.app.openapi()
    return described


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every content of an operation, in and out, with where it stands."""
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"request {kind}", content
    for status, answer in operation["responses"].items():
        for kind, content in answer.get("content", {}).items():
            yield f"{status} {kind}", content


def is_json(place: str) -> bool:
    return place.endswith("json") and "ndjson" not in place


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_every_operation_has_a_summary_and_a_description(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation["summary"].endswith("."), name
        assert len(operation["description"]) > len(operation["summary"]), name
        assert operation["tags"], name


def test_every_tag_is_described(document: dict[str, Any]) -> None:
    described = {tag["name"] for tag in document["tags"] if tag["description"]}
    used = {tag for _, operation in operations(document) for tag in operation["tags"]}
    assert described == used


def test_every_json_has_an_example_that_its_own_schema_allows(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for place, content in contents(operation):
            if is_json(place):
                schema = {**content["schema"], "components": document["components"]}
                faults = [
                    f"{name}, {place}: {fault.json_path} {fault.message}"
                    for fault in Draft202012Validator(schema).iter_errors(content["example"])
                ]
                assert faults == []


def test_every_example_of_a_request_is_one_that_is_taken(document: dict[str, Any]) -> None:
    for route in api_routes():
        for method in route.methods or ():
            operation = document["paths"][f"{API}{route.path}"][method.lower()]
            for place, content in contents(operation):
                if place == "request application/json":
                    assert route.body_field is not None
                    kind: Any = route.body_field.field_info.annotation
                    TypeAdapter(kind).validate_json(json.dumps(content["example"]))


def test_no_text_of_an_example_says_nothing(document: dict[str, Any]) -> None:
    bare = {
        f"{name}: {field}"
        for name, operation in operations(document)
        for place, content in contents(operation)
        if is_json(place)
        for field, value in fields(content["example"])
        if value in {field, "thing"}
    }
    assert bare == set()


def fields(value: object) -> Iterator[tuple[str, object]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from ((name, inner),) if isinstance(inner, str) else fields(inner)
        case list():
            for inner in value:
                yield from fields(inner)


def test_every_operation_shows_what_it_answers(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        good = [answer for status, answer in operation["responses"].items() if status[0] in "23"]
        assert good, name
        for answer in good:
            assert answer["description"] != "Successful Response", name


def test_every_problem_has_an_example_of_its_own_status(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            problem = answer.get("content", {}).get("application/problem+json")
            if problem is not None:
                assert problem["example"]["status"] == int(status), name
                assert len(problem["example"]["detail"]) > 20, name


def test_every_part_of_an_address_has_an_example(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                schema = parameter["schema"]
                assert "example" in parameter or "enum" in schema, (name, parameter["name"])


def test_people_read_the_api_at_docs_without_an_account_and_without_a_network(
    house: House, document: dict[str, Any]
) -> None:
    answer = house.client.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    page = answer.text
    for word in ("<script", '<link rel="stylesheet', "@import", "@font-face"):
        assert word not in page
    assert re.findall(r"(?:src|href|action)=\"(?!#|data:|/api/v1/openapi.json)", page) == []
    for name, operation in operations(document):
        assert f'id="{operation["operationId"]}"' in page, name
    assert house.client.get("/api/v1/openapi.json").json() == document
