import json

import pytest

from assay.service.audit.tables import EntryRow
from service.house import House

PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}
TOML = """
[[class]]
name = "road"
id = 1
color = "#804080"
definition = "What cars drive on."

[[class]]
name = "car"
id = 2
color = "#00008e"
"""


def test_a_project_is_begun_and_shown(house: House) -> None:
    project = house.lead.made("/projects", PROJECT)
    shown = house.lead.get(f"/projects/{project['id']}")
    assert shown.json() == project
    assert shown.headers["etag"] == '"1"'
    assert house.lead.seen("/projects")["items"] == [project]


def test_a_change_names_the_version_that_it_changes(house: House) -> None:
    path = f"/projects/{house.lead.made('/projects', PROJECT)['id']}"
    change = {"name": "Roads"}
    assert house.lead.patch(path, json=change).status_code == 428
    assert house.lead.patch(path, json=change, headers={"if-match": '"1"'}).json()["version"] == 2
    stale = house.lead.patch(path, json=change, headers={"if-match": '"1"'})
    assert stale.status_code == 412
    assert "version 2 is the newest" in stale.json()["detail"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_that_utc_does_not_have_is_refused(house: House, moment: str) -> None:
    answer = house.lead.post("/projects", json={**PROJECT, "deadline": moment})
    assert answer.status_code == 422
    assert "too early or too late" in answer.json()["detail"]


@pytest.mark.parametrize(
    "name", [" ", "\u00a0\u2003", "a\u202egnp.exe", "a\u2028b", "a\x85b", "\ud800"]
)
def test_a_name_is_what_it_looks_like(house: House, name: str) -> None:
    content = json.dumps({**PROJECT, "name": name})
    sent = {"content-type": "application/json"}
    assert house.lead.post("/projects", content=content, headers=sent).status_code == 422


@pytest.mark.parametrize("name", ["x", " Straßen – 東京 ", "שלום", "🚗" * 200])
def test_a_name_is_in_any_language(house: House, name: str) -> None:
    assert house.lead.made("/projects", {**PROJECT, "name": name})["name"] == name


def test_test_images_cannot_be_judged_less_strictly_than_training_images(house: House) -> None:
    policies = {"test": {"standard": 0.8, "limit": 0.7}}
    answer = house.lead.post("/projects", json={**PROJECT, "policies": policies})
    assert answer.status_code == 422
    assert "test tier demands less than the training tier" in answer.json()["detail"]


def test_the_same_classes_again_are_the_version_that_there_is(house: House) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    first = house.lead.made(f"/projects/{project}/ontologies", {"toml": TOML})
    assert house.lead.made(f"/projects/{project}/ontologies", {"toml": TOML}) == first
    assert first["classes"] == ["road", "car"]
    second = house.lead.made(f"/projects/{project}/ontologies", {"toml": TOML + "\n"})
    assert second["number"] == 2


def test_classes_that_contradict_themselves_are_refused(house: House) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    answer = house.lead.post(f"/projects/{project}/ontologies", json={"toml": TOML * 2})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_published_guideline_does_not_change_and_its_cases_go_on(house: House) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    base = f"/projects/{project}"
    ontology = house.lead.made(f"{base}/ontologies", {"toml": TOML})["id"]
    draft = house.lead.made(f"{base}/guidelines", {"ontology": ontology, "text": "# Cars"})
    case = {"kind": "occlusion", "title": "Car behind a tree", "ruling": "Label what is seen."}
    house.lead.made(f"{base}/guidelines/{draft['id']}/edge-cases", case)
    published = house.lead.made(f"{base}/guidelines/{draft['id']}/publication")
    assert published["published"] is not None
    late = house.lead.post(f"{base}/guidelines/{draft['id']}/edge-cases", json=case)
    assert late.status_code == 409
    following = house.lead.made(f"{base}/guidelines", {"ontology": ontology, "text": "# Cars 2"})
    assert [case["title"] for case in following["edge_cases"]] == ["Car behind a tree"]


def test_gaps_that_block_come_first(house: House) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    base = f"/projects/{project}"
    ontology = house.lead.made(f"{base}/ontologies", {"toml": TOML})["id"]
    draft = house.lead.made(
        f"{base}/guidelines", {"ontology": ontology, "text": "A car has doors."}
    )
    gaps = house.lead.seen(f"{base}/guidelines/{draft['id']}/gaps")["gaps"]
    assert [gap["subject"] for gap in gaps if gap["blocks"]] == ["road", "car"]
    assert not any(gap["subject"] == "car" and "says what" in gap["message"] for gap in gaps)


def test_lists_go_on_where_they_stopped(house: House) -> None:
    names = [f"Project {number}" for number in range(5)]
    for name in names:
        house.lead.made("/projects", {**PROJECT, "name": name})
    listed, cursor = [], None
    while True:
        parameters = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        part = house.lead.seen("/projects", params=parameters)
        listed += [project["name"] for project in part["items"]]
        cursor = part["next"]
        if cursor is None:
            break
    assert listed == names


def test_a_cursor_of_somebody_else_s_making_is_refused(house: House) -> None:
    assert house.lead.get("/projects", params={"cursor": "bm9wZQ=="}).status_code == 422


def test_an_action_and_its_entry_in_the_log_are_one(house: House) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    with house.app.state.database.reading() as session:
        actions = [row.action for row in session.query(EntryRow) if row.subject == project]
    assert actions == ["project.begun"]


def test_an_admin_signs_for_a_published_guideline_that_leaves_blocking_gaps(house: House) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    base = f"/projects/{project}"
    ontology = house.lead.made(f"{base}/ontologies", {"toml": TOML})["id"]
    draft = house.lead.made(f"{base}/guidelines", {"ontology": ontology, "text": "# Cars"})["id"]
    path = f"{base}/guidelines/{draft}"
    signed = {"reason": "they know these classes"}
    assert house.lead.post(f"{path}/waiver", json=signed).status_code == 403
    assert house.admin.post(f"{path}/waiver", json=signed).status_code == 409
    house.lead.made(f"{path}/publication")
    pilot = {"name": "P", "vendors": list(house.organisations.values())[1:], "size": 1}
    blocked = house.lead.post(f"{base}/pilots", json={**pilot, "size": None, "assets": ["a"]})
    assert "no picture" in blocked.json()["detail"]
    assert house.admin.post(f"{path}/waiver", json={"reason": "x"}).status_code == 422
    house.admin.made(f"{path}/waiver", signed)
    assert house.admin.post(f"{path}/waiver", json=signed).status_code == 409
    assert house.lead.seen(f"{path}/gaps")["waiver"]["reason"] == signed["reason"]
    let = house.lead.post(f"{base}/pilots", json={**pilot, "size": None, "assets": ["a"]})
    assert "image" in let.json()["detail"]
    with house.app.state.database.reading() as session:
        entries = [row for row in session.query(EntryRow) if row.action == "guideline.gaps-waived"]
    assert len(entries) == 1
    assert '"gaps":["road","car"]' in entries[0].line
