"""The life of a request for proposals."""

from enum import StrEnum

from assay.sourcing.lives.life import read_life


class RequestState(StrEnum):
    """Where a request for proposals stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class RequestStep(StrEnum):
    """What can be done with a request for proposals."""

    ASK = "ask"
    OPEN = "open"
    ANSWER = "answer"
    CLOSE = "close"


REQUEST_LIFE = read_life(
    "request",
    RequestState,
    RequestStep,
    """
    draft | ask    | draft  | buyer  | one more vendor is asked
    draft | open   | open   | buyer  | those that are asked see it
    open  | ask    | open   | buyer  | one more vendor is asked
    open  | answer | open   | vendor | a vendor answers, answers anew, or declines
    open  | close  | closed | buyer  | no more answers are taken
    """,
)
