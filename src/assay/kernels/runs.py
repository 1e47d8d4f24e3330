"""Dense rows to runs and back."""

import numpy as np

from assay.kernels._compile import kernel, trailing_zeros


@kernel
def encode_rows(flat, words, width, lanes, ones, ends, values, row_starts):
    """Encode a dense row-major map into runs that stop at row ends; return the number of runs.

    ``flat`` holds ``height * width`` pixels (uint8 or uint16) and ``words`` the same memory as
    uint64, rounded down.  ``lanes`` is the number of pixels in a word (8 or 4) and ``ones`` the
    word with a one in every lane.  Flat areas are skipped eight words at a time; inside a mixed
    word the first differing lane is found by counting trailing zeros of the difference.
    """
    lane_bits = np.uint64(64 // lanes)
    everything = np.uint64(0xFFFFFFFFFFFFFFFF)
    nothing = np.uint64(0)
    height = row_starts.size - 1
    count = 0
    for y in range(height):
        row_starts[y] = count
        position = y * width
        row_end = position + width
        last_word = min(row_end // lanes, words.size)
        current = flat[position]
        pattern = np.uint64(current) * ones
        position += 1
        while position < row_end:
            i = position // lanes
            if i >= words.size:
                if flat[position] != current:
                    ends[count] = position
                    values[count] = current
                    count += 1
                    current = flat[position]
                    pattern = np.uint64(current) * ones
                position += 1
                continue
            skipped = np.uint64(position - i * lanes) * lane_bits
            difference = (words[i] ^ pattern) & (everything << skipped)
            if difference == nothing:
                i += 1
                while (
                    i + 8 <= last_word
                    and (
                        (words[i] ^ pattern)
                        | (words[i + 1] ^ pattern)
                        | (words[i + 2] ^ pattern)
                        | (words[i + 3] ^ pattern)
                        | (words[i + 4] ^ pattern)
                        | (words[i + 5] ^ pattern)
                        | (words[i + 6] ^ pattern)
                        | (words[i + 7] ^ pattern)
                    )
                    == nothing
                ):
                    i += 8
                while i < last_word and words[i] == pattern:
                    i += 1
                position = i * lanes
                continue
            position = i * lanes + np.int64(trailing_zeros(difference) // lane_bits)
            if position >= row_end:
                break
            ends[count] = position
            values[count] = current
            count += 1
            current = flat[position]
            pattern = np.uint64(current) * ones
            position += 1
        ends[count] = row_end
        values[count] = current
        count += 1
    row_starts[height] = count
    return count


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
