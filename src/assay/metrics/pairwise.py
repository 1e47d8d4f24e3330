"""Every pair of annotators of an image: where their values overlap, how far their outlines lie.

The convention is that of :mod:`assay.metrics.agreement`: what is void for either of two annotators
is not compared, unlabelled is a value of its own.  Neither of the two is the reference, so every
score is the same either way round.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import ParameterError
from assay.labels import LabelMap, Ontology
from assay.metrics.covering import cover
from assay.metrics.intervals import Estimate, Scale, images_present, jackknife_interval
from assay.metrics.overlap import share
from assay.metrics.patterns import VotePatterns
from assay.metrics.surface import EdgeSpans, find_edges, nearest_distances

OVERLAP_COLUMNS = ("both", "first", "second")

OUTLINE_COLUMNS = (
    "first_hits", "first_total", "second_hits", "second_total", "distance_px", "compared",
)  # fmt: skip

_SQUARE = (1.0, 1.0)

#: ``score(counts)``: counts have shape (..., values, columns), the score (...) or (..., values).
Score = Callable[[NDArray[Any]], NDArray[np.float64]]


def pairs_of(number: int) -> tuple[tuple[int, int], ...]:
    """Return the pairs of ``number`` annotators, in the order in which they are counted.

    Examples
    --------
    >>> pairs_of(3)
    ((0, 1), (0, 2), (1, 2))
    """
    return tuple(combinations(range(number), 2))


def count_overlaps(patterns: VotePatterns, ontology: Ontology) -> NDArray[np.int64]:
    """Count the pixels of each value in both maps of a pair, in the first, in the second.

    Returns
    -------
    int64 of shape (pairs, 1 + classes, 3), unlabelled first; the columns are those of the measure
    ``overlap``, so its scores can be taken of them.

    Examples
    --------
    >>> from assay.labels import LabelClass
    >>> from assay.metrics.patterns import count_patterns
    >>> ontology = Ontology((LabelClass("road", 1, (9, 9, 9)), LabelClass("car", 2, (0, 0, 142))))
    >>> maps = [LabelMap.from_dense([[1, 1, 2]]), LabelMap.from_dense([[1, 2, 0]])]
    >>> count_overlaps(count_patterns([maps]), ontology).tolist()
    [[[0, 0, 1], [1, 2, 1], [0, 1, 1]]]
    """
    value_of = np.full(2**16, -1, np.int64)
    value_of[: ontology.first_void] = np.arange(ontology.first_void)
    counts = np.zeros((len(pairs_of(patterns.raters)), ontology.first_void, 3), np.int64)
    kernels.agreement.count_pairs_of_raters(patterns.votes, patterns.counts, value_of, counts)
    return counts


def measure_outlines(maps: Sequence[LabelMap], ontology: Ontology) -> NDArray[np.float64]:
    """Measure how far the outlines of each class lie apart, for each pair of maps.

    A contour pixel of a class has one of its four neighbours in another class or unlabelled; the
    frame of the image makes no contour, nor does what is void in either map.  It is a hit when the
    other map has a contour pixel of the class within the class's ``boundary_tolerance_px``
    (Euclidean, exact).

    Parameters
    ----------
    maps
        Of one image, one per annotator.
    ontology
        Whose classes these are.

    Returns
    -------
    float64 of shape (pairs, classes, 6): hits and contour pixels of the first map, of the second;
    the sum of distances to the nearest contour pixel of the other map, and the number of contour
    pixels that have one, of both maps.  Where only one map has a contour of the class, its pixels
    are no hits and have no distance.

    Examples
    --------
    >>> from assay.labels import LabelClass
    >>> ontology = Ontology((LabelClass("road", 1, (9, 9, 9)), LabelClass("car", 2, (0, 0, 142))))
    >>> maps = [LabelMap.from_dense([[1, 1, 2, 2, 2]]), LabelMap.from_dense([[1, 1, 1, 1, 2]])]
    >>> measure_outlines(maps, ontology)[0].tolist()
    [[1.0, 1.0, 1.0, 1.0, 4.0, 2.0], [1.0, 1.0, 1.0, 1.0, 4.0, 2.0]]
    """
    hidden = np.arange(ontology.size + 1) >= ontology.first_void
    voids = [bool(hidden[label_map.values].any()) for label_map in maps]
    own = [find_edges(label_map, hidden, frame=False) for label_map in maps]
    found = np.zeros((len(pairs_of(len(maps))), len(ontology.classes), 6))
    for place, (one, two) in enumerate(pairs_of(len(maps))):
        first, second = own[one], own[two]
        if voids[two]:
            first = find_edges(_hide(maps[one], maps[two], hidden), hidden, frame=False)
        if voids[one]:
            second = find_edges(_hide(maps[two], maps[one], hidden), hidden, frame=False)
        for index, label in enumerate(ontology.classes):
            found[place, index] = _compare(
                first[index + 1], second[index + 1], label.boundary_tolerance_px
            )
    return found


def boundary_distance(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far the outlines of two annotators lie apart on average, in pixels.

    Parameters
    ----------
    counts
        Of :func:`measure_outlines`, shape (..., classes, 6).

    Returns
    -------
    The mean distance of a contour pixel to the nearest one of the other map, over both maps, shape
    (..., classes).  NaN where nothing is compared.
    """
    if counts.ndim < 2 or counts.shape[-1] != len(OUTLINE_COLUMNS):
        raise ParameterError(
            f"Counts have shape (..., classes, {len(OUTLINE_COLUMNS)}), these have {counts.shape}."
            f" Give the columns {', '.join(OUTLINE_COLUMNS)}."
        )
    return share(counts[..., 4], counts[..., 5])


