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
def _mark_near(
    ends, values, row_starts, width, y, left, right, value, distance, cursors, near
):  # fmt: skip
    """Set ``near[x]`` where another reference value lies within ``distance`` of pixel (y, x).

    Columns ``left`` to ``right`` are looked at; outside of the frame there is no value.  Returns
    how many of them are not near.  ``cursors`` holds a run for each row around ``y``, the widest
    distance in its middle; calls for one row come from left to right, so cursors only advance.
    """
    height = row_starts.size - 1
    widest = cursors.size >> 1
    near[left:right] = 0
    far = right - left
    # The own row first, then rows further and further away: most borders are met at once.
    for step in range(2 * distance + 1):
        shift = (step + 1) >> 1 if step & 1 else -(step >> 1)
        row = y + shift
        if row < 0 or row >= height:
            continue
        offset = row * width
        last = row_starts[row + 1]
        run = cursors[widest + shift]
        # A later call may have a wider distance, so a cursor stays behind the widest one.
        while run < last and np.int64(ends[run]) - offset <= left - widest:
            run += 1
        cursors[widest + shift] = run
        start = np.int64(ends[run - 1]) - offset if run > row_starts[row] else np.int64(0)
        while run < last and start < right + distance:
            end = np.int64(ends[run]) - offset
            if values[run] != value:
                for x in range(max(left, start - distance), min(right, end + distance)):
                    far -= np.int64(near[x] == 0)
                    near[x] = 1
                if far == 0:
                    return far
            start = end
            run += 1
    return far


@kernel
def _append(end, kind, row_start, count, out_ends, out_kinds):
    """Append a run, or lengthen the last one of the row where that is of the same kind."""
    if count > row_start and out_kinds[count - 1] == kind:
        out_ends[count - 1] = end
        return count
    out_ends[count] = end
    out_kinds[count] = kind
    return count + 1


@kernel
def classify_errors(
    reference_ends, reference_values, row_starts, width, missed,
    candidate_ends, candidate_values, invented,
    first_void, tolerances, things, cursors, near, out_ends, out_kinds, out_row_starts,
):  # fmt: skip
    """Write the kind of every pixel as canonical runs; return how many were written.

    Kinds: 0 right, 1 boundary offset, 2 missed region, 3 invented region, 4 swapped class,
    5 unlabelled, 6 not scored.  ``missed`` and ``invented`` hold for each run 0 where its region
    has an answer, 1 where it has none but is noise, 2 where it has none and counts;
    ``tolerances`` and ``things`` hold one entry per value.  ``cursors`` is scratch of
    ``2 * widest + 1`` entries, where no tolerance is above ``widest``, and ``near`` of one row.  A
    run may be as short as one pixel inside an error that part of a border is near to, so the
    output needs room for every pixel; memory that is not written to costs nothing.
    """
    height = row_starts.size - 1
    widest = cursors.size >> 1
    i = 0
    j = 0
    count = 0
    position = np.int64(0)
    for y in range(height):
        out_row_starts[y] = count
        offset = np.int64(y) * width
        fresh = False
        while position < offset + width:
            reference_end = np.int64(reference_ends[i])
            candidate_end = np.int64(candidate_ends[j])
            end = min(reference_end, candidate_end)
            truth = reference_values[i]
            given = candidate_values[j]
            kind = -1
            if truth == 0 or truth >= first_void:
                kind = 6
            elif given == truth:
                kind = 0
            elif given == 0 or given >= first_void:
                kind = 5
            else:
                # What it is unless an outline explains it.  Between a thing and stuff the thing
                # is the figure: it was missed or invented, whichever side has no answer.
                deep = 4
                if not (missed[i] and invented[j]):
                    if things[truth] and not things[given]:
                        deep = 2
                    elif things[given] and not things[truth]:
                        deep = 3
                    elif missed[i]:
                        deep = 2
                    elif invented[j]:
                        deep = 3
                if missed[i] == 2 or invented[j] == 2:
                    count = _append(end, deep, out_row_starts[y], count, out_ends, out_kinds)
                    position = end
                    i += np.intp(reference_end == end)
                    j += np.intp(candidate_end == end)
                    continue
                distance = tolerances[truth]
                left = position - offset
                right = end - offset
                far = np.int64(0)
                # Most lie wholly beside an end of their own reference run, which is quick to see.
                begins = np.int64(reference_ends[i - 1]) if i > row_starts[y] else offset
                if not (
                    (begins > offset and end <= begins + distance)
                    or (reference_end < offset + width and position >= reference_end - distance)
                ):
                    if not fresh:
                        fresh = True
                        for row in range(max(0, y - widest), min(height, y + widest + 1)):
                            cursors[widest + row - y] = row_starts[row]
                    far = _mark_near(
                        reference_ends, reference_values, row_starts, width, y, left, right,
                        truth, distance, cursors, near,
                    )  # fmt: skip
                if far == 0:
                    kind = 1
                elif far == right - left:
                    kind = deep
                else:
                    for x in range(left, right):
                        count = _append(
                            offset + x + 1, 1 if near[x] else deep, out_row_starts[y], count,
                            out_ends, out_kinds,
                        )  # fmt: skip
            if kind >= 0:
                count = _append(end, kind, out_row_starts[y], count, out_ends, out_kinds)
            position = end
            i += np.intp(reference_end == end)
            j += np.intp(candidate_end == end)
    out_row_starts[height] = count
    return count
