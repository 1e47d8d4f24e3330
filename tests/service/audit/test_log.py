"""The log of a running service: written with what was done, anchored, shown to auditors alone."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import delete, update

from assay.errors import AuditError
from assay.service.actor import SYSTEM
from assay.service.audit import store as log
from assay.service.audit.anchoring import Anchoring
from assay.service.audit.chain import Entry
from assay.service.audit.heads import PublicKey
from assay.service.audit.merkle import includes, leaf_hash
from assay.service.audit.record import record
from assay.service.audit.tables import EntryRow, TipRow
from assay.service.audit.verify import Anchors, verify
from assay.service.database import Database
from service.house import House

PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}


def exported(house: House) -> list[bytes]:
    """Return the log as an auditor gets it, two lines at a time."""
    auditor, lines = house.person("auditor"), list[bytes]()
    while True:
        part = auditor.get("/audit/log", params={"after": len(lines), "limit": 2})
        assert part.status_code == 200, part.text
        assert part.headers["content-type"].startswith("application/x-ndjson")
        assert part.headers["content-disposition"].startswith("attachment")
        if not part.content:
            return lines
        lines += part.content.splitlines(keepends=True)


def anchoring(house: House) -> Anchoring:
    found: Anchoring = house.app.state.anchoring
    return found


def test_what_was_done_is_listed_with_who_did_it(house: House) -> None:
    project = house.lead.made("/projects", PROJECT)["id"]
    auditor = house.person("auditor")
    (entry,) = auditor.seen("/audit/entries", params={"subject": project})["items"]
    assert (entry["action"], entry["actor"]) == ("project.begun", house.lead.user)
    assert entry["facts"]["currency"] == "EUR"
    assert auditor.seen("/audit/entries", params={"actor": "nobody"})["items"] == []
    by_action = auditor.seen("/audit/entries", params={"action": "project.begun"})["items"]
    assert by_action == [entry]


def test_two_who_write_the_first_entry_at_once_write_the_first_two(database_url: str) -> None:
    database, together = Database(database_url), threading.Barrier(2, timeout=1)

    def write(name: str) -> None:
        with database.writing() as session:
            # SQLite lets the second in only when the first has left.
            with suppress(threading.BrokenBarrierError):
                together.wait()
            record(session, SYSTEM, "project.begun", subject=name)

    with ThreadPoolExecutor(2) as crew:
        list(crew.map(write, ("prj_a", "prj_b")))
    with database.reading() as session:
        lines = [line.encode() for line in log.all_lines(session)]
    database.close()
    assert len(lines) == 2
    assert verify(lines, Anchors()).sound


def test_a_long_list_comes_in_stretches(house: House) -> None:
    house.lead.made("/projects", PROJECT)
    auditor, seen, cursor = house.person("auditor"), list[int](), None
    while True:
        params: dict[str, Any] = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        part = auditor.seen("/audit/entries", params=params)
        seen += [entry["sequence"] for entry in part["items"]]
        cursor = part["next"]
        if cursor is None:
            break
    assert seen == list(range(1, len(exported(house)) + 1))
    assert auditor.get("/audit/entries", params={"cursor": "x"}).status_code == 422


def test_what_is_undone_is_not_in_the_log(house: House) -> None:
    house.person("auditor")
    before = len(exported(house))
    policies = {"test": {"standard": 0.8, "limit": 0.7}}
    assert house.person("lead").post("/projects", json={**PROJECT, "policies": policies}).is_error
    after = exported(house)
    assert not any(b"project.begun" in line for line in after)
    assert len(after) > before


def test_the_export_is_what_the_anchors_say(house: House) -> None:
    house.lead.made("/projects", PROJECT)
    anchoring(house).anchor()
    house.lead.made("/projects", PROJECT)
    anchoring(house).anchor()
    lines = exported(house)
    anchors = anchoring(house).store.read(anchoring(house).key.public)
    verdict = verify(lines, anchors)
    assert verdict.sound
    assert verdict.heads == 2
    assert verdict.anchored >= len(lines) - 1
    assert Entry.parse(lines[0].decode().rstrip("\n")).sequence == 1


def test_an_entry_is_proved_by_the_head_that_an_auditor_keeps(house: House) -> None:
    house.lead.made("/projects", PROJECT)
    auditor = house.person("auditor")
    assert auditor.get("/audit/head").status_code == 404
    anchoring(house).anchor()
    size = auditor.seen("/audit/head")["size"]
    for sequence in range(1, size + 1):
        proof = auditor.seen(f"/audit/entries/{sequence}/proof")
        head = PublicKey.parse(proof["head"]["public_key"]).check(proof["head"]["note"])
        siblings = [bytes.fromhex(digest) for digest in proof["proof"]]
        leaf = leaf_hash(proof["line"].encode())
        assert json.loads(proof["line"])["sequence"] == sequence
        assert includes(head.root, head.size, proof["index"], leaf, siblings)
    house.person("expert")
    assert auditor.get(f"/audit/entries/{size + 1}/proof").status_code == 409
    assert auditor.get(f"/audit/entries/{size + 99}/proof").status_code == 404


def test_numbers_and_texts_that_no_database_takes_are_refused(house: House) -> None:
    auditor = house.person("auditor")
    assert auditor.get(f"/audit/entries/{2**70}/proof").status_code == 422
    assert auditor.get("/audit/log", params={"after": 2**70}).status_code == 422
    assert auditor.get("/audit/entries", params={"actor": "a\0b"}).status_code == 422
    assert auditor.get("/audit/entries", params={"cursor": str(2**70)}).status_code == 422


@pytest.mark.parametrize("role", ["lead", "expert", "reviewer", "finance"])
def test_others_do_not_see_the_log(house: House, role: str) -> None:
    for path in ("/audit/entries", "/audit/log", "/audit/head", "/audit/entries/1/proof"):
        assert house.person(role).get(path).status_code == 403
        assert house.vendor.get(path).status_code == 403
        assert house.nobody.get(path).status_code == 401


def test_a_head_is_signed_only_when_something_happened(house: House) -> None:
    house.lead.made("/projects", PROJECT)
    anchoring(house).anchor()
    anchoring(house).anchor()
    assert len(list(anchoring(house).store.objects.list("heads"))) == 1


def test_two_processes_that_anchor_in_turns_make_one_history(house: House) -> None:
    first = anchoring(house)
    second = Anchoring.of(house.app.state.settings, house.app.state.database)
    for process in (first, second, second, first, second):
        house.lead.made("/projects", PROJECT)
        process.anchor()
    anchors = first.store.read(first.key.public)
    lines = exported(house)
    assert verify(lines, anchors).sound
    assert len(anchors.leaves) == anchors.size
    assert first.key == second.key


def tamper(house: House, how: str) -> None:
    """Change the log as somebody with the database's password may."""
    with house.app.state.database.writing() as session:
        rows = list(session.query(EntryRow).order_by(EntryRow.sequence))
        if how == "cut":
            session.execute(delete(EntryRow).where(EntryRow.sequence > len(rows) - 2))
            kept = Entry.parse(rows[-3].line)
            session.execute(update(TipRow).values(size=kept.sequence, digest=kept.digest.hex()))
            return
        events = [Entry.parse(row.line).event for row in rows]
        tip = Entry.parse(rows[0].line).tip
        for row, event in zip(rows[1:], events[2:] + events[1:2], strict=True):
            entry = tip.follow(event)
            row.line, tip = entry.line, entry.tip
        session.execute(update(TipRow).values(size=tip.size, digest=tip.digest.hex()))


@pytest.mark.parametrize("how", ["cut", "rewritten"])
@pytest.mark.parametrize("restarted", [True, False])
@pytest.mark.parametrize("goes_on", [True, False])
def test_a_log_that_is_not_the_anchored_one_is_noticed_before_it_is_signed(
    house: House, how: str, *, restarted: bool, goes_on: bool
) -> None:
    for _ in range(3):
        house.lead.made("/projects", PROJECT)
    process = anchoring(house)
    process.anchor()
    tamper(house, how)
    for _ in range(4 if goes_on else 0):
        house.lead.made("/projects", PROJECT)
    if restarted:
        process = Anchoring.of(house.app.state.settings, house.app.state.database)
    with pytest.raises(AuditError, match="assay audit verify"):
        process.anchor()
    assert process.fault
    assert len(list(process.store.objects.list("heads"))) == 1


def test_a_thread_anchors_and_the_end_does(house: House) -> None:
    house.lead.made("/projects", PROJECT)
    process = anchoring(house)
    process.start(3600)
    process.stop()
    assert process.store.size(process.key.public) == len(exported(house)) - 1
