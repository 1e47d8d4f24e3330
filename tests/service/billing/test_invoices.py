"""Accepted work is billed once, by the card of its day, and an issued invoice does not change."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import func, select

from assay.render.document import read_schema
from assay.service import clock
from assay.service.audit.tables import EntryRow
from assay.service.billing.store import invoiced_under
from assay.service.billing.tables import (
    BilledVersionRow,
    InvoiceLineRow,
    InvoiceRow,
)
from assay.service.billing.values import invoice_value
from service.billing.accepted import CARD, accept, agree, bill, deliver_and_accept, issue
from service.house import House

VAT = {"name": "VAT", "percent": "19", "note": ""}


def test_what_is_accepted_waits_until_it_is_billed(house: House) -> None:
    batch = accept(house)
    (entry,) = house.lead.seen(f"/projects/{batch.project}/unbilled")["waiting"]
    assert (entry["batch"], entry["images"], entry["rate_card"]) == (batch.id, 4, None)
    card = agree(house)
    (entry,) = house.lead.seen(f"/projects/{batch.project}/unbilled")["waiting"]
    assert entry["rate_card"] == card
    bill(house, batch)
    assert house.lead.seen(f"/projects/{batch.project}/unbilled")["waiting"] == []


def test_an_invoice_follows_from_the_decision_and_the_card(house: House) -> None:
    card = agree(house)
    batch = accept(house)
    draft = bill(house, batch)
    assert (draft["state"], draft["number"]) == ("draft", None)
    assert [(line["component"], line["amount_minor"]) for line in draft["lines"]] == [
        ("per-image", 480),
        ("management-fee", 48),
    ]
    assert draft["net_minor"] == draft["total_minor"] == 528
    assert {line["rate_card"] for line in draft["lines"]} == {card}
    issued = issue(house, draft, tax=VAT)
    assert issued["number"] == f"{clock.now().year}-0001"
    assert (issued["tax_minor"], issued["total_minor"], issued["owed_minor"]) == (100, 628, 628)


def test_gold_is_paid_like_any_image(house: House) -> None:
    agree(house)
    line = bill(house, accept(house))["lines"][0]
    assert line["quantity"] == 4  # two of them are gold


def test_without_an_agreed_card_nothing_is_billed(house: House) -> None:
    batch = accept(house)
    house.vendor.made("/vendor/rate-cards", CARD)
    path = f"/projects/{batch.project}/invoices"
    answer = house.person("finance").post(path, json={"vendor": house.vendor.organisation})
    assert answer.status_code == 409
    assert "No agreed rate card of northlight holds on" in answer.json()["detail"]
    assert len(house.lead.seen(f"/projects/{batch.project}/unbilled")["waiting"]) == 1


def test_a_bonus_is_paid_by_the_bound_and_its_line_does_not_tell_the_score(house: House) -> None:
    bonus = {"metric": "weighted_iou", "steps": [{"at": "0.9", "percent": 5}]}
    agree(house, {**CARD, "price": {"per-image": {"price": "1"}, "bonus": bonus}})
    draft = bill(house, accept(house, low=0.9000001))
    assert [line["amount_minor"] for line in draft["lines"]] == [400, 20]
    assert draft["lines"][1]["text"] == "Bonus: weighted_iou is at least 0.9, beyond doubt"
    below = bill(house, accept(house, low=0.8999999))
    assert [line["amount_minor"] for line in below["lines"]] == [400]


def test_the_measured_unit_prices_of_a_real_delivery(house: House, tmp_path: Path) -> None:
    units = {
        "per-megapixel": {"price": "100"},
        "per-object": {"price": "0.50"},
        "per-hour": {"price": "18.50"},
    }
    agree(house, {**CARD, "price": units})
    batch = deliver_and_accept(house, tmp_path)
    hours = house.vendor.put(f"/vendor/batches/{batch.id}/hours", json={"seconds": 5400})
    assert hours.status_code == 200
    draft = bill(house, batch)
    assert [(line["component"], line["amount_minor"]) for line in draft["lines"]] == [
        ("per-megapixel", 31),  # 4 × 768 pixels × 100 / 1,000,000 = 0.3072
        ("per-object", 200),
        ("per-hour", 2775),
    ]
    late = house.vendor.put(f"/vendor/batches/{batch.id}/hours", json={"seconds": 9000})
    assert late.status_code == 409


def test_hours_that_nobody_reported_are_asked_for(house: House) -> None:
    agree(house, {**CARD, "price": {"per-hour": {"price": "18"}, "per-image": {"price": "1"}}})
    batch = accept(house)
    path = f"/projects/{batch.project}/invoices"
    answer = house.person("finance").post(path, json={"vendor": house.vendor.organisation})
    assert answer.status_code == 409
    assert f"has reported none for batch {batch.id}" in answer.json()["detail"]
    house.vendor.put(f"/vendor/batches/{batch.id}/hours", json={"seconds": 0})
    assert [line["component"] for line in bill(house, batch)["lines"]] == ["per-image"]


def test_however_often_and_at_once_it_is_billed_a_version_is_billed_once(house: House) -> None:
    agree(house)
    batch = accept(house)
    finance = house.person("finance")
    path = f"/projects/{batch.project}/invoices"
    body = {"vendor": house.vendor.organisation}

    def post(_: int) -> int:
        return finance.post(path, json=body).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = sorted(pool.map(post, range(10)))
    assert answers == [201] + [409] * 9
    with house.app.state.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(InvoiceRow)) == 1
        assert session.scalar(select(func.count()).select_from(BilledVersionRow)) == 4
        per_image = select(func.sum(InvoiceLineRow.quantity)).where(
            InvoiceLineRow.component == "per-image"
        )
        assert session.scalar(per_image) == 4


def test_an_idempotency_key_gets_the_same_draft_again(house: House) -> None:
    agree(house)
    batch = accept(house)
    finance = house.person("finance")
    path = f"/projects/{batch.project}/invoices"
    sent = {
        "json": {"vendor": house.vendor.organisation},
        "headers": {"idempotency-key": "bill-1"},
    }
    assert finance.post(path, **sent).json() == finance.post(path, **sent).json()


def test_a_second_batch_goes_on_in_the_tiers_of_the_first(house: House) -> None:
    tiers = {"per-image": {"price": "1", "tiers": [{"above": 6, "price": "0.5"}]}}
    agree(house, {**CARD, "price": tiers})
    bill(house, accept(house))
    second = bill(house, accept(house))
    assert [(line["quantity"], line["price"]) for line in second["lines"]] == [
        (2, "1"),
        (2, "0.5"),
    ]


def test_a_draft_that_is_thrown_away_lets_its_work_wait_again(house: House) -> None:
    agree(house)
    batch = accept(house)
    draft = bill(house, batch)
    finance = house.person("finance")
    assert finance.delete(f"/invoices/{draft['id']}").status_code == 204
    assert finance.get(f"/invoices/{draft['id']}").status_code == 404
    issued = issue(house, bill(house, batch))
    answer = finance.delete(f"/invoices/{issued['id']}")
    assert answer.status_code == 409
    assert "Take it back by a credit note" in answer.json()["detail"]


def test_a_draft_in_whose_tiers_a_later_one_goes_on_is_kept(house: House) -> None:
    tiers = {"per-image": {"price": "1", "tiers": [{"above": 6, "price": "0.5"}]}}
    agree(house, {**CARD, "price": tiers})
    finance = house.person("finance")
    first, second = (bill(house, accept(house)) for _ in range(2))
    answer = finance.delete(f"/invoices/{first['id']}")
    assert (answer.status_code, "goes on in the volume tiers" in answer.json()["detail"]) == (
        409,
        True,
    )
    assert finance.delete(f"/invoices/{second['id']}").status_code == 204
    assert finance.delete(f"/invoices/{first['id']}").status_code == 204


def test_what_was_credited_does_not_use_a_commitment_up(house: House) -> None:
    card = agree(house, {**CARD, "price": {**CARD["price"], "minimum-commitment": {"amount": 9}}})
    batch = accept(house)
    issued = issue(house, bill(house, batch))
    credit = {"lines": [{"line": 0, "amount_minor": 120, "reason": "a1"}]}
    house.person("finance").made(f"/invoices/{issued['id']}/credit-notes", credit)
    day = date.fromisoformat(issued["issued_on"])
    with house.app.state.database.reading() as session:
        assert invoiced_under(session, card, day, day) == 528 - 120
        assert invoiced_under(session, card, day - timedelta(9), day - timedelta(1)) == 0


def test_numbers_have_no_gap_and_no_twin(house: House) -> None:
    agree(house)
    finance = house.person("finance")
    first, second = (bill(house, accept(house)) for _ in range(2))
    wrong = finance.post(f"/invoices/{first['id']}/issue", json={"due_on": "2020-01-01"})
    assert wrong.status_code == 422
    assert "before it was issued" in wrong.json()["detail"]
    numbers = [issue(house, draft)["number"] for draft in (second, first)]
    assert [number.split("-")[1] for number in numbers] == ["0001", "0002"]
    assert (
        finance.post(f"/invoices/{first['id']}/issue", json={"due_on": "2099-01-01"})
        .json()["detail"]
        .startswith(
            "This invoice is issued: issue is not possible. Possible: dispute (buyer or vendor)"
        )
    )


def test_it_is_paid_as_it_was_read(house: House) -> None:
    agree(house)
    issued = issue(house, bill(house, accept(house)))
    finance = house.person("finance")
    path = f"/invoices/{issued['id']}/payment"
    body = {"paid_on": "2026-11-30", "reference": "SEPA 4711"}
    assert finance.post(path, json=body).status_code == 428
    assert finance.post(path, json=body, headers={"if-match": '"1"'}).status_code == 412
    paid = finance.post(path, json=body, headers={"if-match": f'"{issued["version"]}"'})
    assert (paid.json()["state"], paid.json()["paid_on"]) == ("paid", "2026-11-30")


def test_an_invoice_that_was_tampered_with_is_not_shown(house: House) -> None:
    agree(house)
    issued = issue(house, bill(house, accept(house)))
    with house.app.state.database.writing() as session:
        line = session.get_one(InvoiceLineRow, (issued["id"], 0))
        line.quantity, line.amount_minor = 400, 48_000
    with house.app.state.database.reading() as session:
        row = session.get_one(InvoiceRow, issued["id"])
        with pytest.raises(AssertionError, match="is not what was issued"):
            invoice_value(session, row, today=clock.now().date())


@pytest.mark.parametrize("form", ["json", "pdf", "lines.csv", "versions.csv"])
def test_buyer_and_vendor_get_the_same_paper(house: House, form: str) -> None:
    agree(house)
    issued = issue(house, bill(house, accept(house)))
    bought = house.lead.get(f"/invoices/{issued['id']}/paper/{form}")
    sold = house.vendor.get(f"/vendor/invoices/{issued['id']}/paper/{form}")
    assert bought.status_code == sold.status_code == 200
    assert bought.content == sold.content
    assert sold.headers["content-disposition"].startswith("attachment; filename=")
    assert house.rival.get(f"/vendor/invoices/{issued['id']}/paper/{form}").status_code == 404


def test_the_papers_say_what_was_billed(house: House) -> None:
    agree(house)
    issued = issue(house, bill(house, accept(house)), buyer="Fleet\nBerlin", tax=VAT)
    base = f"/invoices/{issued['id']}/paper"
    document = house.lead.get(f"{base}/json").json()
    Draft202012Validator(read_schema("invoice-1")).validate(document)
    assert (document["total_minor"], document["digest"]) == (628, issued["digest"])
    assert document["buyer"] == "Fleet\nBerlin"
    rows = list(csv.DictReader(io.StringIO(house.lead.get(f"{base}/versions.csv").text)))
    assert sorted(row["item"] for row in rows) == ["a1", "b2", "c3", "d4"]
    assert house.lead.get(f"{base}/pdf").content.startswith(b"%PDF-1.")


def test_a_vendor_sees_its_own_issued_invoices_and_no_draft(house: House) -> None:
    agree(house)
    draft = bill(house, accept(house))
    assert house.vendor.seen("/vendor/invoices")["items"] == []
    assert house.vendor.get(f"/vendor/invoices/{draft['id']}").status_code == 404
    issued = issue(house, draft)
    (own,) = house.vendor.seen("/vendor/invoices")["items"]
    assert (own["number"], own["total_minor"]) == (issued["number"], 528)
    assert house.vendor.seen(f"/vendor/invoices/{draft['id']}") == own
    foreign = house.rival.get(f"/vendor/invoices/{draft['id']}")
    absent = house.rival.get("/vendor/invoices/inv_none")
    assert (foreign.status_code, foreign.json()["detail"]) == (404, absent.json()["detail"])
    assert house.rival.seen("/vendor/invoices")["items"] == []
    assert house.vendor.get(f"/invoices/{draft['id']}").status_code == 403


def test_hours_are_reported_for_one_s_own_batch(house: House) -> None:
    batch = accept(house)
    path = f"/vendor/batches/{batch.id}/hours"
    assert house.rival.put(path, json={"seconds": 1}).status_code == 404
    assert house.vendor.put(path, json={"seconds": -1}).status_code == 422


def test_who_may_bill(house: House) -> None:
    agree(house)
    batch = accept(house)
    body = {"vendor": house.vendor.organisation}
    path = f"/projects/{batch.project}/invoices"
    for role in ("lead", "expert", "reviewer", "auditor"):
        assert house.person(role).post(path, json=body).status_code == 403
    assert house.person("reviewer").get(path).status_code == 403
    assert house.person("auditor").seen(path)["items"] == []


def test_a_commitment_is_settled_once_for_each_period(house: House) -> None:
    price = {**CARD["price"], "minimum-commitment": {"amount": 100}}
    card = agree(house, {**CARD, "price": price})
    batch = accept(house)
    issue(house, bill(house, batch))
    finance = house.person("finance")
    path = f"/projects/{batch.project}/settlements"
    today = clock.now().date()
    period = {
        "vendor": house.vendor.organisation,
        "rate_card": card,
        "first_day": (today - timedelta(days=30)).isoformat(),
        "last_day": today.isoformat(),
    }
    early = finance.post(path, json=period)
    assert (early.status_code, "when it is over" in early.json()["detail"]) == (409, True)
    period["last_day"] = (today - timedelta(days=1)).isoformat()
    settled = finance.made(path, period)
    assert (settled["invoiced_minor"], settled["lacking_minor"]) == (0, 10_000)
    again = finance.post(path, json=period)
    assert (again.status_code, "is settled" in again.json()["detail"]) == (409, True)
    draft = finance.seen(f"/invoices/{settled['invoice']}")
    assert [line["component"] for line in draft["lines"]] == ["minimum-commitment"]
    assert issue(house, draft)["total_minor"] == 10_000
    assert finance.get(f"/invoices/{draft['id']}/paper/pdf").status_code == 200


def test_a_settlement_whose_draft_is_thrown_away_can_be_made_again(house: House) -> None:
    card = agree(house, {**CARD, "price": {**CARD["price"], "minimum-commitment": {"amount": 9}}})
    batch = accept(house)
    finance = house.person("finance")
    period = {
        "vendor": house.vendor.organisation,
        "rate_card": card,
        "first_day": "2026-01-01",
        "last_day": date(2026, 1, 31).isoformat(),
    }
    path = f"/projects/{batch.project}/settlements"
    settled = finance.made(path, period)
    assert finance.delete(f"/invoices/{settled['invoice']}").status_code == 204
    assert finance.seen(path)["items"] == []
    finance.made(path, period)


def test_each_step_is_in_the_log(house: House) -> None:
    agree(house)
    issued = issue(house, bill(house, accept(house)))
    with house.app.state.database.reading() as session:
        logged = [row.action for row in session.query(EntryRow) if row.subject == issued["id"]]
    assert logged == ["invoice.drafted", "invoice.issued"]
