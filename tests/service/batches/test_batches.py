"""Batches: drawn with hidden gold, packed, sent, taken by their vendor and nobody else."""

import io
import json
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from assay.service.audit.tables import EntryRow
from assay.service.gold.tables import ExposureRow, GoldRow
from service.batches.work import ask, draw, items, prepare, publish, step
from service.house import House
from service.projects.guidelines import TOML


def test_a_batch_is_drawn_packed_sent_and_taken(house: House) -> None:
    work = prepare(house)
    batch = draw(house, work)
    assert (batch["state"], batch["images"], batch["gold"], batch["overlap"]) == (
        "packed",
        20,
        2,
        4,
    )
    assert house.vendor.seen("/vendor/batches")["items"] == []
    assert house.vendor.get(f"/vendor/batches/{batch['id']}").status_code == 404
    assert step(house.lead, batch, "sending").json()["state"] == "sent"
    seen = house.vendor.seen(f"/vendor/batches/{batch['id']}")
    assert (seen["images"], seen["format"], seen["state"]) == (20, "index-png", "sent")
    assert house.rival.get(f"/vendor/batches/{batch['id']}").status_code == 404
    assert house.rival.get(f"/vendor/batches/{batch['id']}/package").status_code == 404


def test_the_package_holds_the_images_under_names_that_say_nothing(house: House) -> None:
    work = prepare(house)
    batch = draw(house, work)
    step(house.lead, batch, "sending")
    answer = house.vendor.get(f"/vendor/batches/{batch['id']}/package")
    assert answer.headers["content-disposition"] == 'attachment; filename="work-package.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        names = package.namelist()
        manifest = json.loads(package.read("manifest.json"))
        assert b"# Roads and cars" in package.read("guideline.md")
        assert b"[[class]]" in package.read("ontology.toml")
    inside = {item["item"]: item for item in items(house, batch)}
    assert [entry["item"] for entry in manifest["items"]] == sorted(inside)
    assert {f"images/{alias}.png" for alias in inside} <= set(names)
    listed = house.vendor.seen(f"/vendor/batches/{batch['id']}/items", params={"limit": 200})
    assert listed["items"] == manifest["items"]
    images = house.lead.seen(f"/projects/{work.project}/assets", params={"limit": 200})["items"]
    text = answer.content.decode("latin-1") + json.dumps(listed)
    for image in images:
        assert image["id"] not in text
        assert image["name"] not in text
        assert image["sha256"] not in text
    assert "gold" not in json.dumps(listed)


def test_a_vendor_s_answers_have_exactly_these_fields(house: House) -> None:
    work = prepare(house)
    batch = draw(house, work)
    step(house.lead, batch, "sending")
    seen = house.vendor.seen("/vendor/batches")["items"][0]
    assert set(seen) == {"id", "state", "round", "format", "images", "packed", "due", "sent"}
    item = house.vendor.seen(f"/vendor/batches/{batch['id']}/items")["items"][0]
    assert set(item) == {"item", "file", "height", "width"}


def test_items_are_listed_in_stretches(house: House) -> None:
    batch = draw(house, prepare(house))
    first = house.lead.seen(f"/batches/{batch['id']}/items", params={"limit": 15})
    rest = house.lead.seen(f"/batches/{batch['id']}/items", params={"cursor": first["next"]})
    together = first["items"] + rest["items"]
    assert rest["next"] is None
    assert together == items(house, batch)
    assert Counter(item["role"] for item in together) == {"work": 14, "overlap": 4, "gold": 2}


def test_no_image_goes_to_a_vendor_twice_and_gold_is_written_into_the_ledger(house: House) -> None:
    work = prepare(house)
    drawn = [draw(house, work) for _ in range(2)]
    assets = [item["asset"] for batch in drawn for item in items(house, batch)]
    assert len(set(assets)) == 40
    gold = {i["asset"] for batch in drawn for i in items(house, batch) if i["role"] == "gold"}
    assert gold <= set(work.gold)
    with house.app.state.database.reading() as session:
        ledger = {(row.vendor_id, row.asset_id) for row in session.query(ExposureRow)}
    assert ledger == {(house.organisations["northlight"], asset) for asset in gold}


def test_gold_that_is_used_up_is_refused_with_what_to_do(house: House) -> None:
    work = prepare(house, gold=3)
    draw(house, work)
    refused = ask(house, work)
    assert refused.status_code == 422
    assert "Draw and label more gold" in refused.json()["detail"]
    assert ask(house, work, "pixelforge").status_code == 201


def test_vendors_of_one_group_share_what_they_have_seen(house: House) -> None:
    work = prepare(house, gold=3)
    for vendor in ("northlight", "pixelforge"):
        path = f"/vendors/{house.organisations[vendor]}/group"
        assert house.lead.put(path, json={"name": "Holding"}).status_code == 204
    draw(house, work)
    assert ask(house, work, "pixelforge").status_code == 422


def test_what_two_vendors_have_in_common_is_mostly_honest(house: House) -> None:
    work = prepare(house, gold=4)
    first, second = draw(house, work), draw(house, work, "pixelforge")
    roles = {item["asset"]: item["role"] for item in items(house, first)}
    common = Counter(i["role"] for i in items(house, second) if i["asset"] in roles)
    assert common["overlap"] >= 2 * common["gold"]
    assert common["work"] == 0
    aliases = {item["item"] for batch in (first, second) for item in items(house, batch)}
    assert len(aliases) == 40


