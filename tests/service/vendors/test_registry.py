"""The registry of vendors: profiles, certificates, rate cards."""

from concurrent.futures import ThreadPoolExecutor

from assay.service.audit.tables import EntryRow
from service.house import House

CARD = {
    "name": "Northlight standard",
    "currency": "EUR",
    "valid_from": "2026-01-01",
    "price": {
        "per-image": {"price": "1.20", "tiers": [{"above": 1000, "price": "0.90"}]},
        "management-fee": {"percent": 8},
    },
}
PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}


def test_a_vendor_is_added_and_changed(house: House) -> None:
    vendor = house.lead.made("/vendors", {"name": "Quickmask"})
    assert (vendor["name"], vendor["countries"], vendor["version"]) == ("Quickmask", [], 0)
    path = f"/vendors/{vendor['id']}"
    change = {"countries": ["PL", "DE", "PL"], "video": True, "notes": "Slow to answer."}
    assert house.lead.patch(path, json=change).status_code == 428
    changed = house.lead.patch(path, json=change, headers={"if-match": '"0"'})
    assert changed.json()["countries"] == ["DE", "PL"]
    assert changed.headers["etag"] == '"1"'
    stale = house.lead.patch(path, json=change, headers={"if-match": '"0"'})
    assert stale.status_code == 412
    assert house.lead.seen(path) == changed.json()


def test_nobody_of_a_suspended_vendor_is_let_in_until_it_is_readmitted(house: House) -> None:
    vendor = house.vendor
    path = f"/vendors/{vendor.organisation}/suspension"
    reason = {"reason": "Labels were sold on."}
    assert house.lead.made(path, reason)["suspended"] == house.lead.made(path, reason)["suspended"]
    shut = vendor.get("/vendor/batches")
    assert (shut.status_code, "suspended" in shut.json()["detail"]) == (403, True)
    assert house.rival.get("/vendor/batches").status_code == 200
    assert house.lead.delete(path).status_code == 204
    assert vendor.get("/vendor/batches").status_code == 200
    assert house.rival.post(path, json=reason).status_code == 403


def test_every_vendor_s_organisation_is_in_the_registry(house: House) -> None:
    listed = house.lead.seen("/vendors")["items"]
    assert [vendor["name"] for vendor in listed] == ["northlight", "pixelforge"]
    assert house.lead.get(f"/vendors/{house.organisations['buyer']}").status_code == 404


def test_a_vendor_states_its_own_profile_and_never_sees_the_buyer_s_notes(house: House) -> None:
    notes = {"notes": "Too dear."}
    path = f"/vendors/{house.vendor.organisation}"
    house.lead.patch(path, json=notes, headers={"if-match": '"0"'})
    change = {"formats": ["coco"], "address": "ul. Nowa 1\nPoznań"}
    own = house.vendor.patch("/vendor/profile", json=change, headers={"if-match": '"1"'})
    assert own.json()["formats"] == ["coco"]
    assert "notes" not in own.json()
    foreign = house.vendor.patch("/vendor/profile", json=notes, headers={"if-match": '"2"'})
    assert foreign.status_code == 422
    assert house.lead.seen(path)["notes"] == "Too dear."


def test_a_certificate_counts_once_its_evidence_was_checked(house: House) -> None:
    claim = {"name": "ISO 27001", "expires_on": "2030-12-31"}
    own = house.vendor.made("/vendor/certificates", claim)
    path = f"/vendors/{house.vendor.organisation}/certificates/{own['id']}"
    assert house.lead.post(f"{path}/check").status_code == 409
    assert house.lead.get(f"{path}/evidence").status_code == 404
    pdf = b"%PDF-1.7 <script>alert(1)</script>"
    filed = house.vendor.put(f"/vendor/certificates/{own['id']}/evidence", content=pdf)
    assert (filed.status_code, filed.json()["checked"]) == (200, False)
    shown = house.lead.get(f"{path}/evidence")
    assert shown.content == pdf
    assert shown.headers["content-disposition"].startswith("attachment")
    assert shown.headers["content-type"] == "application/octet-stream"
    assert house.lead.made(f"{path}/check")["checked_by"] == house.lead.user
    assert house.vendor.seen("/vendor/certificates")["items"][0]["checked"]
    late = house.vendor.put(f"/vendor/certificates/{own['id']}/evidence", content=b"other")
    assert late.status_code == 409


def test_evidence_that_is_empty_is_refused(house: House) -> None:
    own = house.vendor.made("/vendor/certificates", {"name": "SOC 2"})
    answer = house.vendor.put(f"/vendor/certificates/{own['id']}/evidence", content=b"")
    assert answer.status_code == 422


