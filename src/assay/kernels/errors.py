"""What went wrong where: region overlap, and the kind of every wrong pixel."""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def overlap_of_regions(
    reference_ends, reference_values, reference_regions,
    candidate_ends, candidate_values, candidate_regions,
    first_void, reference_found, candidate_scored, candidate_found,
):  # fmt: skip
    """Add up, per region, the scored pixels on which both maps agree.

    Only pixels whose reference is a class (1 to ``first_void - 1``) are scored.  All outputs are
    int64 and start at zero: found pixels of each reference region, scored and found pixels of
    each candidate region.
    """
    i = 0
    j = 0
    position = np.int64(0)
    stop = np.int64(reference_ends[reference_ends.size - 1])
    while position < stop:
        reference_end = np.int64(reference_ends[i])
        candidate_end = np.int64(candidate_ends[j])
        end = min(reference_end, candidate_end)
        truth = reference_values[i]
        if 0 < truth < first_void:
            candidate_scored[candidate_regions[j]] += end - position
            if truth == candidate_values[j]:
                reference_found[reference_regions[i]] += end - position
                candidate_found[candidate_regions[j]] += end - position
        position = end
        i += np.intp(reference_end == end)
        j += np.intp(candidate_end == end)


@kernel
def _first_run_beyond(ends, first, last, position):
    """Return the first run of ``first`` to ``last`` that ends after ``position``."""
    while first < last:
        middle = (first + last) >> 1
        if np.int64(ends[middle]) <= position:
            first = middle + 1
        else:
            last = middle
    return first


@kernel
def _mark_near(ends, values, row_starts, width, y, left, right, value, distance, near):
    """Set ``near[x]`` where another reference value lies within ``distance`` of pixel (y, x).

    Columns ``left`` to ``right`` are looked at; outside of the frame there is no value.
    """
    height = row_starts.size - 1
    for x in range(left, right):
        near[x] = 0
    for row in range(max(0, y - distance), min(height, y + distance + 1)):
        offset = row * width
        run = _first_run_beyond(
            ends, row_starts[row], row_starts[row + 1], offset + max(0, left - distance)
        )
        start = np.int64(ends[run - 1]) - offset if run > row_starts[row] else np.int64(0)
        while run < row_starts[row + 1] and start < right + distance:
            end = np.int64(ends[run]) - offset
            if values[run] != value:
                for x in range(max(left, start - distance), min(right, end + distance)):
                    near[x] = 1
            start = end
            run += 1


@kernel
def classify_errors(
    reference_ends, reference_values, row_starts, width, missed,
    candidate_ends, candidate_values, invented,
    first_void, tolerances, things, near, out_ends, out_kinds,
):  # fmt: skip
    """Write the kind of every pixel as runs; return how many runs were written.

    Kinds: 0 right, 1 boundary offset, 2 missed region, 3 invented region, 4 swapped class,
    5 unlabelled, 6 not scored.  ``missed`` and ``invented`` hold one flag per run, ``tolerances``
    and ``things`` one entry per value, ``near`` is scratch of one row.  The output needs room for
    the runs of both maps and for every pixel that lies in an error away from matched regions, at
    most all pixels; the caller gives room for the pixels of the map and lets untouched memory be.
    """
    i = 0
    j = 0
    count = 0
    position = np.int64(0)
    y = np.int64(0)
    stop = np.int64(reference_ends[reference_ends.size - 1])
    while position < stop:
        if position == (y + 1) * width:
            y += 1
        reference_end = np.int64(reference_ends[i])
        candidate_end = np.int64(candidate_ends[j])
        end = min(reference_end, candidate_end)
        truth = reference_values[i]
        given = candidate_values[j]
        kind = 0
        if truth == 0 or truth >= first_void:
            kind = 6
        elif given == truth:
            kind = 0
        elif given == 0 or given >= first_void:
            kind = 5
        elif missed[i] and invented[j]:
            kind = 4
        elif missed[i]:
            kind = 2
        elif invented[j]:
            kind = 3
        else:
            # Both regions exist in both maps: the border between them is drawn elsewhere.  Close
            # to the true border that is an offset; further in, what the class is decides.
            deep = 4
            if things[truth] and not things[given]:
                deep = 2
            elif things[given] and not things[truth]:
                deep = 3
            left = position - y * width
            right = end - y * width
            _mark_near(
                reference_ends, reference_values, row_starts, width, y, left, right,
                truth, tolerances[truth], near,
            )  # fmt: skip
            for x in range(left, right):
                if x + 1 == right or near[x + 1] != near[x]:
                    out_ends[count] = y * width + x + 1
                    out_kinds[count] = 1 if near[x] else deep
                    count += 1
            kind = -1
        if kind >= 0:
            out_ends[count] = end
            out_kinds[count] = kind
            count += 1
        position = end
        i += np.intp(reference_end == end)
        j += np.intp(candidate_end == end)
    return count
