"""A second factor: set up with the password, demanded, each code used once, lost and reset."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from assay.service import clock
from assay.service.accounts import actions, codes
from assay.service.accounts.tables import UserRow
from assay.service.actor import SYSTEM
from assay.service.app import create_app
from assay.service.operations.keys import rotate_keys
from assay.service.settings import Settings
from assay.service.storage.opening import add_master_key, open_blobs
from service.accounts.browsers import PASSWORD, Browser, move_in, sign_in, try_in
from service.house import House

ADA, BO = "ada@buyer.test", "bo@northlight.test"


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still, so that a code is of the step that a test thinks."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def ada(house: House) -> Browser:
    move_in(house, ADA, ["lead"])
    return sign_in(house, ADA)


def set_up(ada: Browser) -> tuple[bytes, list[str]]:
    """Set a factor up; return its secret and the recovery codes."""
    begun = ada.ask("POST", "/me/second-factor", json={"password": PASSWORD})
    assert begun.status_code == 201, begun.text
    secret = base64.b32decode(begun.json()["secret"])
    body = {"code": codes.code_at(secret, clock.now())}
    confirmed = ada.ask("POST", "/me/second-factor/confirmation", json=body)
    assert confirmed.status_code == 201, confirmed.text
    return secret, confirmed.json()["codes"]


def following(secret: bytes, steps: int = 1) -> str:
    return codes.code_at(secret, clock.now() + timedelta(seconds=steps * codes.STEP_S))


def test_it_is_demanded_once_it_is_confirmed(house: House, ada: Browser) -> None:
    begun = ada.ask("POST", "/me/second-factor", json={"password": PASSWORD}).json()
    assert begun["address"].startswith("otpauth://totp/Assay:ada%40buyer.test?")
    assert try_in(house, ADA).status_code == 201
    secret, _ = set_up(ada)
    assert ada.ask("GET", "/me").json()["second_factor"] is True
    assert try_in(house, ADA).status_code == 401
    assert try_in(house, ADA, code="000000x").status_code == 401
    assert try_in(house, ADA, code=following(secret)).status_code == 201


def test_a_missing_code_is_told_in_the_words_of_a_wrong_password(
    house: House, ada: Browser
) -> None:
    set_up(ada)
    missing, wrong = try_in(house, ADA), try_in(house, ADA, "not the password")
    assert missing.json()["detail"] == wrong.json()["detail"]


def test_it_ends_every_other_session(house: House, ada: Browser) -> None:
    other = sign_in(house, ADA)
    set_up(ada)
    assert ada.works()
    assert not other.works()


def test_a_code_is_used_once(house: House, ada: Browser) -> None:
    secret, _ = set_up(ada)
    # The code that confirmed it is spent already.
    assert try_in(house, ADA, code=following(secret, 0)).status_code == 401
    assert try_in(house, ADA, code=following(secret)).status_code == 201
    assert try_in(house, ADA, code=following(secret)).status_code == 401
    assert try_in(house, ADA, code=following(secret, 2)).status_code == 401


def test_ten_at_once_with_one_code_get_one_session(house: House, ada: Browser) -> None:
    secret, _ = set_up(ada)
    body = {"email": ADA, "password": PASSWORD, "code": following(secret)}
    with ThreadPoolExecutor(10) as pool:
        statuses = [
            answer.status_code
            for answer in pool.map(lambda _: house.nobody.post("/session", json=body), range(10))
        ]
    assert sorted(statuses) == [201] + [401] * 9


def test_a_recovery_code_works_once_however_it_is_typed(house: House, ada: Browser) -> None:
    _, recovery = set_up(ada)
    assert len({*recovery}) == 10
    typed = recovery[0].upper().replace("-", " ")
    assert try_in(house, ADA, code=typed).status_code == 201
    assert try_in(house, ADA, code=recovery[0]).status_code == 401
    assert try_in(house, ADA, code=recovery[1]).status_code == 201


def test_a_wrong_password_spends_no_recovery_code(house: House, ada: Browser) -> None:
    _, recovery = set_up(ada)
    try_in(house, ADA, "not the password", code=recovery[0])
    assert try_in(house, ADA, code=recovery[0]).status_code == 201


def test_nothing_that_is_stored_makes_codes(house: House, ada: Browser) -> None:
    secret, recovery = set_up(ada)
    with house.app.state.database.reading() as session:
        row = session.query(UserRow).filter_by(email=ADA).one()
        assert row.totp_secret is not None
        assert secret not in row.totp_secret
        assert not {*recovery} & {*row.recovery_hashes}


def test_it_needs_the_password_and_a_person(house: House, ada: Browser) -> None:
    for body in ({}, {"password": "not the password"}):
        assert ada.ask("POST", "/me/second-factor", json=body).status_code == 403
    assert house.lead.post("/me/second-factor", json={"password": "x"}).status_code == 409


def test_a_second_one_is_refused(ada: Browser) -> None:
    set_up(ada)
    again = ada.ask("POST", "/me/second-factor", json={"password": PASSWORD})
    assert again.status_code == 409


def test_it_is_taken_away_with_a_code_and_the_password(house: House, ada: Browser) -> None:
    _, recovery = set_up(ada)
    path = "/me/second-factor/removal"
    wrong = {"code": "0", "password": PASSWORD}
    assert ada.ask("POST", path, json=wrong).status_code == 403
    right = {"code": recovery[0], "password": PASSWORD}
    assert ada.ask("POST", path, json=right).status_code == 204
    assert not ada.works()
    assert try_in(house, ADA).status_code == 201


def test_an_admin_resets_what_somebody_lost(house: House, ada: Browser) -> None:
    set_up(ada)
    person = ada.ask("GET", "/me").json()["id"]
    path, one = f"/people/{person}/second-factor", {"if-match": '"1"'}
    assert house.lead.delete(path, headers=one).status_code == 403
    reset = house.admin.delete(path, headers=one)
    assert (reset.json()["second_factor"], reset.json()["version"]) == (False, 2)
    assert not ada.works()
    assert try_in(house, ADA).status_code == 201


def test_a_new_master_key_opens_it_after_rotation(house: House, ada: Browser) -> None:
    secret, _ = set_up(ada)
    settings = house.app.state.settings
    add_master_key(settings.key_file, "new")
    blobs = open_blobs(settings.storage, settings.key_file)
    assert rotate_keys(house.app.state.database, blobs, lambda *_: None) == 1
    assert rotate_keys(house.app.state.database, blobs, lambda *_: None) == 0
    house.app.state.blobs = blobs
    assert try_in(house, ADA, code=following(secret)).status_code == 201


@pytest.fixture
def strict(settings: Settings) -> Iterator[House]:
    """A house in which everybody must have a second factor."""
    app = create_app(settings.model_copy(update={"require_totp": True}))
    with TestClient(app, base_url="http://assay.test") as client:
        yield House.furnish(app, client)


def test_where_it_is_demanded_nothing_goes_without_it(strict: House) -> None:
    for email, role, place in ((ADA, "lead", "buyer"), (BO, "manager", "northlight")):
        with strict.app.state.database.writing() as session:
            _, token = actions.invite(
                session,
                SYSTEM,
                strict.app.state.settings,
                email=email,
                roles=[role],
                organisation=strict.organisations[place],
            )
        take = {"token": token, "name": "A", "password": PASSWORD}
        strict.nobody.made("/invitations/take-up", take)
    ada, bo = sign_in(strict, ADA), sign_in(strict, BO)
    for browser, path in ((ada, "/projects"), (bo, "/vendor/batches")):
        refused = browser.ask("GET", path)
        assert refused.status_code == 403
        assert "/me/second-factor" in refused.json()["detail"]
    assert ada.ask("GET", "/me").status_code == 200
    _, recovery = set_up(ada)
    assert ada.ask("GET", "/projects").status_code == 200
    removal = {"code": recovery[0], "password": PASSWORD}
    assert ada.ask("POST", "/me/second-factor/removal", json=removal).status_code == 409


def test_where_it_is_demanded_a_token_goes_nowhere_without_it(strict: House) -> None:
    assert strict.lead.get("/projects").status_code == 403