@dataclass(frozen=True, eq=False)
class PairSeries:
    """Counts of two annotators on the images that both labelled.

    Parameters
    ----------
    first, second
        Numbers of the annotators.
    images
        int64, rising: numbers of those images.
    counts
        One entry per image, shape (images, values, columns).
    """

    first: int
    second: int
    images: NDArray[np.int64]
    counts: NDArray[Any]

    def on(self, images: NDArray[np.bool_]) -> "PairSeries":
        """Return the series on those images alone that are flagged."""
        inside = images[self.images]
        return PairSeries(self.first, self.second, self.images[inside], self.counts[inside])


def estimate_pair(
    pair: PairSeries, score: Score, *, confidence: float = 0.95, scale: Scale = "share"
) -> Estimate:
    """Return the score of a pair of annotators with its interval over their common images.

    Parameters
    ----------
    pair
        Counts of both, with one common image or more.
    score
        Of counts.
    confidence
        Level of the interval.
    scale
        See :func:`assay.metrics.intervals.jackknife_interval`.
    """
    total = pair.counts.sum(axis=0)
    value = score(total)
    return jackknife_interval(
        value,
        score(total - pair.counts),
        np.asarray(images_present(pair.counts, value).sum(axis=0), np.int64),
        confidence=confidence,
        scale=scale,
    )


def estimate_mean(
    series: Sequence[PairSeries],
    score: Score,
    *,
    images: int,
    confidence: float = 0.95,
    scale: Scale = "share",
) -> Estimate:
    """Return the mean of a score over pairs of annotators, every pair alike, with its interval.

    Parameters
    ----------
    series
        The pairs, at least one; those where there is nothing to score are left out of the mean.
    score
        Of counts.
    images
        Number of images.
    confidence
        Level of the interval.
    scale
        See :func:`assay.metrics.intervals.jackknife_interval`.
    """
    mean = _mean_of_pairs(series, score, images)
    return jackknife_interval(*mean, confidence=confidence, scale=scale)


def estimate_standing(
    series: Sequence[PairSeries],
    annotator: int,
    score: Score,
    *,
    images: int,
    confidence: float = 0.95,
) -> Estimate:
    """Return how an annotator agrees with the others, less how these agree among themselves.

    Both are means over pairs on the images that the annotator labelled, so what makes an image
    hard drops out.  Well below 0: the annotator stands apart.

    Parameters
    ----------
    series
        All pairs.
    annotator
        Its number.
    score
        Of summed counts, one number: shape ().
    images
        Number of images.
    confidence
        Level of the interval.

    Returns
    -------
    NaN where the annotator shares no image with others, or the others share none of its images.
    """
    here = np.zeros(images, np.bool_)
    for pair in series:
        if annotator in (pair.first, pair.second):
            here[pair.images] = True
    own = [pair for pair in series if annotator in (pair.first, pair.second)]
    rest = [pair.on(here) for pair in series if annotator not in (pair.first, pair.second)]
    if not own or not rest:
        nothing = np.array(np.nan)
        return Estimate(nothing, nothing, nothing, nothing, np.array(0))
    mine, theirs = (_mean_of_pairs(pairs, score, images) for pairs in (own, rest))
    return jackknife_interval(
        mine.value - theirs.value,
        mine.without - theirs.without,
        mine.images,
        confidence=confidence,
    )


class _Mean(NamedTuple):
    """A mean over pairs: on all images, without each image; images with anything to score."""

    value: NDArray[np.float64]
    without: NDArray[np.float64]
    images: NDArray[np.int64]


def _mean_of_pairs(series: Sequence[PairSeries], score: Score, images: int) -> _Mean:
    """Take the mean pair by pair: one pair's scores are in memory at a time."""
    shape = score(series[0].counts.sum(axis=0)).shape
    totals, known = np.zeros((images + 1, *shape)), np.zeros((images + 1, *shape), np.int64)
    present = np.zeros((images, *shape), np.bool_)
    for pair in series:
        total = pair.counts.sum(axis=0)
        value = score(total)
        # The last row has all images; leaving out one that the pair lacks changes nothing.
        scores = np.broadcast_to(value, (images + 1, *shape)).copy()
        if pair.images.size:
            scores[pair.images] = score(total - pair.counts)
            present[pair.images] |= images_present(pair.counts, value)
        totals += np.nan_to_num(scores)
        known += ~np.isnan(scores)
    means = share(totals, known)
    return _Mean(means[-1], means[:-1], np.asarray(present.sum(axis=0), np.int64))


def _hide(label_map: LabelMap, other: LabelMap, hidden: NDArray[np.bool_]) -> LabelMap:
    return cover(label_map, other, hidden=hidden, mark=hidden.size - 1)


def _compare(first: EdgeSpans, second: EdgeSpans, tolerance: int) -> tuple[float, ...]:
    there, back = first.pixels, second.pixels
    if not there or not back:
        return 0.0, there, 0.0, back, 0.0, 0.0
    out = nearest_distances(first, second, _SQUARE)
    home = nearest_distances(second, first, _SQUARE)
    return (
        float((out <= tolerance).sum()), there, float((home <= tolerance).sum()), back,
        float(out.sum() + home.sum()), there + back,
    )  # fmt: skip
