"""The life of a vendor's question."""

from enum import StrEnum

from assay.sourcing.lives.life import read_life


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


QUESTION_LIFE = read_life(
    "question",
    QuestionState,
    QuestionStep,
    """
    open     | answer | answered | buyer         | the vendor has it
    open     | ask on | open     | vendor        | there is more to say
    answered | answer | answered | buyer         | there is more to say
    answered | ask on | open     | vendor        | it waits for the buyer again
    answered | settle | settled  | buyer, vendor | the answer is enough
    """,
)
