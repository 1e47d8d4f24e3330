"""The queue on both databases: once, in turn, whoever dies."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from assay.errors import StorageUnavailableError
from assay.service import clock
from assay.service.database import Database
from assay.service.jobs import JobKind, Workbench, enqueue, queue
from assay.service.jobs.kinds import KINDS
from assay.service.jobs.tables import JobRow
from assay.service.jobs.worker import Worker
from assay.service.settings import Settings
from assay.service.storage.opening import open_blobs


@dataclass
class Clock:
    """A time that stands still until it is moved."""

    time: datetime = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def elapsed(self) -> float:
        return self.time.timestamp()

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class Notebook:
    """What a job did: worked on, took effect, given up."""

    worked: list[str] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    fail: int = 0

    def work(self, _: Workbench, payload: Mapping[str, Any]) -> str:
        self.worked.append(payload["name"])
        if len(self.worked) <= self.fail:
            raise RuntimeError("not today")
        return str(payload["name"]).upper()

    def apply(self, _: Session, __: Mapping[str, Any], result: str) -> None:
        self.applied.append(result)

    def give_up(self, _: Session, payload: Mapping[str, Any], error: str) -> None:
        self.given_up.append(f"{payload['name']}: {error}")

    @property
    def kind(self) -> JobKind:
        return JobKind("note", "Notes.", self.work, self.apply, self.give_up)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moving = Clock()
    monkeypatch.setattr(clock, "now", moving)
    monkeypatch.setattr(clock, "elapsed", moving.elapsed)
    return moving


@pytest.fixture
def bench(settings: Settings) -> Iterator[Workbench]:
    settings.data_dir.mkdir()
    blobs = open_blobs(settings.storage, settings.key_file)
    database = Database(settings.database)
    yield Workbench(database, blobs, settings)
    database.close()


def put(bench: Workbench, *names: str, organisation: str = "org_a") -> None:
    with bench.database.writing() as session:
        for name in names:
            enqueue(
                session,
                "note",
                key=f"{organisation} {name}",
                organisation=organisation,
                payload={"name": name},
            )


def worker(bench: Workbench, book: Notebook) -> Worker:
    return Worker(bench, {"note": book.kind}, threads=0)


def drain(worker: Worker) -> None:
    while worker.do_next():
        pass


def states(bench: Workbench) -> dict[str, int]:
    with bench.database.reading() as session:
        query = select(JobRow.state, func.count()).group_by(JobRow.state)
        return dict(iter(session.execute(query)))


@pytest.mark.usefixtures("time")
def test_a_job_is_done_once(bench: Workbench) -> None:
    book = Notebook()
    put(bench, "a", "b")
    drain(worker(bench, book))
    assert book.applied == ["A", "B"]
    assert states(bench) == {"done": 2}


@pytest.mark.usefixtures("time")
def test_the_same_key_is_one_job(bench: Workbench) -> None:
    book = Notebook()
    put(bench, "a")
    put(bench, "a")
    drain(worker(bench, book))
    put(bench, "a")
    drain(worker(bench, book))
    assert book.applied == ["A"]


@pytest.mark.usefixtures("time")
def test_a_job_and_what_wanted_it_are_undone_together(bench: Workbench) -> None:
    def wants_then_fails() -> None:
        with bench.database.writing() as session:
            enqueue(session, "note", key="k", organisation="o", payload={"name": "a"})
            raise RuntimeError("after all")

    with pytest.raises(RuntimeError, match="after all"):
        wants_then_fails()
    assert states(bench) == {}


@pytest.mark.usefixtures("time")
def test_one_who_queues_a_thousand_does_not_keep_another_waiting(bench: Workbench) -> None:
    book = Notebook()
    put(bench, *(f"big {number}" for number in range(60)), organisation="org_big")
    first = worker(bench, book)
    for _ in range(10):
        first.do_next()
    put(bench, "small 1", "small 2", organisation="org_small")
    drain(first)
    assert book.worked.index("small 1") <= 12
    assert book.worked.index("small 2") <= 14


def test_a_failed_job_is_tried_later_and_then_set_aside(bench: Workbench, time: Clock) -> None:
    book = Notebook(fail=99)
    put(bench, "a")
    first = worker(bench, book)
    drain(first)
    assert (len(book.worked), states(bench)) == (1, {"queued": 1})
    time.move(seconds=2)
    drain(first)
    assert len(book.worked) == 2
    time.move(seconds=3.9)
    drain(first)
    assert len(book.worked) == 2
    time.move(seconds=0.1)
    drain(first)
    assert (len(book.worked), states(bench)) == (3, {"dead": 1})
    assert book.given_up == ["a: RuntimeError: not today"]


def test_a_job_that_fails_once_takes_effect_once(bench: Workbench, time: Clock) -> None:
    book = Notebook(fail=1)
    put(bench, "a")
    first = worker(bench, book)
    drain(first)
    time.move(seconds=2)
    drain(first)
    assert (book.applied, book.given_up) == (["A"], [])


def test_the_work_of_a_silent_worker_goes_to_another_and_its_late_end_is_refused(
    bench: Workbench, time: Clock
) -> None:
    second_book = Notebook()
    second = worker(bench, second_book)

    class Slow(Notebook):
        def work(self, bench: Workbench, payload: Mapping[str, Any]) -> str:
            # While it works, it falls silent, and the other takes over and ends the job.
            second.sweep()
            time.move(seconds=31)
            second.sweep()
            time.move(seconds=2)
            drain(second)
            return super().work(bench, payload)

    slow = Slow()
    put(bench, "a")
    worker(bench, slow).do_next()
    assert (slow.worked, slow.applied) == (["a"], [])
    assert second_book.applied == ["A"]
    assert states(bench) == {"done": 1}


def test_a_worker_that_lives_keeps_its_jobs(bench: Workbench, time: Clock) -> None:
    put(bench, "a")
    lease = timedelta(seconds=30)
    with bench.database.writing() as session:
        claimed = queue.claim(session, "alive", lease, {"note"})
    assert claimed is not None
    other = worker(bench, Notebook())
    for _ in range(4):
        other.sweep()
        time.move(seconds=29)
        with bench.database.writing() as session:
            queue.keep(session, "alive", [claimed.id], lease)
    other.sweep()
    assert states(bench) == {"running": 1}


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_worker_whose_clock_is_an_hour_off_steals_nothing_from_one_that_lives(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    right, seconds = Clock(), Clock()
    off = Clock(right.time + timedelta(hours=hours))
    monkeypatch.setattr(clock, "elapsed", seconds.elapsed)
    monkeypatch.setattr(clock, "now", right)
    put(bench, "a", "b")
    lease, other = timedelta(seconds=30), worker(bench, Notebook())
    with bench.database.writing() as session:
        mine = queue.claim(session, "alive", lease, {"note"})
    assert mine is not None
    for _ in range(6):
        monkeypatch.setattr(clock, "now", off)
        other.sweep()
        for moving in (right, off, seconds):
            moving.move(seconds=10)
        monkeypatch.setattr(clock, "now", right)
        with bench.database.writing() as session:
            queue.keep(session, "alive", [mine.id], lease)
    monkeypatch.setattr(clock, "now", off)
    # What waits is due whatever its clock says, and what is dead is found within one lease.
    assert other.do_next()
    assert states(bench) == {"running": 1, "done": 1}
    other.sweep()
    seconds.move(seconds=30)
    other.sweep()
    assert states(bench) == {"queued": 1, "done": 1}


def test_a_job_whose_claim_was_not_heard_goes_to_another(
    bench: Workbench, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bench, "a")
    deaf, writing = worker(bench, Notebook()), Database.writing

    @contextmanager
    def unheard(database: Database) -> Iterator[Session]:
        with writing(database) as session:
            yield session
        raise OperationalError("COMMIT", {}, OSError("connection reset"))

    with monkeypatch.context() as patch:
        patch.setattr(Database, "writing", unheard)
        with pytest.raises(OperationalError):
            deaf.do_next()
    assert states(bench) == {"running": 1}
    other = Notebook()
    living = worker(bench, other)
    for _ in range(5):
        deaf.keep()
        living.sweep()
        time.move(seconds=8)
    drain(living)
    assert (other.applied, states(bench)) == (["A"], {"done": 1})


@pytest.mark.parametrize(
    "fault",
    [
        lambda: StorageUnavailableError("The storage failed."),
        lambda: OperationalError("SELECT", {}, OSError("connection reset")),
        lambda: OSError(28, "No space left on device"),
    ],
    ids=["storage", "database", "disk"],
)
def test_an_outage_is_waited_for_and_no_attempt_is_spent(
    bench: Workbench, time: Clock, fault: Callable[[], Exception]
) -> None:
    class Away(Notebook):
        def work(self, bench: Workbench, payload: Mapping[str, Any]) -> str:
            if len(self.worked) < 5:
                self.worked.append("in vain")
                raise fault()
            return super().work(bench, payload)

    book = Away()
    put(bench, "a")
    first = worker(bench, book)
    for _ in range(5):
        assert first.do_next()
        assert not first.do_next()
        time.move(seconds=30)
    drain(first)
    assert (book.applied, book.given_up) == (["A"], [])


def test_an_outage_of_more_than_a_day_is_a_failure(bench: Workbench, time: Clock) -> None:
    class Away(Notebook):
        def work(self, bench: Workbench, payload: Mapping[str, Any]) -> str:
            super().work(bench, payload)
            raise OSError(28, "No space left on device")

    book = Away()
    put(bench, "a")
    time.move(days=1, seconds=1)
    for _ in range(3):
        drain(worker(bench, book))
        time.move(seconds=10)
    assert (len(book.given_up), states(bench)) == (1, {"dead": 1})


def test_a_worker_that_kills_itself_thrice_is_not_fed_again(bench: Workbench, time: Clock) -> None:
    book = Notebook()
    put(bench, "deadly", "harmless")
    sweeper = worker(bench, book)
    for number in range(3):
        with bench.database.writing() as session:
            queue.claim(session, f"victim {number}", timedelta(seconds=30), {"note"})
        sweeper.sweep()
        time.move(seconds=40)
        sweeper.sweep()
        time.move(seconds=10)
    assert book.given_up == ["deadly: Worker victim 2 fell silent."]
    drain(sweeper)
    assert states(bench) == {"dead": 1, "done": 1}


@pytest.mark.usefixtures("time")
def test_what_a_stopping_worker_holds_is_given_back(bench: Workbench) -> None:
    put(bench, "a")
    with bench.database.writing() as session:
        queue.claim(session, "leaving", timedelta(seconds=30), {"note"})
    with bench.database.writing() as session:
        queue.release(session, "leaving")
    book = Notebook()
    drain(worker(bench, book))
    assert book.applied == ["A"]


@pytest.mark.usefixtures("time")
def test_an_unknown_kind_is_left_for_a_newer_worker(bench: Workbench) -> None:
    put(bench, "a")
    older = Worker(bench, {}, threads=0)
    assert not older.do_next()
    assert states(bench) == {"queued": 1}


def test_kinds_have_names_and_summaries_of_their_own() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert all(kind.summary.endswith(".") for kind in KINDS)
