"""Whoever runs the service sees how it is, and nobody sees more than that."""

import json
import logging
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from assay.service.app import api_routes, demanded
from assay.service.logs import start_logging
from assay.service.operations import health
from assay.service.projects import store
from assay.service.settings import Settings
from assay.service.storage.blobs import Blobs
from service.house import House

PROJECT = {"name": "Streets", "currency": "EUR", "budget_minor": 5_000_000}


def test_a_service_that_works_is_alive_and_ready(house: House) -> None:
    assert house.nobody.seen("/health/live") == {"status": "alive"}
    assert house.nobody.seen("/health/ready") == {
        "status": "ready",
        "parts": {"database": True, "storage": True, "audit": True},
    }


@pytest.mark.parametrize("part", ["database", "storage", "audit"])
def test_a_part_that_fails_makes_it_unwell_without_saying_why(
    house: House, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("/secret/path is gone")

    if part == "database":
        monkeypatch.setattr(health, "_ask", fail)
    elif part == "storage":
        monkeypatch.setattr(Blobs, "has", fail)
    else:
        house.app.state.anchoring.fault = "/secret/path is gone"
    answer = house.nobody.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {
        name: name != part for name in ("database", "storage", "audit")
    }
    assert "secret" not in answer.text
    assert house.nobody.get("/health/live").status_code == 200


def test_counters_are_for_admins(house: House) -> None:
    house.lead.made("/projects", PROJECT)
    house.lead.get("/nowhere")
    answer = house.admin.get("/metrics")
    lines = answer.text.splitlines()
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'assay_requests_total{method="POST",route="/projects",status="201"} 1.0' in lines
    assert 'assay_requests_total{method="any",route="none",status="404"} 1.0' in lines
    assert 'assay_jobs{state="dead"} 0.0' in lines
    assert "assay_audit_broken 0.0" in lines
    assert any(line.startswith("assay_audit_unanchored_entries ") for line in lines)
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)
    for caller in (house.lead, house.vendor):
        assert caller.get("/metrics").status_code == 403
    assert house.nobody.get("/metrics").status_code == 401


def test_a_database_that_is_away_is_told_as_a_matter_of_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT secret", {}, OSError("connection reset"))

    caller = house.lead
    monkeypatch.setattr(store, "projects", away)
    answer = caller.get("/projects")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "same Idempotency-Key" in answer.json()["detail"]
    assert "secret" not in answer.text


def test_errors_of_the_database_do_not_show_what_was_stored(house: House) -> None:
    with (
        house.app.state.database.reading() as session,
        pytest.raises(Exception, match="no_such_table") as caught,
    ):
        session.execute(text("SELECT * FROM no_such_table WHERE a = :a"), {"a": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_the_log_is_json_and_holds_no_secret(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = logging.getLogger().handlers[:], logging.getLogger().level
    start_logging(Settings(data_dir=tmp_path, log_level="info"))
    try:
        hidden = "hunter2-of-the-caller"
        log = structlog.get_logger("test")
        fault = ValueError(f"no entry for Bearer {hidden}")
        address = f"postgresql://me:{hidden}@host/x"
        log.error("failed", password=hidden, at=address, exc_info=fault)
        logging.getLogger("library").warning("sent %s", f"apat_{hidden}")
        log.info("nested", parts=[{"token": hidden}, f"ainv_{hidden}"])
    finally:
        logging.getLogger().handlers[:], level = before[0], before[1]
        logging.getLogger().setLevel(level)
        structlog.reset_defaults()
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["failed", "sent (hidden)", "nested"]
    assert lines[0]["at"] == "postgresql://(hidden)@host/x"
    assert hidden not in json.dumps(lines)
    assert all("timestamp" in line for line in lines)


def test_every_route_says_who_may_call_it() -> None:
    routes = list(api_routes())
    assert len(routes) > 20
    assert all(demanded(route) is not None for route in routes)
