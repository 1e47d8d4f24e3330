"""Vote patterns to what agreement is made of: who says what when another says what.

``votes`` (uint16, one row per pattern, one column per rater) and ``counts`` (int64, pixels) are
those of :mod:`assay.kernels.patterns`; ``value_of`` (int64) gives the value of each vote, -1 for a
vote that is none (void, or a rater who is absent).
"""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def count_coincidences(votes, counts, value_of, pairs):
    """Count ordered pairs of raters by their values, apart for each number of raters with one.

    ``pairs`` (int64, raters + 1 by values by values) gets, at ``[m, c, k]``, over the pixels with
    m values, the ordered pairs of different raters of whom one says c and the other k.
    """
    raters = votes.shape[1]
    said = np.empty(raters, np.int64)
    for i in range(votes.shape[0]):
        number = 0
        for k in range(raters):
            value = value_of[votes[i, k]]
            if value >= 0:
                said[number] = value
                number += 1
        pixels = counts[i]
        for a in range(number):
            for b in range(number):
                if a != b:
                    pairs[number, said[a], said[b]] += pixels


@kernel
def count_without(votes, counts, value_of, distance, said, differing):
    """Sum values and how far they lie from the others', once without each rater.

    ``said`` (float64, raters by values) gets the values given to pixels that keep two or more
    without the rater; ``differing`` the mean distance of each to the values that are left.
    """
    raters = votes.shape[1]
    value = np.empty(raters, np.int64)
    apart = np.empty(raters, np.float64)
    for i in range(votes.shape[0]):
        pixels = counts[i]
        number = 0
        for a in range(raters):
            value[a] = value_of[votes[i, a]]
            number += value[a] >= 0
        for a in range(raters):
            apart[a] = 0.0
            if value[a] >= 0:
                for b in range(raters):
                    if value[b] >= 0:
                        apart[a] += distance[value[a], value[b]]
        for k in range(raters):
            left = number - (value[k] >= 0)
            if left < 2:
                continue
            for a in range(raters):
                if a == k or value[a] < 0:
                    continue
                far = apart[a]
                if value[k] >= 0:
                    far -= distance[value[a], value[k]]
                said[k, value[a]] += pixels
                differing[k, value[a]] += pixels * far / (left - 1)


@kernel
def count_pairs_of_raters(votes, counts, value_of, pairs):
    """Count pixels by value for each pair of raters, where both have one.

    ``pairs`` (int64, pairs by values by 3) gets the pixels of a value in both, in the first, in
    the second; pairs stand in the order (0, 1), (0, 2), ..., (1, 2), ...
    """
    raters = votes.shape[1]
    for i in range(votes.shape[0]):
        pixels = counts[i]
        pair = 0
        for a in range(raters):
            first = value_of[votes[i, a]]
            for b in range(a + 1, raters):
                second = value_of[votes[i, b]]
                if first >= 0 and second >= 0:
                    pairs[pair, first, 1] += pixels
                    pairs[pair, second, 2] += pixels
                    if first == second:
                        pairs[pair, first, 0] += pixels
                pair += 1
