"""Intervals for scores and for paired differences of scores, by leaving images out.

Images are drawn, pixels are not: the pixels of one image fail together, so the image is the unit.
The standard error is the jackknife's: the score is taken anew with each image left out, and the
spread of those scores tells how much the score hangs on the images that happened to be chosen.
Interval ends are Student's t times the standard error away, with one degree of freedom for each
image that has anything to score, less one: a class in seven of twenty images has six.  Scores that
are shares are treated on the logit scale, so that their intervals are longer towards the middle
and never leave 0 to 1.

Percentile and bias-corrected (BCa) bootstrap intervals were tried first and cover too seldom with
20 to 200 images; ``docs/evidence/coverage.md`` has the figures, ``studies/coverage.py`` makes them.

Sources: Efron and Stein 1981, "The jackknife estimate of variance"; Shao and Tu 1995, *The
Jackknife and Bootstrap*, chapter 2.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.labels import Ontology
from assay.metrics.measure import Metric
from assay.metrics.quantiles import student_quantile

#: On what scale an interval is symmetric.
Scale = Literal["plain", "share", "agreement"]


@dataclass(frozen=True, eq=False)
class Estimate:
    """A score or a difference of scores, with its interval; arrays of the score's shape.

    Shape () for an overall metric, (classes,) for a class metric.

    Parameters
    ----------
    value
        On all images; NaN where there is nothing to score.
    low, high
        Ends of the interval; NaN where fewer than two images have anything to score.  Equal to
        ``value`` where every image says the same.
    standard_error
        Jackknife standard error of ``value``; NaN where ``low`` and ``high`` are.
    images
        Number of images with anything to score: any count, of the class for a class metric.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    images: NDArray[np.int64]


def estimate_score(
    metric: Metric, counts: NDArray[np.int64], ontology: Ontology, *, confidence: float = 0.95
) -> Estimate:
    """Return a score over all images with its interval.

    Parameters
    ----------
    metric
        What to score.
    counts
        Counts of the metric's measure, shape (images, classes, columns).
    ontology
        Whose classes these are.
    confidence
        Level of the interval, between 0 and 1.

    Raises
    ------
    ParameterError
        When ``counts`` has other axes or ``confidence`` lies outside 0 to 1.

    Examples
    --------
    >>> from assay import LabelClass
    >>> from assay.metrics.overlap import METRICS
    >>> ontology = Ontology((LabelClass("road", 1, (128, 64, 128)),))
    >>> counts = np.array([[[90, 100, 95]], [[70, 100, 90]], [[99, 100, 99]]])
    >>> found = estimate_score(METRICS[0], counts, ontology)  # IoU
    >>> found.value.round(3), found.low.round(3), found.high.round(3)
    (array([0.797]), array([0.121]), array([0.991]))
    """
    _check_counts(counts)
    value = metric.score(counts.sum(axis=0), ontology)
    spread = _leave_one_out(metric, counts, ontology)
    images = _images_with_anything(metric, counts)
    scale: Scale = "share" if metric.share else "plain"
    return jackknife_interval(value, spread, images, confidence=confidence, scale=scale)


def estimate_difference(
    metric: Metric,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    ontology: Ontology,
    *,
    confidence: float = 0.95,
) -> Estimate:
    """Return first minus second over the same images, with the interval of the paired difference.

    Both counts have shape (images, classes, columns) and their images in one order.  Leaving the
    same image out of both keeps the pairing: what makes an image hard is hard for both and drops
    out.

    Raises
    ------
    ParameterError
        When shapes differ or ``confidence`` lies outside 0 to 1.
    """
    _check_counts(first)
    if first.shape != second.shape:
        raise ParameterError(
            f"The counts have shapes {first.shape} and {second.shape}. "
            "Compare two deliveries on the same images, in the same order."
        )
    value = metric.score(first.sum(axis=0), ontology) - metric.score(second.sum(axis=0), ontology)
    spread = _leave_one_out(metric, first, ontology) - _leave_one_out(metric, second, ontology)
    images = _images_with_anything(metric, first + second)
    return jackknife_interval(value, spread, images, confidence=confidence)


