"""Signing in by a provider: a real one, there and back by HTTP."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from assay.service import clock
from assay.service.accounts import actions
from assay.service.accounts.tables import IdentityRow, SignInRow, UserRow
from assay.service.actor import SYSTEM
from assay.service.app import create_app
from assay.service.audit.tables import EntryRow
from assay.service.settings import Settings
from service.accounts.browsers import invite, move_in, sign_in
from service.accounts.providers import (
    PUBLIC_URL,
    RealProvider,
    Traveller,
    real_provider,
    signing_in_by,
)
from service.accounts.test_second_factor import following, set_up
from service.house import House

#: For what the database has no part in.
once = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ADA, BO = "ada@buyer.test", "bo@northlight.test"


@pytest.fixture(scope="session")
def provider() -> Iterator[RealProvider]:
    with real_provider() as running:
        yield running


@pytest.fixture
def house(settings: Settings, provider: RealProvider) -> Iterator[House]:
    """The service, whose people sign in by the provider."""
    app = create_app(signing_in_by(settings, provider.issuer))
    with TestClient(app, base_url=PUBLIC_URL) as client:
        yield House.furnish(app, client)


@pytest.fixture
def traveller(house: House) -> Traveller:
    return Traveller.of(house)


def known(provider: RealProvider, email: str, **claims: object) -> str:
    """Let the provider know somebody by a verified address; return the subject."""
    subject = f"sub-{uuid4().hex}"
    provider.knows(subject, **{"email": email, "email_verified": True, **claims})
    return subject


def told(house: House) -> list[tuple[str, dict[str, object]]]:
    """Return what the log says, action and facts."""
    with house.app.state.database.reading() as session:
        rows = session.query(EntryRow).order_by(EntryRow.sequence)
        return [(row.action, row.line) for row in rows]


def actions_of(house: House) -> list[str]:
    return [action for action, _ in told(house)]


def test_an_account_is_signed_in_by_its_verified_address(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    ada = move_in(house, ADA, ["lead"])
    browser = traveller.signs_in(known(provider, "Ada@Buyer.test"))
    assert browser.works()
    assert browser.ask("GET", "/me").json()["id"] == ada
    assert actions_of(house)[-2:] == ["identity.linked", "session.opened"]


def test_an_invitation_is_taken_by_it(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    invite(house, BO, ["annotator"], "northlight")
    me = traveller.signs_in(known(provider, BO, name="Bo\u202e Li")).ask("GET", "/me").json()
    assert (me["name"], me["email"], me["roles"]) == ("Bo Li", BO, ["annotator"])
    assert me["organisation"] == house.organisations["northlight"]
    assert actions_of(house)[-3:] == ["account.made", "identity.linked", "session.opened"]


@once
def test_an_invitation_that_it_took_cannot_be_taken_again(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    token = invite(house, BO, ["annotator"], "northlight")
    traveller.signs_in(known(provider, BO))
    body = {"token": token, "name": "Bo", "password": "a few words of mine"}
    assert house.nobody.post("/invitations/take-up", json=body).status_code == 404


def test_an_invitation_s_secret_needs_no_verified_address(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    token = invite(house, BO, ["annotator"], "northlight")
    subject = f"sub-{uuid4().hex}"
    back = traveller.comes_back(traveller.goes(subject, invitation=token))
    assert back.status_code == 303
    assert traveller.completes().status_code == 201
    provider.knows(subject, email=ADA, email_verified=True)
    assert traveller.signs_in(subject).ask("GET", "/me").json()["email"] == BO
    again = Traveller.of(house).begins(invitation=token)
    foreign = Traveller.of(house).begins(invitation="ainv_foreign")
    assert again.status_code == foreign.status_code == 404


@once
def test_an_invitation_that_is_taken_on_the_way_is_told_so(
    house: House, traveller: Traveller
) -> None:
    token = invite(house, BO, ["annotator"], "northlight")
    address = traveller.goes(f"sub-{uuid4().hex}", invitation=token)
    body = {"token": token, "name": "Bo", "password": "a few words of mine"}
    house.nobody.made("/invitations/take-up", body)
    late = traveller.comes_back(address)
    assert late.status_code == 401
    assert "invitation" in late.json()["detail"]


@once
def test_whoever_is_known_takes_no_invitation_of_others(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    invite(house, ADA, ["lead"])
    subject = known(provider, ADA)
    traveller.signs_in(subject)
    token = invite(house, BO, ["annotator"], "northlight")
    traveller.comes_back(traveller.goes(subject, invitation=token))
    assert traveller.completes().status_code == 201
    body = {"token": token, "name": "Bo", "password": "a few words of mine"}
    house.nobody.made("/invitations/take-up", body)


def test_unlinking_ends_what_is_under_way(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    ada = move_in(house, ADA, ["lead"])
    traveller.comes_back(traveller.goes(known(provider, ADA)))
    house.admin.delete(f"/people/{ada}/identity", headers={"if-match": '"1"'})
    assert traveller.completes().status_code == 401


def test_the_second_time_nothing_is_linked(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    invite(house, ADA, ["lead"])
    subject = known(provider, ADA)
    traveller.signs_in(subject)
    traveller.signs_in(subject)
    assert actions_of(house).count("identity.linked") == 1
    assert actions_of(house)[-1] == "session.opened"


@once
def test_who_has_another_address_there_is_who_they_were(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    ada = move_in(house, ADA, ["lead"])
    invite(house, "eve@buyer.test", ["admin"])
    subject = known(provider, ADA)
    traveller.signs_in(subject)
    provider.knows(subject, email="eve@buyer.test", email_verified=True)
    me = traveller.signs_in(subject).ask("GET", "/me").json()
    assert (me["id"], me["email"]) == (ada, ADA)


def test_who_was_given_somebody_s_address_there_is_not_them_until_an_admin_says_so(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    ada = move_in(house, ADA, ["lead"])
    browser = traveller.signs_in(known(provider, ADA))
    other = known(provider, ADA)
    refused = traveller.tries(other)
    assert refused.status_code == 401
    assert "unlink" in refused.json()["detail"]
    path, version = f"/people/{ada}/identity", {"if-match": '"1"'}
    assert house.lead.delete(path, headers=version).status_code == 403
    assert house.admin.delete(path, headers=version).json()["version"] == 2
    assert not browser.works()
    assert traveller.signs_in(other).ask("GET", "/me").json()["id"] == ada


@once
@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_is_nobody_s(
    house: House, traveller: Traveller, provider: RealProvider, verified: object
) -> None:
    move_in(house, ADA, ["lead"])
    invite(house, BO, ["annotator"], "northlight")
    answers = [
        traveller.tries(known(provider, email, email_verified=verified))
        for email in (ADA, BO, "stranger@buyer.test")
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert "email_verified" in answers[0].json()["detail"]
    assert "identity.linked" not in actions_of(house)


@once
def test_nobody_comes_in_uninvited(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    refused = traveller.tries(known(provider, "stranger@buyer.test"))
    assert refused.status_code == 401
    assert "invitation" in refused.json()["detail"]
    with house.app.state.database.reading() as session:
        assert session.query(UserRow).count() == 0
    action, line = told(house)[-1]
    assert action == "sign-in.refused"
    assert "not invited" in str(line)


@once
def test_an_invitation_that_has_run_out_invites_nobody(
    house: House, traveller: Traveller, provider: RealProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite(house, BO, ["annotator"], "northlight")
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() - timedelta(days=8))
    invite(house, "early@northlight.test", ["annotator"], "northlight")
    monkeypatch.setattr(clock, "now", real)
    assert traveller.tries(known(provider, "early@northlight.test")).status_code == 401
    assert traveller.tries(known(provider, BO)).status_code == 201


@once
def test_who_is_let_in_no_more_is_told_what_a_stranger_is(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    ada = move_in(house, ADA, ["lead"])
    subject = known(provider, ADA)
    traveller.signs_in(subject)
    house.admin.patch(f"/people/{ada}", json={"active": False}, headers={"if-match": '"1"'})
    shut_out = traveller.tries(subject)
    stranger = traveller.tries(known(provider, "stranger@buyer.test"))
    assert shut_out.status_code == 401
    assert shut_out.json()["detail"] == stranger.json()["detail"]


@once
def test_a_second_factor_is_asked_for_whatever_the_provider_asked(
    house: House, traveller: Traveller, provider: RealProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    move_in(house, ADA, ["lead"])
    secret, _ = set_up(sign_in(house, ADA))
    without = traveller.tries(known(provider, ADA))
    assert without.status_code == 401
    assert "second factor" in without.json()["detail"]
    assert traveller.completes(code="000000").status_code == 401
    # The way back is still open: who mistyped needs not go again.
    assert traveller.completes(code=following(secret)).status_code == 201
    assert actions_of(house)[-1] == "session.opened"


@once
def test_with_a_demanded_second_factor_one_reaches_its_settings_alone(
    settings: Settings, provider: RealProvider
) -> None:
    app = create_app(signing_in_by(settings, provider.issuer, require_totp=True))
    with TestClient(app, base_url=PUBLIC_URL) as client:
        house = House.furnish(app, client)
        with app.state.database.writing() as session:
            actions.invite(
                session,
                SYSTEM,
                app.state.settings,
                email=ADA,
                roles=["lead"],
                organisation=house.organisations["buyer"],
            )
        browser = Traveller.of(house).signs_in(known(provider, ADA))
        assert browser.ask("GET", "/projects").status_code == 403
        # An account without a password is asked for none.
        assert browser.ask("POST", "/me/second-factor", json={}).status_code == 201


@once
def test_who_has_no_password_changes_none(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    invite(house, ADA, ["lead"])
    browser = traveller.signs_in(known(provider, ADA))
    body = {"old": "a guess of mine", "new": "staple and battery"}
    assert browser.ask("PUT", "/me/password", json=body).status_code == 409


@once
def test_the_session_is_like_any_other(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    invite(house, ADA, ["lead"])
    back = traveller.comes_back(traveller.goes(known(provider, ADA)))
    assert "assay_session" not in back.headers.get("set-cookie", "")
    answer = traveller.completes()
    cookie = answer.headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/", "max-age=43200"} <= {*cookie.split("; ")}
    assert "assay_oidc" not in traveller.client.cookies
    assert traveller.completes().status_code == 401


@once
def test_what_binds_a_browser_is_hidden_from_scripts_and_from_requests_of_other_sites(
    traveller: Traveller,
) -> None:
    cookie = traveller.begins().headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "path=/", "max-age=600"} <= {*cookie.split("; ")}
    assert "domain" not in cookie


@once
def test_over_https_it_is_bound_to_the_host(settings: Settings, provider: RealProvider) -> None:
    address = "https://labels.example.org"
    app = create_app(signing_in_by(settings, provider.issuer, public_url=f"{address}/"))
    with TestClient(app, base_url=address) as client:
        house = House.furnish(app, client)
        invite(house, ADA, ["lead"])
        traveller = Traveller(TestClient(app, base_url=address, follow_redirects=False))
        begun = traveller.begins()
        back = traveller.goes(known(provider, ADA))
        assert back.startswith(f"{address}/api/v1/session/oidc/callback?")
        assert traveller.comes_back(back).headers["location"] == f"{address}/"
        completed = traveller.completes()
    forgotten, session = completed.headers.get_list("set-cookie")
    assert session.startswith("__Host-assay=ases_")
    # Browsers take neither a cookie of this name nor its end without these.
    for header in (begun.headers["set-cookie"], forgotten):
        assert header.startswith("__Host-assay-oidc=")
        assert {"Secure", "Path=/"} <= {*header.split("; ")}


@once
def test_the_provider_is_asked_with_a_challenge_a_state_and_a_nonce(
    house: House, traveller: Traveller
) -> None:
    asked = dict(parse_qsl(urlsplit(traveller.begins().json()["address"]).query))
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert len(asked["code_challenge"]) == 43
    assert asked["state"] != asked["nonce"]
    with house.app.state.database.reading() as session:
        row = session.query(SignInRow).one()
        assert asked["state"] not in str(vars(row))
        assert row.verifier not in str(asked)


@once
@pytest.mark.parametrize("state", ["asta_of_somebody_else", ""])
def test_another_state_is_refused(
    house: House, traveller: Traveller, provider: RealProvider, state: str
) -> None:
    invite(house, ADA, ["lead"])
    address = traveller.goes(known(provider, ADA))
    right = dict(parse_qsl(urlsplit(address).query))["state"]
    assert traveller.comes_back(address.replace(right, state)).status_code == 401
    assert traveller.completes().status_code == 401
    # Whoever guessed has spoilt nothing.
    assert traveller.comes_back(address).status_code == 303


def test_a_way_back_is_used_once(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    invite(house, ADA, ["lead"])
    address = traveller.goes(known(provider, ADA))
    assert traveller.comes_back(address).status_code == 303
    assert traveller.comes_back(address).status_code == 401


def test_used_ten_times_at_once_it_opens_one_session(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    invite(house, ADA, ["lead"])
    address = traveller.goes(known(provider, ADA))
    cookie = {"cookie": f"assay_oidc={traveller.client.cookies['assay_oidc']}"}
    completion = "/api/v1/session/oidc/completion"

    def come_back(_: int) -> int:
        return house.client.get(address, headers=cookie, follow_redirects=False).status_code

    def complete(_: int) -> int:
        return house.client.post(completion, headers=cookie, json={}).status_code

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(come_back, range(10))) == [303] + [401] * 9
        assert sorted(pool.map(complete, range(10))) == [201] + [401] * 9


@once
def test_no_other_browser_comes_back_on_it(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    """Somebody who is made to follow an attacker's address is not signed in as the attacker."""
    invite(house, ADA, ["lead"])
    address = traveller.goes(known(provider, ADA))
    victim = Traveller.of(house)
    assert victim.comes_back(address).status_code == 401
    victim.begins()
    assert victim.comes_back(address).status_code == 401
    assert victim.completes().status_code == 401


