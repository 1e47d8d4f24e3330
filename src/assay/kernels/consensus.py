"""Fusing votes: one step of expectation over vote patterns, and neighbours asked at pixels."""

import numpy as np

from assay.kernels._compile import kernel

#: A term this far below the largest adds nothing that a float64 can hold.
_NOTHING = -46.0


@kernel
def expect(votes, weights, log_prior, log_confusion, posterior, expected):
    """Fill in what each pattern's true class is and what was voted for it; return the likelihood.

    ``votes`` (int16, patterns by annotators) are places of classes, -1 where there is none.
    ``log_prior`` has one entry per class; ``log_confusion[k, v, t]`` is the logarithm of the
    chance that annotator k votes v where t is true, -inf allowed.  Written are ``posterior``
    (patterns by classes) and ``expected[k, v, t]``, the weight of pixels where k voted v and t is
    true.  What is returned is the sum of ``weights`` times log likelihood.
    """
    patterns, annotators = votes.shape
    classes = log_prior.size
    expected[:] = 0.0
    total = 0.0
    for p in range(patterns):
        row = posterior[p]
        row[:] = log_prior
        for k in range(annotators):
            v = votes[p, k]
            if v >= 0:
                for t in range(classes):
                    row[t] += log_confusion[k, v, t]
        most = row[0]
        for t in range(1, classes):
            most = max(most, row[t])
        mass = 0.0
        for t in range(classes):
            distance = row[t] - most
            row[t] = np.exp(distance) if distance > _NOTHING else 0.0
            mass += row[t]
        for t in range(classes):
            row[t] /= mass
        weight = weights[p]
        total += weight * (most + np.log(mass))
        for k in range(annotators):
            v = votes[p, k]
            if v >= 0:
                for t in range(classes):
                    expected[k, v, t] += weight * row[t]
    return total


@kernel
def ask_neighbours(
    ends, of_stretch, height, width, contested, votes, posterior, symbols, labels,
    out_ends, out_values,
):  # fmt: skip
    """Write the runs of a map whose contested pixels hear their neighbours; return how many.

    A pixel of a pattern flagged in ``contested`` gets, of the classes that somebody voted for at
    the pixel, the one with the largest mean ``posterior`` (float64, patterns by classes) over
    3×3 pixels with the weights 1 2 1, 2 4 2, 1 2 1; where two have the same, and at all other
    pixels, the pattern's own entry in ``labels`` stands.  ``symbols`` are the indexes of the
    classes.  Beyond the frame the frame's own pixels are repeated.

    ``out_ends`` and ``out_values`` need room for a run per stretch and per contested pixel; runs
    do not cross rows, neighbours may have one value.
    """
    annotators = votes.shape[1]
    rows = np.empty((3, width), np.int32)  # patterns of the row above, this row, the row below
    stretch = 0
    for i in range(2):
        stretch = _decode_row(ends, of_stretch, stretch, min(i, height - 1), width, rows[i + 1])
        if height == 1:
            rows[2] = rows[1]
            break
    rows[0] = rows[1]
    count = 0
    reading = 0
    for y in range(height):
        start = np.int64(y) * width
        stop = start + width
        while start < stop:
            end = np.int64(ends[reading])
            pattern = of_stretch[reading]
            reading += 1
            if not contested[pattern]:
                out_ends[count] = end
                out_values[count] = labels[pattern]
                count += 1
                start = end
                continue
            for place in range(start, end):
                x = place - np.int64(y) * width
                left = max(x - 1, 0)
                right = min(x + 1, width - 1)
                best = -1.0
                second = -1.0
                chosen = np.int16(-1)
                for k in range(annotators):
                    c = votes[pattern, k]
                    if c < 0 or c == chosen:
                        continue
                    seen = False
                    for earlier in range(k):
                        seen = seen or votes[pattern, earlier] == c
                    if seen:
                        continue
                    says = (
                        posterior[rows[0, left], c]
                        + 2 * posterior[rows[0, x], c]
                        + posterior[rows[0, right], c]
                        + 2 * posterior[rows[1, left], c]
                        + 4 * posterior[rows[1, x], c]
                        + 2 * posterior[rows[1, right], c]
                        + posterior[rows[2, left], c]
                        + 2 * posterior[rows[2, x], c]
                        + posterior[rows[2, right], c]
                    )
                    if says > best:
                        second = best
                        best = says
                        chosen = c
                    elif says > second:
                        second = says
                out_ends[count] = place + 1
                # Sums that differ by rounding alone are equal.
                tied = best - second <= 1e-9
                out_values[count] = labels[pattern] if tied else symbols[chosen]
                count += 1
            start = end
        if y + 1 < height:
            rows[0] = rows[1]
            rows[1] = rows[2]
            if y + 2 < height:
                stretch = _decode_row(ends, of_stretch, stretch, y + 2, width, rows[2])
    return count


@kernel
def _decode_row(ends, of_stretch, stretch, y, width, row):
    """Write the patterns of row ``y``, whose first stretch is given; return the next one."""
    begin = np.int64(y) * width
    x = 0
    while x < width:
        end = np.int64(ends[stretch]) - begin
        for place in range(x, end):
            row[place] = of_stretch[stretch]
        x = end
        stretch += 1
    return stretch
