"""How far many annotators agree on the value of a pixel: agreement, Fleiss' kappa, alpha.

One convention holds throughout.  An annotator gives a pixel a **value**: one of the classes, or
*unlabelled*, which is a value of its own, because leaving a pixel out is an answer on which others
may differ.  Void is a missing value, not an answer: nobody could decide there.  An annotator who
did not label an image has missing values, too.  A pixel counts when two or more annotators give it
a value.

All that the coefficients need are five sums over pixels for each value; those of many images add
up, so each image can be left out in turn, exactly.  Pixels are not independent units: they are
counted, but intervals are over images (:func:`estimate_agreement`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import ParameterError
from assay.labels import Ontology
from assay.metrics.distance import DistanceMatrix
from assay.metrics.intervals import Estimate, Scale, images_present, jackknife_interval
from assay.metrics.overlap import share
from assay.metrics.patterns import VotePatterns

#: What is summed for each value; see :func:`count_values`.
VALUE_COLUMNS = ("said", "same", "differing", "shares", "agreeing")

Counts = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Coincidences:
    """How often two annotators of one pixel say which two values (Krippendorff 2004, ch. 11).

    Parameters
    ----------
    values
        int64: the values that occur, as indexes of the ontology; 0 is unlabelled.
    pairs
        int64, shape (raters + 1, values, values): at ``[m]``, over the pixels with m values, the
        ordered pairs of annotators by the values of both.  Symmetric.
    """

    values: NDArray[np.int64]
    pairs: NDArray[np.int64]

    @property
    def matrix(self) -> Counts:
        """Krippendorff's coincidence matrix: each pixel counts as often as it has values."""
        others = np.maximum(np.arange(len(self.pairs)) - 1, 1)
        return np.asarray((self.pairs / others[:, np.newaxis, np.newaxis]).sum(axis=0))


def count_coincidences(patterns: VotePatterns, ontology: Ontology) -> Coincidences:
    """Count which values coincide.

    Parameters
    ----------
    patterns
        Of one image or many, with ``ABSENT`` for an annotator who did not label an image.
    ontology
        Says which indexes are void.

    Examples
    --------
    >>> from assay.labels import LabelClass, LabelMap
    >>> from assay.metrics.patterns import count_patterns
    >>> ontology = Ontology((LabelClass("road", 1, (9, 9, 9)), LabelClass("car", 2, (0, 0, 142))))
    >>> maps = [LabelMap.from_dense([[1, 1, 2]]), LabelMap.from_dense([[1, 2, 2]])]
    >>> found = count_coincidences(count_patterns([maps]), ontology)
    >>> found.values.tolist(), found.matrix.tolist()
    ([1, 2], [[2.0, 1.0], [1.0, 2.0]])
    """
    votes = patterns.votes
    # One index for all that is no value keeps this count small.
    seen = np.bincount(np.minimum(votes, ontology.first_void).ravel(), minlength=1)
    values = np.flatnonzero(seen[: ontology.first_void])
    value_of = np.full(2**16, -1, np.int64)
    value_of[values] = np.arange(values.size)
    pairs = np.zeros((votes.shape[1] + 1, values.size, values.size), np.int64)
    kernels.agreement.count_coincidences(votes, patterns.counts, value_of, pairs)
    return Coincidences(values, pairs)


