"""Edges of a photograph beside the outlines of a label map.

Outlines are rings of samples, one per unit of boundary; ``ring_starts`` (int64) holds the index of
each ring's first sample and, last, their number.  Across every sample lies a band of positions,
half a pixel apart, from inside the region to outside.
"""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def smooth_rings(values, ring_starts, weights, out):
    """Average ``values`` (float64, shape (n, k)) along rings with ``weights`` of odd size."""
    reach = weights.size // 2
    for ring in range(ring_starts.size - 1):
        first = ring_starts[ring]
        length = ring_starts[ring + 1] - first
        for i in range(length):
            for axis in range(values.shape[1]):
                total = 0.0
                for j in range(weights.size):
                    total += weights[j] * values[first + (i + j - reach) % length, axis]
                out[first + i, axis] = total


@kernel
def sample_profiles(pixels, base, normals, offsets, out):
    """Read ``pixels`` (uint8, shape (height, width, 3)) at ``offsets`` along each normal.

    Points count pixel edges, so the middle of the first pixel is (0.5, 0.5); between middles the
    reading is bilinear, beyond the frame it is that of the border.
    """
    height = pixels.shape[0]
    width = pixels.shape[1]
    for i in range(base.shape[0]):
        for j in range(offsets.size):
            x = min(max(base[i, 0] + offsets[j] * normals[i, 0] - 0.5, 0.0), width - 1.0)
            y = min(max(base[i, 1] + offsets[j] * normals[i, 1] - 0.5, 0.0), height - 1.0)
            left = np.int64(x)
            top = np.int64(y)
            right = min(left + 1, width - 1)
            bottom = min(top + 1, height - 1)
            across = x - left
            down = y - top
            for channel in range(3):
                upper = pixels[top, left, channel] * (1.0 - across)
                upper += pixels[top, right, channel] * across
                lower = pixels[bottom, left, channel] * (1.0 - across)
                lower += pixels[bottom, right, channel] * across
                out[i, j, channel] = upper * (1.0 - down) + lower * down


@kernel
def edge_strength(profiles, ring_starts, along, out):
    """Fill in how much the colour changes across each position, in grey levels a pixel.

    ``profiles`` has two positions more than ``out`` on either side.  The change is taken between
    the means of half and a whole pixel to both sides, and averaged over ``along`` samples before
    and behind as a vector: texture that does not run along the outline cancels.
    """
    for ring in range(ring_starts.size - 1):
        first = ring_starts[ring]
        length = ring_starts[ring + 1] - first
        for i in range(length):
            for t in range(out.shape[1]):
                square = 0.0
                for channel in range(3):
                    change = 0.0
                    for j in range(-along, along + 1):
                        k = first + (i + j) % length
                        change += profiles[k, t + 3, channel] + profiles[k, t + 4, channel]
                        change -= profiles[k, t, channel] + profiles[k, t + 1, channel]
                    square += (change / (3.0 * (2 * along + 1))) ** 2
                out[first + i, t] = np.sqrt(square)


@kernel
def open_bands(owners, blank, base, normals, offsets, at_label, own, other, margin, low, high):
    """Bound each band to its two regions: ``low`` to ``high``, both inclusive.

    From the label's position the band goes inwards while pixels are of the region (``own``), and
    outwards while they are of its neighbour (``other``): a thin thing's far side is another edge
    and must not be taken for this one.  What that edge reaches, ``margin`` positions, is left out.
    Regions flagged in ``blank`` are gaps: behind one, the next region is the neighbour.
    """
    height = owners.shape[0]
    width = owners.shape[1]
    last = offsets.size - 1
    for i in range(base.shape[0]):
        for way in (-1, 1):
            place = at_label[i]
            wanted = own[i] if way < 0 else other[i]
            for t in range(at_label[i] + way, last + 1 if way > 0 else -1, way):
                x = base[i, 0] + offsets[t] * normals[i, 0]
                y = base[i, 1] + offsets[t] * normals[i, 1]
                if not (0.0 <= x < width and 0.0 <= y < height):
                    break
                owner = owners[np.int64(y), np.int64(x)]
                # A stair of the outline may look like neither for two positions.
                near = abs(t - at_label[i]) <= 2
                if way > 0 and blank[wanted] and owner != own[i]:
                    wanted = owner
                if not near and owner != wanted:
                    break
                place = t
            if 0 < place < last:
                place = at_label[i] + way * max(0, abs(place - at_label[i]) - margin)
            if way < 0:
                low[i] = place
            else:
                high[i] = place


