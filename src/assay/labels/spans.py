"""A set of pixels as horizontal spans."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import LabelMapError
from assay.labels.labelmap import LabelMap


@dataclass(frozen=True, eq=False)
class Spans:
    """Pixels of one object: disjoint stretches of rows, in row-major order.

    Parameters
    ----------
    rows
        int32, shape (spans,): row of each span.
    starts, stops
        int32, shape (spans,): first column, and the column after the last one.

    Raises
    ------
    LabelMapError
        When the arrays differ in shape or type, or the spans are empty, negative, unsorted or
        overlapping.

    Examples
    --------
    >>> spans = Spans(*np.array([[0, 0, 1], [2, 6, 2], [4, 7, 4]], np.int32))
    >>> spans.area
    5
    """

    rows: NDArray[np.int32]
    starts: NDArray[np.int32]
    stops: NDArray[np.int32]

    def __post_init__(self) -> None:
        for name in ("rows", "starts", "stops"):
            array = getattr(self, name)
            if array.dtype != np.int32 or array.shape != (self.rows.size,):
                raise LabelMapError(
                    f"{name} of spans is {array.dtype} of shape {array.shape}; "
                    f"give int32 of shape ({self.rows.size},)."
                )
            # A view, so that the caller's array stays writable for the caller.
            view = array.view()
            view.setflags(write=False)
            object.__setattr__(self, name, view)
        place = _first_fault(self.rows, self.starts, self.stops)
        if place >= 0:
            raise LabelMapError(
                f"Span {place} covers columns {self.starts[place]} to {self.stops[place]} of row "
                f"{self.rows[place]}; spans must be non-empty, not negative, sorted by row then "
                "column, and must not overlap."
            )

    @property
    def area(self) -> int:
        """Number of pixels."""
        return int(self.stops.sum(dtype=np.int64) - self.starts.sum(dtype=np.int64))

    def __len__(self) -> int:
        return self.rows.size

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Spans):
            return NotImplemented
        return (
            np.array_equal(self.rows, other.rows)
            and np.array_equal(self.starts, other.starts)
            and np.array_equal(self.stops, other.stops)
        )

    __hash__ = None  # type: ignore[assignment]  # arrays have no cheap hash, and nobody needs one

    def __repr__(self) -> str:
        return f"Spans({self.area} px in {self.rows.size} spans)"


def spans_of(label_map: LabelMap, value: int) -> Spans:
    """Return the pixels of one value.

    Parameters
    ----------
    label_map
        The map.
    value
        Class index; a value that the map does not hold gives no spans.

    Examples
    --------
    >>> spans = spans_of(LabelMap.from_dense([[1, 1, 2], [2, 2, 1]]), 1)
    >>> spans.rows.tolist(), spans.starts.tolist(), spans.stops.tolist()
    ([0, 1], [0, 2], [2, 3])
    """
    runs = np.flatnonzero(label_map.values == value)
    rows = np.searchsorted(label_map.row_starts, runs, side="right") - 1
    stops = label_map.ends[runs].astype(np.int64) - rows * label_map.width
    starts = stops - label_map.lengths[runs]
    return Spans(rows.astype(np.int32), starts.astype(np.int32), stops.astype(np.int32))


def _first_fault(
    rows: NDArray[np.int32], starts: NDArray[np.int32], stops: NDArray[np.int32]
) -> int:
    """Return the index of the first unsound span, -1 where all are sound."""
    sound = (rows >= 0) & (starts >= 0) & (starts < stops)
    below = rows[1:] > rows[:-1]
    sound[1:] &= below | ((rows[1:] == rows[:-1]) & (starts[1:] >= stops[:-1]))
    return -1 if sound.all() else int(sound.argmin())
