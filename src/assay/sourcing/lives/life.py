"""The life of a thing: which step leads from which state to which, and who may take it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Literal, TypeVar, cast, get_args

from assay.errors import StateError

Party = Literal["buyer", "vendor", "system"]

S = TypeVar("S", bound=StrEnum)
T = TypeVar("T", bound=StrEnum)


@dataclass(frozen=True)
class Move(Generic[S, T]):
    """One step of a life.

    Parameters
    ----------
    state, step, becomes
        A state, what is done in it, and the state after.
    who
        Who may do it; ``system`` is the service itself.
    means
        One line for people.
    """

    state: S
    step: T
    becomes: S
    who: tuple[Party, ...]
    means: str


@dataclass(frozen=True)
class Life(Generic[S, T]):
    """All that can happen to a thing; what is not here cannot.

    Parameters
    ----------
    thing
        What lives, as people call it.
    moves
        Every step that there is; the first begins in the state in which the thing begins.
    """

    thing: str
    moves: tuple[Move[S, T], ...]

    @property
    def beginning(self) -> S:
        """The state in which a thing begins."""
        return self.moves[0].state

    def after(self, state: str, step: T, *, by: Party) -> S:
        """Return the state after a step.

        Raises
        ------
        StateError
            When the step is not possible, or not theirs; the message lists what is.

        Examples
        --------
        >>> from assay.sourcing.lives import BATCH_LIFE, BatchStep
        >>> BATCH_LIFE.after("packed", BatchStep.SEND, by="buyer")
        <BatchState.SENT: 'sent'>
        """
        possible = self.moves_from(state)
        for move in possible:
            if move.step is step and by in move.who:
                return move.becomes
        if not possible:
            raise StateError(f"This {self.thing} is {state} and stays so. Begin another.")
        told = ", ".join(f"{move.step} ({' or '.join(move.who)})" for move in possible)
        raise StateError(f"This {self.thing} is {state}: {step} is not possible. Possible: {told}.")

    def moves_from(self, state: str) -> tuple[Move[S, T], ...]:
        """Return what can happen in a state; nothing once it has ended."""
        return tuple(move for move in self.moves if move.state == state)


def read_life(thing: str, states: type[S], steps: type[T], table: str) -> Life[S, T]:
    """Read a life from a table: state, step, state after, who, and what it means.

    Examples
    --------
    >>> State, Step = StrEnum("State", ["OFF", "ON"]), StrEnum("Step", ["LIGHT"])
    >>> lamp = read_life("lamp", State, Step, "off | light | on | buyer, vendor | it is seen")
    >>> lamp.moves_from("off")[0].who
    ('buyer', 'vendor')
    """
    rows = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    return Life(
        thing,
        tuple(
            Move(states(state), steps(step), states(becomes), _parties(who), means)
            for state, step, becomes, who, means in rows
        ),
    )


def _parties(cell: str) -> tuple[Party, ...]:
    parties = tuple(part.strip() for part in cell.split(","))
    if not set(parties) <= set(get_args(Party)):
        raise ValueError(f"{cell} are not parties. Known: {', '.join(get_args(Party))}.")
    return cast("tuple[Party, ...]", parties)
