"""Dense rows to runs and back."""

import numpy as np

from assay.kernels._compile import BLOCK, changes_in_block, kernel, trailing_zeros


@kernel
def encode_rows(flat, width, ends, values, row_starts):
    """Encode a dense row-major map into runs that stop at row ends; return the number of runs.

    ``flat`` holds ``height * width`` pixels (uint8 or uint16); ``ends`` and ``values`` need room
    for one run per pixel.

    Changes are found 64 pixels at a time and visited by counting trailing zeros.  All indexes are
    unsigned, because numba tests a signed one for being negative at every access.
    """
    one = np.uint64(1)
    block = np.uint64(BLOCK)
    nothing = np.uint64(0)
    columns = np.uint64(width)
    row_end = nothing
    count = nothing
    for y in range(row_starts.size - 1):
        row_starts[y] = count
        place = row_end + one
        row_end += columns
        while place < row_end:
            first = place
            if place + block <= row_end:
                marks = changes_in_block(flat, place)
                place += block
            elif columns > block:
                # The last block ends with the row; what it shares with the one before is done.
                first = row_end - block
                seen = place - first
                marks = (changes_in_block(flat, first) >> seen) << seen
                place = row_end
            else:
                marks = np.uint64(flat[place] != flat[place - one])
                place += one
            while marks != nothing:
                change = first + trailing_zeros(marks)
                ends[count] = change
                values[count] = flat[change - one]
                count += one
                marks &= marks - one
        ends[count] = row_end
        values[count] = flat[row_end - one]
        count += one
    row_starts[row_starts.size - 1] = count
    return np.int64(count)


@kernel
def canonical_runs(source_ends, source_values, lookup, width, ends, values, row_starts):
    """Split runs at row ends, translate values, merge equal neighbours; return the run count.

    ``source_ends`` (int64 or uint32, strictly increasing) may cross rows.  ``lookup`` maps each
    source value to its new value.  ``ends`` and ``values`` need room for
    ``source_ends.size + height`` runs.
    """
    height = row_starts.size - 1
    count = 0
    y = 0
    row_end = np.int64(width)
    row_starts[0] = 0
    for i in range(source_ends.size):
        end = np.int64(source_ends[i])
        value = lookup[source_values[i]]
        while True:
            stop = min(end, row_end)
            if count > row_starts[y] and values[count - 1] == value:
                ends[count - 1] = stop
            else:
                ends[count] = stop
                values[count] = value
                count += 1
            if stop == row_end:
                y += 1
                row_starts[y] = count
                if y == height:
                    return count
                row_end += width
            if stop == end:
                break
    return count


@kernel
def decode_runs(ends, values, out):
    """Paint runs into the flat array ``out``."""
    start = 0
    for i in range(ends.size):
        end = np.int64(ends[i])
        value = values[i]
        for j in range(start, end):
            out[j] = value
        start = end


@kernel
def first_fault(ends, values, row_starts, width):
    """Return (code, run index) of the first breach of the run-list rules, (0, 0) where sound.

    Codes: 1 a row starts at the wrong run, 2 ends do not increase, 3 two neighbours in a row have
    one value, 4 the last run of a row does not stop at the row's end.
    """
    height = row_starts.size - 1
    if row_starts[0] != 0 or row_starts[height] != ends.size:
        return 1, 0
    previous_end = np.int64(0)
    for y in range(height):
        first = row_starts[y]
        last = row_starts[y + 1]
        if first >= last or last > ends.size:
            return 1, first
        for i in range(first, last):
            end = np.int64(ends[i])
            if end <= previous_end:
                return 2, i
            if i > first and values[i] == values[i - 1]:
                return 3, i
            previous_end = end
        if previous_end != np.int64(y + 1) * width:
            return 4, last - 1
    return 0, 0


@kernel
def is_sound(ends, values, row_starts, width):
    """Say whether a run list keeps the rules of :func:`first_fault`; vector code, so quick."""
    one = np.uint64(1)
    runs = np.uint64(ends.size)
    height = row_starts.size - 1
    if runs == 0 or row_starts[0] != 0 or row_starts[height] != ends.size:
        return False
    if ends[0] == 0:
        return False
    backward = np.uint64(0)
    equal = np.uint64(0)
    for i in range(one, runs):
        backward += np.uint64(ends[i] <= ends[i - one])
        equal += np.uint64(values[i] == values[i - one])
    # Equal neighbours are sound where a row ends between them.
    previous = np.int64(0)
    for y in range(1, height + 1):
        first = row_starts[y]
        if first <= previous or first + height - y > ends.size:
            return False  # every row has a run, so later rows need at least one each
        previous = first
        if np.int64(ends[first - 1]) != np.int64(y) * width:
            return False
        if y < height:
            equal -= np.uint64(values[first] == values[first - 1])
    return backward == 0 and equal == 0
