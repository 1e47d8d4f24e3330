"""PNG scanlines to runs and samples: PNG specification, third edition, section 9.

The inflated data of a PNG holds, per row, one byte that names a filter and then the residuals: what
each sample differs by from a prediction made of the samples left of it, above it and above left.
Label maps are flat, so nearly all residuals are zero, and the row above is a few runs.
"""

import numpy as np

from assay.kernels._compile import (
    BLOCK,
    changes_in_block,
    kernel,
    nonzero_in_block,
    trailing_zeros,
)

#: First results of :func:`scanline_runs`.
DONE, NO_ROOM, BAD_FILTER = 0, 1, 2


@kernel
def scanline_runs(raw, width, visits, ends, values, row_starts):
    """Turn the scanlines of an 8-bit image of one channel into runs that stop at row ends.

    ``raw`` (uint8) holds ``height * (width + 1)`` bytes; ``visits`` (uint64) has room for
    ``width + 1`` places.  Returns (DONE, number of runs), (NO_ROOM, row) where ``ends`` and
    ``values`` might not hold another row, or (BAD_FILTER, row).

    No dense image exists.  Where residuals are zero, every filter continues a run, of this row or
    of the row above; so only places with a residual and ends of runs above are visited, and the
    row above is read from the runs already written.  A pixel's place in ``raw`` is its linear
    index plus one byte for each row begun.  Indexes are unsigned, because numba tests a signed one
    for being negative at every access.
    """
    zero = np.uint64(0)
    one = np.uint64(1)
    block = np.uint64(BLOCK)
    columns = np.uint64(width)
    room = np.uint64(ends.size)
    height = row_starts.size - 1
    count = zero
    for y in range(height):
        begun = np.uint64(y + 1)
        start = np.uint64(y) * (columns + one) + one
        stop = start + columns
        code = raw[start - one]
        row_starts[y] = count
        if count + columns > room:
            return NO_ROOM, np.int64(y)
        if code > 4:
            return BAD_FILTER, np.int64(y)
        place = start
        if code == 0:
            # Samples as they are: a run ends wherever one differs from the one before.
            place += one
            while place < stop:
                first = place
                if place + block <= stop:
                    marks = changes_in_block(raw, place)
                    place += block
                elif columns > block:
                    # The last block ends with the row; what it shares with others is done.
                    first = stop - block
                    seen = place - first
                    marks = (changes_in_block(raw, first) >> seen) << seen
                    place = stop
                else:
                    marks = np.uint64(raw[place] != raw[place - one])
                    place += one
                while marks != zero:
                    change = first + trailing_zeros(marks)
                    ends[count] = change - begun
                    values[count] = raw[change - one]
                    count += one
                    marks &= marks - one
            ends[count] = stop - begun
            values[count] = raw[stop - one]
            count += one
            continue

        # Places of the row that have a residual.
        found = zero
        while place < stop:
            first = place
            if place + block <= stop:
                marks = nonzero_in_block(raw, place)
                place += block
            elif columns >= block:
                first = stop - block
                seen = place - first
                marks = (nonzero_in_block(raw, first) >> seen) << seen
                place = stop
            else:
                marks = np.uint64(raw[place] != 0)
                place += one
            while marks != zero:
                visits[found] = first + trailing_zeros(marks)
                found += one
                marks &= marks - one
        visits[found] = stop

        if code == 1:
            # Sub: the value is the sum of residuals so far, so it changes at each of them.
            value = np.int64(0)
            for k in range(found):
                place = visits[np.uint64(k)]
                if place > start:
                    ends[count] = place - begun
                    values[count] = value
                    count += one
                value = (value + np.int64(raw[place])) & 255
            ends[count] = stop - begun
            values[count] = value
            count += one
            continue

        # Up, Average, Paeth: walk the runs above and the residuals together.
        above = np.uint64(row_starts[y - 1]) if y > 0 else zero
        above_stop = stop
        b = np.int64(0)
        if y > 0:
            # One row down, and one more filter byte on.
            above_stop = np.uint64(ends[above]) + columns + begun
            b = np.int64(values[above])
        a = np.int64(0)
        c = np.int64(0)
        current = np.int64(-1)
        k = zero
        visit = visits[zero]
        place = start
        while place < stop:
            if place < visit:
                reach = min(above_stop, visit)
                if code == 2 or (code == 4 and a == c):
                    value = b
                elif code == 3:
                    value = (a + b) >> 1
                    if value != a:
                        reach = place + one
                elif b == c:
                    value = a
                else:
                    value = _paeth(a, b, c)
                    reach = place + one
            else:
                reach = place + one
                if code == 2:
                    value = b
                elif code == 3:
                    value = (a + b) >> 1
                else:
                    value = _paeth(a, b, c)
                value = (value + np.int64(raw[place])) & 255
                k += one
                visit = visits[k]
            if value != current:
                if place > start:
                    ends[count] = place - begun
                    values[count] = current
                    count += one
                current = value
            a = value
            c = b
            place = reach
            if reach == above_stop and reach < stop:
                above += one
                above_stop = np.uint64(ends[above]) + columns + begun
                b = np.int64(values[above])
        ends[count] = stop - begun
        values[count] = current
        count += one
    row_starts[height] = count
    return DONE, np.int64(count)


