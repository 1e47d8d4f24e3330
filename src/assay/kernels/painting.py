"""Layers of spans to one run list."""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def _push(heap, size, item):
    """Add ``item`` to a binary heap with the largest item first."""
    i = size
    while i > 0 and heap[(i - 1) // 2] < item:
        heap[i] = heap[(i - 1) // 2]
        i = (i - 1) // 2
    heap[i] = item


@kernel
def _pop(heap, size):
    """Remove the largest item of a heap of ``size`` items."""
    item = heap[size - 1]
    size -= 1
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] > heap[child]:
            child += 1
        if heap[child] <= item:
            break
        heap[i] = heap[child]
        i = child
    heap[i] = item


@kernel
def paint_spans(
    order, rows, starts, stops, span_values, background, height, width, ends, values, row_starts
):
    """Paint spans over a background into a run list; return the number of runs.

    Of two spans that cover a pixel the one with the larger index wins.  ``order`` lists the
    spans by row, then start.  Each row is swept from left to right with the open spans in a heap,
    so the time depends on spans, not on pixels, however deep the layers lie.

    Room: a run begins where a span starts or stops, or at column 0, so two runs per span and one
    per row suffice for ``ends`` and ``values``.
    """
    heap = np.empty(order.size, np.int64)
    count = 0
    k = 0
    for y in range(height):
        row_first = count
        row_starts[y] = count
        base = y * width
        size = 0
        x = np.int64(0)
        while x < width:
            # Open the spans that start here; one that lies wholly under the uppermost is skipped.
            while k < order.size and rows[order[k]] == y and starts[order[k]] == x:
                span = order[k]
                if size == 0 or span > heap[0] or stops[span] > stops[heap[0]]:
                    _push(heap, size, span)
                    size += 1
                k += 1
            while size > 0 and stops[heap[0]] <= x:
                _pop(heap, size)
                size -= 1
            stop = np.int64(width)
            if k < order.size and rows[order[k]] == y:
                stop = np.int64(starts[order[k]])
            value = background
            if size > 0:
                value = span_values[heap[0]]
                stop = min(stop, np.int64(stops[heap[0]]))
            if count > row_first and values[count - 1] == value:
                ends[count - 1] = base + stop
            else:
                ends[count] = base + stop
                values[count] = value
                count += 1
            x = stop
    row_starts[height] = count
    return count
