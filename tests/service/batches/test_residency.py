"""No work goes to a vendor in a country that the project does not allow."""

from service.batches.work import ask, draw, prepare, step
from service.house import House


def allow(house: House, project: str, **change: object) -> None:
    version = house.lead.seen(f"/projects/{project}")["version"]
    headers = {"if-match": f'"{version}"'}
    assert house.lead.patch(f"/projects/{project}", json=change, headers=headers).is_success


def works_in(house: House, *countries: str) -> None:
    path = f"/vendors/{house.vendor.organisation}"
    headers = {"if-match": f'"{house.lead.seen(path)["version"]}"'}
    change = {"countries": list(countries)}
    assert house.lead.patch(path, json=change, headers=headers).is_success


def test_work_is_drawn_only_for_a_vendor_in_allowed_countries(house: House) -> None:
    work = prepare(house)
    allow(house, work.project, countries=["DE", "PL"])
    unknown = ask(house, work)
    assert unknown.status_code == 409
    assert "does not say where it works" in unknown.json()["detail"]
    works_in(house, "PL", "US")
    foreign = ask(house, work)
    assert foreign.status_code == 409
    assert "northlight works in US; the project allows DE, PL." in foreign.json()["detail"]
    works_in(house, "PL")
    assert ask(house, work).status_code == 201


def test_what_was_drawn_before_is_not_sent_where_it_is_no_longer_allowed(house: House) -> None:
    work = prepare(house)
    batch = draw(house, work)
    allow(house, work.project, countries=["DE"])
    works_in(house, "PL")
    refused = step(house.lead, batch, "sending")
    assert refused.status_code == 409
    assert "the project allows DE" in refused.json()["detail"]
    works_in(house, "DE")
    assert step(house.lead, batch, "sending").json()["state"] == "sent"


def test_guarded_images_leave_only_to_countries_that_are_named(house: House) -> None:
    work = prepare(house)
    allow(house, work.project, sensitivity="medical")
    refused = ask(house, work)
    assert refused.status_code == 409
    assert "Images are medical, and no country is named" in refused.json()["detail"]
    works_in(house, "DE")
    allow(house, work.project, countries=["DE"])
    assert ask(house, work).status_code == 201
