"""How much something changed, once a chart has said that it did."""

import math

import numpy as np
from numpy.typing import NDArray

from assay.drift.chart import IMAGES_PER_COVARIATE, Stream
from assay.drift.surprise import Comparison, compare
from assay.metrics.quantiles import student_quantile
from assay.report import Score

UNKNOWN = Score(math.nan)


def change_since(stream: Stream, since: int | None, *, level: float = 0.95) -> Score:
    """Return the difference of a stream from a batch on, with its interval.

    The interval does not know that the batch was chosen because the change looked largest from
    there, so the size of a change that has just been found is overstated a little.
    """
    if since is None:
        return UNKNOWN
    later = stream.batches >= since
    return difference_of(stream, ~later, later, level=level)


def difference_of(
    stream: Stream, before: NDArray[np.bool_], later: NDArray[np.bool_], *, level: float = 0.95
) -> Score:
    """Return by how much later images differ from earlier ones of the same kind."""
    columns = min(stream.covariates.shape[1], int(before.sum()) // IMAGES_PER_COVARIATE)
    found = compare(
        stream.scores[before],
        stream.scores[later],
        stream.covariates[before, :columns],
        stream.covariates[later, :columns],
    )
    return score_of(found, int(before.sum() + later.sum()) - columns - 2, level=level)


def score_of(found: Comparison, degrees: int, *, level: float) -> Score:
    """Return a comparison's difference with its interval."""
    if math.isnan(found.difference) or degrees < 1:
        return UNKNOWN
    reach = student_quantile((1 + level) / 2, degrees) * found.error
    return Score(found.difference, found.difference - reach, found.difference + reach)


def together(scores: list[Score]) -> Score:
    """Return the mean of independent differences, weighted by their precision."""
    known = [score for score in scores if not math.isnan(score.low)]
    if not known:
        return UNKNOWN
    errors = np.array([max((score.high - score.low) / 3.92, 1e-9) for score in known])
    weights = errors**-2.0
    value = float((weights * [score.value for score in known]).sum() / weights.sum())
    reach = 1.96 / math.sqrt(float(weights.sum()))
    return Score(value, value - reach, value + reach)
