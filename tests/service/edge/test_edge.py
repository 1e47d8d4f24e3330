"""One way from a request to a transaction and back: whole, once, bounded, and told in one shape."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends
from fastapi.testclient import TestClient

from assay.service import clock
from assay.service.accounts.tables import OrganisationRow
from assay.service.actor import Actor
from assay.service.audit.record import record
from assay.service.audit.tables import EntryRow
from assay.service.edge import Anybody, Require, Transaction, TransactionRoute
from assay.service.ids import new_id
from service.house import Caller, House

PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}
ONCE = {"idempotency-key": "once"}


def add_faulty_routes(house: House) -> None:
    """Add a route that writes in a GET, and one that crashes after it has written."""
    router = APIRouter(route_class=TransactionRoute)
    nobody = [Depends(Anybody("a test"))]

    def write(session: Transaction) -> None:
        session.add(
            OrganisationRow(id=new_id("org"), kind="vendor", name="Ghost", created=clock.now())
        )
        session.flush()

    @router.get("/faulty/write", dependencies=nobody)
    def write_in_a_get(session: Transaction) -> None:
        write(session)

    @router.post("/faulty/crash")
    def crash(
        session: Transaction, actor: Annotated[Actor, Depends(Require("account.own"))]
    ) -> None:
        write(session)
        record(session, actor, "ghost.made", subject="ghost")
        raise ZeroDivisionError("secret of ours")

    house.app.include_router(router, prefix="/api/v1")


@pytest.fixture
def lead(house: House) -> Iterator[Caller]:
    """The lead, at a client that takes a crash of the server as an answer."""
    add_faulty_routes(house)
    client = TestClient(house.app, base_url="http://assay.test", raise_server_exceptions=False)
    yield Caller(client, house.lead.headers)
    client.close()


def names_of(house: House) -> list[str]:
    with house.app.state.database.reading() as session:
        return [row.name for row in session.query(OrganisationRow)]


def test_a_get_cannot_write(house: House, lead: Caller) -> None:
    assert lead.get("/faulty/write").is_server_error
    assert "Ghost" not in names_of(house)


def test_a_crash_undoes_what_was_done_and_its_entry_in_the_log(house: House, lead: Caller) -> None:
    answer = lead.post("/faulty/crash", headers=ONCE)
    assert answer.status_code == 500
    assert "Ghost" not in names_of(house)
    with house.app.state.database.reading() as session:
        assert session.query(EntryRow).filter_by(action="ghost.made").count() == 0
    # It is not remembered as an answer either: the next attempt is an attempt.
    assert "idempotent-replay" not in lead.post("/faulty/crash", headers=ONCE).headers
    assert house.lead.post("/projects", json=PROJECT).status_code == 201


def test_a_fault_of_ours_says_nothing_of_itself(lead: Caller) -> None:
    answer = lead.post("/faulty/crash", headers={"x-request-id": "request-of-a-test"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == "request-of-a-test"
    assert "request-of-a-test" in answer.json()["detail"]
    assert "secret of ours" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/nothing", None, 404),
        ("GET", "/nothing", None, 404),
        ("GET", "/api/v1/projects/prj_absent", None, 404),
        ("PUT", "/api/v1/projects", None, 405),
        ("POST", "/api/v1/projects", {"name": ""}, 422),
        ("POST", "/api/v1/projects", [], 422),
        ("GET", "/api/v1/projects?limit=0", None, 422),
        ("POST", "/api/v1/session", {}, 422),
        ("POST", "/api/v1/session", {"email": "a@b", "password": "c"}, 401),
    ],
)
def test_every_error_has_one_shape(
    house: House, method: str, path: str, body: object, status: int
) -> None:
    answer = house.lead.client.request(method, path, json=body, headers=house.lead.headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "detail", "request_id"} <= {*problem}
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["detail"].endswith(".")


@pytest.mark.parametrize("sent", [b"{", b"\xff\xfe", b'{"name": NaN}', b"[" * 100_000])
def test_what_is_no_json_is_refused(house: House, sent: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = house.lead.post("/projects", content=sent, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"].endswith(".")
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_was_sent_is_not_repeated(house: House) -> None:
    body = {"email": "ada@buyer.test", "password": ["hunter-two"]}
    assert "hunter-two" not in house.nobody.post("/session", json=body).text


def test_a_body_is_counted_whether_or_not_it_says_its_size(house: House) -> None:
    limit = house.app.state.settings.max_request_bytes
    headers = {"content-type": "application/json"}

    def pieces() -> Iterator[bytes]:
        for _ in range(limit // 65_536 + 1):
            yield b" " * 65_536

    for path in ("/projects", "/session"):
        for content in (b" " * (limit + 1), pieces()):
            answer = house.lead.post(path, content=content, headers=headers)
            assert answer.status_code == 413
            assert str(limit) in answer.json()["detail"]


def test_nobody_is_told_who_they_would_have_to_be(house: House) -> None:
    answer = house.nobody.get("/projects")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "POST /api/v1/session" in answer.json()["detail"]


@pytest.mark.parametrize("given", ["", "one", '"-1"', '"1", "2"', "*", '"' + "9" * 10 + '"'])
def test_a_change_that_names_no_version_is_refused(house: House, given: str) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    answer = house.lead.patch(
        f"/projects/{project}", json={"name": "X"}, headers={"if-match": given}
    )
    assert answer.status_code == 428


def test_of_ten_changes_of_one_version_at_once_one_is_made(house: House) -> None:
    path, lead = f"/projects/{house.lead.made('/projects', PROJECT)['id']}", house.lead

    def change(number: int) -> int:
        headers = {"if-match": '"1"'}
        return lead.patch(path, json={"name": f"{number}"}, headers=headers).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = sorted(pool.map(change, range(10)))
    assert statuses == [200] + [412] * 9
    assert lead.seen(path)["version"] == 2


def test_a_key_sent_again_gets_the_first_answer(house: House) -> None:
    first = house.lead.post("/projects", json=PROJECT, headers=ONCE)
    again = house.lead.post("/projects", json=PROJECT, headers=ONCE)
    assert again.json() == first.json()
    assert again.status_code == first.status_code
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["idempotent-replay"] == "true"
    assert len(house.lead.seen("/projects")["items"]) == 1


def test_a_key_is_for_one_request(house: House) -> None:
    house.lead.post("/projects", json=PROJECT, headers=ONCE)
    other = house.lead.post("/projects", json={**PROJECT, "name": "Roads"}, headers=ONCE)
    assert other.status_code == 422
    assert "used for another request" in other.json()["detail"]


def test_a_key_belongs_to_who_sent_it(house: House) -> None:
    house.lead.post("/projects", json=PROJECT, headers=ONCE)
    other = house.admin.post("/projects", json=PROJECT, headers=ONCE)
    assert other.status_code == 201
    assert "idempotent-replay" not in other.headers


def test_a_refusal_is_not_remembered(house: House) -> None:
    assert house.lead.post("/projects", json={}, headers=ONCE).status_code == 422
    assert house.lead.post("/projects", json=PROJECT, headers=ONCE).status_code == 201


@pytest.mark.parametrize("key", ["", "a" * 201, "a\tb", "\u00e4"])
def test_a_key_is_a_short_printable_text(house: House, key: str) -> None:
    headers: Any = {
        b"idempotency-key": key.encode(),
        **{name.encode(): value.encode() for name, value in house.lead.headers.items()},
    }
    answer = house.client.post("/api/v1/projects", json=PROJECT, headers=headers)
    assert answer.status_code == 422


def test_ten_at_once_with_one_key_are_done_once(house: House) -> None:
    lead = house.lead
    with ThreadPoolExecutor(10) as pool:
        answers = [
            *pool.map(lambda _: lead.post("/projects", json=PROJECT, headers=ONCE), range(10))
        ]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(lead.seen("/projects")["items"]) == 1
    with house.app.state.database.reading() as session:
        assert session.query(EntryRow).filter_by(action="project.begun").count() == 1


def test_every_answer_protects_a_browser(house: House) -> None:
    for answer in (house.lead.get("/projects"), house.nobody.get("/nothing")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_stroke_too_many_leads_nowhere_and_never_to_where_the_request_says(house: House) -> None:
    headers = {"host": "else.where"}
    answer = house.lead.get("/projects/", headers=headers, follow_redirects=False)
    assert answer.status_code == 404
    assert "else.where" not in str(answer.headers) + answer.text


def test_what_is_no_json_is_told_with_its_place(house: House) -> None:
    sent = {"content-type": "application/json"}
    answer = house.lead.post("/projects", content=b'{"name": }', headers=sent)
    assert answer.status_code == 422
    assert "body: This is no JSON: Expecting value at character 9." in answer.json()["detail"]


def test_faults_are_told_in_the_sentence_and_all_of_them_in_the_list(house: House) -> None:
    answer = house.lead.post("/projects", json={"a": 1, "b": 2})
    assert len(answer.json()["errors"]) == 5
    assert "body.name: Field required" in answer.json()["detail"]
    assert answer.json()["detail"].endswith("; and 2 more.")
    many = house.lead.post("/projects", json={f"x{number}": 1 for number in range(2_000)})
    assert len(many.json()["errors"]) == 100
    assert many.json()["detail"].endswith("; and 2000 more.")