def count_values(
    coincidences: Coincidences, ontology: Ontology, distance: DistanceMatrix
) -> Counts:
    """Return the five sums of each value that every coefficient is made of.

    Returns
    -------
    float64 of shape (1 + classes, 5), unlabelled first.

    Notes
    -----
    All sums are over the pixels with two values or more:

    * ``said``: values given;
    * ``same``: of these, those that another annotator of the pixel also gives: the share of the
      other annotators, summed;
    * ``differing``: how far the other annotators' values lie, on average, summed;
    * ``shares``: the share of a pixel's annotators who give the value, summed over pixels;
    * ``agreeing``: the share of a pixel's pairs of annotators who both give it, summed.
    """
    pairs, values = coincidences.pairs, coincidences.values
    number = np.arange(len(pairs))[:, np.newaxis]
    others = np.maximum(number - 1, 1)
    # Each value given is in one ordered pair with each of the others: these divide exactly.
    said = pairs.sum(axis=2) // others
    same = np.diagonal(pairs, axis1=1, axis2=2)
    apart = (pairs * distance[np.ix_(values, values)]).sum(axis=2)
    people = np.maximum(number, 1)
    counts = np.zeros((ontology.first_void, len(VALUE_COLUMNS)))
    counts[values] = np.stack(
        [
            said.sum(axis=0),
            (same / others).sum(axis=0),
            (apart / others).sum(axis=0),
            (said / people).sum(axis=0),
            (same / (people * others)).sum(axis=0),
        ],
        axis=1,
    )
    return counts


def count_values_without(
    patterns: VotePatterns, ontology: Ontology, distance: DistanceMatrix
) -> Counts:
    """Return the sums that alpha needs, once without each annotator.

    Returns
    -------
    float64 of shape (annotators, 1 + classes, 5): ``said`` and ``differing`` as
    :func:`count_values` would count them over the other annotators; the rest is NaN.
    """
    raters, values = patterns.raters, ontology.first_void
    value_of = np.full(2**16, -1, np.int64)
    value_of[:values] = np.arange(values)
    said, differing = np.zeros((raters, values)), np.zeros((raters, values))
    kernels.agreement.count_without(
        patterns.votes, patterns.counts, value_of, distance, said, differing
    )
    nothing = np.full((raters, values), np.nan)
    return np.stack([said, nothing, differing, nothing, nothing], axis=-1)


def pixel_agreement(counts: Counts) -> NDArray[np.float64]:
    """Return the share of pairs of annotators who give a pixel the same value, mean over pixels.

    Parameters
    ----------
    counts
        Of :func:`count_values`, shape (..., values, 5).

    Returns
    -------
    Shape (...); NaN where no pixel has two values.
    """
    _, _, _, shares, agreeing = _columns(counts)
    return share(agreeing.sum(axis=-1), shares.sum(axis=-1))


def fleiss_kappa(counts: Counts) -> NDArray[np.float64]:
    """Return Fleiss' kappa, shape (...): agreement beyond chance, as a share of what is possible.

    Exactly Fleiss' where all pixels have equally many values.  Where they have not, agreement and
    the frequencies of values are means over the pixels with two values or more (Gwet 2014).  NaN
    where only one value is ever given: without variation, chance explains everything.

    Notes
    -----
    Source: Fleiss, "Measuring nominal scale agreement among many raters", Psychological Bulletin
    76, 1971; Gwet, *Handbook of Inter-Rater Reliability*, 4th edition, 2014, section 2.4.
    """
    said, _, _, shares, agreeing = _columns(counts)
    pixels = shares.sum(axis=-1)
    expected = share((shares**2).sum(axis=-1), pixels**2)
    return _beyond_chance(share(agreeing.sum(axis=-1), pixels), expected, _varied(said))


def fleiss_kappa_of_value(counts: Counts) -> NDArray[np.float64]:
    """Return Fleiss' kappa of each value against all others, shape (..., values).

    NaN where a value is never given, or no other is.

    Notes
    -----
    Source: Fleiss 1971, equation 12 and after.
    """
    said, _, _, shares, agreeing = _columns(counts)
    frequency = share(shares, shares.sum(axis=-1, keepdims=True))
    varied = (said > 0) & _varied(said)[..., np.newaxis]
    return _beyond_chance(share(agreeing, shares), frequency, varied)


