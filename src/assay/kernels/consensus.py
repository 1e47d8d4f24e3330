"""Fusing votes: a step of expectation and maximisation, and neighbours asked at pixels."""

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

    A pattern that no class can explain gets zeros and counts for nothing: a first guess may leave
    patterns out, and the estimate of the others explains them or not.
    """
    # Unsigned indexes: numba tests a signed one for being negative at every access.
    patterns, annotators = np.uint64(votes.shape[0]), np.uint64(votes.shape[1])
    classes = np.uint64(log_prior.size)
    nobody = np.uint64(0xFFFFFFFFFFFFFFFF)
    voted = np.empty(annotators, np.uint64)
    row = np.empty(classes)
    expected[:] = 0.0
    total = 0.0
    for p in range(patterns):
        for t in range(classes):
            row[t] = log_prior[t]
        for k in range(annotators):
            voted[k] = np.uint64(votes[p, k]) if votes[p, k] >= 0 else nobody
            v = voted[k]
            if v != nobody:
                for t in range(classes):
                    row[t] += log_confusion[k, v, t]
        most = row[np.uint64(0)]
        for t in range(classes):
            most = max(most, row[t])
        if most == -np.inf:
            posterior[p, :] = 0.0
            continue
        mass = 0.0
        for t in range(classes):
            distance = row[t] - most
            row[t] = np.exp(distance) if distance > _NOTHING else 0.0
            mass += row[t]
        weight = weights[p]
        total += weight * (most + np.log(mass))
        for t in range(classes):
            share = row[t] / mass
            posterior[p, t] = share
            row[t] = share * weight
        for k in range(annotators):
            v = voted[k]
            if v != nobody:
                for t in range(classes):
                    expected[k, v, t] += row[t]
    return total


@kernel
def learn(expected, before, confusion, log_confusion):
    """Fill in the chances of votes and their logarithms; return the largest change of a chance.

    ``expected`` and ``confusion`` are indexed by annotator, vote and truth, as above, ``before``,
    which is added for every annotator, by truth and vote.  A truth that nothing speaks for gets
    zeros.
    """
    annotators, classes, _ = expected.shape
    total = np.empty(classes)
    change = 0.0
    for k in range(annotators):
        total[:] = 0.0
        for v in range(classes):
            for t in range(classes):
                total[t] += expected[k, v, t] + before[t, v]
        for v in range(classes):
            for t in range(classes):
                seen = expected[k, v, t] + before[t, v]
                chance = seen / total[t] if seen > 0.0 else 0.0
                change = max(change, abs(chance - confusion[k, v, t]))
                confusion[k, v, t] = chance
                log_confusion[k, v, t] = np.log(chance) if chance > 0.0 else -np.inf
    return change


@kernel
def ask_neighbours(
    ends, of_stretch, height, width, contested, first, candidates, posterior, symbols, labels,
    out_ends, out_values,
):  # fmt: skip
    """Write the runs of a map whose contested pixels hear their neighbours; return how many.

    A pixel of a pattern flagged in ``contested`` gets, of the classes that somebody voted for at
    the pixel, the one with the largest mean ``posterior`` (float64, patterns by classes) over
    3×3 pixels with the weights 1 2 1, 2 4 2, 1 2 1; where two have the same, and at all other
    pixels, the pattern's own entry in ``labels`` stands.  ``symbols`` are the indexes of the
    classes; those voted for in pattern p are ``candidates[first[p] : first[p + 1]]``.  Beyond the
    frame the frame's own pixels are repeated.

    ``out_ends`` and ``out_values`` need room for a run per stretch and per contested pixel; runs
    do not cross rows, neighbours may have one value.
    """
    near = np.empty(9, np.uint64)
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
                near[0] = rows[0, max(x - 1, 0)]
                near[1] = rows[0, x]
                near[2] = rows[0, min(x + 1, width - 1)]
                near[3] = rows[1, max(x - 1, 0)]
                near[4] = rows[1, x]
                near[5] = rows[1, min(x + 1, width - 1)]
                near[6] = rows[2, max(x - 1, 0)]
                near[7] = rows[2, x]
                near[8] = rows[2, min(x + 1, width - 1)]
                best = -1.0
                second = -1.0
                chosen = np.uint64(0)
                for i in range(first[pattern], first[pattern + 1]):
                    c = np.uint64(candidates[i])
                    says = 4 * posterior[near[4], c]
                    says += 2 * (
                        posterior[near[1], c]
                        + posterior[near[3], c]
                        + posterior[near[5], c]
                        + posterior[near[7], c]
                    )
                    says += (
                        posterior[near[0], c]
                        + posterior[near[2], c]
                        + posterior[near[6], c]
                        + posterior[near[8], c]
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
