"""Who reaches what: every route by every role, for things that are theirs, another's and nobody's.

The routes come from the application. A new area is tried by itself; where one of its things has an
address, `authorisation/scene.py` must have one.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assay.service.app import create_app
from assay.service.permissions import RIGHTS
from assay.service.settings import Settings
from service.authorisation import matrix, naming, proofs, timing
from service.authorisation.requests import Route, resolved, routes
from service.authorisation.scene import Scene, beside, furnish
from service.house import House

#: Every field that a vendor is ever sent. Before you add one: does it tell gold from the rest?
SEEN_BY_VENDORS = frozenset(
    [
        "active",
        "address",
        "agreed",
        "amount_minor",
        "answer",
        "answered",
        "answers",
        "asked",
        "band",
        "batch",
        "batches",
        "bottom",
        "by",
        "by_vendor",
        "card",
        "certificates",
        "certificates_until",
        "checked",
        "component",
        "countries",
        "created",
        "credit_notes",
        "currency",
        "decided",
        "decision",
        "digest",
        "disputes",
        "domains",
        "drafted",
        "due",
        "due_on",
        "email",
        "errors",
        "evidence",
        "expires",
        "expires_on",
        "explanation",
        "faults",
        "file",
        "file_name",
        "findings",
        "first_answered",
        "format",
        "formats",
        "gates",
        "height",
        "id",
        "images",
        "invoice",
        "issued_on",
        "item",
        "items",
        "judged",
        "lacks",
        "left",
        "line",
        "lines",
        "message",
        "messages",
        "name",
        "net_minor",
        "next",
        "number",
        "opened",
        "organisation",
        "owed_minor",
        "packed",
        "paid_on",
        "part_bytes",
        "per",
        "price",
        "project",
        "provider_type",
        "qa_layers",
        "quantity",
        "questions",
        "rate_card",
        "readable",
        "reason",
        "received",
        "region",
        "remedy",
        "reported",
        "right",
        "roles",
        "round",
        "rule",
        "rule_in_version",
        "rules",
        "said",
        "second_factor",
        "seconds",
        "sent",
        "settled",
        "severity",
        "shapes",
        "size",
        "state",
        "tax_minor",
        "text",
        "title",
        "token",
        "tools",
        "top",
        "total_minor",
        "unit",
        "valid_from",
        "valid_until",
        "version",
        "versions",
        "video",
        "waiting",
        "warnings",
        "width",
    ]
)


#: What takes long and asks the database nothing that it is not asked elsewhere.
ON_ONE_DATABASE = pytest.mark.parametrize("module_database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def scene(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("scene")
    settings = Settings(
        data_dir=folder,
        database_url=module_database_url,
        workers=0,
        anchor_seconds=0,
        item_workers=1,
        publish_seconds=0,
        import_dirs=(folder,),
        logins_per_minute=1000,
    )
    app = create_app(settings)
    client = TestClient(app, base_url="http://assay.test", raise_server_exceptions=False)
    with client:
        house = House.furnish(app, client)
        # Everybody is there before anything is compared.
        assert [*matrix.people(house)]
        yield furnish(house, folder)


@pytest.fixture(scope="module")
def other(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The same for another vendor, in another project."""
    return beside(scene, tmp_path_factory.mktemp("other"))


def expect_right(cells: Iterable[matrix.Cell]) -> None:
    """Demand that nothing is wrong, and tell all that is."""
    wrong = matrix.wrong(cells)
    assert not wrong, f"{len(wrong)} cells are wrong:\n" + "\n".join(wrong)


def test_everything_that_has_an_address_is_in_the_scene(scene: Scene) -> None:
    places = {place for route in routes(scene.house.app) for place in route.places}
    lacking = sorted(places - {*scene.ids})
    assert not lacking, (
        f"Make one of each in tests/service/authorisation/scene.py: {', '.join(lacking)}."
    )


def test_a_vendor_has_no_right_to_a_route_that_is_not_for_vendors(scene: Scene) -> None:
    for route in routes(scene.house.app):
        if route.right is None:
            continue
        kinds = {kind for kind, _ in RIGHTS[route.right]}
        if route.of_vendors:
            assert kinds == {"vendor"}, route
        elif not route.path.startswith(matrix.COMMON):
            assert kinds == {"buyer"}, route


