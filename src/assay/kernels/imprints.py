"""What regions look like wherever they lie: digests of their spans, and how intricate they are."""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def _stirred(word):
    """Return a well mixed word (the finaliser of SplitMix64, Steele et al. 2014)."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@kernel
def _span_word(row, start, stop):
    word = _stirred(np.uint64(row) + np.uint64(0x9E3779B97F4A7C15))
    return _stirred(word ^ (np.uint64(start) << np.uint64(32) | np.uint64(stop)))


@kernel
def digest_regions(ends, row_starts, width, region_of_run, top, left, right, plain, mirrored):
    """Add up a word for each span of a region, placed within its box, and for its mirror image.

    A region's digest is the sum over its spans, so both digests come from one walk: in the mirror,
    a span from ``a`` to ``b`` of a box ``w`` wide runs from ``w - b`` to ``w - a``.  ``plain`` and
    ``mirrored`` (uint64, zeros, one entry per region) are filled in.
    """
    for y in range(row_starts.size - 1):
        start = np.int64(0)
        for run in range(row_starts[y], row_starts[y + 1]):
            stop = np.int64(ends[run]) - y * width
            region = region_of_run[run]
            row = y - top[region]
            plain[region] += _span_word(row, start - left[region], stop - left[region])
            mirrored[region] += _span_word(row, right[region] - stop, right[region] - start)
            start = stop


@kernel
def count_pieces(points, ring_starts, ring_regions, tolerance, most, pieces):
    """Add to each region the number of straight pieces that follow its outline within a tolerance.

    A piece grows while one line from its first corner passes every further corner at no more than
    ``tolerance`` pixels, which a narrowing cone of directions tells in constant time (Williams
    1978, Sklansky and Gonzalez 1980).  Counting stops at ``most``: more is not asked for.
    """
    for ring in range(ring_regions.size):
        region = ring_regions[ring]
        first = ring_starts[ring]
        corners = ring_starts[ring + 1] - first
        anchor = 0
        count = 1
        # The right and the left side of the cone, as directions from the anchor.
        right_x = right_y = left_x = left_y = 0.0
        open_cone = True
        step = 1
        while step <= corners and pieces[region] + count < most:
            place = first + step % corners
            dx = points[place, 0] - points[first + anchor % corners, 0]
            dy = points[place, 1] - points[first + anchor % corners, 1]
            beyond = dx * dx + dy * dy - tolerance * tolerance
            if beyond > 0:
                if not open_cone and (
                    right_x * dy - right_y * dx < 0 or dx * left_y - dy * left_x < 0
                ):
                    anchor = step - 1
                    count += 1
                    open_cone = True
                    continue
                # The tangents from the anchor to the circle around the corner.
                reach = np.sqrt(beyond)
                next_right_x = dx * reach + dy * tolerance
                next_right_y = dy * reach - dx * tolerance
                next_left_x = dx * reach - dy * tolerance
                next_left_y = dy * reach + dx * tolerance
                if open_cone or right_x * next_right_y - right_y * next_right_x > 0:
                    right_x = next_right_x
                    right_y = next_right_y
                if open_cone or next_left_x * left_y - next_left_y * left_x > 0:
                    left_x = next_left_x
                    left_y = next_left_y
                open_cone = False
            step += 1
        pieces[region] = min(most, pieces[region] + count)
