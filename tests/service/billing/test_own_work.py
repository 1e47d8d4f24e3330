"""A vendor sees what of its accepted work waits to be billed, and proposes the invoice."""

from service.billing.accepted import CARD, accept, agree, bill, issue
from service.house import House


def test_a_vendor_sees_its_own_work_with_price_and_amount(house: House) -> None:
    card = agree(house)
    batch = accept(house)
    (entry,) = house.vendor.seen("/vendor/unbilled")["waiting"]
    assert (entry["batch"], entry["project"], entry["images"]) == (batch.id, batch.project, 4)
    assert (entry["currency"], entry["net_minor"]) == ("EUR", 528)
    assert entry["price"]["rate_card"] == card
    assert (entry["price"]["name"], entry["price"]["version"]) == ("Standard", 1)
    assert (entry["lacks"], entry["drafted"]) == (None, False)
    assert house.rival.seen("/vendor/unbilled")["waiting"] == []


def test_it_says_what_is_lacking(house: House) -> None:
    batch = accept(house)
    (entry,) = house.vendor.seen("/vendor/unbilled")["waiting"]
    assert (entry["lacks"], entry["price"], entry["net_minor"]) == ("rate card", None, None)
    agree(house, {**CARD, "price": {"per-hour": {"price": "18"}}})
    (entry,) = house.vendor.seen("/vendor/unbilled")["waiting"]
    assert (entry["lacks"], entry["net_minor"]) == ("hours", None)
    house.vendor.put(f"/vendor/batches/{batch.id}/hours", json={"seconds": 3600})
    (entry,) = house.vendor.seen("/vendor/unbilled")["waiting"]
    assert (entry["lacks"], entry["net_minor"]) == (None, 1800)


def test_a_proposal_is_a_draft_that_finance_issues(house: House) -> None:
    agree(house)
    batch = accept(house)
    proposed = house.vendor.made("/vendor/invoices", {"project": batch.project})
    assert proposed["net_minor"] == 528
    assert [line["amount_minor"] for line in proposed["lines"]] == [480, 48]
    (entry,) = house.vendor.seen("/vendor/unbilled")["waiting"]
    assert (entry["drafted"], entry["net_minor"]) == (True, 528)
    # Until it is issued it is the buyer's paper.
    assert house.vendor.seen("/vendor/invoices")["items"] == []
    again = house.vendor.post("/vendor/invoices", json={"project": batch.project})
    assert again.status_code == 409
    actions = house.lead.seen(f"/projects/{batch.project}/insights/next-actions")["actions"]
    assert [(a["kind"], a["who"]) for a in actions if a["subject"] == proposed["id"]] == [
        ("issue", "finance")
    ]
    (draft,) = house.lead.seen(f"/projects/{batch.project}/invoices")["items"]
    assert (draft["id"], draft["state"]) == (proposed["id"], "draft")
    issue(house, draft)
    assert house.vendor.seen("/vendor/unbilled")["waiting"] == []
    assert house.vendor.seen(f"/vendor/invoices/{draft['id']}")["net_minor"] == 528


def test_what_finance_throws_away_waits_again(house: House) -> None:
    agree(house)
    batch = accept(house)
    proposed = house.vendor.made("/vendor/invoices", {"project": batch.project})
    assert house.person("finance").delete(f"/invoices/{proposed['id']}").status_code == 204
    (entry,) = house.vendor.seen("/vendor/unbilled")["waiting"]
    assert entry["drafted"] is False
    bill(house, batch)


def test_a_project_of_others_and_none_are_told_in_the_same_words(house: House) -> None:
    agree(house)
    batch = accept(house)
    foreign = house.rival.post("/vendor/invoices", json={"project": batch.project})
    absent = house.rival.post("/vendor/invoices", json={"project": "prj_none"})
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json()["detail"] == absent.json()["detail"]


def test_annotators_do_not_bill(house: House) -> None:
    annotator = house.person("annotator", "northlight")
    assert annotator.get("/vendor/unbilled").status_code == 403
