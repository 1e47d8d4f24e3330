from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.service import clock
from service.billing.accepted import CARD
from service.deliveries.batches import Batch, upload
from service.gold.labels import archive, make_gold, truth
from service.house import Caller, House
from service.pilots.project import begin_project

MAPS = {number: truth(number) for number in range(6)}


def draw(house: House, project: str, **more: Any) -> dict[str, Any]:
    """Draw a pilot of both vendors and pack it."""
    vendors = [house.organisations[name] for name in ("northlight", "pixelforge")]
    body = {"name": "Streets, autumn", "vendors": vendors, "size": 6, **more}
    made: dict[str, Any] = house.lead.made(f"/projects/{project}/pilots", body)
    house.work()
    return made


def batch_of(house: House, pilot: dict[str, Any], vendor: str) -> Batch:
    """Return a vendor's batch of a pilot."""
    own = house.organisations[vendor]
    found = next(part["batch"] for part in pilot["batches"] if part["vendor"] == own)
    return Batch(found, pilot["project"])


def hand_in(
    house: House,
    caller: Caller,
    batch: Batch,
    change: Any = lambda labels: labels,
) -> None:
    """Hand in right labels of a batch, changed by somebody's habits."""
    names = {row["id"]: row["name"] for row in _assets(house, batch.project)}
    maps: dict[str, NDArray[np.uint8]] = {}
    for item in house.lead.seen(f"/batches/{batch.id}/items", params={"limit": 200})["items"]:
        number = int(names[item["asset"]][1:5])
        maps[item["item"]] = change(MAPS[number].copy())
    upload(caller, batch, archive(maps))
    house.work()


