"""The life of a batch, walked through in full."""

from itertools import product

import pytest

from assay.errors import ParameterError
from assay.sourcing.batch_life import BATCH_LIFE, OPEN_STATES, BatchState, BatchStep, batch_after

ALLOWED = {(t.state, t.step): t.becomes for t in BATCH_LIFE}


@pytest.mark.parametrize(("state", "step"), list(product(BatchState, BatchStep)))
def test_every_step_in_every_state_is_allowed_or_refused_with_what_is_possible(
    state: BatchState, step: BatchStep
) -> None:
    if (state, step) in ALLOWED:
        assert batch_after(state, step) is ALLOWED[state, step]
        return
    with pytest.raises(ParameterError, match=f"A batch that is {state} cannot {step}") as refused:
        batch_after(state, step)
    for other in BatchStep:
        if (state, other) in ALLOWED:
            assert other.value in str(refused.value)


def test_a_step_in_a_state_leads_to_one_state() -> None:
    assert len(ALLOWED) == len(BATCH_LIFE)


def test_every_state_is_reached_and_only_ends_have_no_step() -> None:
    assert {t.becomes for t in BATCH_LIFE} | {BatchState.DRAWN} == set(BatchState)
    ends = set(BatchState) - {t.state for t in BATCH_LIFE}
    assert ends == {BatchState.ACCEPTED, BatchState.REJECTED, BatchState.CANCELLED}


def test_archives_come_in_only_once_work_was_sent() -> None:
    assert {BatchState.SENT, BatchState.JUDGED, BatchState.REWORK} == OPEN_STATES
