"""Vendors compared on the same images: who is better how often, and what so few images can show.

The paired difference itself, with its interval, is
:func:`assay.metrics.intervals.estimate_difference`; scores on resamples come from
:class:`assay.metrics.resampling.Resampling`.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.metrics.quantiles import student_quantile


def probability_of_better(
    first: NDArray[np.float64], second: NDArray[np.float64], *, higher_is_better: bool = True
) -> float:
    """Return the share of resamples in which the first score is better, ties counting half.

    Resamples in which either score is NaN are left out; NaN where all are.

    Examples
    --------
    >>> probability_of_better(np.array([0.9, 0.8, np.nan]), np.array([0.8, 0.8, 0.1]))
    0.75
    """
    gap = first - second if higher_is_better else second - first
    gap = gap[~np.isnan(gap)]
    return float((gap > 0).mean() + (gap == 0).mean() / 2) if gap.size else math.nan


def rank_probabilities(
    scores: Sequence[NDArray[np.float64]], *, higher_is_better: bool = True
) -> NDArray[np.float64]:
    """Return how often each vendor takes each rank.

    Parameters
    ----------
    scores
        For each vendor its overall score on every resample, shape (resamples,); the same resamples
        for all.
    higher_is_better
        False for error rates.

    Returns
    -------
    float64 of shape (vendors, vendors): row a vendor, column a rank from best to worst.  Rows and
    columns sum to 1.  Vendors that tie share their ranks evenly.  Resamples in which any score is
    NaN are left out; all NaN where no resample is left.

    Examples
    --------
    >>> rank_probabilities([np.array([0.9, 0.8]), np.array([0.7, 0.8])]).tolist()
    [[0.75, 0.25], [0.25, 0.75]]
    """
    table = np.stack(list(scores)) if higher_is_better else -np.stack(list(scores))
    table = table[:, ~np.isnan(table).any(axis=0)]
    vendors, resamples = table.shape
    if not resamples:
        return np.full((vendors, vendors), np.nan)
    better = (table[:, np.newaxis] < table[np.newaxis]).sum(axis=1)
    tied = (table[:, np.newaxis] == table[np.newaxis]).sum(axis=1)
    ranks = np.arange(vendors)[:, np.newaxis, np.newaxis]
    taken = (ranks >= better) & (ranks < better + tied)
    return np.asarray((taken / tied).mean(axis=2).T)


def smallest_difference(
    standard_error: float, images: int, *, confidence: float = 0.95, power: float = 0.8
) -> float:
    """Return the smallest true difference that this many images would probably show.

    Parameters
    ----------
    standard_error
        Of the paired difference on these images, see
        :func:`assay.metrics.intervals.estimate_difference`.
    images
        How many images there are, 2 or more.
    confidence, power
        A true difference of this size gives an interval of this confidence that excludes zero,
        with probability ``power``.

    Returns
    -------
    float
        ``(t(1 - alpha/2) + t(power)) * standard_error`` with ``images - 1`` degrees of freedom, in
        units of the metric.  NaN where the standard error is.

    Raises
    ------
    ParameterError
        When a value lies outside its range.

    Notes
    -----
    The paired design of Julious 2010, *Sample Sizes for Clinical Trials*, chapter 4.

    Examples
    --------
    >>> round(smallest_difference(0.01, 50), 4)
    0.0286
    """
    _check_power(standard_error, images, confidence, power)
    return _reach(images, confidence, power) * standard_error


def images_needed(
    difference: float,
    standard_error: float,
    images: int,
    *,
    confidence: float = 0.95,
    power: float = 0.8,
) -> float:
    """Return how many images like these would probably show a true difference of this size.

    The inverse of :func:`smallest_difference`: the standard error falls with the square root of
    the number of images.

    Parameters
    ----------
    difference
        Size of the difference to show, either sign.
    standard_error, images
        Standard error of the paired difference, and the number of images that it was taken on.
    confidence, power
        As for :func:`smallest_difference`.

    Returns
    -------
    float
        A whole number, 2 or more; ``inf`` where the difference is 0, or so small against the
        standard error that the number means nothing (above 10**15); NaN where a value is.

    Examples
    --------
    >>> images_needed(0.0286, 0.01, 50), images_needed(0.01, 0.01, 50)
    (50.0, 395.0)
    """
    _check_power(standard_error, images, confidence, power)
    if math.isnan(difference) or math.isnan(standard_error):
        return math.nan
    one_image = standard_error * math.sqrt(images)

    def shown_by(number: int) -> bool:
        reach = _reach(number, confidence, power) * one_image
        return reach <= abs(difference) * math.sqrt(number)

    high = 2
    while not shown_by(high):
        high *= 2
        if high > 10**15:
            return math.inf
    low = max(2, high // 2)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if shown_by(middle) else (middle + 1, high)
    return float(high)


def _reach(images: int, confidence: float, power: float) -> float:
    """Return how many standard errors the smallest difference lies from zero."""
    return student_quantile((1 + confidence) / 2, images - 1) + student_quantile(power, images - 1)


def _check_power(standard_error: float, images: int, confidence: float, power: float) -> None:
    for name, value in (("confidence", confidence), ("power", power)):
        if not 0 < value < 1:
            raise ParameterError(f"{name} is {value}; give a number between 0 and 1.")
    if images < 2:
        raise ParameterError(
            f"{images} image has no spread to judge a difference by. Compare on 2 images or more."
        )
    if standard_error < 0:
        raise ParameterError(f"standard_error is {standard_error}; it is 0 or more.")