def _assets(house: House, project: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.lead.seen(f"/projects/{project}/assets")["items"]
    return found


def lazy(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Label as somebody who stops a little early."""
    labels[:, 12:18] = 1
    return labels


def test_a_pilot_is_drawn_sent_judged_and_awarded(house: House) -> None:
    project = begin_project(house, gold=6)
    pilot = draw(house, project)
    path = f"/projects/{project}/pilots/{pilot['id']}"
    sent = house.lead.made(f"{path}/sending")
    assert (sent["state"], sent["images"]) == ("sent", 6)
    assert house.lead.post(f"{path}/sending").status_code == 409
    early = house.lead.post(f"{path}/judgement", json={})
    assert early.status_code == 409
    assert "northlight" in early.json()["detail"]
    hand_in(house, house.vendor, batch_of(house, pilot, "northlight"))
    hand_in(house, house.rival, batch_of(house, pilot, "pixelforge"), lazy)
    assert house.lead.made(f"{path}/judgement", {})["state"] == "judging"
    house.work()
    found = house.lead.seen(path)["found"]
    north, pixel = (house.organisations[name] for name in ("northlight", "pixelforge"))
    assert [(v["vendor"], v["rank"]) for v in found["vendors"]] == [(north, 1), (pixel, 2)]
    assert found["vendors"][0]["value"] == 1.0
    assert found["vendors"][0]["turnaround_hours"] >= 0
    assert found["award"] == north
    assert found["images"] == 6
    page = house.lead.get(f"{path}/report.html")
    assert page.headers["content-disposition"].startswith("attachment")
    assert "Streets, autumn" in page.text
    assert house.lead.get(f"{path}/report.json").json()["schema"] == "assay.pilot/1"
    assert house.lead.get(f"{path}/report.csv").status_code == 200
    against = house.lead.post(f"{path}/award", json={"vendor": pixel})
    assert against.status_code == 422
    chosen = house.lead.made(f"{path}/award", {"vendor": pixel, "reason": "half the price"})
    assert (chosen["by_verdict"], chosen["pilot"]) == (False, pilot["id"])
    assert house.lead.made(f"{path}/award", {"vendor": north})["by_verdict"]


def test_to_a_vendor_a_pilot_is_a_batch_like_any_other(house: House) -> None:
    project = begin_project(house, gold=6)
    pilot = draw(house, project)
    path = f"/projects/{project}/pilots"
    assert house.vendor.seen("/vendor/batches")["items"] == []
    house.lead.made(f"{path}/{pilot['id']}/sending")
    own = house.vendor.seen("/vendor/batches")["items"]
    assert len(own) == 1
    assert not {"pilot", "purpose"} & set(own[0])
    for road in ("", f"/{pilot['id']}", f"/{pilot['id']}/report.json"):
        assert house.vendor.get(path + road).status_code == 403
    names = [
        {item["item"] for item in caller.seen(f"/vendor/batches/{batch.id}/items")["items"]}
        for caller, batch in (
            (house.vendor, batch_of(house, pilot, "northlight")),
            (house.rival, batch_of(house, pilot, "pixelforge")),
        )
    ]
    assert not names[0] & names[1]


def test_a_pilot_needs_two_vendors_gold_and_images_that_are_said_once(house: House) -> None:
    project = begin_project(house, gold=2)
    path = f"/projects/{project}/pilots"
    vendors = [house.organisations[name] for name in ("northlight", "pixelforge")]
    body = {"name": "P", "vendors": vendors}
    for wrong, status in (
        ({**body, "vendors": vendors[:1], "size": 2}, 422),
        ({**body, "vendors": [*vendors, house.organisations["buyer"]], "size": 2}, 404),
        ({**body, "size": 3}, 409),
        (body, 422),
    ):
        assert house.lead.post(path, json=wrong).status_code == status


def test_images_without_gold_hold_up_the_judgement_and_late_vendors_are_left_out(
    house: House,
) -> None:
    project = begin_project(house, gold=5)
    images = [row["id"] for row in _assets(house, project)]
    vendors = [house.organisations[name] for name in ("northlight", "pixelforge")]
    body = {"name": "P", "vendors": vendors, "assets": images}
    pilot = house.lead.made(f"/projects/{project}/pilots", body)
    house.work()
    path = f"/projects/{project}/pilots/{pilot['id']}"
    house.lead.made(f"{path}/sending")
    hand_in(house, house.vendor, batch_of(house, pilot, "northlight"))
    only = {"without": [house.organisations["pixelforge"]]}
    bare = house.lead.post(f"{path}/judgement", json=only)
    assert bare.status_code == 409
    assert "p0005.png" in bare.json()["detail"]
    ontology = house.lead.seen(f"/projects/{project}/ontologies")["items"][0]["id"]
    make_gold(house, project, ontology, range(5, 6))
    house.lead.made(f"{path}/judgement", only)
    house.work()
    found = house.lead.seen(path)["found"]
    assert [vendor["vendor"] for vendor in found["vendors"]] == [house.organisations["northlight"]]
    rival = {"vendor": house.organisations["pixelforge"]}
    assert house.lead.post(f"{path}/award", json=rival).status_code == 409


def test_production_needs_an_award_or_an_admin_s_signature(house: House) -> None:
    project = begin_project(house, gold=0)
    path = f"/projects/{project}"
    vendor = house.organisations["northlight"]
    work = {"vendor": vendor, "size": 4}
    refused = house.lead.post(f"{path}/batches", json=work)
    assert refused.status_code == 409
    assert "award" in refused.json()["detail"]
    signed = {"vendor": vendor, "reason": "they did last year's pilot"}
    assert house.lead.post(f"{path}/awards", json=signed).status_code == 403
    assert house.admin.post(f"{path}/awards", json={**signed, "reason": ""}).status_code == 422
    award = house.admin.made(f"{path}/awards", signed)
    assert (award["pilot"], award["by_verdict"]) == (None, False)
    house.lead.made(f"{path}/batches", work)
    house.lead.made(f"{path}/awards/{award['id']}/revocation", {"reason": "they were bought"})
    assert house.lead.post(f"{path}/batches", json=work).status_code == 409


def test_images_of_a_pilot_are_spent_and_need_no_honest_ones_beside_them(house: House) -> None:
    project = begin_project(house, gold=4, images=10, gold_share=0.25)
    draw(house, project, size=3)
    vendor = house.organisations["northlight"]
    signed = {"vendor": vendor, "reason": "the pilot is still under way"}
    house.admin.made(f"/projects/{project}/awards", signed)
    batch = house.lead.made(f"/projects/{project}/batches", {"vendor": vendor, "size": 4})
    assert batch["gold"] == 1


def test_beside_a_vendor_s_turnaround_stands_how_long_it_waited_for_answers(house: House) -> None:
    project = begin_project(house, gold=6)
    request = ask_for_proposals(house, project)
    pilot = draw(house, project)
    path = f"/projects/{project}/pilots/{pilot['id']}"
    house.lead.made(f"{path}/sending")
    batch = batch_of(house, pilot, "northlight")
    asked = house.vendor.made(f"/vendor/batches/{batch.id}/questions", {"text": "A car?"})
    house.vendor.made(f"/vendor/batches/{batch.id}/questions", {"text": "And this?"})
    house.lead.made(f"/questions/{asked['id']}/answers", {"text": "No."})
    hand_in(house, house.vendor, batch)
    hand_in(house, house.rival, batch_of(house, pilot, "pixelforge"), lazy)
    scorecard = f"/projects/{project}/proposal-requests/{request}/scorecard"
    (before,) = house.lead.seen(scorecard)["vendors"]
    assert (before["turnaround_hours"], before["questions"]) == (None, None)
    house.lead.made(f"{path}/judgement", {})
    house.work()
    north, pixel = house.lead.seen(path)["found"]["vendors"]
    assert (north["questions"], north["answered"]) == (2, 1)
    assert 0 <= north["answer_minutes"] < 60
    assert (pixel["questions"], pixel["answer_minutes"]) == (0, None)
    document = house.lead.seen(f"{path}/report.json")
    assert document["vendors"][0]["times"]["questions"] == 2
    assert "How long it took" in house.lead.get(f"{path}/report.html").text
    (after,) = house.lead.seen(scorecard)["vendors"]
    assert after["vendor"] == north["vendor"]
    for name in ("turnaround_hours", "questions", "answered", "answer_minutes"):
        assert after[name] == north[name]


def ask_for_proposals(house: House, project: str) -> str:
    """Ask the first vendor for a proposal, and let it answer; return the request's id."""
    due = (clock.now() + timedelta(days=1)).isoformat()
    questions = [{"name": "qa", "text": "How is work checked?"}]
    body = {"title": "Streets", "questions": questions, "due": due}
    base = f"/projects/{project}/proposal-requests"
    request: str = house.lead.made(base, body)["id"]
    house.lead.made(f"{base}/{request}/vendors", {"vendor": house.vendor.organisation})
    house.lead.made(f"{base}/{request}/opening")
    card = house.vendor.made("/vendor/rate-cards", CARD)["id"]
    answer = {"answers": {"qa": "Twice."}, "rate_card": card}
    house.vendor.put(f"/vendor/proposal-requests/{request}/answer", json=answer)
    return request
