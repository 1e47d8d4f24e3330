"""Requests for proposals: asked, answered, marked, compared."""

from datetime import timedelta
from typing import Any

import pytest

from assay.service import clock
from service.batches.work import publish
from service.house import Caller, House

CARD = {
    "name": "Standard",
    "currency": "EUR",
    "valid_from": "2026-01-01",
    "price": {"per-image": {"price": "1.20"}},
}
PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}
ANSWERS = {"qa": "Twice, by two people.", "team": "Fifty in Poznań."}
QUESTIONS = [
    {"name": "qa", "text": "How is work checked?", "weight": 3},
    {"name": "team", "text": "Who does the work?", "weight": 1},
]


def in_hours(hours: int) -> str:
    return (clock.now() + timedelta(hours=hours)).isoformat()


def asked(house: House, **more: object) -> tuple[str, dict[str, Any]]:
    """A request to the first vendor, opened; its path for the buyer, and itself."""
    project = house.lead.made("/projects", PROJECT)["id"]
    base = f"/projects/{project}/proposal-requests"
    draft = {"title": "Streets", "questions": QUESTIONS, "due": in_hours(100), **more}
    request: dict[str, Any] = house.lead.made(base, draft)
    path = f"{base}/{request['id']}"
    house.lead.made(f"{path}/vendors", {"vendor": house.vendor.organisation})
    house.lead.made(f"{path}/opening")
    return path, request


def answer(caller: Caller, request: dict[str, Any]) -> None:
    card = caller.made("/vendor/rate-cards", CARD)["id"]
    body = {"answers": ANSWERS, "rate_card": card}
    given = caller.put(f"/vendor/proposal-requests/{request['id']}/answer", json=body)
    assert given.status_code == 200, given.text
    assert given.json()["answer"] == "answered"


def test_a_vendor_sees_what_it_is_asked_and_never_the_weights(house: House) -> None:
    _, request = asked(house, gates={"countries": ["PL"], "certificates": ["SOC 2"]})
    own = house.vendor.seen(f"/vendor/proposal-requests/{request['id']}")
    assert own["questions"][0] == {"name": "qa", "text": "How is work checked?"}
    assert own["gates"]["countries"] == ["PL"]
    assert (own["state"], own["answer"]) == ("open", "asked")
    assert "weight" not in str(own)
    assert "vendors" not in own
    assert house.vendor.seen("/vendor/proposal-requests")["items"] == [own]


def test_who_is_not_asked_finds_nothing(house: House) -> None:
    _, request = asked(house)
    assert house.rival.seen("/vendor/proposal-requests")["items"] == []
    foreign = house.rival.get(f"/vendor/proposal-requests/{request['id']}")
    absent = house.rival.get("/vendor/proposal-requests/rfp_none")
    assert (foreign.status_code, foreign.json()["detail"]) == (404, absent.json()["detail"])


def test_a_draft_is_not_seen(house: House) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    draft = {"title": "T", "questions": QUESTIONS, "due": in_hours(9)}
    base = f"/projects/{project}/proposal-requests"
    path = f"{base}/{house.lead.made(base, draft)['id']}"
    assert "Nobody is asked" in house.lead.post(f"{path}/opening").json()["detail"]
    house.lead.made(f"{path}/vendors", {"vendor": house.vendor.organisation})
    again = house.lead.made(f"{path}/vendors", {"vendor": house.vendor.organisation})
    assert again["vendors"] == [house.vendor.organisation]
    assert house.vendor.seen("/vendor/proposal-requests")["items"] == []
    assert house.lead.made(f"{path}/opening")["state"] == "open"
    assert house.lead.post(f"{path}/opening").status_code == 409


def test_every_question_is_answered_and_none_that_was_not_asked(house: House) -> None:
    _, request = asked(house)
    card = house.vendor.made("/vendor/rate-cards", CARD)["id"]
    body = {"answers": {"qa": "Twice.", "price": "Low."}, "rate_card": card}
    given = house.vendor.put(f"/vendor/proposal-requests/{request['id']}/answer", json=body)
    assert given.status_code == 422
    assert "team has no answer; price was not asked" in given.json()["detail"]


