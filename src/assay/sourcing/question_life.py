"""The life of a vendor's question: asked, answered, settled, and how long it may wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from assay.errors import ParameterError


class QuestionState(StrEnum):
    """Where a question stands; an open one waits for the buyer."""

    OPEN = "open"
    ANSWERED = "answered"
    SETTLED = "settled"


class QuestionStep(StrEnum):
    """What can be done with a question."""

    ANSWER = "answer"
    ASK_ON = "ask on"
    SETTLE = "settle"


_S, _T = QuestionState, QuestionStep

#: State and step -> the state after; what is not here cannot be done.
QUESTION_LIFE: dict[tuple[QuestionState, QuestionStep], QuestionState] = {
    (_S.OPEN, _T.ANSWER): _S.ANSWERED,
    (_S.OPEN, _T.ASK_ON): _S.OPEN,
    (_S.ANSWERED, _T.ANSWER): _S.ANSWERED,
    (_S.ANSWERED, _T.ASK_ON): _S.OPEN,
    (_S.ANSWERED, _T.SETTLE): _S.SETTLED,
}

_REFUSALS = {
    _S.OPEN: "Nobody has answered this question yet. Answer it first.",
    _S.SETTLED: "This question is settled. Ask another.",
}


def question_after(state: QuestionState, step: QuestionStep) -> QuestionState:
    """Return the state after a step.

    Raises
    ------
    ParameterError
        When the step is not possible; the message says what is.

    Examples
    --------
    >>> question_after(QuestionState.OPEN, QuestionStep.ANSWER)
    <QuestionState.ANSWERED: 'answered'>
    """
    after = QUESTION_LIFE.get((state, step))
    if after is None:
        raise ParameterError(_REFUSALS[state])
    return after


@dataclass(frozen=True)
class Waiting:
    """How long a question waited for its first answer.

    Parameters
    ----------
    asked
        When it was asked.
    answered
        When it was first answered; None while it waits.
    """

    asked: datetime
    answered: datetime | None


@dataclass(frozen=True)
class ResponseTimes:
    """How quickly questions were first answered.

    Parameters
    ----------
    asked, answered
        How many.
    in_time
        How many were first answered within the time allowed.
    median_minutes, slowest_minutes
        Of those that were answered; None where there are none.
    """

    asked: int
    answered: int
    in_time: int
    median_minutes: float | None
    slowest_minutes: float | None


def response_times(questions: Sequence[Waiting], *, allowed: timedelta) -> ResponseTimes:
    """Return how quickly questions were first answered.

    Examples
    --------
    >>> start = datetime(2026, 5, 4, 9)
    >>> waited = [timedelta(minutes=30), timedelta(hours=30), None]
    >>> asked = [Waiting(start, None if gap is None else start + gap) for gap in waited]
    >>> response_times(asked, allowed=timedelta(hours=24)).in_time
    1
    """
    waits = [question.answered - question.asked for question in questions if question.answered]
    minutes = [wait / timedelta(minutes=1) for wait in waits]
    return ResponseTimes(
        asked=len(questions),
        answered=len(waits),
        in_time=sum(wait <= allowed for wait in waits),
        median_minutes=median(minutes) if minutes else None,
        slowest_minutes=max(minutes, default=None),
    )
