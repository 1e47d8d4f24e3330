"""How surprising a batch is after those before it, exactly and for scores of any shape.

The scores of a batch's images are compared with those of all trusted batches before.  As long as
nothing changes, the images are exchangeable: any of them could have come in this batch.  The mean
of the batch then has a known distribution, that of as many images drawn from all without
replacement, whose mean, variance and skewness are exact.  Its quantile, written as a standard
normal number, is the batch's *surprise*.

Three things follow.  Surprises of successive batches are independent standard normal numbers, for
skewed and bounded scores, too.  That the usual level is only estimated, from few images perhaps,
is part of the comparison; no limit has to be widened for it.  And one image a batch is enough.

With covariates, both scores and the batch's membership are first freed of them by least squares, so
that what is compared is what the covariates do not explain; where a batch's images lie far from all
before, little of its membership is left, and it surprises little whatever it scores.

Sources: permutation moments, Pitman 1937; skewness by the cube root, Wilson and Hilferty 1931;
freeing both sides, Frisch and Waugh 1933, Freedman and Lane 1983; independence of successive
comparisons, Brown, Durbin and Evans 1975 (normal scores), Vovk, Gammerman and Shafer 2005
(exchangeable ones).
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

#: Sums of squares below this share of the scores' size are rounding, not variation.
_NOTHING = 1e-18

#: Fewest images before a batch that make a comparison.
LEAST_BEFORE = 5


@dataclass(frozen=True)
class Comparison:
    """One batch beside those before it.

    Parameters
    ----------
    surprise
        Standard normal while nothing changes; below zero where the batch is worse.
    difference
        Mean of the batch minus what those before lead to expect of its images; NaN where nothing
        can be compared.
    error
        Standard deviation of that difference while nothing changes.
    """

    surprise: float
    difference: float
    error: float


#: There is nothing to compare with, or nothing that could be told apart.
NO_COMPARISON = Comparison(0.0, math.nan, math.nan)


def compare(
    before: Numbers, batch: Numbers, covariates_before: Numbers, covariates: Numbers
) -> Comparison:
    """Compare the scores of a batch with those before it.

    Parameters
    ----------
    before, batch
        float64, shapes (images before,) and (images,): one score per image.
    covariates_before, covariates
        float64, shapes (images before, columns) and (images, columns); no columns compare plain
        scores.

    Examples
    --------
    >>> none = np.empty((40, 0)), np.empty((4, 0))
    >>> before = np.tile([0.78, 0.80, 0.81, 0.83], 10)
    >>> found = compare(before, np.array([0.76, 0.77, 0.78, 0.76]), *none)
    >>> round(found.surprise, 1), round(found.difference, 4)
    (-3.4, -0.0375)
    """
    count, total = len(batch), len(batch) + len(before)
    if not count or len(before) < LEAST_BEFORE:
        return NO_COMPARISON
    scores = np.concatenate([before, batch])
    rest, weight, rank = freed(scores, count, np.concatenate([covariates_before, covariates]))
    squares, left = float(weight @ weight), float(rest @ rest)
    # Membership that the covariates explain: images of a kind that was never seen before.
    if squares < 0.02 * count or left <= _NOTHING * max(1.0, float(scores @ scores)):
        return NO_COMPARISON
    free = total - rank
    if free < 2:
        return NO_COMPARISON
    variance = squares * left / free
    if rank > 1:
        variance = max(variance, _uneven_variance(rest, weight, count, total / free))
    cubes = float(weight @ (weight * weight)) * float(rest @ (rest * rest))
    third = total / ((total - 1) * (total - 2)) * cubes
    summed = float(weight @ rest)
    surprise = _normal(summed / math.sqrt(variance), third / variance**1.5)
    most = _most_surprising(total, count)
    return Comparison(
        min(max(surprise, -most), most),
        summed / squares,
        math.sqrt(variance) / squares,
    )


def freed(scores: Numbers, count: int, covariates: Numbers) -> tuple[Numbers, Numbers, int]:
    """Return scores and membership of the last images less what covariates explain, and the rank.

    Examples
    --------
    >>> freed(np.array([1.0, 2.0, 6.0]), 1, np.empty((3, 0)))[0].tolist()
    [-2.0, -1.0, 3.0]
    """
    total = len(scores)
    if not covariates.shape[1]:
        member = np.full(total, -count / total)
        member[-count:] += 1
        return scores - scores.sum() / total, member, 1
    sides = np.zeros((total, 2))
    sides[:, 0] = scores
    sides[-count:, 1] = 1
    design = np.ones((total, covariates.shape[1] + 1))
    design[:, 1:] = covariates
    factors, _, rank, _ = np.linalg.lstsq(design, sides, rcond=1e-9)
    rest = sides - design @ factors
    return rest[:, 0], rest[:, 1], int(rank)


def _uneven_variance(rest: Numbers, weight: Numbers, count: int, lost: float) -> float:
    """Return the variance of the sum where this batch's images vary as much as they do.

    Other images may be not harder but less even; then the images before say too little of how much
    a mean varies (White 1980).
    """
    now = rest[-count:] - rest[-count:].mean()
    corrected = count / (count - 1) if count > 1 else 1.0
    spread = (weight[:-count] ** 2) @ (rest[:-count] ** 2)
    return lost * float(spread + corrected * (weight[-count:] ** 2) @ (now**2))


def _normal(value: float, skewness: float) -> float:
    """Return the normal number of the same probability, for a variable with that skewness."""
    if abs(skewness) < 1e-4:
        return value
    # A gamma variable's cube root is nearly normal; beyond its end stands the end itself.
    root = math.cbrt(max(1 + skewness * value / 2, 0.0))
    return 6 / skewness * (root - 1) + skewness / 6


@lru_cache(maxsize=4096)
def _most_surprising(total: int, count: int) -> float:
    """Return the surprise of the worst draw of so many images, the only one as bad."""
    logarithm = math.lgamma(total + 1) - math.lgamma(count + 1) - math.lgamma(total - count + 1)
    return _upper_quantile(logarithm)


def _upper_quantile(logarithm: float) -> float:
    """Return z with P(Z > z) = exp(−logarithm) for a standard normal Z, by its tail's expansion."""
    if logarithm < math.log(2):
        return 0.0
    low, high = 0.0, math.sqrt(2 * logarithm)
    for _ in range(60):
        middle = (low + high) / 2
        tail = math.erfc(middle / math.sqrt(2)) / 2
        # Beyond what a number can hold, the tail's leading term serves.
        deep = -(middle**2) / 2 - math.log(middle * math.sqrt(2 * math.pi)) if middle > 30 else 0.0
        if (math.log(tail) if tail > 0 else deep) > -logarithm:
            low = middle
        else:
            high = middle
    return low
