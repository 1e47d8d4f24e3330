"""The lives of all that has states, walked in full."""

from enum import StrEnum
from itertools import product
from typing import Any, get_args

import pytest

from assay.errors import StateError
from assay.sourcing.lives import BATCH_LIFE, LIVES, BatchState, BatchStep, Life, Party
from assay.sourcing.lives.life import read_life

PARTIES: tuple[Party, ...] = get_args(Party)

# Written down a second time, by hand: what each thing may become, and at whose hand.
REACHED = {
    "request": "draft-draft buyer, draft-open buyer, open-open buyer, open-open vendor,"
    " open-closed buyer",
    "gold": "proposed-active buyer, proposed-replaced buyer, proposed-retired buyer,"
    " active-retired buyer",
    "pilot": "drawn-sent buyer, sent-judging buyer, judging-judged system, judging-sent system,"
    " judged-judging buyer, judged-judged buyer",
    "batch": "drawn-packed system, drawn-cancelled buyer, packed-sent buyer,"
    " packed-cancelled buyer, sent-delivered vendor, sent-cancelled buyer,"
    " delivered-judged system, delivered-sent system, judged-delivered vendor,"
    " judged-accepted buyer, judged-rework buyer, judged-rejected buyer,"
    " rework-delivered vendor, rework-rejected buyer, rework-cancelled buyer",
    "question": "open-answered buyer, open-open vendor, answered-answered buyer,"
    " answered-open vendor, answered-settled buyer, answered-settled vendor",
    "invoice": "draft-issued buyer, issued-disputed buyer, issued-disputed vendor,"
    " issued-paid buyer, issued-credited buyer, disputed-disputed buyer,"
    " disputed-disputed vendor, disputed-issued buyer, disputed-issued vendor,"
    " disputed-credited buyer, paid-credited buyer",
}

ENDS = {
    "request": {"closed"},
    "gold": {"replaced", "retired"},
    "pilot": set[str](),
    "batch": {"accepted", "rejected", "cancelled"},
    "question": {"settled"},
    "invoice": {"credited"},
}


def states(life: Life[Any, Any]) -> type[StrEnum]:
    return type(life.beginning)


def steps(life: Life[Any, Any]) -> type[StrEnum]:
    return type(life.moves[0].step)


def walk(life: Life[Any, Any]) -> list[tuple[StrEnum, StrEnum, Party]]:
    return list(product(states(life), steps(life), PARTIES))


@pytest.mark.parametrize(
    ("life", "state", "step", "party"),
    [
        pytest.param(life, *place, id=f"{life.thing}-{'-'.join(place)}")
        for life in LIVES
        for place in walk(life)
    ],
)
def test_every_step_in_every_state_at_every_hand_is_in_the_table_or_refused_with_what_is(
    life: Life[Any, Any], state: StrEnum, step: StrEnum, party: Party
) -> None:
    rows = [move for move in life.moves if (move.state, move.step) == (state, step)]
    if rows and party in rows[0].who:
        assert life.after(state.value, step, by=party) is rows[0].becomes
        return
    with pytest.raises(StateError, match=f"This {life.thing} is {state}") as refused:
        life.after(state.value, step, by=party)
    for move in life.moves_from(state):
        assert f"{move.step} ({' or '.join(move.who)})" in str(refused.value)
    assert ("Begin another" in str(refused.value)) == (state.value in ENDS[life.thing])


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.thing)
def test_the_table_says_what_was_written_down_twice(life: Life[Any, Any]) -> None:
    said = [f"{m.state}-{m.becomes} {who}" for m in life.moves for who in m.who]
    assert said == REACHED[life.thing].split(", ")


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.thing)
def test_a_step_in_a_state_leads_to_one_state_and_each_step_is_used(life: Life[Any, Any]) -> None:
    places = [(move.state, move.step) for move in life.moves]
    assert len(set(places)) == len(places)
    assert {step for _, step in places} == set(steps(life))


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.thing)
def test_every_state_is_reached_and_only_ends_have_no_step(life: Life[Any, Any]) -> None:
    reached = {life.beginning}
    for _ in states(life):
        reached |= {move.becomes for move in life.moves if move.state in reached}
    assert reached == set(states(life))
    assert {state for state in states(life) if not life.moves_from(state)} == ENDS[life.thing]


def test_archives_come_in_only_once_work_was_sent() -> None:
    taking = {move.state for move in BATCH_LIFE.moves if move.step is BatchStep.DELIVER}
    assert taking == {BatchState.SENT, BatchState.JUDGED, BatchState.REWORK}


def test_a_table_with_a_word_that_is_not_known_is_not_read() -> None:
    for row in ("gone | send | sent | buyer | x", "packed | send | sent | nobody | x"):
        with pytest.raises(ValueError, match=r"gone|nobody"):
            read_life("batch", BatchState, BatchStep, row)
