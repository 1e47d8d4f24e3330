"""Every state and step of a question, and the clock of its first answer."""

from datetime import UTC, datetime, timedelta

import pytest

from assay.errors import ParameterError
from assay.sourcing.question_life import (
    QUESTION_LIFE,
    QuestionState,
    QuestionStep,
    Waiting,
    question_after,
    response_times,
)

NINE = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize("state", QuestionState)
@pytest.mark.parametrize("step", QuestionStep)
def test_what_the_table_does_not_say_cannot_be_done(
    state: QuestionState, step: QuestionStep
) -> None:
    if (state, step) in QUESTION_LIFE:
        assert question_after(state, step) is QUESTION_LIFE[state, step]
    else:
        with pytest.raises(ParameterError, match=r"Answer it first|Ask another"):
            question_after(state, step)


def test_nothing_leaves_settled_and_everything_reaches_it() -> None:
    assert not [state for state, _ in QUESTION_LIFE if state is QuestionState.SETTLED]
    reached = {QuestionState.OPEN}
    for _ in QuestionState:
        reached |= {after for (state, _), after in QUESTION_LIFE.items() if state in reached}
    assert reached == set(QuestionState)


def test_an_answer_on_the_last_moment_is_in_time() -> None:
    gaps = [timedelta(hours=24), timedelta(hours=24, seconds=1), None]
    waits = [Waiting(NINE, None if gap is None else NINE + gap) for gap in gaps]
    times = response_times(waits, allowed=timedelta(hours=24))
    assert (times.asked, times.answered, times.in_time) == (3, 2, 1)
    assert times.slowest_minutes == pytest.approx(24 * 60 + 1 / 60)


def test_without_answers_there_are_no_times() -> None:
    times = response_times([], allowed=timedelta(hours=1))
    assert (times.median_minutes, times.slowest_minutes) == (None, None)
