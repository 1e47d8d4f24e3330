"""Dense rows to runs and back."""

import numpy as np

from assay.kernels._compile import kernel, trailing_zeros


@kernel
def encode_rows(flat, words, width, lane_bits, ends, values, row_starts):
    """Encode a dense row-major map into runs that stop at row ends; return the number of runs.

    ``flat`` holds ``height * width`` pixels of ``lane_bits`` bits (8 or 16) and ``words`` the same
    memory as uint64, rounded down.  ``ends`` and ``values`` need room for one run per pixel.

    A word compared with itself shifted by one pixel shows every change in it; the changes are then
    visited by counting trailing zeros.  Flat areas are skipped eight words at a time.  All indexes
    are unsigned, because numba tests a signed one for being negative at every access.
    """
    one = np.uint64(1)
    eight = np.uint64(8)
    nothing = np.uint64(0)
    bits = np.uint64(lane_bits)
    bit_shift = np.uint64(3 if lane_bits == 8 else 4)  # a pixel is 2**bit_shift bits
    pixel_shift = np.uint64(6) - bit_shift  # a word is 2**pixel_shift pixels
    last_pixel = np.uint64(64) - bits
    ones = np.uint64(0x0101010101010101 if lane_bits == 8 else 0x0001000100010001)
    high = ones << (bits - one)
    low = ~high
    columns = np.uint64(width)
    row_end = nothing
    count = nothing
    for y in range(row_starts.size - 1):
        row_starts[y] = count
        place = row_end + one
        row_end += columns
        # Pixels before the first word that lies in the row wholly.
        i = (place + (one << pixel_shift) - one) >> pixel_shift
        last_word = row_end >> pixel_shift
        head = min(i << pixel_shift, row_end)
        while place < head:
            if flat[place] != flat[place - one]:
                ends[count] = place
                values[count] = flat[place - one]
                count += one
            place += one
        previous = np.uint64(flat[place - one])
        while i < last_word:
            block_end = min(i + eight, last_word)
            if i + eight == block_end:
                pattern = previous * ones
                if (
                    (words[i] ^ pattern)
                    | (words[i + np.uint64(1)] ^ pattern)
                    | (words[i + np.uint64(2)] ^ pattern)
                    | (words[i + np.uint64(3)] ^ pattern)
                    | (words[i + np.uint64(4)] ^ pattern)
                    | (words[i + np.uint64(5)] ^ pattern)
                    | (words[i + np.uint64(6)] ^ pattern)
                    | (words[i + np.uint64(7)] ^ pattern)
                ) == nothing:
                    i = block_end
                    continue
            while i < block_end:
                word = words[i]
                difference = word ^ ((word << bits) | previous)
                previous = word >> last_pixel
                if difference != nothing:
                    # The highest bit of each pixel that differs; no carry crosses pixels.
                    marks = (((difference & low) + low) | difference) & high
                    while marks != nothing:
                        change = (i << pixel_shift) + (trailing_zeros(marks) >> bit_shift)
                        ends[count] = change
                        values[count] = flat[change - one]
                        count += one
                        marks &= marks - one
                i += one
        # Pixels after the last whole word.
        place = max(place, last_word << pixel_shift)
        while place < row_end:
            if flat[place] != flat[place - one]:
                ends[count] = place
                values[count] = flat[place - one]
                count += one
            place += one
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
