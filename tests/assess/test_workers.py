"""Workers may die; the other tasks go on."""

import os
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from assay.assess.workers import Lost, WorkerPool


def square(number: int) -> int:
    return number * number


def test_every_task_is_done_once() -> None:
    assert dict(WorkerPool(square, workers=2).run(50)) == {n: n * n for n in range(50)}


def test_no_tasks_need_no_worker() -> None:
    assert list(WorkerPool(square, workers=2).run(0)) == []


def test_a_worker_that_dies_loses_its_task_only() -> None:
    def die_at_five(number: int) -> int:
        if number == 5:
            os._exit(9)
        return number

    results = dict(WorkerPool(die_at_five, workers=2).run(20))
    assert results.pop(5) == Lost("its worker process ended with code 9")
    assert results == {n: n for n in range(20) if n != 5}


def test_a_task_that_takes_too_long_is_stopped() -> None:
    def hang_at_two(number: int) -> int:
        if number == 2:
            time.sleep(60)
        return number

    started = time.monotonic()
    results = dict(WorkerPool(hang_at_two, workers=1, seconds=0.5).run(4))
    assert results[2] == Lost("it took more than 0 s")
    assert [results[n] for n in (0, 1, 3)] == [0, 1, 3]
    assert time.monotonic() - started < 50  # far from the minute that the task asked for


def test_a_task_that_wants_too_much_memory_is_stopped() -> None:
    def greedy(number: int) -> int:
        return len(bytearray(2**32)) if number == 1 else number

    results = dict(WorkerPool(greedy, workers=1).run(3))
    assert results[1] == Lost("it needed more than 1 GiB of memory")
    assert (results[0], results[2]) == (0, 2)


def test_our_own_bug_is_raised_with_its_traceback() -> None:
    def wrong(number: int) -> float:
        return 1 / number

    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        list(WorkerPool(wrong, workers=1).run(2))


def test_closing_early_ends_the_workers() -> None:
    results = WorkerPool(lambda _: os.getpid(), workers=2).run(1000)
    _, pid = next(results)
    results.close()  # type: ignore[attr-defined]  # run is a generator
    assert not Path(f"/proc/{pid}").exists()


def test_a_worker_that_dies_between_tasks_is_replaced() -> None:
    def answer_and_die(number: int) -> int:
        if threading.active_count() == 1:
            threading.Timer(0.02, os._exit, [3]).start()
        time.sleep(0.001)
        return number

    # Each worker dies idle or at some task; every task is answered or said to be lost.
    results = dict(WorkerPool(answer_and_die, workers=2, seconds=10).run(60))
    assert sorted(results) == list(range(60))
    assert any(value == number for number, value in results.items())


def test_workers_share_the_tasks_out() -> None:
    def whose(_: int) -> int:
        time.sleep(0.005)
        return os.getpid()

    shares = Counter(dict(WorkerPool(whose, workers=2).run(64)).values())
    assert len(shares) == 2
    assert min(shares.values()) >= 16
