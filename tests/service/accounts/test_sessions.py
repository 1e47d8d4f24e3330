"""Signing in, staying in, and every way in which a session ends."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from assay.service import clock
from assay.service.accounts.knocking import Refusals
from assay.service.accounts.tables import SessionRow
from assay.service.app import create_app
from assay.service.audit.tables import EntryRow
from assay.service.settings import Settings
from service.accounts.browsers import PASSWORD, Browser, move_in, sign_in, try_in
from service.house import House

ADA = "ada@buyer.test"


@pytest.fixture
def ada(house: House, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Ada, a lead, at her browser, where time stands still until a test lets it pass."""
    later(monkeypatch)
    move_in(house, ADA, ["lead"])
    return sign_in(house, ADA)


def later(monkeypatch: pytest.MonkeyPatch, **passed: float) -> None:
    """Let more time pass."""
    moment = clock.now() + timedelta(**passed)
    monkeypatch.setattr(clock, "now", lambda: moment)


def actions_of(house: House, subject: str | None = None) -> list[str]:
    with house.app.state.database.reading() as session:
        rows = session.query(EntryRow).order_by(EntryRow.sequence)
        return [row.action for row in rows if subject is None or row.subject == subject]


def test_who_signs_in_is_told_who_they_are_and_what_they_may_do(ada: Browser) -> None:
    me = ada.ask("GET", "/me").json()
    assert (me["email"], me["kind"], me["roles"]) == (ADA, "buyer", ["lead"])
    assert "projects.change" in me["rights"]
    assert "pilots.override" not in me["rights"]


def test_the_cookie_is_hidden_from_scripts_and_from_other_sites(house: House) -> None:
    move_in(house, ADA, ["lead"])
    cookie = try_in(house, ADA).headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/"} <= {*cookie.split("; ")}
    assert "max-age=43200" in cookie
    assert "domain" not in cookie


def test_over_https_the_cookie_is_bound_to_the_host(settings: Settings) -> None:
    secure = settings.model_copy(update={"public_url": "https://labels.example.com"})
    app = create_app(secure)
    with TestClient(app, base_url="https://labels.example.com") as client:
        house = House.furnish(app, client)
        move_in(house, ADA, ["lead"])
        opened = try_in(house, ADA)
        headers = {
            "cookie": f"__Host-assay={opened.cookies['__Host-assay']}",
            "x-csrf-token": opened.json()["csrf_token"],
        }
        ended = client.delete("/api/v1/session", headers=headers)
    # Browsers take neither a cookie of this name nor its end without these.
    for header in (opened.headers["set-cookie"], ended.headers["set-cookie"]):
        assert header.startswith("__Host-assay=")
        assert {"Secure", "Path=/"} <= {*header.split("; ")}


def test_nothing_of_a_session_is_stored_that_opens_it(house: House, ada: Browser) -> None:
    with house.app.state.database.reading() as session:
        row = session.query(SessionRow).one()
        stored = " ".join(str(value) for value in vars(row).values())
    assert ada.cookie not in stored
    assert ada.csrf not in stored


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(house: House) -> None:
    move_in(house, ADA, ["lead"])
    wrong = try_in(house, ADA, "not the password")
    unknown = try_in(house, "nobody@buyer.test")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["detail"] == unknown.json()["detail"]


def test_addresses_differ_by_letters_and_not_by_case(house: House) -> None:
    move_in(house, "Ada@Buyer.test", ["lead"])
    assert try_in(house, "ADA@buyer.TEST").status_code == 201


@pytest.mark.parametrize("token", ["", "acsrf_of_somebody_else"])
def test_a_change_without_the_page_s_own_token_is_refused(ada: Browser, token: str) -> None:
    body = {"name": "P", "currency": "EUR", "budget_minor": 1}
    answer = ada.ask("POST", "/projects", csrf=token, json=body)
    assert answer.status_code == 403
    assert "x-csrf-token" in answer.json()["detail"]
    assert ada.ask("POST", "/projects", json=body).status_code == 201


def test_the_token_of_one_session_is_no_good_for_another(house: House, ada: Browser) -> None:
    other = sign_in(house, ADA)
    assert ada.ask("DELETE", "/session", csrf=other.csrf).status_code == 403


def test_signing_out_ends_the_session_and_no_other(house: House, ada: Browser) -> None:
    other = sign_in(house, ADA)
    gone = ada.ask("DELETE", "/session")
    assert gone.status_code == 204
    assert 'assay_session="";' in gone.headers["set-cookie"]
    assert not ada.works()
    assert other.works()


