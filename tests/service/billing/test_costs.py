"""What a project costs so far."""

import pytest
from sqlalchemy import select

from assay.service import clock
from assay.service.deliveries.tables import ItemVersionRow
from service.billing.accepted import accept, agree, bill, issue
from service.house import House


def test_costs_add_up_what_was_issued_and_credited(house: House) -> None:
    agree(house)
    batch = accept(house)
    path = f"/projects/{batch.project}/costs"
    empty = house.lead.seen(path)
    assert (empty["net_minor"], empty["waiting_images"], empty["vendors"]) == (0, 4, [])
    draft = bill(house, batch)
    assert house.lead.seen(path)["waiting_images"] == 4
    issued = issue(house, draft, tax={"name": "VAT", "percent": "19"})
    credit = {"lines": [{"line": 0, "amount_minor": 120, "reason": "a1"}]}
    finance = house.person("finance")
    finance.made(f"/invoices/{issued['id']}/credit-notes", credit)
    found = house.lead.seen(path)
    (vendor,) = found["vendors"]
    assert vendor["components"] == {"per-image": 480, "management-fee": 48}
    assert (vendor["images"], vendor["net_minor"], vendor["credited_minor"]) == (4, 528, 120)
    assert vendor["per_image"] == "1.0200"  # 4.08 / 4
    assert (vendor["score"], vendor["per_point"]) == (None, None)
    with house.app.state.database.writing() as session:
        versions = session.scalars(select(ItemVersionRow)).all()
        for version, score in zip(versions[:2], (0.7, 0.8), strict=True):
            version.score = score
    (vendor,) = house.lead.seen(path)["vendors"]
    assert vendor["score"] == pytest.approx(0.75)
    assert vendor["per_point"] == "0.0136"  # 1.02 / 75
    assert found["months"] == {f"{clock.now():%Y-%m}": 528}
    assert (found["paid_minor"], found["owed_minor"], found["waiting_images"]) == (0, 486, 0)
    version = finance.seen(f"/invoices/{issued['id']}")["version"]
    body = {"paid_on": "2026-11-30", "reference": "x"}
    finance.made(f"/invoices/{issued['id']}/payment", body, headers={"if-match": f'"{version}"'})
    paid = house.lead.seen(path)
    assert (paid["paid_minor"], paid["owed_minor"]) == (486, 0)


def test_costs_are_the_buyer_s_to_see(house: House) -> None:
    batch = accept(house)
    assert house.vendor.get(f"/projects/{batch.project}/costs").status_code == 403
    assert house.person("reviewer").get(f"/projects/{batch.project}/costs").status_code == 403
