"""A program's token has some of its owner's rights, ends, and is shown once."""

from datetime import timedelta

import pytest

from assay.service import clock
from assay.service.accounts.tables import TokenRow
from service.accounts.browsers import Browser, move_in, sign_in
from service.house import Caller, House


@pytest.fixture
def ada(house: House) -> Browser:
    move_in(house, "ada@buyer.test", ["lead"])
    return sign_in(house, "ada@buyer.test")


def new_token(ada: Browser, scopes: list[str], **life: float) -> dict[str, str]:
    expires = (clock.now() + timedelta(**(life or {"days": 1}))).isoformat()
    body = {"name": "nightly", "scopes": scopes, "expires": expires}
    answer = ada.ask("POST", "/tokens", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def program(house: House, secret: str) -> Caller:
    return Caller(house.client, {"authorization": f"Bearer {secret}"})


def test_it_may_what_its_scopes_say_and_no_more(house: House, ada: Browser) -> None:
    caller = program(house, new_token(ada, ["projects.read"])["secret"])
    assert caller.get("/projects").status_code == 200
    body = {"name": "P", "currency": "EUR", "budget_minor": 1}
    assert caller.post("/projects", json=body).status_code == 403
    assert caller.get("/me").status_code == 403


def test_it_has_no_right_that_its_owner_lacks(ada: Browser) -> None:
    expires = (clock.now() + timedelta(days=1)).isoformat()
    body = {"name": "n", "scopes": ["audit.read", "projects.read"], "expires": expires}
    answer = ada.ask("POST", "/tokens", json=body)
    assert answer.status_code == 422
    assert "audit.read" in answer.json()["detail"]


def test_it_loses_what_its_owner_loses(house: House, ada: Browser) -> None:
    person = ada.ask("GET", "/me").json()["id"]
    caller = program(house, new_token(ada, ["projects.change", "projects.read"])["secret"])
    house.admin.patch(
        f"/people/{person}", json={"roles": ["reviewer"]}, headers={"if-match": '"1"'}
    )
    assert caller.get("/projects").status_code == 200
    body = {"name": "P", "currency": "EUR", "budget_minor": 1}
    assert caller.post("/projects", json=body).status_code == 403
    house.admin.patch(f"/people/{person}", json={"active": False}, headers={"if-match": '"2"'})
    assert caller.get("/projects").status_code == 401


def test_it_ends(house: House, ada: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = program(house, new_token(ada, ["projects.read"], hours=1)["secret"])
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=1))
    assert caller.get("/projects").status_code == 401


@pytest.mark.parametrize("life", [{"seconds": -1}, {"days": 367}])
def test_it_ends_within_a_year(ada: Browser, life: dict[str, float]) -> None:
    expires = (clock.now() + timedelta(**life)).isoformat()
    body = {"name": "n", "scopes": ["projects.read"], "expires": expires}
    assert ada.ask("POST", "/tokens", json=body).status_code == 422


def test_it_is_revoked_at_once_and_a_second_time_changes_nothing(
    house: House, ada: Browser
) -> None:
    token = new_token(ada, ["projects.read"])
    for _ in range(2):
        assert ada.ask("DELETE", f"/tokens/{token['id']}").status_code == 204
    assert program(house, token["secret"]).get("/projects").status_code == 401
    listed = ada.ask("GET", "/tokens").json()["items"]
    assert [each["revoked"] is not None for each in listed] == [True]


def test_its_secret_is_shown_once_and_not_stored(house: House, ada: Browser) -> None:
    made = new_token(ada, ["projects.read"])
    assert made["secret"] not in ada.ask("GET", "/tokens").text
    with house.app.state.database.reading() as session:
        assert not any(made["secret"] in str(vars(row)) for row in session.query(TokenRow))


def test_an_idempotency_key_does_not_repeat_a_secret(house: House, ada: Browser) -> None:
    body = {
        "name": "n",
        "scopes": ["projects.read"],
        "expires": (clock.now() + timedelta(days=1)).isoformat(),
    }
    headers = {
        "cookie": f"assay_session={ada.cookie}",
        "x-csrf-token": ada.csrf,
        "idempotency-key": "once",
    }
    answers = [
        house.client.post("/api/v1/tokens", json=body, headers=headers).json() for _ in range(2)
    ]
    assert answers[0]["secret"] != answers[1]["secret"]


def test_nobody_sees_or_revokes_the_token_of_another(house: House, ada: Browser) -> None:
    token = new_token(ada, ["projects.read"])["id"]
    assert house.admin.delete(f"/tokens/{token}").status_code == 404
    assert token not in house.admin.get("/tokens").text


@pytest.mark.parametrize("given", ["Bearer apat_foreign", "bearer x", "Bearer \u00e9"])
def test_a_foreign_token_is_nobody(house: House, given: str) -> None:
    answer = house.client.get("/api/v1/projects", headers={b"authorization": given.encode()})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
