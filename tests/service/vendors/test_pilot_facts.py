"""What a pilot counted, as a comparison of quotes takes it."""

from service.gold.labels import truth
from service.house import House
from service.pilots.project import begin_project
from service.pilots.test_pilots import batch_of, draw, hand_in

CARD = {
    "name": "Standard",
    "currency": "EUR",
    "valid_from": "2026-01-01",
    "price": {"per-image": {"price": "1.20"}},
}


def test_quotes_are_compared_with_what_the_pilot_counted(house: House) -> None:
    project = begin_project(house, gold=6)
    pilot = draw(house, project)
    path = f"/projects/{project}/pilots/{pilot['id']}"
    house.lead.made(f"{path}/sending")
    early = house.lead.get(f"{path}/quote-facts")
    assert (early.status_code, "was scored" in early.json()["detail"]) == (409, True)
    hand_in(house, house.vendor, batch_of(house, pilot, "northlight"))
    hand_in(house, house.rival, batch_of(house, pilot, "pixelforge"), lambda labels: labels * 0 + 1)
    found = {row["vendor_name"]: row for row in house.lead.seen(f"{path}/quote-facts")["vendors"]}
    north, pixel = found["northlight"], found["pixelforge"]
    assert north["facts"]["first_pass"] == {"passed": 6, "images": 6}
    assert pixel["facts"]["first_pass"] == {"passed": 0, "images": 6}
    assert north["rework_basis"] == "assumed"
    assert north["facts"]["pixels"] == f"{truth(0).size}.0000"
    card = house.vendor.made("/vendor/rate-cards", CARD)["id"]
    body = {
        "quotes": [{"vendor": north["vendor"], "rate_card": card, "facts": north["facts"]}],
        "volumes": [{"images": 1000, "probability": "1"}],
    }
    made = house.lead.made(f"/projects/{project}/quote-comparisons", body)
    assert made["figures"][0]["per_image"] == "1.2000"
    assert house.vendor.get(f"{path}/quote-facts").status_code == 403
