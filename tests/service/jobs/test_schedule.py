"""What recurs is done once at its moment, by however many workers."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from assay.service import clock
from assay.service.database import Database
from assay.service.jobs.kinds import BY_NAME, SCHEDULE
from assay.service.jobs.schedule import Recurring, enqueue_due, weekly
from assay.service.jobs.tables import JobRow

MONDAYS = Recurring("note", "Mondays", weekly(weekday=0, hour=6))
THURSDAY = datetime(2026, 11, 26, 12, tzinfo=UTC)


def queued(database: Database) -> list[str]:
    with database.reading() as session:
        return [
            job.payload["moment"] for job in session.scalars(select(JobRow).order_by(JobRow.key))
        ]


def test_a_moment_is_queued_once_by_all_workers_at_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: THURSDAY)
    database = Database(database_url)
    crew = [threading.Thread(target=enqueue_due, args=(database, [MONDAYS])) for _ in range(6)]
    for worker in crew:
        worker.start()
    for worker in crew:
        worker.join()
    enqueue_due(database, [MONDAYS])
    assert queued(database) == ["2026-11-23T06:00:00+00:00"]
    database.close()


def test_a_service_that_was_away_does_the_last_one_only(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(database_url)
    for days in (0, 3, 4, 25):
        moment = THURSDAY + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        enqueue_due(database, [MONDAYS])
    assert [moment[:10] for moment in queued(database)] == [
        "2026-11-23",
        "2026-11-30",
        "2026-12-21",
    ]
    database.close()


def test_what_recurs_is_a_kind_of_job() -> None:
    assert {recurring.kind for recurring in SCHEDULE} <= set(BY_NAME)
