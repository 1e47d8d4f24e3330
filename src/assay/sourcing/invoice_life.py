"""The life of an invoice: which step leads from which state to which."""

from dataclasses import dataclass
from enum import StrEnum

from assay.errors import ParameterError


class InvoiceState(StrEnum):
    """Where an invoice stands."""

    DRAFT = "draft"
    ISSUED = "issued"
    DISPUTED = "disputed"
    PAID = "paid"
    CREDITED = "credited"


class InvoiceStep(StrEnum):
    """What can be done with an invoice."""

    ISSUE = "issue"
    DISPUTE = "dispute"
    SETTLE = "settle"
    PAY = "pay"
    CREDIT = "credit"


@dataclass(frozen=True)
class Transition:
    """One step of a life.

    Parameters
    ----------
    state, step, becomes
        A state, what is done in it, and the state after.
    means
        One line for people.
    """

    state: InvoiceState
    step: InvoiceStep
    becomes: InvoiceState
    means: str


_D, _I, _X = InvoiceState.DRAFT, InvoiceState.ISSUED, InvoiceState.DISPUTED
_P, _C = InvoiceState.PAID, InvoiceState.CREDITED

#: All that can happen; what is not here cannot.  ``credited`` is the end.
INVOICE_LIFE: tuple[Transition, ...] = (
    Transition(_D, InvoiceStep.ISSUE, _I, "its number, lines and dates are final"),
    Transition(_I, InvoiceStep.DISPUTE, _X, "one side doubts a line; the clock of payment stops"),
    Transition(_I, InvoiceStep.PAY, _P, "what credit notes left over was paid"),
    Transition(_I, InvoiceStep.CREDIT, _C, "credit notes cover all of it"),
    Transition(_X, InvoiceStep.SETTLE, _I, "the last open dispute was answered"),
    Transition(_X, InvoiceStep.CREDIT, _C, "credit notes cover all of it"),
    Transition(_P, InvoiceStep.CREDIT, _C, "credit notes cover all of it, and it is paid back"),
)


def next_state(state: InvoiceState, step: InvoiceStep) -> InvoiceState:
    """Return the state after a step.

    Raises
    ------
    ParameterError
        When the step is not possible; the message lists those that are.

    Examples
    --------
    >>> next_state(InvoiceState.ISSUED, InvoiceStep.PAY)
    <InvoiceState.PAID: 'paid'>
    """
    for transition in INVOICE_LIFE:
        if (transition.state, transition.step) == (state, step):
            return transition.becomes
    possible = " or ".join(steps_from(state)) or "nothing more"
    raise ParameterError(f"An invoice that is {state} cannot {step}. Possible: {possible}.")


def steps_from(state: InvoiceState) -> tuple[InvoiceStep, ...]:
    """Return what can be done in a state."""
    return tuple(transition.step for transition in INVOICE_LIFE if transition.state is state)
