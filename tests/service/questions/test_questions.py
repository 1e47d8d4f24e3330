"""Questions of vendors: pinned, timed, answered, and made rules; gold stays hidden."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assay.service import clock
from assay.service.audit.tables import EntryRow
from assay.service.questions import actions
from service.deliveries.batches import ALIASES, GOLD, Batch, send_batch
from service.house import House

REGION = {"top": 2, "left": 6, "bottom": 10, "right": 18}
RULE = {"kind": "reflection", "title": "Car in a window", "ruling": "Label the window."}


def ask(house: House, batch: Batch, *, item: str | None = "a1", **more: object) -> Any:
    body = {"item": item, "text": "Is this a car?", **more}
    return house.vendor.made(f"/vendor/batches/{batch.id}/questions", body)


def answer(house: House, question: str, text: str = "No.") -> Any:
    return house.lead.made(f"/questions/{question}/answers", {"text": text})


def later(monkeypatch: pytest.MonkeyPatch, **gap: float) -> None:
    moment = datetime.now(UTC) + timedelta(**gap)
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_a_question_is_pinned_asked_answered_and_settled(house: House) -> None:
    batch = send_batch(house)
    asked = ask(house, batch, region=REGION)
    assert (asked["state"], asked["item"], asked["region"]) == ("open", "a1", REGION)
    [waiting] = house.lead.seen("/questions", params={"state": "open"})["items"]
    assert (waiting["id"], waiting["batch"], waiting["item"]) == (asked["id"], batch.id, "a1")
    assert waiting["asset"].startswith("ast_")
    assert answer(house, asked["id"])["state"] == "answered"
    heard = house.vendor.seen(f"/vendor/questions/{asked['id']}")
    assert [(said["by"], said["text"]) for said in heard["messages"]] == [
        ("you", "Is this a car?"),
        ("buyer", "No."),
    ]
    settled = house.vendor.made(f"/vendor/questions/{asked['id']}/settlement")
    assert settled["state"] == "settled"
    late = house.vendor.post(f"/vendor/questions/{asked['id']}/messages", json={"text": "But?"})
    assert late.status_code == 409
    assert "Begin another" in late.json()["detail"]


def test_a_question_can_be_about_the_whole_batch(house: House) -> None:
    asked = ask(house, send_batch(house), item=None)
    assert (asked["item"], asked["region"]) == (None, None)


@pytest.mark.parametrize(
    "region",
    [{**REGION, "right": 33}, {**REGION, "bottom": 25}, {**REGION, "bottom": 2}],
    ids=["too wide", "too low", "empty"],
)
def test_a_region_lies_in_its_image(house: House, region: object) -> None:
    batch = send_batch(house)
    body = {"item": "a1", "region": region, "text": "This?"}
    refused = house.vendor.post(f"/vendor/batches/{batch.id}/questions", json=body)
    assert refused.status_code == 422
    assert "32×24 px" in refused.json()["detail"]


def test_nothing_tells_a_question_on_gold_from_another(house: House) -> None:
    batch = send_batch(house)
    shapes = set()
    for alias in ALIASES:
        question = ask(house, batch, item=alias)["id"]
        answer(house, question)
        seen = house.vendor.get(f"/vendor/questions/{question}")
        shapes.add((tuple(sorted(seen.json())), len(seen.content), tuple(sorted(seen.headers))))
        told = house.lead.get(f"/questions/{question}").text
        assert "gold" not in seen.text + told
    assert len(shapes) == 1
    assert set(GOLD) < set(ALIASES)


def test_a_vendor_reads_and_answers_nothing_but_its_own(house: House) -> None:
    batch = send_batch(house)
    question = ask(house, batch)["id"]
    absent = house.rival.get("/vendor/questions/que_none")
    for foreign in (
        house.rival.get(f"/vendor/questions/{question}"),
        house.rival.post(f"/vendor/questions/{question}/messages", json={"text": "x"}),
        house.rival.post(f"/vendor/questions/{question}/settlement"),
    ):
        assert foreign.status_code == absent.status_code == 404
        assert foreign.json()["detail"] == absent.json()["detail"]
    asked = house.rival.post(f"/vendor/batches/{batch.id}/questions", json={"text": "x"})
    assert asked.status_code == 404
    assert house.rival.seen("/vendor/questions")["items"] == []
    assert house.vendor.get("/questions").status_code == 403
    assert (
        house.vendor.post(f"/questions/{question}/answers", json={"text": "x"}).status_code == 403
    )
    unknown = {"item": "zz", "text": "x"}
    wrong = house.vendor.post(f"/vendor/batches/{batch.id}/questions", json=unknown)
    assert wrong.status_code == 404


def test_a_vendor_s_answer_names_every_field_and_nobody(house: House) -> None:
    question = ask(house, send_batch(house))["id"]
    answer(house, question)
    heard = house.vendor.seen(f"/vendor/questions/{question}")
    assert set(heard) == {
        *("id", "batch", "item", "region", "state", "asked", "due", "first_answered", "settled"),
        *("rule_in_version", "messages"),
    }
    assert house.lead.user not in str(heard)


def test_a_question_is_due_when_its_project_says(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = send_batch(house)
    project = f"/projects/{batch.project}"
    four = house.lead.patch(project, json={"answer_hours": 4}, headers={"if-match": '"1"'})
    assert four.json()["answer_hours"] == 4
    early, late = ask(house, batch), ask(house, batch, item="b2")
    due = datetime.fromisoformat(early["due"]) - datetime.fromisoformat(early["asked"])
    assert due == timedelta(hours=4)
    overdue = {"overdue": True}
    assert house.lead.seen("/questions", params=overdue)["items"] == []
    later(monkeypatch, hours=1)
    answer(house, late["id"])
    later(monkeypatch, hours=5)
    [waits] = house.lead.seen("/questions", params=overdue)["items"]
    assert (waits["id"], waits["overdue"]) == (early["id"], True)
    times = house.lead.seen(f"{project}/response-times")
    assert (times["asked"], times["answered"], times["in_time"]) == (2, 1, 1)
    assert times["overdue"] == 1
    assert times["median_minutes"] == pytest.approx(60, abs=1)


def test_asking_on_starts_the_wait_anew_but_not_the_first_response(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = ask(house, send_batch(house))
    first = answer(house, question["id"])["first_answered"]
    later(monkeypatch, hours=20)
    on = house.vendor.made(f"/vendor/questions/{question['id']}/messages", {"text": "Why?"})
    assert (on["state"], on["first_answered"]) == ("open", first)
    assert on["due"] > question["due"]
    again = house.vendor.made(f"/vendor/questions/{question['id']}/messages", {"text": "Why??"})
    assert again["due"] == on["due"]


def test_an_answer_becomes_a_rule_of_the_next_version(house: House) -> None:
    batch = send_batch(house)
    base = f"/projects/{batch.project}/guidelines"
    first = house.lead.seen(base)["items"][0]["id"]
    house.lead.made(f"{base}/{first}/publication")
    question = ask(house, batch)["id"]
    early = house.lead.post(f"/questions/{question}/rules", json=RULE)
    assert early.status_code == 409
    answer(house, question)
    [rule] = house.person("expert").made(f"/questions/{question}/rules", RULE)["rules"]
    assert (rule["guideline_number"], rule["published"]) == (2, False)
    draft = house.lead.seen(f"{base}/{rule['guideline']}")
    assert [(case["title"], case["question"]) for case in draft["edge_cases"]] == [
        ("Car in a window", question)
    ]
    twice = house.lead.post(f"/questions/{question}/rules", json=RULE)
    assert twice.status_code == 409
    assert house.vendor.seen(f"/vendor/questions/{question}")["rule_in_version"] is None
    house.lead.made(f"{base}/{rule['guideline']}/publication")
    assert house.vendor.seen(f"/vendor/questions/{question}")["rule_in_version"] == 2
    other = ask(house, batch, item="b2")["id"]
    answer(house, other)
    [later_rule] = house.lead.made(f"/questions/{other}/rules", {**RULE, "title": "Bus"})["rules"]
    assert later_rule["guideline_number"] == 3
    kept = house.lead.seen(f"/questions/{question}")["rules"]
    assert [rule["guideline_number"] for rule in kept] == [2, 3]


def test_a_draft_that_is_there_takes_the_rule(house: House) -> None:
    batch = send_batch(house)
    question = ask(house, batch)["id"]
    answer(house, question)
    [rule] = house.lead.made(f"/questions/{question}/rules", RULE)["rules"]
    assert rule["guideline_number"] == 1


def test_all_of_it_is_in_the_log_without_a_word_of_it(house: House) -> None:
    question = ask(house, send_batch(house))["id"]
    answer(house, question, text="Confidential reasons.")
    house.lead.made(f"/questions/{question}/settlement")
    house.lead.made(f"/questions/{question}/rules", RULE)
    with house.app.state.database.reading() as session:
        entries = [row for row in session.query(EntryRow) if row.subject == question]
    assert [row.action for row in entries] == [
        "question.asked",
        "question.answered",
        "question.settled",
        "question.promoted",
    ]
    assert not any("Confidential" in row.line for row in entries)


def test_questions_that_wait_are_among_what_is_to_be_done(house: House) -> None:
    batch = send_batch(house)
    question = ask(house, batch)["id"]
    path = f"/projects/{batch.project}/insights/next-actions"

    def to_answer() -> list[Any]:
        return [done for done in house.lead.seen(path)["actions"] if done["kind"] == "answer"]

    assert [(task["subject"], task["blocks"]) for task in to_answer()] == [(question, False)]
    answer(house, question)
    assert to_answer() == []


def test_a_batch_has_so_many_open_questions_and_no_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_OPEN", 2)
    batch = send_batch(house)
    first = ask(house, batch)["id"]
    ask(house, batch)
    path = f"/vendor/batches/{batch.id}/questions"
    assert house.vendor.post(path, json={"text": "And?"}).status_code == 409
    answer(house, first)
    assert house.vendor.post(path, json={"text": "And?"}).status_code == 201
