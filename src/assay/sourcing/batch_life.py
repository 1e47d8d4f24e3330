"""The life of a batch of work: which step leads from which state to which."""

from dataclasses import dataclass
from enum import StrEnum

from assay.errors import ParameterError


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


@dataclass(frozen=True)
class BatchTransition:
    """One step of a life.

    Parameters
    ----------
    state, step, becomes
        A state, what is done in it, and the state after.
    means
        One line for people.
    """

    state: BatchState
    step: BatchStep
    becomes: BatchState
    means: str


_S, _T = BatchState, BatchStep

#: All that can happen; what is not here cannot.
BATCH_LIFE: tuple[BatchTransition, ...] = (
    BatchTransition(_S.DRAWN, _T.PACK, _S.PACKED, "the archive for the vendor is ready"),
    BatchTransition(_S.DRAWN, _T.CANCEL, _S.CANCELLED, "nothing was sent"),
    BatchTransition(_S.PACKED, _T.SEND, _S.SENT, "the vendor sees it and may take it"),
    BatchTransition(_S.PACKED, _T.CANCEL, _S.CANCELLED, "nothing was sent"),
    BatchTransition(_S.SENT, _T.DELIVER, _S.DELIVERED, "an archive came in whole"),
    BatchTransition(_S.SENT, _T.CANCEL, _S.CANCELLED, "the work is no longer wanted"),
    BatchTransition(_S.DELIVERED, _T.JUDGE, _S.JUDGED, "it was read, checked and scored"),
    BatchTransition(_S.DELIVERED, _T.REFUSE, _S.SENT, "nothing in it could be read"),
    BatchTransition(_S.JUDGED, _T.DELIVER, _S.DELIVERED, "a corrected archive came before review"),
    BatchTransition(_S.JUDGED, _T.ACCEPT, _S.ACCEPTED, "it is good with the stated risk"),
    BatchTransition(_S.JUDGED, _T.SEND_BACK, _S.REWORK, "named items are to be done again"),
    BatchTransition(_S.JUDGED, _T.REJECT, _S.REJECTED, "it is bad with the stated risk"),
    BatchTransition(_S.REWORK, _T.DELIVER, _S.DELIVERED, "an archive came in whole"),
    BatchTransition(_S.REWORK, _T.REJECT, _S.REJECTED, "the vendor does not mend it"),
    BatchTransition(_S.REWORK, _T.CANCEL, _S.CANCELLED, "the work is no longer wanted"),
)

#: States in which a vendor may hand in an archive.
OPEN_STATES = frozenset(
    transition.state for transition in BATCH_LIFE if transition.step is BatchStep.DELIVER
)


def batch_after(state: BatchState, step: BatchStep) -> BatchState:
    """Return the state after a step.

    Raises
    ------
    ParameterError
        When the step is not possible; the message lists those that are.

    Examples
    --------
    >>> batch_after(BatchState.PACKED, BatchStep.SEND)
    <BatchState.SENT: 'sent'>
    """
    for transition in BATCH_LIFE:
        if (transition.state, transition.step) == (state, step):
            return transition.becomes
    possible = [transition.step.value for transition in BATCH_LIFE if transition.state is state]
    raise ParameterError(
        f"A batch that is {state} cannot {step}. Possible: {' or '.join(possible) or 'nothing'}."
    )
