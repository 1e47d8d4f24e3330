"""Which objects lie over each other, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.labels.shape import Shape

#: Stretches of rows that are kept at most.  Honest images have thousands.
MOST_STRETCHES = 2_000_000


@dataclass(frozen=True, eq=False)
class Overlaps:
    """Pairs of objects that share pixels, in order of the lower one, then the upper one.

    Parameters
    ----------
    lower, upper
        int64, shape (pairs,): places of the two in the sequence of shapes; the upper comes later.
    pixels
        int64, shape (pairs,): how many pixels they share.
    box
        int64, shape (pairs, 4): top, left, bottom, right of those pixels, ends excluded.
    complete
        Whether all were counted; objects of absurd complexity are counted in part.
    """

    lower: NDArray[np.int64]
    upper: NDArray[np.int64]
    pixels: NDArray[np.int64]
    box: NDArray[np.int64]
    complete: bool = True

    def __len__(self) -> int:
        return self.pixels.size


def find_overlaps(shapes: Sequence[Shape], *, most: int = MOST_STRETCHES) -> Overlaps:
    """Find the pairs of objects that share pixels in one sweep over their spans.

    Parameters
    ----------
    shapes
        Objects of one image, the lowest first.
    most
        Stretches of rows that are kept; the sweep ends beyond them.

    Examples
    --------
    >>> from assay.labels import LabelMap, spans_of
    >>> def shape(name, drawing):
    ...     return Shape(name, "car", 1, (), (spans_of(LabelMap.from_dense(drawing), 1),))
    >>> low, high = shape("a", [[1, 1, 1, 0]]), shape("b", [[0, 1, 1, 1]])
    >>> found = find_overlaps([low, high])
    >>> found.pixels.tolist(), found.box.tolist()
    ([2], [[0, 1, 1, 3]])
    """
    spans = [shape.spans for shape in shapes]
    nothing = np.empty(0, np.int32)
    rows = np.concatenate([nothing, *(span.rows for span in spans)])
    starts = np.concatenate([nothing, *(span.starts for span in spans)])
    stops = np.concatenate([nothing, *(span.stops for span in spans)])
    owners = np.repeat(np.arange(len(spans), dtype=np.int32), [len(span) for span in spans])
    order = np.argsort((rows.astype(np.int64) << 32) | starts, kind="stable").astype(np.int64)
    room = min(most, 4 * rows.size + 1000)
    while True:
        found = np.empty((5, room), np.int32)
        count, complete = kernels.outlines.find_overlaps(order, rows, starts, stops, owners, *found)
        if complete or room == most:
            return _paired(found[:, :count].astype(np.int64), len(spans), complete=complete)
        room = min(most, 8 * room)


def _paired(found: NDArray[np.int64], shapes: int, *, complete: bool) -> Overlaps:
    """Return stretches added up over the pairs that they belong to."""
    lower, upper, lefts, rights, lines = found
    pairs = lower * shapes + upper
    order = np.argsort(pairs, kind="stable")
    keys, firsts = np.unique(pairs[order], return_index=True)
    if not keys.size:
        empty = np.empty(0, np.int64)
        return Overlaps(empty, empty, empty, np.empty((0, 4), np.int64), complete)
    lefts, rights, lines = lefts[order], rights[order], lines[order]
    box = np.stack(
        [
            np.minimum.reduceat(lines, firsts),
            np.minimum.reduceat(lefts, firsts),
            np.maximum.reduceat(lines, firsts) + 1,
            np.maximum.reduceat(rights, firsts),
        ],
        axis=1,
    )
    pixels = np.add.reduceat(rights - lefts, firsts)
    return Overlaps(keys // shapes, keys % shapes, pixels, box, complete)
