"""One object as somebody drew it, before anything was painted over it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assay.labels.polygon import Ring
from assay.labels.spans import Spans


@dataclass(frozen=True, eq=False)
class Shape:
    """An object of a format in which objects may overlap.

    Label maps say what is on top.  Shapes say what lies below as well, and how it was drawn: two
    people who share twenty pixels, an outline that crosses itself, vertices far out of the frame.

    Parameters
    ----------
    name
        What the file calls it, for people who look for it there: ``"annotation 12"``.
    title
        The class in the file's own words; also where the ontology does not declare it.
    value
        Class index, or 0 where the ontology does not declare the class.
    rings
        Outlines as drawn, float64 of shape (n, 2), finite, closed by themselves or by a repeated
        first vertex; empty for an object that is a mask.  Nothing else is promised of them: they
        may have no area.
    parts
        The pixels of the frame that it covers; parts may overlap each other.
    """

    name: str
    title: str
    value: int
    rings: tuple[Ring, ...]
    parts: tuple[Spans, ...]

    @cached_property
    def spans(self) -> Spans:
        """The pixels of the frame that the object covers, each once."""
        return united(self.parts)

    def __str__(self) -> str:
        return f"{self.name} ({self.title})"


def united(parts: Iterable[Spans]) -> Spans:
    """Return the pixels that lie in any of some sets.

    Examples
    --------
    >>> left = Spans(*np.array([[0, 1], [0, 0], [3, 3]], np.int32))
    >>> right = Spans(*np.array([[0, 1], [2, 5], [6, 6]], np.int32))
    >>> both = united([left, right])
    >>> both.rows.tolist(), both.starts.tolist(), both.stops.tolist()
    ([0, 1, 1], [0, 0, 5], [6, 3, 6])
    """
    several = list(parts)
    if len(several) == 1:
        return several[0]
    rows, starts, stops = (
        np.concatenate([np.empty(0, np.int32), *(getattr(part, name) for part in several)])
        for name in ("rows", "starts", "stops")
    )
    order = np.lexsort((starts, rows))
    rows, starts, stops = rows[order], starts[order], stops[order]
    # Rows are laid end to end, so that the reach of one never touches the next.
    stride = np.int64(stops.max(initial=0)) + 1
    reach = np.maximum.accumulate(rows * stride + stops)
    fresh = np.ones(rows.size, np.bool_)
    fresh[1:] = rows[1:] * stride + starts[1:] > reach[:-1]
    firsts = np.flatnonzero(fresh)
    lasts = np.append(firsts[1:], rows.size)[: firsts.size] - 1
    ends = reach[lasts] - rows[lasts] * stride if firsts.size else reach
    return Spans(rows[firsts], starts[firsts], ends.astype(np.int32))
