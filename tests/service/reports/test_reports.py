from service.deliveries.batches import send_batch
from service.house import House
from service.pilots.project import begin_project
from service.pilots.test_pilots import batch_of, draw, hand_in, lazy


def test_whose_mistakes_there_are_is_told_from_what_vendors_handed_in(house: House) -> None:
    project = begin_project(house, gold=6)
    pilot = draw(house, project)
    house.lead.made(f"/projects/{project}/pilots/{pilot['id']}/sending")
    hand_in(house, house.vendor, batch_of(house, pilot, "northlight"))
    hand_in(house, house.rival, batch_of(house, pilot, "pixelforge"), lazy)
    path = f"/projects/{project}/reports"
    asked = house.lead.made(path, {"kind": "systematic"})
    early = house.lead.get(f"{path}/{asked['id']}/report.html")
    assert (asked["state"], early.status_code) == ("waiting", 409)
    house.work()
    report = house.lead.seen(f"{path}/{asked['id']}")
    assert report["state"] == "done", report["reason"]
    assert report["told"]["images"] == 6
    assert report["told"]["vendors"] == ["northlight", "pixelforge"]
    assert report["told"]["tests"] > 0
    document = house.lead.get(f"{path}/{asked['id']}/report.json").json()
    assert document["schema"] == "assay.systematic/1"
    page = house.lead.get(f"{path}/{asked['id']}/report.html")
    assert page.headers["content-disposition"].startswith("attachment")
    assert house.lead.seen(path)["items"] == [report]


def test_a_report_on_nothing_says_so(house: House) -> None:
    batch = send_batch(house)
    path = f"/projects/{batch.project}/reports"
    asked = house.lead.made(path, {"kind": "systematic"})["id"]
    house.work()
    report = house.lead.seen(f"{path}/{asked}")
    assert (report["state"], report["told"]) == ("failed", None)
    assert "Ask again when deliveries are judged" in report["reason"]


def test_a_vendor_cannot_ask_for_reports(house: House) -> None:
    batch = send_batch(house)
    path = f"/projects/{batch.project}/reports"
    assert house.vendor.post(path, json={"kind": "systematic"}).status_code == 403
    assert house.vendor.get(path).status_code == 403
