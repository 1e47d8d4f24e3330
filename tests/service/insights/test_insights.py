from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assay.service import clock
from assay.service.batches.tables import BatchRow
from assay.service.deliveries.tables import ItemVersionRow
from assay.service.insights.actions import _vendor_quality, gold_gap, next_actions
from assay.service.insights.store import GoldScore
from service.acceptance.test_acceptance import review_all
from service.deliveries.batches import ALIASES, GOLD, Batch, archive, send_batch, truth, upload
from service.gold.labels import hand_in
from service.house import House
from service.review.test_review import RIGHT, SEVERE, give, judged, take


def project_of(house: House, batch: str) -> str:
    found = house.lead.seen("/projects")["items"]
    assert batch
    return str(found[0]["id"])


def test_the_pipeline_counts_batches_and_images(house: House) -> None:
    batch = send_batch(house)
    counts = house.lead.seen(f"/projects/{batch.project}/insights/pipeline")["counts"]
    assert counts == [
        {
            "vendor": house.organisations["northlight"],
            "vendor_name": "northlight",
            "state": "sent",
            "batches": 1,
            "images": 4,
        }
    ]


def test_next_actions_follow_a_batch_from_the_vendor_to_the_decision(
    house: House, tmp_path: Path
) -> None:
    batch = send_batch(house)
    path = f"/projects/{batch.project}/insights/next-actions"

    def kinds() -> list[tuple[str, str]]:
        found = house.lead.seen(path)["actions"]
        return [(a["kind"], a["who"]) for a in found if a["kind"] != "guideline"]

    assert kinds() == [("wait for vendor", "vendor")]
    upload(house.vendor, batch, archive(tmp_path, RIGHT))
    assert kinds() == [("judging", "service")]
    house.work()
    assert kinds() == [("review", "reviewer")]
    review_all(house, batch.id)
    assert kinds() == [("decide", "lead")]
    house.lead.made(f"/batches/{batch.id}/decisions", {"decision": "accept"})
    assert kinds() == []


def test_severe_errors_wait_for_an_expert(house: House, tmp_path: Path) -> None:
    batch = judged(house, tmp_path)
    reviewer = house.person("reviewer")
    give(reviewer, take(reviewer, batch)["id"], SEVERE)
    project = project_of(house, batch)
    actions = house.lead.seen(f"/projects/{project}/insights/next-actions")["actions"]
    assert ("review", "expert") in {(a["kind"], a["who"]) for a in actions}


