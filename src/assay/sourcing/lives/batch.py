"""The life of a batch of work."""

from enum import StrEnum

from assay.sourcing.lives.life import read_life


class BatchState(StrEnum):
    """Where a batch stands."""

    DRAWN = "drawn"
    PACKED = "packed"
    SENT = "sent"
    DELIVERED = "delivered"
    JUDGED = "judged"
    REWORK = "rework"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class BatchStep(StrEnum):
    """What can be done with a batch."""

    PACK = "pack"
    SEND = "send"
    DELIVER = "deliver"
    REFUSE = "refuse"
    JUDGE = "judge"
    ACCEPT = "accept"
    SEND_BACK = "send back"
    REJECT = "reject"
    CANCEL = "cancel"


BATCH_LIFE = read_life(
    "batch",
    BatchState,
    BatchStep,
    """
    drawn     | pack      | packed    | system | the archive for the vendor is ready
    drawn     | cancel    | cancelled | buyer  | nothing was sent
    packed    | send      | sent      | buyer  | the vendor sees it and may take it
    packed    | cancel    | cancelled | buyer  | nothing was sent
    sent      | deliver   | delivered | vendor | an archive came in whole
    sent      | cancel    | cancelled | buyer  | the work is no longer wanted
    delivered | judge     | judged    | system | it was read, checked and scored
    delivered | refuse    | sent      | system | nothing in it could be read
    judged    | deliver   | delivered | vendor | a corrected archive came before review
    judged    | accept    | accepted  | buyer  | it is good with the stated risk
    judged    | send back | rework    | buyer  | named items are to be done again
    judged    | reject    | rejected  | buyer  | it is bad with the stated risk
    rework    | deliver   | delivered | vendor | an archive came in whole
    rework    | reject    | rejected  | buyer  | the vendor does not mend it
    rework    | cancel    | cancelled | buyer  | the work is no longer wanted
    """,
)