def krippendorff_alpha(counts: Counts, distance: DistanceMatrix) -> NDArray[np.float64]:
    """Return Krippendorff's alpha, shape (...): one less the disagreement over that of chance.

    Parameters
    ----------
    counts
        Of :func:`count_values`, made with the same ``distance``; shape (..., values, 5).
    distance
        How far each two values differ; see :mod:`assay.metrics.distance`.

    Returns
    -------
    1 where all agree, 0 at chance, below 0 where annotators differ more than by chance.  NaN where
    only one value is ever given: alpha needs variation.

    Notes
    -----
    Source: Krippendorff, *Content Analysis*, 4th edition, 2019, chapter 12; "Computing
    Krippendorff's Alpha-Reliability", 2011, section D (nominal data, any number of observers,
    missing data).
    """
    said, _, differing, _, _ = _columns(counts)
    number = said.sum(axis=-1)
    chance = ((said @ distance) * said).sum(axis=-1)
    return 1 - share((number - 1) * differing.sum(axis=-1), chance)


def krippendorff_alpha_of_value(counts: Counts) -> NDArray[np.float64]:
    """Return the nominal alpha of each value against all others, shape (..., values).

    NaN where a value is never given, or no other is.
    """
    said, same, _, _, _ = _columns(counts)
    number = said.sum(axis=-1, keepdims=True)
    return 1 - share((number - 1) * (said - same), said * (number - said))


def agreement_of_value(counts: Counts) -> NDArray[np.float64]:
    """Return, where one annotator gives a value, the share of the others who do, (..., values).

    The specific agreement of Cicchetti and Feinstein 1990; of two annotators it is the Dice
    coefficient of the value's pixels.  NaN where a value is never given.
    """
    said, same, _, _, _ = _columns(counts)
    return share(same, said)


def estimate_agreement(
    statistic: Callable[[Counts], NDArray[np.float64]],
    counts: Counts,
    *,
    confidence: float = 0.95,
    scale: Scale = "agreement",
) -> Estimate:
    """Return a coefficient over all images with its interval over images.

    Parameters
    ----------
    statistic
        One of the functions above, of counts alone (see :func:`alpha_with`).
    counts
        Of :func:`count_values` for each image, shape (images, values, 5).
    confidence
        Level of the interval, between 0 and 1.
    scale
        Of the jackknife, see :func:`assay.metrics.intervals.jackknife_interval`.  Kappa and alpha
        are bounded above alone, and surprises lie below; shares have two ends.

    Examples
    --------
    >>> one = np.array([[0.0] * 5, [8, 6, 2, 4, 3], [12, 10, 2, 6, 5]])
    >>> two = np.array([[0.0] * 5, [4, 2, 2, 2, 1], [6, 4, 2, 3, 2]])
    >>> found = estimate_agreement(pixel_agreement, np.stack([one, two, one, one]))
    >>> [round(float(end), 3) for end in (found.low, found.value, found.high)]
    [0.653, 0.771, 0.849]
    """
    if counts.ndim != 3 or not len(counts):
        raise ParameterError(
            f"The counts have shape {counts.shape}; give (images, values, 5) with at least one "
            "image."
        )
    value = statistic(counts.sum(axis=0))
    return jackknife_interval(
        value,
        statistic(counts.sum(axis=0) - counts),
        np.asarray(images_present(counts, value).sum(axis=0), np.int64),
        confidence=confidence,
        scale=scale,
    )


def alpha_with(distance: DistanceMatrix) -> Callable[[Counts], NDArray[np.float64]]:
    """Return alpha as a function of counts alone."""
    return partial(krippendorff_alpha, distance=distance)


def _columns(counts: Counts) -> tuple[Counts, ...]:
    if counts.ndim < 2 or counts.shape[-1] != len(VALUE_COLUMNS):
        raise ParameterError(
            f"Counts have shape (..., values, {len(VALUE_COLUMNS)}), these have {counts.shape}. "
            f"Give the columns {', '.join(VALUE_COLUMNS)}."
        )
    return tuple(np.moveaxis(counts, -1, 0))


def _varied(said: Counts) -> NDArray[np.bool_]:
    """Return whether two values or more are given; ``said`` is whole, so rounding leaves none."""
    return np.asarray((said > 0).sum(axis=-1) > 1)


def _beyond_chance(
    observed: NDArray[np.float64], expected: NDArray[np.float64], varied: NDArray[np.bool_]
) -> NDArray[np.float64]:
    return np.where(varied, share(observed - expected, 1 - expected), np.nan)