def test_a_session_ends_after_silence(ada: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, minutes=14, seconds=59)
    assert ada.works()
    later(monkeypatch, minutes=14, seconds=59)
    assert ada.works()
    later(monkeypatch, minutes=15)
    assert not ada.works()


def test_a_session_ends_by_its_age_however_busy_it_is(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(71):
        later(monkeypatch, minutes=10)
        assert ada.works()
    later(monkeypatch, minutes=10)
    assert not ada.works()


def test_a_new_password_ends_every_other_session(house: House, ada: Browser) -> None:
    other = sign_in(house, ADA)
    body = {"old": PASSWORD, "new": "staple and battery"}
    assert ada.ask("PUT", "/me/password", json=body).status_code == 204
    assert ada.works()
    assert not other.works()
    assert try_in(house, ADA).status_code == 401
    assert try_in(house, ADA, "staple and battery").status_code == 201


def test_a_new_password_needs_the_old_one_and_some_length(ada: Browser) -> None:
    wrong = {"old": "something else", "new": "staple and battery"}
    short = {"old": PASSWORD, "new": "staple"}
    assert ada.ask("PUT", "/me/password", json=wrong).status_code == 403
    assert ada.ask("PUT", "/me/password", json=short).status_code == 422


def test_whoever_is_let_in_no_more_is_out_at_once(house: House, ada: Browser) -> None:
    person = ada.ask("GET", "/me").json()["id"]
    answer = house.admin.patch(
        f"/people/{person}", json={"active": False}, headers={"if-match": '"1"'}
    )
    assert answer.json()["active"] is False
    assert not ada.works()
    assert try_in(house, ADA).status_code == 401


def test_other_roles_hold_from_the_next_sign_in(house: House, ada: Browser) -> None:
    person = ada.ask("GET", "/me").json()["id"]
    house.admin.patch(f"/people/{person}", json={"roles": ["auditor"]}, headers={"if-match": '"1"'})
    assert not ada.works()
    assert sign_in(house, ADA).ask("GET", "/me").json()["roles"] == ["auditor"]


def test_nobody_changes_their_own_roles(house: House) -> None:
    move_in(house, "root@buyer.test", ["admin"])
    root = sign_in(house, "root@buyer.test")
    person = root.ask("GET", "/me").json()["id"]
    answer = house.admin.client.request(
        "PATCH",
        f"/api/v1/people/{person}",
        headers={
            "cookie": f"assay_session={root.cookie}",
            "x-csrf-token": root.csrf,
            "if-match": '"1"',
        },
        json={"active": False},
    )
    assert answer.status_code == 409


def test_after_too_many_attempts_even_the_right_password_waits(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"logins_per_minute": 4}))
    with TestClient(app, base_url="http://assay.test") as client:
        house = House.furnish(app, client)
        assert [try_in(house, ADA, "guess").status_code for _ in range(5)] == [401] * 4 + [429]
        waits = try_in(house, ADA)
        assert waits.status_code == 429
        assert int(waits.headers["retry-after"]) > 0


def test_failed_attempts_are_in_the_log(house: House) -> None:
    ada = move_in(house, ADA, ["lead"])
    try_in(house, ADA, "guess")
    try_in(house, "nobody@buyer.test")
    assert actions_of(house, ada)[-1] == "sign-in.refused"
    assert actions_of(house, "nobody") == ["sign-in.refused"]


def test_a_storm_of_failed_attempts_does_not_fill_the_log(house: House) -> None:
    house.app.state.refusals = Refusals(seconds=lambda: 0)  # However slow, it is one minute.
    answers = [try_in(house, f"{number}@buyer.test", "guess") for number in range(40)]
    assert {answer.status_code for answer in answers} == {401}
    assert actions_of(house).count("sign-in.refused") == 30


def test_a_new_minute_says_how_many_failures_went_untold() -> None:
    seconds = iter([59.0, 59.5, 59.9, 60.0, 119.9])
    refusals = Refusals(1, seconds=lambda: next(seconds))
    assert [refusals.turn() for _ in range(5)] == [0, None, None, 2, None]


def test_what_happens_to_a_session_is_in_the_log(ada: Browser, house: House) -> None:
    ada.ask("DELETE", "/session")
    with house.app.state.database.reading() as session:
        identifier = session.query(SessionRow).one().id
    assert actions_of(house, identifier) == ["session.opened", "session.ended"]
