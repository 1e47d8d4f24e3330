"""COCO run-length masks: the packed text, and turning columns into rows.

COCO stores a mask as runs in **column-major** order, beginning with background.  The packed text
writes each count in groups of five bits, as the difference to the count two before.
"""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def unpack_counts(text, pixels, counts):  # noqa: PLR0911 - one return per fault
    """Read packed counts (uint8 text) into ``counts`` (int64, room for ``text.size``).

    Returns (number of counts, fault, position in the text).  Faults: 1 a character outside ``0``
    to ``o``, 2 the text ends inside a number, 3 a number longer than needed or than 35 bits, 4 a
    negative count, 5 the counts exceed ``pixels``.
    """
    count = 0
    total = np.int64(0)
    position = 0
    while position < text.size:
        value = np.int64(0)
        groups = 0
        previous = np.int64(0)
        while True:
            if position == text.size:
                return count, 2, position
            group = np.int64(text[position]) - 48
            if group < 0 or group > 63:
                return count, 1, position
            if groups == 7:
                return count, 3, position
            bits = group & 31
            value |= bits << (5 * groups)
            groups += 1
            position += 1
            if group < 32:
                break
            previous = bits
        if bits & 16:
            value |= np.int64(-1) << (5 * groups)
        # The last group says nothing new when it only repeats the sign of the one before.
        if groups > 1 and ((bits == 0 and previous < 16) or (bits == 31 and previous >= 16)):
            return count, 3, position
        if count > 2:
            value += counts[count - 2]
        if value < 0:
            return count, 4, position
        total += value
        if total > pixels:
            return count, 5, position
        counts[count] = value
        count += 1
    return count, 0, position


@kernel
def pack_counts(counts, text):
    """Write counts (int64) as packed text (uint8, room for 7 per count); return its length."""
    length = 0
    for i in range(counts.size):
        value = counts[i]
        if i > 2:
            value -= counts[i - 2]
        while True:
            bits = value & 31
            value >>= 5
            more = value != -1 if bits & 16 else value != 0
            text[length] = np.uint8((bits | 32 if more else bits) + 48)
            length += 1
            if not more:
                break
    return length


@kernel
def cross_runs(boundaries, lines, length, event_starts, events):
    """Turn a binary mask stored line by line into one stored across the lines.

    ``boundaries`` (int64, not decreasing, each 0 to ``lines * length``) are the positions where
    the mask turns on, off, on, …, reading line after line from off.  For every position along the
    lines, the line numbers where the mask turns on, off, … are written to ``events``; those of
    position ``p`` lie from ``event_starts[p]`` to ``event_starts[p + 1]``, ascending, and their
    number is even.

    Called twice: with ``events`` of size 0 it fills ``event_starts`` (int64, ``length + 1``
    zeros), whose last entry is the room that the second call needs.  Work is proportional to the
    result: a line is compared with the one before, and only differences are visited.
    """
    fill = events.size > 0
    cursor = event_starts[:length].copy()
    before_first = 0
    first = 0
    for line in range(lines + 1):
        base = np.int64(line) * length
        i = before_first
        j = first
        position = np.int64(0)
        while position < length:
            # An odd number of boundaries passed means that the mask is on.
            then = line > 0 and (i & 1) == 1
            now = line < lines and (j & 1) == 1
            next_before = np.int64(length)
            if line > 0 and i < boundaries.size and boundaries[i] < base:
                next_before = boundaries[i] - (base - length)
            next_here = np.int64(length)
            if line < lines and j < boundaries.size and boundaries[j] < base + length:
                next_here = boundaries[j] - base
            stop = min(next_before, next_here)
            if now != then:
                for p in range(position, stop):
                    if fill:
                        events[cursor[p]] = line
                        cursor[p] += 1
                    else:
                        event_starts[p + 1] += 1
            position = stop
            if position < length:
                i += np.int64(next_before == stop)
                j += np.int64(next_here == stop)
        before_first = first
        first = j
    if not fill:
        for p in range(length):
            event_starts[p + 1] += event_starts[p]
