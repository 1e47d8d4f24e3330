"""A place is taken once, in time, by whoever holds its secret, and gives what it promised."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from assay.service import clock
from assay.service.accounts.tables import InvitationRow, UserRow
from service.accounts.browsers import PASSWORD, invite, move_in, sign_in
from service.house import House

BO = "bo@northlight.test"


def take(token: str) -> dict[str, str]:
    return {"token": token, "name": "Bo", "password": PASSWORD}


def test_an_invitation_makes_the_account_that_it_promised(house: House) -> None:
    token = invite(house, BO, ["annotator"], "northlight")
    person = house.nobody.made("/invitations/take-up", take(token))
    assert person["organisation"] == house.organisations["northlight"]
    assert person["roles"] == ["annotator"]
    assert sign_in(house, BO).ask("GET", "/me").json()["kind"] == "vendor"


def test_its_secret_is_not_stored(house: House) -> None:
    token = invite(house, BO, ["annotator"], "northlight")
    with house.app.state.database.reading() as session:
        assert token not in str(vars(session.query(InvitationRow).one()))


def test_it_is_taken_once(house: House) -> None:
    token = invite(house, BO, ["annotator"], "northlight")
    house.nobody.made("/invitations/take-up", take(token))
    again = house.nobody.post("/invitations/take-up", json=take(token))
    foreign = house.nobody.post("/invitations/take-up", json=take("ainv_foreign"))
    assert again.status_code == foreign.status_code == 404
    assert again.json()["detail"] == foreign.json()["detail"]


def test_taken_ten_times_at_once_it_makes_one_account(house: House) -> None:
    token = invite(house, BO, ["annotator"], "northlight")
    with ThreadPoolExecutor(10) as pool:
        statuses = [
            answer.status_code
            for answer in pool.map(
                lambda _: house.nobody.post("/invitations/take-up", json=take(token)), range(10)
            )
        ]
    assert sorted(statuses) == [201] + [404] * 9
    with house.app.state.database.reading() as session:
        assert session.query(UserRow).filter_by(email=BO).count() == 1


def test_two_invitations_to_one_address_make_one_account(house: House) -> None:
    tokens = [invite(house, BO, ["annotator"], "northlight") for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        statuses = [
            answer.status_code
            for answer in pool.map(
                lambda token: house.nobody.post("/invitations/take-up", json=take(token)), tokens
            )
        ]
    assert sorted(statuses) == [201, 409]


def test_it_runs_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    token = invite(house, BO, ["annotator"], "northlight")
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=7, seconds=1))
    assert house.nobody.post("/invitations/take-up", json=take(token)).status_code == 404


def test_a_weak_password_does_not_spend_it(house: House) -> None:
    token = invite(house, BO, ["annotator"], "northlight")
    weak = {**take(token), "password": "short"}
    assert house.nobody.post("/invitations/take-up", json=weak).status_code == 422
    house.nobody.made("/invitations/take-up", take(token))


def test_roles_belong_to_the_kind_of_organisation(house: House) -> None:
    body = {"email": BO, "roles": ["lead"], "organisation": house.organisations["northlight"]}
    answer = house.admin.post("/invitations", json=body)
    assert answer.status_code == 422
    assert "manager, annotator" in answer.json()["detail"]


def test_a_vendor_invites_into_its_own_organisation_and_no_other(house: House) -> None:
    body = {"email": BO, "roles": ["annotator"]}
    assert house.vendor.post("/vendor/invitations", json=body).status_code == 201
    foreign = {**body, "organisation": house.organisations["pixelforge"]}
    absent = {**body, "organisation": "org_absent"}
    answers = [house.vendor.post("/vendor/invitations", json=each) for each in (foreign, absent)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in answers}) == 1


def test_a_vendor_invites_nobody_into_the_buyer_s_roles(house: House) -> None:
    answer = house.vendor.post("/vendor/invitations", json={"email": BO, "roles": ["admin"]})
    assert answer.status_code == 422


def test_a_vendor_sees_and_changes_its_own_people_only(house: House) -> None:
    own = move_in(house, BO, ["annotator"], "northlight")
    foreign = move_in(house, "ed@pixelforge.test", ["annotator"], "pixelforge")
    seen = house.vendor.seen("/vendor/people")["items"]
    assert {person["organisation"] for person in seen} == {house.organisations["northlight"]}
    change, one = {"active": False}, {"if-match": '"1"'}
    assert house.vendor.patch(f"/vendor/people/{own}", json=change, headers=one).is_success
    answer = house.vendor.patch(f"/vendor/people/{foreign}", json=change, headers=one)
    assert answer.status_code == 404


def test_a_lead_makes_nobody_an_admin(house: House) -> None:
    body = {"email": "ed@buyer.test", "roles": ["admin"]}
    assert house.lead.post("/invitations", json=body).status_code == 403
    person = move_in(house, "eve@buyer.test", ["reviewer"])
    change, one = {"roles": ["admin"]}, {"if-match": '"1"'}
    assert house.lead.patch(f"/people/{person}", json=change, headers=one).status_code == 403


def test_a_lead_does_not_shut_an_admin_out(house: House) -> None:
    admin = move_in(house, "root@buyer.test", ["admin"])
    answer = house.lead.patch(
        f"/people/{admin}", json={"active": False}, headers={"if-match": '"1"'}
    )
    assert answer.status_code == 403