def test_a_rival_s_card_cannot_be_offered(house: House) -> None:
    _, request = asked(house)
    card = house.rival.made("/vendor/rate-cards", CARD)["id"]
    body = {"answers": ANSWERS, "rate_card": card}
    path = f"/vendor/proposal-requests/{request['id']}/answer"
    assert house.vendor.put(path, json=body).status_code == 404


def test_answers_are_marked_and_gates_exclude(house: House) -> None:
    path, request = asked(house, gates={"countries": ["DE"], "formats": ["coco"]})
    house.vendor.patch(
        "/vendor/profile",
        json={"countries": ["PL"], "formats": ["coco"]},
        headers={"if-match": '"0"'},
    )
    answer(house.vendor, request)
    marks = f"{path}/proposals/{house.vendor.organisation}/marks"
    house.lead.put(marks, json={"marks": {"qa": 5}})
    (partly,) = house.lead.seen(f"{path}/scorecard")["vendors"]
    assert (partly["score"], partly["unmarked"]) == (None, ["team"])
    house.lead.put(marks, json={"marks": {"team": 1}})
    (scored,) = house.lead.seen(f"{path}/scorecard")["vendors"]
    assert (scored["score"], scored["eligible"]) == ("80.00", False)
    assert scored["failures"] == [
        {"gate": "countries", "message": "northlight works in PL; allowed are DE."}
    ]
    wrong = house.lead.put(marks, json={"marks": {"price": 1}})
    assert wrong.status_code == 422
    assert "Mark qa, team from 0 to 5" in wrong.json()["detail"]


def test_a_checked_certificate_opens_its_gate(house: House) -> None:
    path, request = asked(house, gates={"certificates": ["SOC 2"]})
    answer(house.vendor, request)
    own = house.vendor.made("/vendor/certificates", {"name": "SOC 2"})["id"]
    house.vendor.put(f"/vendor/certificates/{own}/evidence", content=b"report")
    (claimed,) = house.lead.seen(f"{path}/scorecard")["vendors"]
    assert claimed["failures"][0]["message"] == "northlight claims SOC 2 without evidence."
    house.lead.made(f"/vendors/{house.vendor.organisation}/certificates/{own}/check")
    (checked,) = house.lead.seen(f"{path}/scorecard")["vendors"]
    assert checked["eligible"]


def test_a_new_answer_takes_the_marks_of_the_old_one_away(house: House) -> None:
    path, request = asked(house)
    answer(house.vendor, request)
    marks = f"{path}/proposals/{house.vendor.organisation}/marks"
    house.lead.put(marks, json={"marks": {"qa": 5, "team": 5}})
    answer(house.vendor, request)
    (proposal,) = house.lead.seen(f"{path}/proposals")["proposals"]
    assert (proposal["state"], proposal["marks"]) == ("answered", {})


def test_a_closed_request_takes_no_answers(house: House) -> None:
    path, request = asked(house)
    card = house.vendor.made("/vendor/rate-cards", CARD)["id"]
    house.lead.made(f"{path}/closing")
    body = {"answers": ANSWERS, "rate_card": card}
    given = house.vendor.put(f"/vendor/proposal-requests/{request['id']}/answer", json=body)
    assert given.status_code == 409
    assert house.lead.post(f"{path}/closing").status_code == 409