def test_a_batch_that_is_cancelled_unseen_gives_everything_back(house: House) -> None:
    work = prepare(house, images=25, gold=3)
    batch = draw(house, work)
    assert ask(house, work).status_code == 422
    assert step(house.lead, batch, "cancellation").json()["state"] == "cancelled"
    again = draw(house, work)
    assert again["state"] == "packed"
    step(house.lead, again, "sending")
    assert step(house.lead, again, "cancellation").status_code == 201
    # It was seen: its gold is spent.
    assert ask(house, work).status_code == 422


def test_a_step_names_the_version_that_it_changes(house: House) -> None:
    batch = draw(house, prepare(house))
    path = f"/batches/{batch['id']}/sending"
    assert house.lead.post(path).status_code == 428
    assert house.lead.post(path, headers={"if-match": '"1"'}).status_code == 412
    assert step(house.lead, batch, "sending").status_code == 201
    twice = step(house.lead, batch, "sending")
    assert twice.status_code == 409
    assert "send is not possible" in twice.json()["detail"]


def test_nothing_is_drawn_without_a_complete_guideline(house: House) -> None:
    project = house.lead.made("/projects", {"name": "P", "currency": "EUR", "budget_minor": 1})
    body = {"vendor": house.organisations["northlight"], "size": 10}
    refused = house.lead.post(f"/projects/{project['id']}/batches", json=body)
    assert refused.status_code == 409
    assert "Publish one" in refused.json()["detail"]


def test_a_guideline_that_was_replaced_is_not_sent(house: House) -> None:
    work = prepare(house)
    batch = draw(house, work)
    publish(house, work.project, "# Roads, cars and bicycles")
    refused = step(house.lead, batch, "sending")
    assert refused.status_code == 409
    assert "draw it again" in refused.json()["detail"]


def test_more_than_the_ramp_proposes_needs_a_reason(house: House) -> None:
    work = prepare(house)
    refused = ask(house, work, size=501)
    assert refused.status_code == 409
    assert "more than the 500" in refused.json()["detail"]
    reasoned = ask(house, work, size=501, reason="They proved themselves elsewhere.")
    # The gate lets it through; there are not that many images.
    assert reasoned.status_code == 422


@pytest.mark.parametrize(
    ("more", "says"),
    [({"format": "nonsense"}, "nonsense"), ({"tier": "test"}, "hide"), ({"vendor": "x"}, "vendor")],
)
def test_what_cannot_be_drawn_is_refused(house: House, more: dict[str, str], says: str) -> None:
    work = prepare(house, images=5, gold=1)
    refused = ask(house, work, size=2, **more)
    assert refused.status_code in {404, 422}
    assert says in refused.json()["detail"]


def test_only_people_who_know_gold_see_what_is_in_a_batch(house: House) -> None:
    batch = draw(house, prepare(house))
    for role, status in (("expert", 200), ("reviewer", 403), ("finance", 403), ("auditor", 403)):
        answer = house.person(role).get(f"/batches/{batch['id']}/items")
        assert answer.status_code == status, role


def test_the_log_says_what_was_drawn_and_keeps_the_seed_and_the_names(house: House) -> None:
    batch = draw(house, prepare(house))
    with house.app.state.database.reading() as session:
        rows = [row for row in session.query(EntryRow) if row.subject == batch["id"]]
    assert [row.action for row in rows] == ["batch.drawn", "batch.pack", "batch.package-ready"]
    text = "".join(row.line for row in rows)
    assert "seed" not in text
    assert not any(item["item"] in text for item in items(house, batch))


def test_gold_under_other_classes_is_not_drawn(house: House) -> None:
    work = prepare(house)
    base = f"/projects/{work.project}"
    other = house.lead.made(f"{base}/ontologies", {"toml": TOML.replace("car", "bus")})["id"]
    with house.app.state.database.writing() as session:
        for row in session.query(GoldRow):
            row.ontology_id = other
    refused = ask(house, work)
    assert refused.status_code == 422
    assert "0 are left" in refused.json()["detail"]


def test_images_of_a_project_of_jpegs_are_named_so(house: House) -> None:
    work = prepare(house, encoding="jpeg")
    batch = draw(house, work)
    step(house.lead, batch, "sending")
    listed = house.vendor.seen(f"/vendor/batches/{batch['id']}/items")["items"]
    answer = house.vendor.get(f"/vendor/batches/{batch['id']}/package")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        assert {item["file"] for item in listed} == {
            name for name in package.namelist() if name.startswith("images/")
        }
    assert all(item["file"].endswith(".jpg") for item in listed)


def test_draws_at_once_give_no_image_out_twice(house: House) -> None:
    work = prepare(house, images=70, gold=12)
    with ThreadPoolExecutor(3) as people:
        answers = list(people.map(lambda _: ask(house, work), range(3)))
    assert {answer.status_code for answer in answers} == {201}
    assets = [item["asset"] for answer in answers for item in items(house, answer.json())]
    assert len(set(assets)) == len(assets) == 60
    assert {answer.json()["number"] for answer in answers} == {1, 2, 3}