def test_what_is_overdue_blocks(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = send_batch(house)
    with house.app.state.database.writing() as session:
        session.get_one(BatchRow, batch.id).due = clock.now() + timedelta(days=1)
    later = datetime.now(UTC) + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    with house.app.state.database.reading() as session:
        found = next_actions(session, batch.project).actions
    assert [a.kind for a in found if a.subject == batch.id] == ["overdue"]


def test_no_guideline_blocks(house: House) -> None:
    batch = send_batch(house)
    actions = house.lead.seen(f"/projects/{batch.project}/insights/next-actions")["actions"]
    assert (actions[0]["kind"], actions[0]["blocks"]) == ("guideline", True)


def test_quality_is_charted_and_what_was_right_at_once_is_counted(
    house: House, tmp_path: Path
) -> None:
    batch = send_batch(house)
    upload(house.vendor, batch, archive(tmp_path, RIGHT))
    house.work()
    review_all(house, batch.id)
    house.lead.made(f"/batches/{batch.id}/decisions", {"decision": "accept"})
    (vendor,) = house.lead.seen(f"/projects/{batch.project}/insights/quality")["vendors"]
    (point,) = vendor["points"]
    assert (point["gold_images"], point["mean"], point["alarm"]) == (2, 1.0, False)
    assert (vendor["first_pass_yield"], vendor["revision_rate"]) == (1.0, 0.0)
    assert (vendor["reviewed"], vendor["review_pass_rate"]) == (2, 1.0)


def test_a_vendor_is_told_of_rules_and_batches_never_of_items(house: House, tmp_path: Path) -> None:
    batch = send_batch(house)
    holed = {alias: truth(alias) for alias in ALIASES}
    for pixels in holed.values():
        pixels[:2, :] = 0
    upload(house.vendor, batch, archive(tmp_path, holed))
    house.work()
    told = house.vendor.seen("/vendor/feedback")
    assert told["items"] == 4
    gap = next(rule for rule in told["rules"] if rule["rule"] == "gap")
    assert (gap["items"], gap["faults"]) == (4, 4)
    assert gap["remedy"]
    text = house.vendor.get("/vendor/feedback").text
    assert not any(f'"{alias}"' in text for alias in ALIASES)
    assert house.rival.seen("/vendor/feedback") == {"items": 0, "rules": [], "batches": []}


def test_what_has_not_changed_is_not_sent_again(house: House) -> None:
    batch = send_batch(house)
    path = f"/projects/{batch.project}/insights/pipeline"
    tag = house.lead.get(path).headers["etag"]
    assert house.lead.get(path, headers={"if-none-match": tag}).status_code == 304


def test_a_fall_in_quality_sounds_an_alarm() -> None:
    sent = datetime(2026, 1, 1, tzinfo=UTC)
    scores = [
        GoldScore("org_a", f"bat_{batch}", batch, sent, value + wobble)
        for batch, value in enumerate([0.93] * 5 + [0.80] * 3)
        for wobble in (-0.02, -0.01, 0.0, 0.01, 0.02)
    ]
    found = _vendor_quality("org_a", scores, (0, 0, 0, 0), (0, 0), {})
    assert found.drifting_since == "bat_5"
    assert [point.alarm for point in found.points][:5] == [False] * 5


def test_versions_without_gold_are_no_points(house: House, tmp_path: Path) -> None:
    batch = send_batch(house)
    upload(house.vendor, batch, archive(tmp_path, RIGHT))
    house.work()
    with house.app.state.database.writing() as session:
        for row in session.query(ItemVersionRow):
            row.score = None
    assert house.lead.seen(f"/projects/{batch.project}/insights/quality")["vendors"] == []


def audited(house: House, batch: Batch, labels: NDArray[np.uint8]) -> None:
    """Make gold of a batch's ordinary images, as two experts do it after the delivery."""
    with house.app.state.database.reading() as session:
        ontology = session.get_one(BatchRow, batch.id).ontology_id
    maps = {f"original {alias}": labels for alias in ALIASES if alias not in GOLD}
    for name in ("first", "second"):
        hand_in(house, house.person("expert", name=name), batch.project, ontology, maps)
    house.work()


def test_work_on_gold_is_compared_with_work_that_became_gold_afterwards(
    house: House, tmp_path: Path
) -> None:
    batch = send_batch(house)
    upload(house.vendor, batch, archive(tmp_path, RIGHT))
    house.work()
    path = f"/projects/{batch.project}/gold/candidates"
    vendor = house.organisations["northlight"]
    drawn = house.lead.made(path, {"size": 2, "handed_in_by": vendor})
    named = {image["name"] for image in drawn["images"]}
    assert named == {f"original {alias}.png" for alias in ALIASES if alias not in GOLD}
    refused = house.lead.post(path, json={"size": 3, "handed_in_by": vendor})
    assert (refused.status_code, "Draw at most 2" in refused.text) == (422, True)
    other = house.organisations["pixelforge"]
    assert house.lead.post(path, json={"size": 1, "handed_in_by": other}).status_code == 422
    audited(house, batch, np.ones((24, 32), np.uint8))
    gaps = house.lead.seen(f"/projects/{batch.project}/insights/gold-gap")
    (found,) = gaps["vendors"]
    assert (found["gold_images"], found["gold_mean"], found["audited_images"]) == (2, 1.0, 2)
    assert found["audited_mean"] < 0.8
    assert found["gap"] == pytest.approx(1.0 - found["audited_mean"])
    # Two images of either kind are too few for a test.
    assert (found["p_value"], found["asks"]) == (None, False)


def test_a_gap_between_gold_and_audit_is_asked_about(house: House) -> None:
    rng = np.random.default_rng(1)
    with house.app.state.database.reading() as session, pytest.MonkeyPatch.context() as patch:
        now = clock.now()
        scores = [
            GoldScore(name, "bat_1", 1, now, float(score))
            for name in ("honest", "other")
            for score in rng.normal(0.9, 0.03, 30)
        ]
        blind = [("honest", float(score)) for score in rng.normal(0.9, 0.03, 30)]
        blind += [("other", float(score)) for score in rng.normal(0.7, 0.1, 30)]
        patch.setattr("assay.service.insights.store.gold_scores", lambda *_: scores)
        patch.setattr("assay.service.insights.store.blind_scores", lambda *_: blind)
        patch.setattr("assay.service.projects.store.project", lambda *_: None)
        found = gold_gap(session, "prj_1").vendors
    assert [(gap.vendor, gap.asks) for gap in found] == [("honest", False), ("other", True)]
