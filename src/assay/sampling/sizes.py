"""How many images tell vendors apart, bound a rate of severe errors, and what looking costs."""

import math
from dataclasses import dataclass

import numpy as np

from assay.errors import ParameterError
from assay.metrics.comparison import images_needed, smallest_difference
from assay.metrics.quantiles import student_quantile
from assay.sampling.attributes import faulty_in_lot
from assay.sampling.population import Limits

#: Larger pilots are not simulated; nobody runs them.
_MOST_SIMULATED = 10_000


@dataclass(frozen=True)
class PilotSize:
    """How many pilot images tell vendors apart.

    Parameters
    ----------
    difference
        The difference of mean score to be shown, in units of the score.
    spread
        Standard deviation of the paired difference from image to image.
    confidence, power
        An interval of this confidence excludes zero with this probability.
    images
        The answer; ``inf`` where no number does.
    curve
        For some numbers of images: the number, and the smallest difference that it shows.
    power_simulated
        Share of simulated pilots with so many images that show the difference; NaN where no
        number does, or it is above 10,000.
    """

    difference: float
    spread: float
    confidence: float
    power: float
    images: float
    curve: tuple[tuple[int, float], ...]
    power_simulated: float = math.nan


def pilot_size(
    difference: float, spread: float, *, confidence: float = 0.95, power: float = 0.8
) -> PilotSize:
    """Return how many images show a difference between two vendors who label the same images.

    Parameters
    ----------
    difference
        Size of the difference, 0 excluded.
    spread
        Standard deviation, over images, of the difference of the two vendors' scores.
    confidence, power
        See :class:`PilotSize`.

    Notes
    -----
    The paired t interval (Julious 2010, *Sample Sizes for Clinical Trials*, chapter 4), as in
    :func:`assay.metrics.comparison.images_needed`.

    Examples
    --------
    >>> pilot_size(0.03, 0.10).images
    90.0
    """
    if not 0 < abs(difference) <= 1:
        raise ParameterError(
            f"difference is {difference}; give one such as 0.03 (3 points of IoU)."
        )
    if not 0 < spread <= 1:
        raise ParameterError(
            f"spread is {spread}; give the standard deviation of the paired difference, such as "
            "0.1."
        )
    # The standard error of two images, whatever number it was measured on.
    error = spread / math.sqrt(2)
    images = images_needed(difference, error, 2, confidence=confidence, power=power)
    return PilotSize(
        abs(difference),
        spread,
        confidence,
        power,
        images,
        _curve(spread, images, confidence, power),
        _simulated_power(abs(difference), spread, images, confidence),
    )


def _simulated_power(
    difference: float, spread: float, images: float, confidence: float, *, pilots: int = 2000
) -> float:
    """Return how many of some simulated pilots show the difference, with its right sign."""
    if not images <= _MOST_SIMULATED:
        return math.nan
    number = int(images)
    # Mean and variance of normal differences are drawn as such, not image by image.
    generator = np.random.default_rng(20260101)
    error = spread / math.sqrt(number)
    means = generator.normal(difference, error, pilots)
    errors = error * np.sqrt(generator.chisquare(number - 1, pilots) / (number - 1))
    reach = student_quantile((1 + confidence) / 2, number - 1)
    return float((means > reach * errors).mean())


def _curve(
    spread: float, images: float, confidence: float, power: float
) -> tuple[tuple[int, float], ...]:
    most = 4 * images if math.isfinite(images) else 10_000
    counts = sorted({round(count) for count in np.geomspace(8, max(most, 16), 40)})
    return tuple(
        (
            count,
            smallest_difference(
                spread / math.sqrt(count), count, confidence=confidence, power=power
            ),
        )
        for count in counts
    )


@dataclass(frozen=True)
class GoldSize:
    """How many gold images bound the share of images with a severe error.

    Parameters
    ----------
    share
        The share to stay below.
    confidence
        How surely.
    lot
        Images of the batch, or None for a stream without end.
    rows
        For each number of severe errors seen, from 0 on: how many images must be looked at.
    """

    share: float
    confidence: float
    lot: int | None
    rows: tuple[tuple[int, int], ...]


def gold_size(
    share: float, *, confidence: float = 0.95, lot: int | None = None, errors: int = 3
) -> GoldSize:
    """Return how many images show, with so many severe errors among them, that the share is lower.

    Parameters
    ----------
    share
        To stay below, for example 0.02.
    confidence
        Level of the one-sided bound.
    lot
        Number of images in the batch: the bound is then exact for it (hypergeometric).  Without
        it the bound is that of Clopper and Pearson.
    errors
        The answer is given for 0 up to so many severe errors seen.

    Notes
    -----
    Clopper and Pearson 1934, *The use of confidence or fiducial limits*.

    Examples
    --------
    >>> gold_size(0.05).rows
    ((0, 59), (1, 93), (2, 124), (3, 153))
    >>> gold_size(0.05, lot=200, errors=0).rows
    ((0, 51),)
    """
    if not 0 < share < 1:
        raise ParameterError(f"share is {share}; give one between 0 and 1, such as 0.02.")
    if not 0.5 <= confidence < 1:
        raise ParameterError(f"confidence is {confidence}; give a level such as 0.95.")
    if lot is not None and lot < 1:
        raise ParameterError(f"A batch of {lot} images needs no gold. Give its number of images.")
    rows = tuple(
        (seen, _images_to_bound(seen, share, 1 - confidence, lot)) for seen in range(errors + 1)
    )
    return GoldSize(
        share, confidence, lot, tuple(row for row in rows if lot is None or row[1] <= lot)
    )


def upper_share(
    errors: int, images: int, *, confidence: float = 0.95, lot: int | None = None
) -> float:
    """Return the highest share of images with a severe error that what was seen allows.

    Examples
    --------
    >>> round(upper_share(0, 59), 4), upper_share(0, 50, lot=200)
    (0.0495, 0.05)
    """
    if lot is not None:
        limits = Limits(1.0, 0.0, 0.49, 1 - confidence)
        return faulty_in_lot(lot, images, errors, limits)[1] / lot
    if errors >= images:
        return 1.0
    from scipy.stats import beta  # noqa: PLC0415 - takes half a second to load

    return float(beta.ppf(confidence, errors + 1, images - errors))


def _images_to_bound(seen: int, share: float, risk: float, lot: int | None) -> int:
    """Return the least number of images for which so many errors are as rare as the risk."""
    from scipy.stats import binom, hypergeom  # noqa: PLC0415 - takes half a second to load

    if lot is not None:
        faulty = min(lot, math.ceil(share * lot - 1e-9))
        sizes = np.arange(seen + 1, lot + 1)
        held = hypergeom.cdf(seen, lot, faulty, sizes) <= risk
        return int(sizes[held].min()) if held.any() else lot + 1
    low, high = seen + 1, seen + 2
    while binom.cdf(seen, high, share) > risk:
        high *= 2
    while low < high:
        size = (low + high) // 2
        low, high = (low, size) if binom.cdf(seen, size, share) <= risk else (size + 1, high)
    return low
