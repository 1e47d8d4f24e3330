from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assay.service import clock
from service.deliveries.batches import ALIASES, GOLD, archive, send_batch, truth, upload
from service.house import Caller, House

RIGHT = {alias: truth(alias) for alias in ALIASES}
PASS = {"outcome": "pass", "score": 1.0}
SEVERE = {"outcome": "fail", "score": 0.4, "severe": 1, "reason": "A car is missing."}


def judged(house: House, tmp_path: Path) -> str:
    batch = send_batch(house)
    upload(house.vendor, batch, archive(tmp_path, RIGHT))
    house.work()
    return batch.id


def take(caller: Caller, batch: str) -> Any:
    return caller.made(f"/batches/{batch}/reviews")


def give(caller: Caller, review: str, verdict: object) -> Any:
    answer = caller.put(f"/reviews/{review}/verdict", json=verdict)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_reviewer_is_handed_what_the_plan_asks_for_and_never_known_gold(
    house: House, tmp_path: Path
) -> None:
    batch = judged(house, tmp_path)
    reviewer = house.person("reviewer")
    looked = set()
    for _ in range(2):
        task = take(reviewer, batch)
        looked.add(task["item"])
        give(reviewer, task["id"], PASS)
    assert looked == set(ALIASES) - set(GOLD)
    assert reviewer.post(f"/batches/{batch}/reviews").status_code == 204


def test_an_item_is_with_one_reviewer_at_a_time(house: House, tmp_path: Path) -> None:
    batch = judged(house, tmp_path)
    first, second = house.person("reviewer"), house.person("reviewer", name="other")
    mine = take(first, batch)
    assert take(first, batch)["id"] == mine["id"]
    assert take(second, batch)["item"] != mine["item"]
    assert second.put(f"/reviews/{mine['id']}/verdict", json=PASS).status_code == 404


def test_an_item_that_is_held_for_too_long_goes_to_another(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = judged(house, tmp_path)
    first, second = house.person("reviewer"), house.person("reviewer", name="other")
    mine = take(first, batch)
    take(second, batch)
    later = datetime.now(UTC) + timedelta(minutes=21)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert take(house.person("reviewer", name="third"), batch)["item"] == mine["item"]
    late = first.put(f"/reviews/{mine['id']}/verdict", json=PASS)
    assert late.status_code == 409
    assert "Ask for the next item" in late.json()["detail"]


def test_a_severe_error_is_seen_by_an_expert_and_a_difference_by_an_adjudicator(
    house: House, tmp_path: Path
) -> None:
    batch = judged(house, tmp_path)
    reviewer, expert = house.person("reviewer"), house.person("expert")
    task = take(reviewer, batch)
    give(reviewer, task["id"], SEVERE)
    give(reviewer, take(reviewer, batch)["id"], PASS)
    second = take(expert, batch)
    assert (second["item"], second["layer"]) == (task["item"], "expert")
    give(expert, second["id"], PASS)
    assert expert.post(f"/batches/{batch}/reviews").status_code == 204
    last = take(house.person("expert", name="second"), batch)
    assert (last["item"], last["layer"]) == (task["item"], "adjudication")


def test_a_verdict_is_an_event_in_the_log(house: House, tmp_path: Path) -> None:
    batch = judged(house, tmp_path)
    reviewer = house.person("reviewer")
    task = take(reviewer, batch)
    pinned = [{"top": 1, "left": 2, "bottom": 9, "right": 12, "note": "here"}]
    found = give(reviewer, task["id"], {**SEVERE, "regions": pinned})
    assert found["regions"] == pinned
    entries = house.person("auditor").seen("/audit/entries")["items"]
    assert any(e["action"] == "review.given" and e["subject"] == task["id"] for e in entries)


def test_labels_are_shown_in_the_colours_of_their_classes(house: House, tmp_path: Path) -> None:
    batch = judged(house, tmp_path)
    task = take(house.person("reviewer"), batch)
    picture = house.person("reviewer").get(f"/reviews/{task['id']}/labels")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert (task["width"], task["height"]) == (32, 24)


def test_what_was_replaced_meanwhile_is_not_judged(house: House, tmp_path: Path) -> None:
    batch = send_batch(house)
    upload(house.vendor, batch, archive(tmp_path, RIGHT))
    house.work()
    reviewer = house.person("reviewer")
    task = take(reviewer, batch.id)
    better = {**RIGHT, "a1": truth("b2"), "c3": truth("d4")}
    upload(house.vendor, batch, archive(tmp_path, better))
    house.work()
    answer = reviewer.put(f"/reviews/{task['id']}/verdict", json=PASS)
    assert answer.status_code == 409
    assert "replaced meanwhile" in answer.json()["detail"]
