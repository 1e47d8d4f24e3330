"""The life of a pilot."""

from enum import StrEnum

from assay.sourcing.lives.life import read_life


class PilotState(StrEnum):
    """Where a pilot stands."""

    DRAWN = "drawn"
    SENT = "sent"
    JUDGING = "judging"
    JUDGED = "judged"


class PilotStep(StrEnum):
    """What can be done with a pilot."""

    SEND = "send"
    JUDGE = "judge"
    FINISH = "finish"
    GIVE_UP = "give up"
    AWARD = "award"


PILOT_LIFE = read_life(
    "pilot",
    PilotState,
    PilotStep,
    """
    drawn   | send    | sent    | buyer  | every vendor may take its package at once
    sent    | judge   | judging | buyer  | what came in is compared, image by image
    judging | finish  | judged  | system | what was found is told
    judging | give up | sent    | system | it could not be compared; it may be tried again
    judged  | judge   | judging | buyer  | again, with what came in since
    judged  | award   | judged  | buyer  | a vendor may be given production work
    """,
)