def images_present(counts: NDArray[Any], value: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which images have anything to score, shape (images, ...).

    Parameters
    ----------
    counts
        Shape (images, values, columns).
    value
        The score of their sum: one number, or one of each value; the first values of the counts
        may have none, such as unlabelled.
    """
    found = (counts != 0).any(axis=2)
    return found[:, -value.size :] if value.ndim else np.asarray(found.any(axis=1))


def _leave_one_out(
    metric: Metric, counts: NDArray[np.int64], ontology: Ontology
) -> NDArray[np.float64]:
    return metric.score(counts.sum(axis=0) - counts, ontology)


def _images_with_anything(metric: Metric, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    present = counts.any(axis=2) if metric.level == "class" else counts.any(axis=(1, 2))
    return np.asarray(present.sum(axis=0), np.int64)


def jackknife_interval(
    value: NDArray[np.float64],
    without: NDArray[np.float64],
    images: NDArray[np.int64],
    *,
    confidence: float = 0.95,
    scale: Scale = "plain",
) -> Estimate:
    """Return a score with its interval, from the scores without each image.

    Parameters
    ----------
    value
        The score on all images.
    without
        The score with each image left out, shape (images, ...).
    images
        Number of images with anything to score, of the shape of ``value``.
    confidence
        Level of the interval, between 0 and 1.
    scale
        Where the interval is symmetric: ``"plain"``: in the score itself; ``"share"``: in
        ``log(p / (1 - p))``, for scores from 0 to 1; ``"agreement"``: in ``log(1 - a)``, for scores
        that are at most 1 and may be negative.

    Raises
    ------
    ParameterError
        When ``confidence`` lies outside 0 to 1.

    Examples
    --------
    >>> found = jackknife_interval(np.array(0.8), np.array([0.79, 0.8, 0.81]), np.array(3))
    >>> found.low.round(3), found.high.round(3)
    (np.float64(0.75), np.float64(0.85))
    """
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence is {confidence}; give a level such as 0.95.")
    number = max(len(without), 1)
    # A score that one image alone makes is unknown without it: it has no spread to speak of.
    lone = np.isnan(without).any(axis=0) | np.isnan(value)
    centred = np.where(lone, np.nan, without - without.sum(axis=0) / number)
    error = np.sqrt((number - 1) / number * (centred**2).sum(axis=0))
    margin = _student(images, confidence) * error
    low, high = _ENDS[scale](value, margin)
    return Estimate(np.asarray(value), low, high, np.asarray(error), images)


def _student(images: NDArray[np.int64], confidence: float) -> NDArray[np.float64]:
    degrees, places = np.unique(np.maximum(images - 1, 1), return_inverse=True)
    table = [student_quantile((1 + confidence) / 2, int(degree)) for degree in degrees]
    return np.array(table)[places].reshape(images.shape)


def _logit_ends(
    value: NDArray[np.float64], margin: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of an interval that is symmetric in ``log(value / (1 - value))``.

    At 0 and 1 the scale has no end; there the plain ends are cut to 0 to 1.
    """
    inside = (value > 0) & (value < 1)
    middle = np.where(inside, value, 0.5)
    odds = middle / (1 - middle)
    # The slope of the logit is 1 / (p (1 - p)); beyond 700 exp would overflow and changes nothing.
    factor = np.exp(np.minimum(margin / (middle * (1 - middle)), 700))
    low = np.where(inside, odds / (odds + factor), np.maximum(value - margin, 0))
    high = np.where(inside, odds * factor / (1 + odds * factor), np.minimum(value + margin, 1))
    return low, high


def _plain_ends(
    value: NDArray[np.float64], margin: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return value - margin, value + margin


def _agreement_ends(
    value: NDArray[np.float64], margin: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of an interval that is symmetric in ``log(1 - value)``.

    At 1 the scale has no end; there the plain ends are cut at 1.
    """
    lack = np.where(value < 1, 1 - value, 1.0)
    factor = np.exp(np.minimum(margin / lack, 700))
    low = np.where(value < 1, 1 - lack * factor, value - margin)
    high = np.where(value < 1, 1 - lack / factor, np.minimum(value + margin, 1))
    return low, high


_ENDS = {"plain": _plain_ends, "share": _logit_ends, "agreement": _agreement_ends}


def _check_counts(counts: NDArray[np.int64]) -> None:
    if counts.ndim != 3 or len(counts) < 1:
        raise ParameterError(
            f"The counts have shape {counts.shape}; give (images, classes, columns) with at least "
            "one image."
        )
