"""What is left over goes, and nothing else does."""

from datetime import timedelta

import pytest

from assay.service import clock
from service.house import House

PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}


def test_answers_and_orphans_go_after_their_time_and_nothing_else(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = {"idempotency-key": "once"}
    first = house.lead.made("/projects", PROJECT, headers=once)
    blobs = house.app.state.blobs
    kept = blobs.put([b"pixels"]).digest
    blobs.objects.put("data/00/orphan", [b"1"])
    assert house.app.state.housekeeping.put_away() == (0, 0)
    assert house.lead.made("/projects", PROJECT, headers=once) == first
    present = clock.now
    monkeypatch.setattr(clock, "now", lambda: present() + timedelta(days=8))
    assert house.app.state.housekeeping.put_away() == (1, 1)
    assert blobs.has(kept)
    monkeypatch.undo()
    assert house.lead.made("/projects", PROJECT, headers=once)["id"] != first["id"]