def test_a_card_is_offered_by_the_vendor_and_agreed_to_by_finance(house: House) -> None:
    offered = house.vendor.made("/vendor/rate-cards", CARD)
    assert (offered["number"], offered["agreed"]) == (1, None)
    assert offered["card"]["price"]["per-image"]["price"] == "1.20"
    path = f"/vendors/{house.vendor.organisation}/rate-cards/{offered['id']}/agreement"
    assert house.lead.post(path, json={}).status_code == 403
    finance = house.person("finance")
    agreed = finance.made(path, {})
    assert agreed["agreed_by"] == finance.user
    assert finance.made(path, {}) == agreed
    assert house.vendor.seen("/vendor/rate-cards")["items"][0]["agreed"] is not None
    assert house.vendor.made("/vendor/rate-cards", CARD)["number"] == 2


def test_a_card_is_bound_to_a_project_of_its_currency(house: House) -> None:
    offered = house.vendor.made("/vendor/rate-cards", {**CARD, "currency": "JPY"})
    project = house.lead.made("/projects", PROJECT)["id"]
    path = f"/vendors/{house.vendor.organisation}/rate-cards/{offered['id']}/agreement"
    finance = house.person("finance")
    answer = finance.post(path, json={"project": project})
    assert answer.status_code == 409
    assert "The card is in JPY, the project in EUR" in answer.json()["detail"]
    assert finance.post(path, json={"project": "prj_none"}).status_code == 404
    finance.made(path, {})
    assert finance.post(path, json={"project": project}).status_code == 409


def test_what_is_wrong_with_a_card_is_said(house: House) -> None:
    wrong = {**CARD, "price": {"per-image": {"price": 1.2}}}
    answer = house.vendor.post("/vendor/rate-cards", json=wrong)
    assert answer.status_code == 422
    assert 'give a number, such as price = "0.05"' in answer.json()["detail"]
    unknown = {**CARD, "price": {"per-pixle": {"price": "1"}}}
    assert "Did you mean" in house.vendor.post("/vendor/rate-cards", json=unknown).json()["detail"]


def test_a_vendor_sees_and_changes_nothing_of_its_rival(house: House) -> None:
    card = house.vendor.made("/vendor/rate-cards", CARD)
    own = house.vendor.made("/vendor/certificates", {"name": "SOC 2"})
    assert house.rival.seen("/vendor/rate-cards")["items"] == []
    assert house.rival.seen("/vendor/certificates")["items"] == []
    foreign = house.rival.put(f"/vendor/certificates/{own['id']}/evidence", content=b"x")
    absent = house.rival.put("/vendor/certificates/crt_none/evidence", content=b"x")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json()["detail"] == absent.json()["detail"]
    for path in ("/vendors", f"/vendors/{house.vendor.organisation}/rate-cards"):
        assert house.rival.get(path).status_code == 403
    # The buyer finds no card of one vendor under another.
    path = f"/vendors/{house.rival.organisation}/rate-cards/{card['id']}/agreement"
    assert house.admin.post(path, json={}).status_code == 404


def test_annotators_have_no_part_in_prices(house: House) -> None:
    annotator = house.person("annotator", "northlight")
    for path in ("/vendor/profile", "/vendor/rate-cards", "/vendor/proposal-requests"):
        assert annotator.get(path).status_code == 403


def test_each_step_is_in_the_log(house: House) -> None:
    offered = house.vendor.made("/vendor/rate-cards", CARD)
    path = f"/vendors/{house.vendor.organisation}/rate-cards/{offered['id']}/agreement"
    house.admin.made(path, {})
    with house.app.state.database.reading() as session:
        logged = [row.action for row in session.query(EntryRow) if row.subject == offered["id"]]
    assert logged == ["rate-card.offered", "rate-card.agreed"]


def test_cards_that_are_offered_at_once_get_numbers_of_their_own(house: House) -> None:
    vendor = house.vendor

    def offer(_: int) -> int:
        number: int = vendor.made("/vendor/rate-cards", CARD)["number"]
        return number

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(offer, range(6))) == [1, 2, 3, 4, 5, 6]


def test_of_changes_at_once_one_counts_and_the_others_are_told(house: House) -> None:
    vendor = house.vendor

    def change(number: int) -> int:
        headers = {"if-match": '"0"'}
        body = {"address": f"Street {number}"}
        return vendor.patch("/vendor/profile", json=body, headers=headers).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(change, range(6))) == [200] + [412] * 5