def test_a_request_whose_time_has_run_out_takes_no_answers(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, request = asked(house, due=in_hours(2))
    card = house.vendor.made("/vendor/rate-cards", CARD)["id"]
    later = clock.now() + timedelta(hours=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    body = {"answers": ANSWERS, "rate_card": card}
    given = house.vendor.put(f"/vendor/proposal-requests/{request['id']}/answer", json=body)
    assert given.status_code == 409


def test_a_vendor_may_decline(house: House) -> None:
    path, request = asked(house)
    declined = house.vendor.made(f"/vendor/proposal-requests/{request['id']}/refusal")
    assert declined["answer"] == "declined"
    marks = f"{path}/proposals/{house.vendor.organisation}/marks"
    assert house.lead.put(marks, json={"marks": {"qa": 1}}).status_code == 409
    assert house.lead.seen(f"{path}/scorecard")["vendors"] == []


def quote(caller: Caller, passed: int, card: str) -> dict[str, object]:
    facts = {
        "first_pass": {"passed": passed, "images": 100},
        "rework": {"passed": 8, "images": 10},
    }
    return {"vendor": caller.organisation, "rate_card": card, "facts": facts}


def test_quotes_are_compared_by_what_an_accepted_image_costs(house: House) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    cheap = house.vendor.made("/vendor/rate-cards", CARD)["id"]
    dear = {**CARD, "price": {"per-image": {"price": "1.45"}}}
    card = house.rival.made("/vendor/rate-cards", dear)["id"]
    body = {
        "quotes": [quote(house.vendor, 40, cheap), quote(house.rival, 98, card)],
        "volumes": [
            {"images": 1000, "probability": "0.5"},
            {"images": 4000, "probability": "0.5"},
        ],
        "look_cost": "0.60",
    }
    made = house.lead.made(f"/projects/{project}/quote-comparisons", body)
    first, second = made["figures"]
    # 1 + 0.6 / 0.8 = 1.75 looks at 0.60, and 1 + 0.02 / 0.8 = 1.025.
    assert (first["vendor_name"], first["per_image"]) == ("pixelforge", "2.0650")
    assert (second["vendor_name"], second["per_image"]) == ("northlight", "2.2500")
    assert made["cheapest"][1] == {"images": 4000, "vendor": house.rival.organisation}
    assert house.lead.seen(f"/projects/{project}/quote-comparisons")["items"] == [made]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"volumes": [{"images": 10, "probability": "0.5"}]}, "let them sum to 1"),
        ({"look_cost": "1e9999"}, "not as documented"),
        ({"quotes": []}, "not as documented"),
    ],
)
def test_what_cannot_be_compared_is_said(
    house: House, change: dict[str, object], words: str
) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    card = house.vendor.made("/vendor/rate-cards", CARD)["id"]
    body = {
        "quotes": [quote(house.vendor, 40, card)],
        "volumes": [{"images": 10, "probability": "1"}],
        **change,
    }
    given = house.lead.post(f"/projects/{project}/quote-comparisons", json=body)
    assert given.status_code == 422
    assert words in given.json()["detail"]


def test_a_card_of_another_vendor_or_currency_is_not_compared(house: House) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    foreign = house.rival.made("/vendor/rate-cards", CARD)["id"]
    yen = house.vendor.made("/vendor/rate-cards", {**CARD, "currency": "JPY"})["id"]
    volumes = [{"images": 10, "probability": "1"}]
    base = f"/projects/{project}/quote-comparisons"

    def post(*quotes: dict[str, object]) -> Any:
        return house.lead.post(base, json={"quotes": list(quotes), "volumes": volumes})

    assert post(quote(house.vendor, 40, foreign)).status_code == 404
    assert post(quote(house.vendor, 40, yen)).status_code == 409
    twice = post(quote(house.vendor, 40, yen), quote(house.vendor, 40, yen))
    assert "quoted twice" in twice.json()["detail"]


def test_a_vendor_that_is_asked_reads_the_guideline_while_the_request_is_open(house: House) -> None:
    path, request = asked(house)
    project = path.split("/")[2]
    own = f"/vendor/proposal-requests/{request['id']}/guideline"
    early = house.vendor.get(own)
    assert early.status_code == 409
    assert "No guideline is published yet" in early.json()["detail"]
    publish(house, project)
    page = house.vendor.get(own)
    assert page.status_code == 200
    assert "Roads and cars" in page.text
    assert "sandbox" in page.headers["content-security-policy"]
    foreign, absent = house.rival.get(own), house.rival.get(own.replace(request["id"], "rfp_none"))
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json()["detail"] == absent.json()["detail"]
    version = house.lead.seen(f"/projects/{project}")["version"]
    headers = {"if-match": f'"{version}"'}
    house.lead.patch(f"/projects/{project}", json={"countries": ["DE"]}, headers=headers)
    assert "State your countries" in house.vendor.get(own).json()["detail"]
    house.vendor.patch("/vendor/profile", json={"countries": ["DE"]}, headers={"if-match": '"0"'})
    assert house.vendor.get(own).status_code == 200
    house.lead.made(f"{path}/closing")
    assert house.vendor.get(own).status_code == 409
