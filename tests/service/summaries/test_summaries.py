"""A week is summarised once, for every project, and told to whom it concerns."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assay.service import clock
from assay.service.webhooks.tables import NoticeRow
from service.deliveries.batches import ALIASES, archive, send_batch, truth, upload
from service.house import House


def summarise(house: House, monkeypatch: pytest.MonkeyPatch, *, weeks: int = 1) -> int:
    """Let a Monday come, do what recurs, and return to the present."""
    now = datetime.now(UTC)
    monday = now.replace(hour=7) + timedelta(days=7 * weeks - now.weekday())
    with monkeypatch.context() as travel:
        travel.setattr(clock, "now", lambda: monday)
        house.app.state.worker.enqueue_due()
        return house.work()


def busy_week(house: House, tmp_path: Path) -> str:
    """Let a batch be handed in, two questions be asked and one be answered; return the project."""
    batch = send_batch(house)
    upload(house.vendor, batch, archive(tmp_path, {alias: truth(alias) for alias in ALIASES[:3]}))
    house.work()
    path = f"/vendor/batches/{batch.id}/questions"
    asked = [house.vendor.made(path, {"text": text})["id"] for text in ("One?", "Two?")]
    house.lead.made(f"/questions/{asked[0]}/answers", {"text": "Yes."})
    return batch.project


def listed(house: House, project: str) -> Any:
    return house.lead.seen(f"/projects/{project}/weekly-summaries")["items"]


def test_a_week_is_summarised_on_monday_and_once(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = busy_week(house, tmp_path)
    assert summarise(house, monkeypatch) == 1
    assert summarise(house, monkeypatch) == 0
    [summary] = listed(house, project)
    numbers = summary["numbers"]
    assert (numbers["batches_sent"], numbers["deliveries"]) == (1, 1)
    assert (numbers["questions_asked"], numbers["questions_answered"]) == (2, 1)
    assert (numbers["questions_open"], numbers["questions_overdue"]) == (1, 1)
    assert (numbers["currency"], numbers["budget_minor"], numbers["spent_minor"]) == ("EUR", 10, 0)
    assert "Questions: 2 asked, 1 answered" in summary["text"]
    assert house.lead.seen(f"/projects/{project}/weekly-summaries/{summary['id']}") == summary


def test_the_next_week_has_what_happened_in_it_and_no_more(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = busy_week(house, tmp_path)
    summarise(house, monkeypatch)
    assert summarise(house, monkeypatch, weeks=2) == 1
    _, quiet = listed(house, project)
    assert quiet["numbers"]["questions_asked"] == quiet["numbers"]["deliveries"] == 0
    assert quiet["numbers"]["questions_open"] == 1


def test_the_week_under_way_can_be_seen(house: House, tmp_path: Path) -> None:
    project = busy_week(house, tmp_path)
    preview = house.lead.seen(f"/projects/{project}/weekly-summaries/this-week")
    assert preview["numbers"]["deliveries"] == 1
    assert preview["text"].startswith("P, week ")
    assert listed(house, project) == []


def test_findings_are_counted_by_image_and_rule(house: House, tmp_path: Path) -> None:
    batch = send_batch(house)
    copied = {alias: truth("a1") for alias in ALIASES}
    delivery = upload(house.vendor, batch, archive(tmp_path, copied))["id"]
    house.work()
    items = house.lead.seen(f"/deliveries/{delivery}/items")["items"]
    broken = Counter(
        rule for item in items for rule in {finding["rule"] for finding in item["findings"]}
    )
    preview = house.lead.seen(f"/projects/{batch.project}/weekly-summaries/this-week")
    found = preview["numbers"]["findings"]
    assert {entry["rule"]: entry["images"] for entry in found} == broken
    counts = [entry["images"] for entry in found]
    assert counts == sorted(counts, reverse=True) != []


def test_a_project_that_began_later_has_no_summary_of_a_week_before_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = send_batch(house).project
    summarise(house, monkeypatch, weeks=0)
    assert listed(house, project) == []


def test_a_summary_is_told_to_webhooks(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    project = send_batch(house).project
    hook = {"name": "x", "url": "https://hooks.invalid/", "events": ["week.summarised"]}
    house.lead.made(f"/projects/{project}/webhooks", hook)
    summarise(house, monkeypatch)
    [summary] = listed(house, project)
    with house.app.state.database.reading() as session:
        [notice] = session.query(NoticeRow).all()
    assert (notice.subject, notice.text) == (summary["id"], summary["text"])


def test_summaries_are_for_those_who_may_see_money(house: House) -> None:
    path = f"/projects/{send_batch(house).project}/weekly-summaries"
    for caller in (house.vendor, house.person("reviewer")):
        assert caller.get(path).status_code == 403
