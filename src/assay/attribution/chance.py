"""Could it be chance?  Tests of one mistake's shares by image, all with p-values that are valid.

Vendors are compared within each image, because what makes an image hard is hard for all: under the
null hypothesis that a vendor is like the others, their names may be exchanged image by image.
Annotators of one vendor are compared across its images: if they are alike, their names may be
exchanged between images.  Both are permutation tests (Fisher 1935; Pitman 1937), drawn until enough
exceedances decide (Besag and Clifford 1991).

That a mistake is shared is the claim that many vendors make it, not that some vendor does: the
partial conjunction of Benjamini and Heller 2008.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Shares = NDArray[np.float64]

#: Permutations that are at least as extreme, after which drawing stops.
EXCEEDANCES = 25
_CHUNK = 500


def vendor_excess(shares: Shares, *, draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return for each vendor the p-value of making a mistake more than the others do.

    Parameters
    ----------
    shares
        Shape (images, vendors): share of pixels that went wrong; NaN where a vendor has no labels.
    draws
        Most permutations to draw.
    rng
        Draws them.

    Returns
    -------
    float64 of shape (vendors,); 1 for a vendor that shares no image with another.

    Examples
    --------
    >>> shares = np.array([[0.0, 0.3], [0.1, 0.4], [0.0, 0.5], [0.0, 0.2], [0.1, 0.3]])
    >>> vendor_excess(shares, draws=2000, rng=np.random.default_rng(1)).round(2).tolist()
    [1.0, 0.04]
    """
    present = ~np.isnan(shares)
    number = present.sum(axis=1)
    kept = number > 1
    shares, present, number = shares[kept], present[kept], number[kept]
    if not len(shares):
        return np.ones(present.shape[1])
    middle = np.nanmean(shares, axis=1, keepdims=True)
    gaps = np.where(present, (shares - middle) * (number / (number - 1))[:, np.newaxis], 0.0)
    observed = gaps.sum(axis=0)
    # Gaps of those who are there stand first, so that one uniform number picks any of them.
    order = np.argsort(~present, axis=1, kind="stable")
    pool = np.take_along_axis(gaps, order, axis=1)
    members = present.astype(np.float64)
    rows = np.arange(len(pool))

    def draw(size: int) -> NDArray[np.float64]:
        chosen = (rng.random((size, len(pool))) * number).astype(np.intp)
        sums: NDArray[np.float64] = pool[rows, chosen] @ members
        return sums

    return _p_values(observed, draw, draws)


def annotator_excess(
    shares: NDArray[np.float64],
    annotators: NDArray[np.intp],
    number: int,
    *,
    draws: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return for each annotator of a vendor the p-value of making a mistake more than colleagues.

    Parameters
    ----------
    shares
        Shape (images,): share of pixels that went wrong, less what other vendors got wrong in the
        same image, where that is known.
    annotators
        Shape (images,): who labelled the image, from 0 to ``number - 1``.
    number
        Number of annotators.

    Returns
    -------
    float64 of shape (number,); 1 for an annotator who labelled none or all of the images.
    """
    order = np.argsort(annotators, kind="stable")
    values, who = shares[order], annotators[order]
    done = np.bincount(who, minlength=number)
    comparable = (done > 0) & (done < len(values))
    if not comparable.any():
        return np.ones(number)
    values = values - values.mean()
    starts = np.flatnonzero(np.diff(who, prepend=-1))
    there = who[starts]
    observed = np.zeros(number)
    observed[there] = np.add.reduceat(values, starts)

    def draw(size: int) -> NDArray[np.float64]:
        shuffled = values[np.argsort(rng.random((size, len(values))), axis=1)]
        sums = np.zeros((size, number))
        sums[:, there] = np.add.reduceat(shuffled, starts, axis=1)
        return sums

    found = _p_values(np.where(comparable, observed, -np.inf), draw, draws)
    return np.where(comparable, found, 1.0)


def above_floor(shares: Shares, floor: float) -> NDArray[np.float64]:
    """Return for each vendor the p-value of making a mistake in more than a share ``floor``.

    A one-sided t-test over images.  Shares are skewed to the right, and a lower bound by t is
    cautious then (Johnson 1978): the true error rate lies below the stated one.

    Parameters
    ----------
    shares
        Shape (images, vendors), NaN where a vendor has no labels.
    """
    from scipy.special import stdtr  # noqa: PLC0415 - loaded where it is needed

    found = np.ones(shares.shape[1])
    for vendor, column in enumerate(shares.T):
        known = column[~np.isnan(column)]
        if len(known) < 2:
            continue
        error = known.std(ddof=1) / np.sqrt(len(known))
        gap = known.mean() - floor
        if error > 0:
            found[vendor] = float(stdtr(len(known) - 1, -gap / error))
        elif gap > 0:
            found[vendor] = 0.0
    return found


def partial_conjunction(p_values: NDArray[np.float64], least: int) -> float:
    """Return the p-value of the claim that at least ``least`` of the hypotheses are false.

    Source: Benjamini and Heller 2008, "Screening for partial conjunction hypotheses", Biometrics,
    section 2, Bonferroni's form: valid whatever the dependence.

    Examples
    --------
    >>> partial_conjunction(np.array([0.001, 0.01, 0.9]), 2)
    0.02
    """
    ordered = np.sort(p_values)
    return min(1.0, float((len(ordered) - least + 1) * ordered[least - 1]))


def most_of(number: int) -> int:
    """Return how many of ``number`` vendors make a mistake shared: two thirds, at least two.

    Examples
    --------
    >>> [most_of(number) for number in (2, 3, 4, 6)]
    [2, 2, 3, 4]
    """
    return max(2, -(-2 * number // 3))


def adjusted(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values adjusted so that those below q have a false discovery rate of at most q.

    Source: Benjamini and Hochberg 1995; valid for independent tests and those that depend on each
    other positively, as tests of one vendor's mistakes do (Benjamini and Yekutieli 2001).
    """
    from scipy.stats import false_discovery_control  # noqa: PLC0415 - loaded where it is needed

    if not len(p_values):
        return p_values
    found: NDArray[np.float64] = false_discovery_control(p_values)
    return found


def draws_for(hypotheses: int, false_discoveries: float) -> int:
    """Return how many permutations tell a true cause among so many hypotheses from chance."""
    return max(5_000, int(np.ceil(10 * hypotheses / false_discoveries)))


def _p_values(
    observed: NDArray[np.float64], draw: Callable[[int], NDArray[np.float64]], draws: int
) -> NDArray[np.float64]:
    """Return the shares of draws at least as large as what was observed."""
    exceeded = np.zeros(len(observed), np.int64)
    drawn = np.zeros(len(observed), np.int64)
    going = np.ones(len(observed), np.bool_)
    # Sums of the same terms in another order differ in their last bits.
    limit = observed - 1e-9 * (1 + np.abs(observed))
    while going.any():
        size = int(min(_CHUNK, draws - drawn[going].max()))
        exceeded[going] += (draw(size) >= limit).sum(axis=0)[going]
        drawn[going] += size
        going &= (exceeded < EXCEEDANCES) & (drawn < draws)
    return (exceeded + 1) / (drawn + 1)
