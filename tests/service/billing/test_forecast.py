"""How far a project's budget goes."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from assay.service import clock
from assay.service.assets.tables import AssetRow
from assay.service.batches.tables import BatchRow
from assay.service.projects.tables import ProjectRow
from service.billing.accepted import CARD, accept, agree, bill, issue
from service.deliveries.batches import Batch, send_batch
from service.house import House


def award(house: House, batch: Batch) -> None:
    body = {"vendor": house.vendor.organisation, "reason": "Known from before."}
    house.person("admin").made(f"/projects/{batch.project}/awards", body)


def add_images(house: House, batch: Batch, count: int) -> None:
    """Let more images of the project need labels."""
    with house.app.state.database.writing() as session:
        model = session.scalars(select(AssetRow)).first()
        assert model is not None
        columns = {
            column.name: getattr(model, column.name) for column in AssetRow.__table__.columns
        }
        for number in range(count):
            own = {"id": f"ast_more_{number}", "name": f"more {number}.png"}
            session.add(AssetRow(**{**columns, **own, "project_id": batch.project}))


def set_budget(house: House, batch: Batch, minor: int) -> None:
    with house.app.state.database.writing() as session:
        session.get_one(ProjectRow, batch.project).budget_minor = minor


def sent_days_ago(house: House, days: int) -> None:
    with house.app.state.database.writing() as session:
        session.execute(update(BatchRow).values(sent=clock.now() - timedelta(days=days)))


def forecast(house: House, batch: Batch, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = house.lead.seen(f"/projects/{batch.project}/costs/forecast{query}")
    return found


def test_without_an_award_nothing_says_what_the_rest_costs(house: House) -> None:
    batch = send_batch(house)
    answer = house.lead.get(f"/projects/{batch.project}/costs/forecast")
    assert answer.status_code == 409
    assert "Award a vendor" in answer.json()["detail"]
    award(house, batch)
    answer = house.lead.get(f"/projects/{batch.project}/costs/forecast")
    assert answer.status_code == 409
    assert "Agree to one" in answer.json()["detail"]


def test_work_goes_from_out_to_owed_to_spent(house: House) -> None:
    agree(house)
    batch = send_batch(house)
    award(house, batch)
    found = forecast(house, batch)
    assert (found["spent_minor"], found["owed_minor"], found["images_out"]) == (0, 0, 4)
    assert found["out"] == {"low_minor": 528, "expected_minor": 528, "high_minor": 528}
    assert found["suffices"] == "no"  # of ten cents


def test_accepted_work_is_owed_and_the_rest_is_priced_with_its_hidden_gold(house: House) -> None:
    agree(house)
    batch = accept(house)
    award(house, batch)
    add_images(house, batch, 6)
    set_budget(house, batch, 2000)
    sent_days_ago(house, 2)
    found = forecast(house, batch)
    assert (found["spent_minor"], found["owed_minor"]) == (0, 528)
    # Two of four images were gold: to have six more labelled, twelve are paid.
    assert (found["paid_per_image"], found["images_rest"]) == (2.0, 12)
    assert found["rest"]["expected_minor"] == 1584
    assert found["total"]["expected_minor"] == 2112
    assert found["left"]["expected_minor"] == -112
    assert found["lasts"] == {"low": 11, "expected": 11, "high": 11}
    today = clock.now().date()
    assert found["ends_on"]["expected"] == str(today + timedelta(days=5))  # at two images a day
    assert found["done_on"]["expected"] == str(today + timedelta(days=6))
    (vendor,) = found["vendors"]
    assert (vendor["batches_accepted"], vendor["batches_decided"]) == (1, 1)
    assert vendor["acceptance"] == {"low": "0.0250", "expected": "1.0000", "high": "1.0000"}
    assert (vendor["deliveries"], vendor["does_the_rest"]) == (1.0, True)


def test_what_was_drafted_is_owed_and_what_was_issued_is_spent(house: House) -> None:
    agree(house)
    batch = accept(house)
    award(house, batch)
    draft = bill(house, batch)
    assert (forecast(house, batch)["spent_minor"], forecast(house, batch)["owed_minor"]) == (0, 528)
    issued = issue(house, draft)
    credit = {"lines": [{"line": 0, "amount_minor": 120, "reason": "a1"}]}
    house.person("finance").made(f"/invoices/{issued['id']}/credit-notes", credit)
    found = forecast(house, batch)
    assert (found["spent_minor"], found["owed_minor"]) == (408, 0)


def test_another_volume_and_another_vendor_can_be_asked_for(house: House) -> None:
    agree(house)
    batch = accept(house)
    award(house, batch)
    assert forecast(house, batch, "?images=100")["images_rest"] == 200
    rival = house.rival.organisation
    answer = house.lead.get(f"/projects/{batch.project}/costs/forecast?vendor={rival}")
    assert answer.status_code == 409
    card = house.rival.made("/vendor/rate-cards", {**CARD, "price": {"per-image": {"price": "1"}}})
    path = f"/vendors/{rival}/rate-cards/{card['id']}/agreement"
    house.person("finance").made(path, {})
    found = forecast(house, batch, f"?vendor={rival}&images=100")
    assert found["rest"]["expected_minor"] == 20_000
    assert [entry["vendor"] for entry in found["vendors"]] == [rival]


def test_what_is_not_measured_is_not_guessed(house: House) -> None:
    agree(house, {**CARD, "price": {"per-object": {"price": "0.10"}}})
    batch = send_batch(house)
    award(house, batch)
    answer = house.lead.get(f"/projects/{batch.project}/costs/forecast")
    assert answer.status_code == 422
    assert "Wait for its first batch" in answer.json()["detail"]


def test_the_forecast_is_the_buyer_s_to_see(house: House) -> None:
    batch = send_batch(house)
    path = f"/projects/{batch.project}/costs/forecast"
    assert house.vendor.get(path).status_code == 403
    assert house.person("reviewer").get(path).status_code == 403
