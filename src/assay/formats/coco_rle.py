"""Masks as COCO run lengths: strict reading to spans, exact writing from spans.

Nothing here is handed to pycocotools, which returns uninitialised memory where counts do not sum
to the image.  Both kinds are read: *uncompressed* (``counts`` is a list of numbers) and
*compressed* (``counts`` is a text).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import MalformedError
from assay.labels.spans import Spans

_REMEDY = "Export the mask again with a tool that writes COCO RLE, at the size of the image."

_TEXT_FAULTS = {
    1: "holds a character that is none of RLE at position {}",
    2: "ends inside a number",
    3: "has a number that is longer than needed, before position {}",
    4: "has a negative count, before position {}",
    5: "covers more pixels than the image has, at position {}",
}


def spans_of_text(text: str, height: int, width: int) -> Spans:
    """Return the pixels of a compressed RLE.

    Raises
    ------
    MalformedError
        When the text is no minimal RLE of exactly ``height * width`` pixels.
    """
    try:
        data = np.frombuffer(text.encode("ascii"), np.uint8)
    except UnicodeEncodeError:
        raise _malformed("holds a letter that is none of RLE") from None
    counts = np.empty(data.size, np.int64)
    count, fault, position = kernels.rle.unpack_counts(data, height * width, counts)
    if fault:
        raise _malformed(_TEXT_FAULTS[fault].format(position))
    return _spans(counts[:count], height, width)


def spans_of_counts(counts: Sequence[object], height: int, width: int) -> Spans:
    """Return the pixels of an uncompressed RLE.

    Raises
    ------
    MalformedError
        When the counts are no whole numbers from 0 that sum to ``height * width``.
    """
    # A bool is an int to Python, but no number to JSON.
    wrong = [count for count in counts if type(count) is not int][:1]
    if wrong:
        raise _malformed(f"has the count {str(wrong[0])[:40]!r}, which is no whole number")
    try:
        array = np.array(counts, np.int64)
    except OverflowError:
        raise _malformed("has a count of more than 63 bits") from None
    if array.size and (int(array.min()) < 0 or int(array.max()) > height * width):
        worst = array.min() if int(array.min()) < 0 else array.max()
        raise _malformed(f"has the count {worst} in an image of {height * width} px")
    return _spans(array, height, width)


def counts_of(spans: Spans, height: int, width: int) -> NDArray[np.int64]:
    """Return the column-major counts of a mask, background first."""
    rows = spans.rows.astype(np.int64) * width
    boundaries = np.stack([rows + spans.starts, rows + spans.stops], axis=1).ravel()
    starts, events = _crossed(boundaries, height, width)
    columns = np.repeat(np.arange(width, dtype=np.int64), np.diff(starts))
    flat = columns * height + events
    # Where a run goes on from one column to the next, its end is the other's start: leave out both.
    same = np.flatnonzero(flat[1:] == flat[:-1])
    flat = np.delete(flat, np.concatenate([same, same + 1]))
    edges = np.concatenate([[0], flat, [height * width]])
    return np.diff(edges) if flat.size == 0 or flat[-1] < height * width else np.diff(edges[:-1])


def text_of(counts: NDArray[np.int64]) -> str:
    """Return counts as compressed RLE."""
    text = np.empty(7 * counts.size, np.uint8)
    length = kernels.rle.pack_counts(counts, text)
    return text[:length].tobytes().decode("ascii")


def _spans(counts: NDArray[np.int64], height: int, width: int) -> Spans:
    boundaries = np.cumsum(counts)
    covered = int(boundaries[-1]) if boundaries.size else 0
    if covered != height * width:
        raise _malformed(f"covers {covered} px of an image of {height}×{width} = {height * width}")
    # Lines are columns here, so positions along them are rows.
    starts, events = _crossed(boundaries, width, height)
    pairs = events.reshape(-1, 2)
    rows = np.repeat(np.arange(height, dtype=np.int32), np.diff(starts) // 2)
    return Spans(rows, pairs[:, 0].copy(), pairs[:, 1].copy())


def _crossed(
    boundaries: NDArray[np.int64], lines: int, length: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    starts = np.zeros(length + 1, np.int64)
    kernels.rle.cross_runs(boundaries, lines, length, starts, np.empty(0, np.int32))
    events = np.empty(int(starts[-1]), np.int32)
    if events.size:
        kernels.rle.cross_runs(boundaries, lines, length, starts, events)
    return starts, events


def _malformed(what: str) -> MalformedError:
    return MalformedError("coco-rle", f"A run-length mask {what}.", _REMEDY)
