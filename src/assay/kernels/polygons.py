"""Polygons straight to spans: no dense image exists."""

import numpy as np

from assay.kernels._compile import kernel

# Crossings are held for a band of rows at a time, so that a million edges that each cross a
# thousand rows need megabytes and not gigabytes.
_BAND_CROSSINGS = 1 << 21
_FEW = 48


@kernel
def _pixel_from(coordinate, limit):
    """Return the first pixel whose centre is not before ``coordinate``, within 0 to ``limit``."""
    # Compared as floats: a huge coordinate does not fit an integer.
    first = np.ceil(coordinate - 0.5)
    if not first > 0.0:
        return np.int64(0)
    if first >= limit:
        return np.int64(limit)
    return np.int64(first)


@kernel
def _crossing(top_x, top_y, bottom_x, bottom_y, y):
    """Return where an edge, given from its upper to its lower end, crosses height ``y``."""
    if top_x == bottom_x:
        return top_x
    # Multiplied first: exact wherever the product and the result are representable, so a vertex
    # or an edge that runs exactly through pixel centres is decided exactly.
    x = top_x + (y - top_y) * (bottom_x - top_x) / (bottom_y - top_y)
    if not np.isfinite(x):
        # A difference or the product overflowed; halves cannot.
        share = (y * 0.5 - top_y * 0.5) / (bottom_y * 0.5 - top_y * 0.5)
        x = top_x * (1.0 - share) + bottom_x * share
    return min(max(x, min(top_x, bottom_x)), max(top_x, bottom_x))


@kernel
def _sort_few(columns, first, last):
    for i in range(first + 1, last):
        column = columns[i]
        j = i
        while j > first and columns[j - 1] > column:
            columns[j] = columns[j - 1]
            j -= 1
        columns[j] = column


@kernel
def fill_rings(points, ring_starts, height, width):
    """Return (rows, starts, stops) of the pixels whose centres lie inside an odd number of rings.

    ``points`` (float64, finite, shape (n, 2)) holds the vertices of all rings, ``ring_starts``
    the index of each ring's first vertex and, last, ``n``; each ring has at least one vertex.
    Frame sides fit an int32.

    An edge crosses the row of centres at ``y`` when ``y`` lies in [upper end, lower end), and a
    crossing at ``x`` flips every pixel whose centre is at ``x`` or right of it: left and top
    edges are inside, right and bottom ones outside, and shapes that share an edge share no pixel.
    Edges are evaluated from their upper end, so both sides of a shared edge agree to the bit.
    """
    edges = points.shape[0]
    firsts = np.empty(edges, np.int32)
    lasts = np.empty(edges, np.int32)
    nexts = np.empty(edges, np.int64)
    top = np.int64(height)
    bottom = np.int64(0)
    for ring in range(ring_starts.size - 1):
        for i in range(ring_starts[ring], ring_starts[ring + 1]):
            nexts[i] = i + 1 if i + 1 < ring_starts[ring + 1] else ring_starts[ring]
            y = points[i, 1]
            other = points[nexts[i], 1]
            first = _pixel_from(min(y, other), height)
            last = _pixel_from(max(y, other), height)
            firsts[i] = first
            lasts[i] = last
            if first < last:
                top = min(top, first)
                bottom = max(bottom, last)
    if top >= bottom:
        nothing = np.empty(0, np.int32)
        return nothing, nothing, nothing

    # row_starts[y - top] is the number of crossings above row y.
    row_starts = np.zeros(bottom - top + 2, np.int64)
    for i in range(edges):
        if firsts[i] < lasts[i]:
            row_starts[firsts[i] - top + 1] += 1
            row_starts[lasts[i] - top + 1] -= 1
    active = np.int64(0)
    for row in range(1, row_starts.size):
        active += row_starts[row]
        row_starts[row] = row_starts[row - 1] + active

    room = max(np.int64(16), min(row_starts[bottom - top], _BAND_CROSSINGS) // 2)
    rows = np.empty(room, np.int32)
    starts = np.empty(room, np.int32)
    stops = np.empty(room, np.int32)
    columns = np.empty(0, np.int32)
    flips = np.empty(0, np.uint8)
    count = 0
    band = top
    while band < bottom:
        band_stop = band + 1
        base = row_starts[band - top]
        while band_stop < bottom and row_starts[band_stop + 1 - top] - base <= _BAND_CROSSINGS:
            band_stop += 1
        crossings = row_starts[band_stop - top] - base
        if columns.size < crossings:
            columns = np.empty(crossings, np.int32)
        cursors = row_starts[band - top : band_stop - top] - base
        for i in range(edges):
            first = max(np.int64(firsts[i]), band)
            last = min(np.int64(lasts[i]), band_stop)
            if first >= last:
                continue
            upper = i
            lower = nexts[i]
            if points[upper, 1] > points[lower, 1]:
                upper, lower = lower, upper
            for y in range(first, last):
                x = _crossing(
                    points[upper, 0], points[upper, 1], points[lower, 0], points[lower, 1], y + 0.5
                )
                columns[cursors[y - band]] = _pixel_from(x, width)
                cursors[y - band] += 1

        # Two crossings make at most one span.
        if count + crossings // 2 > rows.size:
            room = max(2 * rows.size, count + crossings // 2)
            grown_rows = np.empty(room, np.int32)
            grown_starts = np.empty(room, np.int32)
            grown_stops = np.empty(room, np.int32)
            grown_rows[:count] = rows[:count]
            grown_starts[:count] = starts[:count]
            grown_stops[:count] = stops[:count]
            rows, starts, stops = grown_rows, grown_starts, grown_stops

        for y in range(band, band_stop):
            first = row_starts[y - top] - base
            last = row_starts[y + 1 - top] - base
            if last - first > _FEW and width < 16 * (last - first):
                # Crowded: flip columns in a row of flags and keep those flipped an odd number of
                # times, which is linear where sorting is not.
                if flips.size == 0:
                    flips = np.zeros(width + 1, np.uint8)
                left = np.int64(width)
                right = np.int64(0)
                for k in range(first, last):
                    column = np.int64(columns[k])
                    flips[column] ^= 1
                    left = min(left, column)
                    right = max(right, column)
                kept = first
                for column in range(left, right + 1):
                    if flips[column]:
                        columns[kept] = column
                        kept += 1
                        flips[column] = 0
                last = kept
            elif last - first > _FEW:
                columns[first:last].sort()
            else:
                _sort_few(columns, first, last)
            row_first = count
            # Crossings come in pairs: a closed ring goes down as often as up, and the flags drop
            # columns two by two.
            for k in range(first, last, 2):
                start = columns[k]
                stop = columns[k + 1]
                if start == stop:
                    continue
                if count > row_first and stops[count - 1] == start:
                    stops[count - 1] = stop
                else:
                    rows[count] = y
                    starts[count] = start
                    stops[count] = stop
                    count += 1
        band = band_stop
    return rows[:count].copy(), starts[:count].copy(), stops[:count].copy()