@kernel
def _paeth(a, b, c):
    """Return the neighbour (left, above, above left) that is nearest to ``a + b - c``."""
    from_a = abs(b - c)
    from_b = abs(a - c)
    from_c = abs(a + b - c - c)
    if from_a <= from_b and from_a <= from_c:
        return a
    return b if from_b <= from_c else c


@kernel
def unfilter_rows(raw, rows, row_bytes, pixel_bytes, out):
    """Undo the filters of any image densely; return the first row whose filter is unknown.

    ``raw`` holds ``rows * (row_bytes + 1)`` bytes and ``out`` gets ``rows * row_bytes``.
    ``pixel_bytes`` is the distance to the sample on the left, 1 for depths below 8 bits.  Returns
    ``rows`` where all filters are known.
    """
    above = np.zeros(row_bytes, np.uint8)
    for y in range(rows):
        source = raw[y * (row_bytes + 1) + 1 : (y + 1) * (row_bytes + 1)]
        target = out[y * row_bytes : (y + 1) * row_bytes]
        code = raw[y * (row_bytes + 1)]
        lead = min(pixel_bytes, row_bytes)
        if code == 0:
            target[:] = source
        elif code == 1:
            for x in range(lead):
                target[x] = source[x]
            for x in range(lead, row_bytes):
                target[x] = source[x] + target[x - lead]
        elif code == 2:
            for x in range(row_bytes):
                target[x] = source[x] + above[x]
        elif code == 3:
            for x in range(lead):
                target[x] = source[x] + (above[x] >> 1)
            for x in range(lead, row_bytes):
                mean = (np.int32(target[x - lead]) + np.int32(above[x])) >> 1
                target[x] = source[x] + np.uint8(mean)
        elif code == 4:
            for x in range(lead):
                target[x] = source[x] + above[x]
            for x in range(lead, row_bytes):
                predicted = _paeth(
                    np.int64(target[x - lead]), np.int64(above[x]), np.int64(above[x - lead])
                )
                target[x] = source[x] + np.uint8(predicted)
        else:
            return y
        above = target
    return rows


@kernel
def translate_runs(ends, values, row_starts, lookup, counts):
    """Replace every value by ``lookup[value]`` in place, merge equal neighbours; return run count.

    Adds the pixels of each value before translation to ``counts`` (int64).  ``lookup`` and
    ``counts`` have an entry for every value that can occur.  Writing never overtakes reading.
    """
    count = np.uint64(0)
    one = np.uint64(1)
    begin = np.uint32(0)
    first = np.uint64(row_starts[0])
    for y in range(row_starts.size - 1):
        last = np.uint64(row_starts[y + 1])
        row_starts[y] = count
        previous = np.int64(-1)  # no value: a row's first run joins nothing
        for i in range(first, last):
            end = ends[i]
            source = np.uint64(values[i])
            counts[source] += np.int64(end - begin)
            begin = end
            value = np.int64(lookup[source])
            # Kept beside the arrays: reading back what was just written would stall the loop.
            count -= np.uint64(value == previous)
            previous = value
            ends[count] = end
            values[count] = value
            count += one
        first = last
    row_starts[row_starts.size - 1] = count
    return np.int64(count)


@kernel
def color_runs(pixels, width, colors, ends, row_starts):
    """Encode pixels of 1 to 4 channels (uint8, shape (pixels, channels)) into runs of one colour.

    ``colors`` (uint32) gets the channels of each run as one big-endian number; with ``ends`` it has
    room for one run per pixel.  Returns the number of runs.
    """
    channels = pixels.shape[1]
    count = np.int64(0)
    for y in range(row_starts.size - 1):
        row_starts[y] = count
        for place in range(y * width, (y + 1) * width):
            color = np.uint32(0)
            for channel in range(channels):
                color = np.uint32(color << np.uint32(8)) | np.uint32(pixels[place, channel])
            if count > row_starts[y] and colors[count - 1] == color:
                ends[count - 1] = place + 1
            else:
                ends[count] = place + 1
                colors[count] = color
                count += 1
    row_starts[row_starts.size - 1] = count
    return count
