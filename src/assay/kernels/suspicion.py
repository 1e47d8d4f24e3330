"""Where labels and their rival differ, and what outlines explain of it.

Maps are dense here (uint16, shape (height, width)): probabilities come per pixel, so nothing is
saved by runs, and only pixels that differ are looked at closely.
"""

import numpy as np

from assay.kernels._compile import kernel

#: What :func:`mark_differences` writes.
SAME, OUTLINE, CORE = 0, 1, 2


@kernel
def take_plane(plane, top, index, labels, least, rival, rival_share, label_share):
    """Let one class compete in some rows: the best so far, and the share of the label itself.

    ``plane`` (float32, shape (rows, width)) holds the class's probabilities from row ``top`` on;
    only those of at least ``least`` compete.  The first of equal ones stays, unless the label is
    among them: the label has the benefit of the doubt.
    """
    for row in range(plane.shape[0]):
        y = top + row
        for x in range(plane.shape[1]):
            share = plane[row, x]
            own = labels[y, x] == index
            if own:
                label_share[y, x] = share
            if share >= least and (
                share > rival_share[y, x] or (own and share == rival_share[y, x])
            ):
                rival_share[y, x] = share
                rival[y, x] = index


@kernel
def _near(pixels, y, x, value, distance):
    """Say whether ``value`` lies within ``distance`` (Chebyshev) of a pixel; the frame has none."""
    height, width = pixels.shape
    for row in range(max(0, y - distance), min(height, y + distance + 1)):
        for column in range(max(0, x - distance), min(width, x + distance + 1)):
            if pixels[row, column] == value:
                return True
    return False


@kernel
def mark_differences(labels, rival, tolerances, owners, alone, marks):
    """Write for each pixel whether the maps are the same, differ by an outline, or differ.

    Two outlines that run beside each other leave pixels with the rival's class among the labels
    near by, and the label's class in the rival near by; both within the larger tolerance of the
    two classes.  An object that only one map has fails one of the two, however thin it is.

    ``owners`` holds the region of each label, and ``alone`` flags regions that no outline explains:
    a small hole lies near the outline of what it is in, and is none.
    """
    height, width = labels.shape
    for y in range(height):
        for x in range(width):
            own = labels[y, x]
            other = rival[y, x]
            if own == other:
                marks[y, x] = SAME
                continue
            distance = max(tolerances[own], tolerances[other])
            if alone[owners[y, x]]:
                marks[y, x] = CORE
            elif _near(labels, y, x, other, distance) and _near(rival, y, x, own, distance):
                marks[y, x] = OUTLINE
            else:
                marks[y, x] = CORE


@kernel
def mark_bridges(whole, whole_regions, parts, part_regions, figures, sizeable, reach, bridges):
    """Set ``bridges`` where one region of ``whole`` lies between two regions of ``parts``.

    A pixel is a bridge where ``whole`` has a figure's class and ``parts`` does not, and within
    ``reach`` (Chebyshev) lie two sizeable regions of that class in ``parts`` which the same region
    of ``whole`` covers.  ``sizeable`` has one flag per region of ``parts``.
    """
    height, width = whole.shape
    for y in range(height):
        for x in range(width):
            value = whole[y, x]
            if not figures[value] or parts[y, x] == value:
                continue
            region = whole_regions[y, x]
            first = -1
            found = False
            for row in range(max(0, y - reach), min(height, y + reach + 1)):
                for column in range(max(0, x - reach), min(width, x + reach + 1)):
                    if parts[row, column] != value or whole_regions[row, column] != region:
                        continue
                    part = part_regions[row, column]
                    if not sizeable[part]:
                        continue
                    if first < 0:
                        first = part
                    elif part != first:
                        found = True
                        break
                if found:
                    break
            if found:
                bridges[y, x] = True


@kernel
def enclosing_values(ends, values, row_starts, width, of_run, least, most, open_regions):
    """Find the least and the greatest value beside each region, and whether it meets the frame.

    ``least`` starts at the greatest and ``most`` at the least value of its type.  Pixels that
    share an edge are beside each other.
    """
    height = row_starts.size - 1
    for y in range(height):
        first = row_starts[y]
        last = row_starts[y + 1]
        open_regions[of_run[first]] = True
        open_regions[of_run[last - 1]] = True
        for run in range(first, last):
            if y == 0 or y == height - 1:
                open_regions[of_run[run]] = True
            if run > first:
                _meet(of_run[run], of_run[run - 1], values, run, run - 1, least, most)
        if y == 0:
            continue
        above = row_starts[y - 1]
        below = first
        while above < first and below < last:
            if of_run[above] != of_run[below]:
                _meet(of_run[above], of_run[below], values, above, below, least, most)
            above_end = np.int64(ends[above]) + width
            below_end = np.int64(ends[below])
            above += np.intp(above_end <= below_end)
            below += np.intp(below_end <= above_end)


@kernel
def _meet(one, other, values, one_run, other_run, least, most):
    least[one] = min(least[one], values[other_run])
    most[one] = max(most[one], values[other_run])
    least[other] = min(least[other], values[one_run])
    most[other] = max(most[other], values[one_run])
