"""Items go through workers and come back in order."""

import os
import time

from assay.assess.walk import walk
from assay.assess.workers import Lost


def slow_first(key: str) -> str:
    time.sleep(0.2 if key == "a" else 0.0)
    return key.upper()


def dies_at_b(key: str) -> str:
    if key == "b":
        os._exit(3)
    return key


def test_results_come_in_the_order_of_the_keys_however_long_each_takes() -> None:
    keys = [chr(ord("a") + place) for place in range(20)]
    assert list(walk(keys, slow_first, workers=2)) == [(key, key.upper()) for key in keys]


def test_a_task_whose_worker_dies_is_lost_and_the_others_go_on() -> None:
    results = dict(walk(["a", "b", "c"], dies_at_b, workers=1))
    assert (results["a"], results["c"]) == ("a", "c")
    assert isinstance(results["b"], Lost)


def test_progress_counts_what_is_done() -> None:
    told: list[tuple[int, int]] = []
    list(walk(["a", "b"], str.upper, workers=1, progress=lambda *step: told.append(step)))
    assert told == [(1, 2), (2, 2)]


def test_nothing_to_do_is_done_at_once() -> None:
    assert list(walk([], str.upper)) == []