@kernel
def follow_edge(strength, low, high, at_label, ring_starts, half, pull, bend, path):
    """Choose one position of each sample so that together they follow a clear, steady edge.

    What is clear saturates: ``strength / (strength + half)``.  Off the label's position a sample
    loses ``pull`` for each position, and ``bend`` for each by which it differs from its neighbour;
    more than two are not allowed.  The best choice is found by dynamic programming (Viterbi).
    """
    positions = strength.shape[1]
    back = np.empty(strength.shape, np.int8)
    best = np.empty(positions, np.float64)
    fresh = np.empty(positions, np.float64)
    for ring in range(ring_starts.size - 1):
        first = ring_starts[ring]
        stop = ring_starts[ring + 1]
        for i in range(first, stop):
            for t in range(positions):
                worth = -1.0
                if low[i] <= t <= high[i]:
                    worth = strength[i, t] / (strength[i, t] + half) - pull * abs(t - at_label[i])
                if i == first:
                    fresh[t] = worth
                    continue
                most = best[t]
                step = 0
                for s in (-2, -1, 1, 2):
                    if 0 <= t + s < positions and best[t + s] - bend * abs(s) > most:
                        most = best[t + s] - bend * abs(s)
                        step = s
                fresh[t] = most + worth
                back[i, t] = step
            best[:] = fresh
        t = np.int64(best.argmax())
        for i in range(stop - 1, first, -1):
            path[i] = t
            t += back[i, t]
        path[first] = t


@kernel
def mark_corners(points, ring_starts, tolerance, corners):
    """Mark the samples that a polygon within ``tolerance`` of a ring needs (Douglas–Peucker)."""
    stack = np.empty((64, 2), np.int64)
    for ring in range(ring_starts.size - 1):
        first = ring_starts[ring]
        length = ring_starts[ring + 1] - first
        far = np.int64(0)
        farthest = -1.0
        for i in range(length):
            x = points[first + i, 0] - points[first, 0]
            y = points[first + i, 1] - points[first, 1]
            if x * x + y * y > farthest:
                farthest = x * x + y * y
                far = i
        corners[first] = True
        corners[first + far] = True
        stack[0, 0] = 0
        stack[0, 1] = far
        stack[1, 0] = far
        stack[1, 1] = length
        size = 2
        while size > 0:
            size -= 1
            start = stack[size, 0]
            stop = stack[size, 1]
            ax = points[first + start, 0]
            ay = points[first + start, 1]
            along_x = points[first + stop % length, 0] - ax
            along_y = points[first + stop % length, 1] - ay
            square = along_x * along_x + along_y * along_y
            worst = tolerance * tolerance
            middle = np.int64(-1)
            for i in range(start + 1, stop):
                x = points[first + i, 0] - ax
                y = points[first + i, 1] - ay
                share = 0.0
                if square > 0.0:
                    share = min(max((x * along_x + y * along_y) / square, 0.0), 1.0)
                off = (x - share * along_x) ** 2 + (y - share * along_y) ** 2
                if off > worst:
                    worst = off
                    middle = i
            if middle < 0:
                continue
            corners[first + middle] = True
            if size + 2 > stack.shape[0]:
                grown = np.empty((2 * stack.shape[0], 2), np.int64)
                grown[:size] = stack[:size]
                stack = grown
            stack[size, 0] = start
            stack[size, 1] = middle
            stack[size + 1, 0] = middle
            stack[size + 1, 1] = stop
            size += 2


@kernel
def bends_off_straights(corners, ring_starts, away, seen, shortest, bends):
    """Fill in how far the image's edge leaves each straight piece of outline; 0 elsewhere.

    A piece runs from corner to corner and counts when it has ``shortest`` samples or more, at least
    seven tenths of them ``seen``.  Off the line that fits ``away`` best along the piece, so that an
    edge that runs straight too, but aslant or aside, does not bend.
    """
    for ring in range(ring_starts.size - 1):
        first = ring_starts[ring]
        length = ring_starts[ring + 1] - first
        start = np.int64(0)  # the first sample is a corner
        for stop in range(1, length + 1):
            if stop < length and not corners[first + stop]:
                continue
            count = 0
            for i in range(start, stop + 1):
                count += seen[first + i % length]
            if stop - start >= shortest and count >= 0.7 * (stop - start + 1):
                mean = 0.0
                middle = 0.0
                for i in range(start, stop + 1):
                    if seen[first + i % length]:
                        mean += away[first + i % length] / count
                        middle += i / count
                square = 0.0
                product = 0.0
                for i in range(start, stop + 1):
                    if seen[first + i % length]:
                        square += (i - middle) ** 2
                        product += (i - middle) * away[first + i % length]
                slope = product / square if square > 0 else 0.0
                for i in range(start, stop + 1):
                    k = first + i % length
                    if seen[k]:
                        bends[k] = away[k] - mean - slope * (i - middle)
            start = np.int64(stop)
