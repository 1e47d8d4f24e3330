"""Webhooks: what happens is told once, signed, to whom it concerns; what fails is seen."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from assay.service import clock
from assay.service.app import create_app
from assay.service.audit.tables import EntryRow
from assay.service.settings import Settings
from assay.service.webhooks.events import NAMES
from assay.service.webhooks.schemas import EventName
from assay.service.webhooks.tables import NoticeRow
from service.billing.accepted import agree, bill, issue
from service.deliveries.batches import ALIASES, Batch, archive, send_batch, truth, upload
from service.house import House
from service.webhooks.receiver import Receiver

ASKED = ["question.asked"]


@pytest.fixture
def open_house(settings: Settings) -> Iterator[House]:
    """A service that may send to this machine, by http."""
    choices = {"webhook_http": True, "webhook_networks": ("127.0.0.0/8",)}
    app = create_app(settings.model_copy(update=choices))
    with TestClient(app, base_url="http://assay.test") as client:
        yield House.furnish(app, client)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


def subscribe(house: House, project: str, url: str, **more: object) -> Any:
    body = {"name": "Channel", "url": url, "events": ASKED, **more}
    return house.lead.made(f"/projects/{project}/webhooks", body)


def ask(house: House, batch: Batch, text: str = "Is it?") -> str:
    body = {"item": "a1", "text": text}
    return str(house.vendor.made(f"/vendor/batches/{batch.id}/questions", body)["id"])


def notices(house: House, project: str, webhook: str) -> Any:
    return house.lead.seen(f"/projects/{project}/webhooks/{webhook}/notices")["items"]


def hours_pass(monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    """Let every wait of the queue pass, and do what is due."""
    for step in range(1, 14):
        moment = datetime.now(UTC) + timedelta(hours=step)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        house.work()


def test_a_chat_channel_gets_a_text_and_nothing_that_a_vendor_wrote(
    open_house: House, receiver: Receiver
) -> None:
    batch = send_batch(open_house)
    made = subscribe(open_house, batch.project, receiver.url)
    question = ask(open_house, batch, text="<!channel> see http://evil.example")
    assert open_house.work() == 1
    [letter] = receiver.letters
    assert letter.path == "/services/T0/SECRET?x=1"
    assert letter.headers["content-type"] == "application/json"
    assert list(letter.document) == ["text"]
    assert letter.document["text"].startswith("P: northlight asks about batch 1; an answer is due")
    assert question in letter.document["text"]
    assert "evil" not in letter.document["text"]
    [notice] = notices(open_house, batch.project, made["webhook"]["id"])
    assert (notice["state"], notice["status"], notice["attempts"]) == ("sent", 200, 1)


def test_a_receiver_can_verify_who_sent_it_and_when(open_house: House, receiver: Receiver) -> None:
    batch = send_batch(open_house)
    made = subscribe(open_house, batch.project, receiver.url, form="event")
    question = ask(open_house, batch)
    open_house.work()
    [letter] = receiver.letters
    assert letter.document["type"] == "question.asked"
    assert letter.document["data"] == {"project": batch.project, "subject": question}
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    stamp = letter.headers["webhook-timestamp"]
    signed = f"{letter.headers['webhook-id']}.{stamp}.".encode() + letter.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert letter.headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(stamp) - datetime.now(UTC).timestamp()) < 60


def test_address_and_secret_are_shown_once_and_stored_nowhere_in_the_open(
    open_house: House, receiver: Receiver
) -> None:
    batch = send_batch(open_house)
    made = subscribe(open_house, batch.project, receiver.url)
    base = f"/projects/{batch.project}/webhooks"
    seen = (
        open_house.lead.get(base).text + open_house.lead.get(f"{base}/{made['webhook']['id']}").text
    )
    with open_house.app.state.database.reading() as session:
        logged = "".join(row.line for row in session.query(EntryRow))
    for secret in ("SECRET", made["secret"]):
        assert secret not in seen + logged
    renewed = open_house.lead.made(f"{base}/{made['webhook']['id']}/secret")
    assert renewed["secret"] != made["secret"]
    ask(open_house, batch)
    open_house.work()
    assert len(receiver.letters) == 1


def test_only_what_was_subscribed_to_is_told_and_only_to_its_project(
    open_house: House, receiver: Receiver
) -> None:
    batch, other = send_batch(open_house), send_batch(open_house)
    subscribe(open_house, batch.project, receiver.url)
    question = ask(open_house, batch)
    ask(open_house, other)
    open_house.lead.made(f"/questions/{question}/answers", {"text": "No."})
    open_house.work()
    assert len(receiver.letters) == 1


def test_what_is_undone_is_told_to_nobody(open_house: House, receiver: Receiver) -> None:
    batch = send_batch(open_house)
    subscribe(open_house, batch.project, receiver.url)
    body = {"item": "a1", "text": "x", "region": {"top": 0, "left": 0, "bottom": 99, "right": 9}}
    path = f"/vendor/batches/{batch.id}/questions"
    assert open_house.vendor.post(path, json=body).status_code == 422
    assert open_house.work() == 0


def test_a_failure_is_tried_again_and_arrives_once(
    open_house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.statuses = [500, 302, 204]
    batch = send_batch(open_house)
    made = subscribe(open_house, batch.project, receiver.url)
    ask(open_house, batch)
    open_house.work()
    [notice] = notices(open_house, batch.project, made["webhook"]["id"])
    assert (notice["state"], notice["reason"]) == ("waiting", "127.0.0.1 answered 500.")
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(hours=1))
    open_house.work()
    [notice] = notices(open_house, batch.project, made["webhook"]["id"])
    assert "302. Redirects are not followed" in notice["reason"]
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(hours=2))
    open_house.work()
    [notice] = notices(open_house, batch.project, made["webhook"]["id"])
    assert (notice["state"], notice["status"], notice["attempts"]) == ("sent", 204, 3)
    assert len({letter.headers["webhook-id"] for letter in receiver.letters}) == 1


def test_after_the_last_attempt_a_notice_is_set_aside_and_can_be_sent_again(
    open_house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.statuses = [503]
    batch = send_batch(open_house)
    webhook = subscribe(open_house, batch.project, receiver.url)["webhook"]["id"]
    ask(open_house, batch)
    hours_pass(monkeypatch, open_house)
    assert len(receiver.letters) == 12
    [dead] = notices(open_house, batch.project, webhook)
    assert (dead["state"], dead["reason"]) == ("dead", "127.0.0.1 answered 503.")
    receiver.statuses = [200]
    path = f"/projects/{batch.project}/webhooks/{webhook}/notices/{dead['id']}/repetition"
    assert open_house.lead.made(path)["state"] == "waiting"
    open_house.work()
    assert notices(open_house, batch.project, webhook)[0]["state"] == "sent"
    assert open_house.lead.post(path).status_code == 409


def test_a_paused_or_removed_webhook_gets_nothing_more(
    open_house: House, receiver: Receiver
) -> None:
    batch = send_batch(open_house)
    webhook = subscribe(open_house, batch.project, receiver.url)["webhook"]
    path = f"/projects/{batch.project}/webhooks/{webhook['id']}"
    ask(open_house, batch)
    paused = open_house.lead.patch(path, json={"active": False}, headers={"if-match": '"1"'})
    assert paused.json()["active"] is False
    open_house.work()
    ask(open_house, batch)
    open_house.work()
    assert receiver.letters == []
    assert [notice["state"] for notice in notices(open_house, batch.project, webhook["id"])] == [
        "dropped"
    ]
    assert open_house.lead.post(f"{path}/trials").status_code == 409
    assert open_house.lead.delete(path).status_code == 204
    assert open_house.lead.get(path).status_code == 404


def test_a_trial_shows_whether_it_arrives(open_house: House, receiver: Receiver) -> None:
    batch = send_batch(open_house)
    webhook = subscribe(open_house, batch.project, receiver.url)["webhook"]["id"]
    open_house.lead.made(f"/projects/{batch.project}/webhooks/{webhook}/trials")
    open_house.work()
    assert receiver.letters[0].document == {"text": "P: Assay can write here."}


def test_without_a_setting_nothing_in_the_house_is_reached(
    house: House, receiver: Receiver
) -> None:
    batch = send_batch(house)
    path = f"/projects/{batch.project}/webhooks"
    body = {"name": "x", "events": ASKED}
    plain = house.lead.post(path, json={**body, "url": receiver.url})
    assert plain.status_code == 422
    assert "by https" in plain.json()["detail"]
    inside = house.lead.post(path, json={**body, "url": f"https://127.0.0.1:{receiver.port}/"})
    assert inside.status_code == 422
    # A name may come to mean a place in the house later: it is checked whenever something is sent.
    webhook = subscribe(house, batch.project, f"https://localhost:{receiver.port}/")["webhook"]
    ask(house, batch)
    house.work()
    [notice] = notices(house, batch.project, webhook["id"])
    assert notice["state"] == "waiting"
    assert "does not lead to the public internet" in notice["reason"]
    assert receiver.letters == []


def test_webhooks_are_for_those_who_may_change_them(house: House) -> None:
    batch = send_batch(house)
    path = f"/projects/{batch.project}/webhooks"
    for caller in (house.vendor, house.person("reviewer"), house.person("auditor")):
        assert caller.get(path).status_code == 403


def test_what_can_be_subscribed_to_is_what_is_told(house: House) -> None:
    assert get_args(EventName) == NAMES
    listed = house.lead.seen("/webhook-events")["events"]
    assert tuple(event["name"] for event in listed) == NAMES


def test_the_story_of_a_purchase_is_told_in_words(
    open_house: House, receiver: Receiver, tmp_path: Path
) -> None:
    house = open_house
    batch = send_batch(house)
    project = f"/projects/{batch.project}"
    everything = {"name": "x", "url": receiver.url, "events": list(NAMES)}
    house.lead.made(f"{project}/webhooks", everything)
    draft = house.lead.seen(f"{project}/guidelines")["items"][0]["id"]
    house.lead.made(f"{project}/guidelines/{draft}/publication")
    upload(house.vendor, batch, b"PK\x03\x04 but not really")
    house.work()
    upload(house.vendor, batch, archive(tmp_path, {alias: truth(alias) for alias in ALIASES}))
    house.work()
    accept = {"decision": "accept", "override": True, "reason": "Seen by us."}
    house.lead.made(f"/batches/{batch.id}/decisions", accept)
    signed = {"vendor": house.organisations["northlight"], "reason": "Known to us."}
    house.admin.made(f"{project}/awards", signed)
    agree(house)
    issue(house, bill(house, batch))
    with house.app.state.database.reading() as session:
        told = [
            (row.event, row.text.rpartition(" (")[0])
            for row in session.scalars(select(NoticeRow).order_by(NoticeRow.occurred))
        ]
    number = next(text.split()[2] for event, text in told if event == "invoice.issued")
    assert told == [
        ("guideline.published", "P: version 1 of the guideline is in force"),
        ("delivery.received", "P: northlight handed in batch 1"),
        ("delivery.refused", "P: nothing that northlight handed in for batch 1 can be read"),
        ("delivery.received", "P: northlight handed in batch 1"),
        ("delivery.judged", "P: batch 1 of northlight is judged: 0 errors, 2 warnings"),
        ("batch.accepted", "P: batch 1 of northlight is accepted"),
        (
            "award.overridden",
            "P: northlight may do production work without a pilot, by an admin's signature",
        ),
        ("invoice.issued", f"P: invoice {number} of northlight was issued"),
    ]