def test_routes_that_need_no_account_are_few(scene: Scene) -> None:
    bare = {str(route) for route in routes(scene.house.app) if route.right is None}
    assert bare == {
        "POST /session",
        "GET /session/oidc",
        "POST /session/oidc",
        "GET /session/oidc/callback",
        "POST /session/oidc/completion",
        "POST /invitations/take-up",
        "GET /health/live",
        "GET /health/ready",
    }


def test_no_get_changes_anything(scene: Scene) -> None:
    expect_right(matrix.reads(scene))


@ON_ONE_DATABASE
def test_nothing_is_sorted_or_filtered_by_what_is_not_described(scene: Scene) -> None:
    expect_right(naming.by_filter(scene))


def test_a_cursor_of_another_s_list_shows_one_s_own(scene: Scene, other: Scene) -> None:
    expect_right(naming.by_cursor(scene, other))


def test_another_s_name_inside_a_request_is_as_one_that_is_not_there(
    scene: Scene, other: Scene
) -> None:
    expect_right(naming.by_reference(scene, other))


@ON_ONE_DATABASE
def test_no_field_is_taken_that_is_not_asked_for_and_no_change_of_nothing(scene: Scene) -> None:
    expect_right(naming.by_field(scene))


# What follows takes things away.


def test_what_is_another_s_is_as_what_is_not_there(scene: Scene) -> None:
    expect_right(matrix.by_ownership(scene))


@ON_ONE_DATABASE
def test_what_is_of_another_project_is_as_what_is_not_there(scene: Scene) -> None:
    expect_right(matrix.by_place(scene))


@ON_ONE_DATABASE
def test_every_role_may_what_the_table_says_and_no_more(scene: Scene) -> None:
    expect_right(matrix.by_role(scene))


@ON_ONE_DATABASE
def test_what_proves_nobody_lets_nobody_in(scene: Scene) -> None:
    expect_right(proofs.by_proof(scene, every=7))


def test_every_short_text_of_a_request_is_known_to_name_something_or_nothing(scene: Scene) -> None:
    fields = {
        reference.name
        for route in routes(scene.house.app)
        for reference in naming.references(route)
    }
    new = sorted(fields - {*naming.NAMES} - naming.PLAIN)
    assert not new, f"Say in NAMES or PLAIN of authorisation/naming.py what {', '.join(new)} names."


@ON_ONE_DATABASE
def test_what_makes_the_one_refusal_slower_is_noticed(scene: Scene) -> None:
    with timing.slower(scene, 0.03):
        timed = timing.time_refusals(scene, rounds=20, most=3)
    assert timing.told_apart(timed)


def test_every_field_that_a_vendor_sees_was_thought_about(scene: Scene) -> None:
    seen: set[str] = set()
    for route in routes(scene.house.app):
        if route.of_vendors:
            seen |= fields_of(route)
    new = sorted(seen - SEEN_BY_VENDORS)
    assert not new, (
        f"Vendors would see {', '.join(new)}. If none of it tells gold from the rest, or anything "
        "of other vendors, add it to SEEN_BY_VENDORS."
    )


def fields_of(route: Route) -> set[str]:
    """Return every field of a route's answer, however deep."""
    found: set[str] = set()
    waiting: list[Any] = [
        content.get("schema", {})
        for status, answer in route.described["responses"].items()
        if status.startswith("2")
        for content in answer.get("content", {}).values()
    ]
    while waiting:
        schema = resolved(waiting.pop(), route.components)
        inner = schema.get("properties", {})
        waiting += [each for name, each in inner.items() if name not in found]
        found |= {*inner}
        waiting += [part for word in ("anyOf", "oneOf", "allOf") for part in schema.get(word, ())]
        waiting += [
            schema[word]
            for word in ("items", "additionalProperties")
            if isinstance(schema.get(word), dict)
        ]
    return found


def test_vendors_filter_by_what_they_may_see(scene: Scene) -> None:
    for route in routes(scene.house.app):
        if route.of_vendors and route.method == "GET":
            names = {
                parameter["name"]
                for parameter in route.described.get("parameters", ())
                if parameter["in"] == "query"
            }
            assert names <= {"limit", "cursor"} | SEEN_BY_VENDORS, route
