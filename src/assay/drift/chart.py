"""A control chart: one sequence of batches followed from its baseline on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assay.drift.evidence import Evidence, begin_of_change
from assay.drift.surprise import Comparison, compare

Numbers = NDArray[np.float64]

#: Which direction is an alarm: only worse, or either.
Direction = Literal["fall", "change"]

#: A batch is compared with the spread of batches at least so many before it, so that a fall that is
#: just beginning does not hide itself.
_LAG = 6

#: Fewest images before that each covariate takes.
IMAGES_PER_COVARIATE = 5


@dataclass(frozen=True, eq=False)
class Stream:
    """One number per image, in order of batches.

    Parameters
    ----------
    batches
        int64, shape (images,), ascending: place of each image's batch among the vendor's.
    scores
        float64, shape (images,): higher is better; no NaN.
    covariates
        float64, shape (images, columns), the most important columns first; without columns scores
        are compared as they are.
    """

    batches: NDArray[np.int64]
    scores: Numbers
    covariates: Numbers


@dataclass(frozen=True)
class Point:
    """One batch in a chart.

    Parameters
    ----------
    batch
        Place of the batch among the vendor's.
    images
        How many of its gold images count here.
    mean
        Mean of their scores.
    expected
        What the batches before lead to expect of these images; NaN for the first.
    error
        Standard deviation of the mean around it while nothing changes, widened where batches
        differ by more than their images explain.
    surprise
        The difference as a standard normal number; 0 where nothing can be compared.
    evidence
        Evidence of a change, as a multiple of the chart's limit: 1 is an alarm.
    watched
        Whether the batch comes after the baseline.
    """

    batch: int
    images: int
    mean: float
    expected: float
    error: float
    surprise: float
    evidence: float
    watched: bool


@dataclass(frozen=True)
class Track:
    """What following a stream gave.

    Parameters
    ----------
    points
        Batches in order.
    signal
        Place of the first batch with an alarm among the vendor's, or None.
    since
        Place of the batch at which the change most likely began, or None.
    overdispersed
        Whether batches differed by more than their images explain, so that evidence was weighed
        less.
    """

    points: tuple[Point, ...]
    signal: int | None
    since: int | None
    overdispersed: bool


def follow(
    stream: Stream, *, first_watched: int, limit: float, direction: Direction = "fall"
) -> Track:
    """Follow a stream batch by batch, as if each had just come in.

    What is said of a batch depends on it and those before it alone, so a chart never rewrites its
    history.  After an alarm the batches since the change's begin are no longer trusted as a
    baseline.

    Parameters
    ----------
    stream
        Images in order of batches.
    first_watched
        Place of the first batch after the baseline.
    limit
        Evidence at which to sound an alarm.
    direction
        ``"fall"``, or ``"change"`` for either way.
    """
    worse, better = Evidence(), Evidence()
    points, raw = list[Point](), list[float]()
    signal, since, overdispersed = None, None, False
    for batch in np.unique(stream.batches).tolist():
        inside = slice(*np.searchsorted(stream.batches, [batch, batch + 1]).tolist())
        found = _compared(stream, inside, since)
        spread = _spread(raw)
        raw.append(found.surprise)
        surprise = found.surprise / spread
        is_watched = batch >= first_watched
        evidence = 0.0
        if is_watched:
            overdispersed |= spread > 1
            evidence = worse.after(surprise)
            if direction == "change":
                evidence = (evidence + better.after(-surprise)) / 2
        images = inside.stop - inside.start
        mean = float(stream.scores[inside].sum()) / images
        points.append(
            Point(
                batch,
                images,
                mean,
                mean - found.difference,
                found.error * spread,
                surprise,
                evidence / limit,
                is_watched,
            )
        )
        if signal is None and evidence >= limit:
            signal, since = batch, begin_of(points, direction)
    return Track(tuple(points), signal, since, overdispersed)


def begin_of(points: Sequence[Point], direction: Direction) -> int:
    """Return the batch at which a change most likely began, given that there was one."""
    watched = [point for point in points if point.watched]
    values = np.array([point.surprise for point in watched])
    if direction == "change":
        falls, rises = begin_of_change(values), begin_of_change(-values)
        # Whichever way more has added up.
        if _gain(-values[rises:]) > _gain(values[falls:]):
            values = -values
    return watched[begin_of_change(values)].batch


def _gain(values: Numbers) -> float:
    return float(-values.sum() / math.sqrt(len(values)))


def _compared(stream: Stream, inside: slice, since: int | None) -> Comparison:
    end = inside.start
    if since is not None:
        end = min(end, int(np.searchsorted(stream.batches, since)))
    columns = min(stream.covariates.shape[1], end // IMAGES_PER_COVARIATE)
    return compare(
        stream.scores[:end],
        stream.scores[inside],
        stream.covariates[:end, :columns],
        stream.covariates[inside, :columns],
    )


def _spread(surprises: Sequence[float]) -> float:
    """Return by how much batches differ more than their images explain: 1 where they do not.

    Images of one batch may be alike: one street, one evening, one annotator.  Then a mean varies
    more than its images say.  The surprises of past batches show it; where the sum of their squares
    would be reached in only one of five sequences, they are taken at their word.  Being never below
    1, this weighs evidence less and never more, so no false alarm is added.
    """
    past = np.array(surprises[1:])
    past = past[: max(len(past) - _LAG, min(len(past), _LAG))]
    past = past[past != 0]
    if len(past) < 3:
        return 1.0
    squares = float(past @ past)
    free = len(past)
    # The quantile of chi-square, by Wilson and Hilferty 1931; 0.8416 is the normal one at 80 %.
    usual = free * (1 - 2 / (9 * free) + 0.8416 * math.sqrt(2 / (9 * free))) ** 3
    return math.sqrt(squares / free) if squares > usual else 1.0
