"""The picture of a life: a line for each state, and what can be done crossing them in turn.

Read from left to right: a dot is a state in which a step is possible, the arrow ends at the state
after.  The picture follows the light or dark of whoever looks at it.
"""

from dataclasses import dataclass
from typing import Any, Final

from assay.render.page import fill
from assay.sourcing.lives import Life, Move, Party

_TOP: Final = 62
_ROW: Final = 34
_FIRST_COLUMN: Final = 132
_LETTER: Final = 6.6
_GAP: Final = 30


@dataclass(frozen=True)
class Column:
    """One step that leads to one state, from wherever it may be taken.

    Parameters
    ----------
    step, who
        What is done, and who may do it.
    x
        Where it stands.
    dots
        Heights of the states in which it is possible.
    end
        Height of the state after.
    """

    step: str
    who: tuple[Party, ...]
    x: float
    dots: tuple[float, ...]
    end: float

    @property
    def tone(self) -> str:
        """Whose step it is: a party, or ``both``."""
        return self.who[0] if len(self.who) == 1 else "both"

    @property
    def stays(self) -> bool:
        """Whether the state after may be the state before."""
        return self.end in self.dots

    @property
    def ways(self) -> tuple[tuple[float, int], ...]:
        """From where its arrows come, down and up: the farthest dot, and 1 or -1."""
        down, up = min(self.dots), max(self.dots)
        return ((down, 1),) * (down < self.end) + ((up, -1),) * (up > self.end)


@dataclass(frozen=True)
class Row:
    """A state.

    Parameters
    ----------
    state
        Its name.
    y
        Its height.
    ends
        Whether nothing happens afterwards.
    """

    state: str
    y: float
    ends: bool


@dataclass(frozen=True)
class Picture:
    """A life laid out.

    Parameters
    ----------
    thing
        What lives.
    rows, columns
        States from the top, steps from the left.
    width, height
        Of all of it.
    """

    thing: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    width: float
    height: float


def draw_life(life: Life[Any, Any]) -> str:
    """Return the picture of a life as an SVG file's text.

    Examples
    --------
    >>> from assay.sourcing.lives import QUESTION_LIFE
    >>> draw_life(QUESTION_LIFE)[:4]
    '<svg'
    """
    return fill("life.svg.jinja", picture=lay_out(life))


def lay_out(life: Life[Any, Any]) -> Picture:
    """Return where the states and steps of a life stand."""
    states = [state.value for state in type(life.beginning)]
    heights = {state: _TOP + _ROW * place for place, state in enumerate(states)}
    rows = tuple(Row(state, heights[state], not life.moves_from(state)) for state in states)
    columns: list[Column] = []
    x = float(_FIRST_COLUMN)
    for moves in _gathered(life):
        first = moves[0]
        half = _LETTER * max(len(first.step), len(" or ".join(first.who))) / 2
        x += half
        dots = tuple(heights[move.state] for move in moves)
        columns.append(Column(first.step, first.who, x, dots, heights[first.becomes]))
        x += half + _GAP
    return Picture(life.thing, rows, tuple(columns), x, _TOP + _ROW * len(rows))


def _gathered(life: Life[Any, Any]) -> list[list[Move[Any, Any]]]:
    """Return moves that are one step of the same people to one state, together."""
    found: dict[tuple[str, str, tuple[Party, ...]], list[Move[Any, Any]]] = {}
    for move in life.moves:
        found.setdefault((move.step, move.becomes, move.who), []).append(move)
    return list(found.values())