@once
def test_nobody_completes_what_has_not_come_back(house: House, traveller: Traveller) -> None:
    traveller.begins()
    assert traveller.completes().status_code == 401
    assert Traveller.of(house).completes().status_code == 401


@once
def test_it_is_of_no_use_after_ten_minutes(
    house: House, traveller: Traveller, provider: RealProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite(house, ADA, ["lead"])
    subject = known(provider, ADA)
    address = traveller.goes(subject)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=10))
    assert traveller.comes_back(address).status_code == 401
    traveller.begins()
    with house.app.state.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInRow)) == 1


@once
@pytest.mark.parametrize(
    "place",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil.example", "/a\n", "/ä", ""],
)
def test_it_leads_to_no_other_site(traveller: Traveller, place: str) -> None:
    assert traveller.begins(return_to=place).status_code == 422


@once
def test_it_leads_to_the_page_that_was_named(
    house: House, traveller: Traveller, provider: RealProvider
) -> None:
    invite(house, ADA, ["lead"])
    for place in ("/", "/projects?of=me#top"):
        back = traveller.comes_back(traveller.goes(known(provider, ADA), return_to=place))
        if back.status_code == 303:
            assert back.headers["location"] == f"{PUBLIC_URL}{place}"


@once
def test_who_is_not_let_in_there_is_not_let_in_here(house: House, traveller: Traveller) -> None:
    state = dict(parse_qsl(urlsplit(traveller.begins().json()["address"]).query))["state"]
    answer = traveller.client.get(
        "/api/v1/session/oidc/callback", params={"error": "<access_denied>", "state": state}
    )
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "access_denied" not in answer.text
    assert actions_of(house)[-1] == "sign-in.refused"


