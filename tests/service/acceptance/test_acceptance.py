from pathlib import Path

import pytest

from assay.service.acceptance.actions import band_of
from assay.service.acceptance.tables import DecisionRow
from service.deliveries.batches import ALIASES, archive, send_batch, truth, upload
from service.house import House
from service.review.test_review import PASS, RIGHT, give, judged, take


def review_all(house: House, batch: str, verdict: object = PASS) -> None:
    reviewer = house.person("reviewer")
    while (answer := reviewer.post(f"/batches/{batch}/reviews")).status_code == 201:
        give(reviewer, answer.json()["id"], verdict)


def test_a_batch_is_undecided_until_enough_was_looked_at_then_accepted(
    house: House, tmp_path: Path
) -> None:
    batch = judged(house, tmp_path)
    before = house.lead.seen(f"/batches/{batch}/acceptance")
    assert (before["verdict"], before["consumer_risk"]) == ("undecided", 0.05)
    early = house.lead.post(f"/batches/{batch}/decisions", json={"decision": "accept"})
    assert early.status_code == 409
    assert "asks to look at" in early.json()["detail"]
    review_all(house, batch)
    assert house.lead.seen(f"/batches/{batch}/acceptance")["verdict"] == "accept"
    decision = house.lead.made(f"/batches/{batch}/decisions", {"decision": "accept"})
    assert (decision["overridden"], decision["items"]) == (False, 4)
    assert decision["evidence"]["claims"][0]["estimate"] == 1.0
    again = house.lead.post(f"/batches/{batch}/decisions", json={"decision": "reject"})
    assert again.status_code == 409


def test_against_the_plan_a_decision_needs_an_override_and_a_reason(
    house: House, tmp_path: Path
) -> None:
    batch = judged(house, tmp_path)
    path = f"/batches/{batch}/decisions"
    assert house.lead.post(path, json={"decision": "accept", "override": True}).status_code == 422
    body = {"decision": "accept", "override": True, "reason": "Needed tonight."}
    decision = house.lead.made(path, body)
    assert (decision["overridden"], decision["plan_verdict"]) == (True, "undecided")


def test_a_bad_batch_is_rejected_by_its_hidden_gold_alone(house: House, tmp_path: Path) -> None:
    batch = send_batch(house)
    empty = {alias: truth(alias) * 0 + 1 for alias in ALIASES}
    upload(house.vendor, batch, archive(tmp_path, empty))
    house.work()
    reviewer = house.person("reviewer")
    while house.lead.seen(f"/batches/{batch.id}/acceptance")["verdict"] == "undecided":
        give(reviewer, take(reviewer, batch.id)["id"], {"outcome": "fail", "score": 0.3})
    decision = house.lead.made(f"/batches/{batch.id}/decisions", {"decision": "reject"})
    assert decision["plan_verdict"] == "reject"
    told = house.vendor.seen("/vendor/decisions")["items"]
    assert [entry["band"] for entry in told] == [None]
    assert set(told[0]) == {"id", "batch", "round", "decision", "band", "reason", "decided"}
    assert house.rival.seen("/vendor/decisions")["items"] == []


@pytest.mark.parametrize(
    ("verdicts", "band"),
    [
        (["accept", "accept"], "as agreed"),
        (["accept", "undecided"], "near the limit"),
        (["undecided", "reject"], "below the limit"),
    ],
)
def test_of_a_large_batch_the_vendor_is_told_a_band_and_of_a_small_one_none(
    verdicts: list[str], band: str
) -> None:
    claims = [{"verdict": verdict} for verdict in verdicts]
    large, small = (
        DecisionRow(evidence={"items": items, "gold": items // 10, "claims": claims})
        for items in (200, 50)
    )
    assert (band_of(large), band_of(small)) == (band, None)


def test_gold_counts_by_its_first_submission_only(house: House, tmp_path: Path) -> None:
    batch = send_batch(house)
    wrong = truth("b2") * 0 + 1
    upload(house.vendor, batch, archive(tmp_path, {**RIGHT, "b2": wrong}))
    house.work()
    upload(house.vendor, batch, archive(tmp_path, RIGHT))
    house.work()
    review_all(house, batch.id)
    claims = house.lead.seen(f"/batches/{batch.id}/acceptance")["claims"]
    assert claims[0]["estimate"] < 0.95


def test_what_is_missing_counts_as_nothing(house: House, tmp_path: Path) -> None:
    batch = send_batch(house)
    upload(house.vendor, batch, archive(tmp_path, {"a1": RIGHT["a1"], "b2": RIGHT["b2"]}))
    house.work()
    review_all(house, batch.id)
    standing = house.lead.seen(f"/batches/{batch.id}/acceptance")
    assert standing["verdict"] == "reject"


def test_volume_starts_small_and_grows_only_while_quality_holds(
    house: House, tmp_path: Path
) -> None:
    batch = send_batch(house)
    vendor = house.organisations["northlight"]
    path = f"/projects/{batch.project}/ramp"
    before = house.lead.seen(path, params={"vendor": vendor})
    assert (before["images"], before["grows"]) == (500, False)
    assert "may grow from" in before["reasons"][0]
    upload(house.vendor, batch, archive(tmp_path, RIGHT))
    house.work()
    review_all(house, batch.id)
    house.lead.made(f"/batches/{batch.id}/decisions", {"decision": "accept"})
    after = house.lead.seen(path, params={"vendor": vendor})
    assert after["images"] == 500
