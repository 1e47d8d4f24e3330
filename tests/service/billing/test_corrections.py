"""Disputes and credit notes: what is doubted, what is taken back, what is left to pay."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from assay.render.document import read_schema
from service.billing.accepted import accept, agree, bill, issue
from service.house import House

VAT = {"name": "VAT", "percent": "19", "note": ""}


@pytest.fixture
def invoice(house: House) -> dict[str, Any]:
    """An issued invoice of 4.80 for images and 0.48 for management, 6.28 with tax."""
    agree(house)
    return issue(house, bill(house, accept(house)), tax=VAT)


def state(house: House, invoice: dict[str, Any]) -> tuple[str, int]:
    seen = house.lead.seen(f"/invoices/{invoice['id']}")
    return seen["state"], seen["owed_minor"]


def test_a_vendor_s_dispute_is_declined_and_the_invoice_is_owed_again(
    house: House, invoice: dict[str, Any]
) -> None:
    own = f"/vendor/invoices/{invoice['id']}/disputes"
    doubt = house.vendor.made(own, {"line": 0, "reason": "We did five."})
    assert doubt["by_vendor"]
    assert state(house, invoice) == ("disputed", 628)
    finance = house.person("finance")
    path = f"/invoices/{invoice['id']}"
    late = finance.post(
        f"{path}/payment",
        json={"paid_on": "2026-11-30", "reference": "x"},
        headers={"if-match": '"3"'},
    )
    assert late.status_code == 409
    answer = {"upheld": False, "explanation": "Four were accepted."}
    finance.made(f"{path}/disputes/{doubt['id']}/answer", answer)
    assert state(house, invoice) == ("issued", 628)
    (told,) = house.vendor.seen(own)["disputes"]
    assert (told["answer"], told["explanation"]) == ("declined", "Four were accepted.")
    assert finance.post(f"{path}/disputes/{doubt['id']}/answer", json=answer).status_code == 409


def test_a_dispute_that_is_upheld_is_credited_in_the_same_step(
    house: House, invoice: dict[str, Any]
) -> None:
    finance = house.person("finance")
    path = f"/invoices/{invoice['id']}"
    doubt = finance.made(f"{path}/disputes", {"line": 0, "reason": "a1 is the wrong image."})
    answer = {
        "upheld": True,
        "explanation": "It is.",
        "credit": [{"line": 0, "amount_minor": 120, "reason": "a1 is the wrong image"}],
    }
    finance.made(f"{path}/disputes/{doubt['id']}/answer", answer)
    # 4.08 is left, and 0.78 of tax on it.
    assert state(house, invoice) == ("issued", 486)
    (note,) = house.vendor.seen(f"/vendor{path}/credit-notes")["credit_notes"]
    assert (note["number"][:2], note["net_minor"], note["tax_minor"]) == ("C-", 120, 22)


def test_an_invoice_is_disputed_until_its_last_dispute_is_answered(
    house: House, invoice: dict[str, Any]
) -> None:
    own = f"/vendor/invoices/{invoice['id']}/disputes"
    first = house.vendor.made(own, {"reason": "All of it."})
    second = house.vendor.made(own, {"line": 1, "reason": "The fee."})
    house.vendor.made(f"{own}/{first['id']}/withdrawal")
    assert state(house, invoice) == ("disputed", 628)
    house.vendor.made(f"{own}/{second['id']}/withdrawal")
    assert state(house, invoice) == ("issued", 628)


def test_nobody_withdraws_another_s_dispute(house: House, invoice: dict[str, Any]) -> None:
    own = f"/vendor/invoices/{invoice['id']}/disputes"
    doubt = house.vendor.made(own, {"reason": "All of it."})
    path = f"/invoices/{invoice['id']}/disputes/{doubt['id']}/withdrawal"
    assert house.person("finance").post(path).status_code == 404
    rival = house.rival.post(f"{own}/{doubt['id']}/withdrawal")
    assert rival.status_code == 404
    assert house.rival.post(own, json={"reason": "Mine?"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"line": 7, "reason": "x"}, "no line 8"),
        ({"versions": ["ver_other"], "reason": "x"}, "does not bill ver_other there"),
        ({"reason": "  "}, "not as documented"),
    ],
)
def test_a_dispute_names_what_is_billed(
    house: House, invoice: dict[str, Any], body: dict[str, object], words: str
) -> None:
    answer = house.vendor.post(f"/vendor/invoices/{invoice['id']}/disputes", json=body)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


def test_credit_notes_take_back_all_to_the_cent_and_never_more(
    house: House, invoice: dict[str, Any]
) -> None:
    finance = house.person("finance")
    path = f"/invoices/{invoice['id']}/credit-notes"
    part = {"lines": [{"line": 0, "amount_minor": 33, "reason": "part"}]}
    for _ in range(3):
        finance.made(path, part)
    assert state(house, invoice)[0] == "issued"
    much = {"lines": [{"line": 1, "amount_minor": 49, "reason": "too much"}]}
    answer = finance.post(path, json=much)
    assert answer.status_code == 422
    assert "Credit at most what was billed" in answer.json()["detail"]
    last = finance.made(path, {"whole": "The project ended."})
    assert state(house, invoice) == ("credited", 0)
    notes = finance.seen(path)["credit_notes"]
    assert sum(note["total_minor"] for note in notes) == 628
    assert [note["number"][-4:] for note in notes] == ["0001", "0002", "0003", "0004"]
    assert finance.post(path, json={"whole": "again"}).status_code == 409
    document = finance.get(f"{path}/{last['id']}/paper/json").json()
    Draft202012Validator(read_schema("credit-note-1")).validate(document)
    assert document["total_minor"] == last["total_minor"]
    sold = house.vendor.get(f"/vendor{path}/{last['id']}/paper/pdf")
    assert sold.content.startswith(b"%PDF-1.")
    assert house.rival.get(f"/vendor{path}/{last['id']}/paper/pdf").status_code == 404


def test_a_draft_is_neither_disputed_nor_credited(house: House) -> None:
    agree(house)
    draft = bill(house, accept(house))
    finance = house.person("finance")
    path = f"/invoices/{draft['id']}"
    assert finance.post(f"{path}/disputes", json={"reason": "x"}).status_code == 409
    assert finance.post(f"{path}/credit-notes", json={"whole": "x"}).status_code == 409
    assert finance.seen(f"{path}/credit-notes")["credit_notes"] == []


def test_a_declined_dispute_credits_nothing(house: House, invoice: dict[str, Any]) -> None:
    finance = house.person("finance")
    path = f"/invoices/{invoice['id']}/disputes"
    doubt = finance.made(path, {"reason": "Too much."})
    credit = [{"line": 0, "amount_minor": 1, "reason": "x"}]
    answer = {"upheld": False, "explanation": "No.", "credit": credit}
    assert finance.post(f"{path}/{doubt['id']}/answer", json=answer).status_code == 409
