"""The clock of a question's first answer."""

from datetime import UTC, datetime, timedelta

import pytest

from assay.sourcing.response_times import Waiting, response_times

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)


def test_an_answer_on_the_last_moment_is_in_time() -> None:
    gaps = [timedelta(hours=24), timedelta(hours=24, seconds=1), None]
    waits = [Waiting(NINE, None if gap is None else NINE + gap) for gap in gaps]
    times = response_times(waits, allowed=timedelta(hours=24))
    assert (times.asked, times.answered, times.in_time) == (3, 2, 1)
    assert times.slowest_minutes == pytest.approx(24 * 60 + 1 / 60)


def test_without_answers_there_are_no_times() -> None:
    times = response_times([], allowed=timedelta(hours=1))
    assert (times.median_minutes, times.slowest_minutes) == (None, None)