@once
def test_one_is_told_whether_there_is_a_provider(house: House, provider: RealProvider) -> None:
    offer = house.nobody.seen("/session/oidc")
    assert offer == {"provider": urlsplit(provider.issuer).netloc}


@once
def test_nothing_secret_is_in_the_log(
    house: House,
    traveller: Traveller,
    provider: RealProvider,
    capfd: pytest.CaptureFixture[str],
) -> None:
    invite(house, ADA, ["lead"])
    subject = known(provider, ADA)
    address = traveller.goes(subject)
    traveller.comes_back(address)
    traveller.completes()
    out, err = capfd.readouterr()
    said = f"{out}{err}{told(house)}"
    secrets = [*dict(parse_qsl(urlsplit(address).query)).values(), subject]
    with house.app.state.database.reading() as session:
        assert session.query(IdentityRow).one().subject == subject
    assert not [secret for secret in secrets if secret in said]


@once
def test_attempts_are_limited(settings: Settings, provider: RealProvider) -> None:
    app = create_app(signing_in_by(settings, provider.issuer, logins_per_minute=3))
    with TestClient(app, base_url=PUBLIC_URL) as client:
        statuses = [client.post("/api/v1/session/oidc", json={}).status_code for _ in range(4)]
    assert statuses == [201, 201, 201, 429]
