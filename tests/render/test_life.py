"""The picture of a life has every state and step of it, each where it belongs."""

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from assay.render.life import draw_life, lay_out
from assay.sourcing.lives import BATCH_LIFE, INVOICE_LIFE, LIVES, Life

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.thing)
def test_each_move_is_one_dot_in_the_column_of_its_step(life: Life[Any, Any]) -> None:
    picture = lay_out(life)
    states = {row.y: row.state for row in picture.rows}
    drawn = {
        (states[y], column.step, states[column.end], column.who)
        for column in picture.columns
        for y in column.dots
    }
    assert drawn == {(m.state, m.step, m.becomes, m.who) for m in life.moves}
    assert sum(len(column.dots) for column in picture.columns) == len(life.moves)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.thing)
def test_nothing_stands_outside_the_picture_and_no_two_steps_touch(life: Life[Any, Any]) -> None:
    picture = lay_out(life)
    places = [column.x for column in picture.columns]
    assert all(second - first > 40 for first, second in pairwise(places))
    assert places[-1] < picture.width
    assert picture.rows[-1].y < picture.height


def test_a_step_from_both_sides_of_a_state_has_an_arrow_from_each() -> None:
    deliver = next(c for c in lay_out(BATCH_LIFE).columns if c.step == "deliver")
    assert [way for _, way in deliver.ways] == [1, -1]
    assert not deliver.stays


def test_a_step_that_changes_nothing_is_a_loop() -> None:
    dispute = next(c for c in lay_out(INVOICE_LIFE).columns if c.step == "dispute")
    assert dispute.stays
    assert dispute.tone == "both"


def test_the_picture_is_one_file_that_names_every_state_and_loads_nothing() -> None:
    text = draw_life(BATCH_LIFE)
    root = ET.fromstring(text)
    said = {node.text for node in root.iter(f"{SVG}text")}
    assert {move.state.value for move in BATCH_LIFE.moves} <= said
    assert text.count("http") == 1  # the name of SVG itself
    assert "prefers-color-scheme: dark" in text
