"""The life of labels that experts hold to be right."""

from enum import StrEnum

from assay.sourcing.lives.life import read_life


class GoldState(StrEnum):
    """Where a version of an image's gold stands; an active one is in force."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    REPLACED = "replaced"
    RETIRED = "retired"


class GoldStep(StrEnum):
    """What can be done with a version of gold."""

    AGREE = "agree"
    REPLACE = "replace"
    RETIRE = "retire"


GOLD_LIFE = read_life(
    "gold",
    GoldState,
    GoldStep,
    """
    proposed | agree   | active   | buyer | a second expert says the same
    proposed | replace | replaced | buyer | other labels were proposed instead
    proposed | retire  | retired  | buyer | nobody is to agree with it any more
    active   | retire  | retired  | buyer | it hides in no further batch
    """,
)
