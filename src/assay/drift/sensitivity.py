"""How soon a fall would be found, before it happens: what a production can show."""

import math
from dataclasses import dataclass

import numpy as np

from assay.drift.evidence import FALLS

#: A fall that few would overlook: three points.
FALL = 0.03

_RUNS = 2000
_LONGEST = 100


@dataclass(frozen=True)
class Sensitivity:
    """What a vendor's main chart would find.

    Parameters
    ----------
    deviation
        Standard deviation of one image's score around what its image leads to expect.
    images
        Gold images of a usual batch.
    batches_to_find
        Median number of batches until a fall of three points is found; infinite beyond 100.
    fall_in_three
        Fall that is found within three batches in one case of two.
    seed
        Of the simulation behind both.
    """

    deviation: float
    images: int
    batches_to_find: float
    fall_in_three: float
    seed: int


def sensitivity_of(
    deviation: float, images: int, images_before: int, *, limit: float, seed: int
) -> Sensitivity:
    """Simulate falls of a chart with a baseline of so many images.

    Examples
    --------
    >>> found = sensitivity_of(0.05, 20, 160, limit=210, seed=1)
    >>> found.batches_to_find
    2.0
    """
    error = deviation * math.sqrt(1 / images + 1 / max(images_before, 1))
    if error == 0:
        return Sensitivity(deviation, images, 1.0, 0.0, seed)
    low, high = 0.0, 8.0
    for _ in range(12):
        middle = (low + high) / 2
        if median_delay(middle, limit=limit, seed=seed) <= 3:
            high = middle
        else:
            low = middle
    delay = median_delay(FALL / error, limit=limit, seed=seed)
    return Sensitivity(deviation, images, delay, high * error, seed)


def median_delay(fall: float, *, limit: float, seed: int) -> float:
    """Return the median batches until an alarm, for a fall in standard errors of a batch's mean.

    Examples
    --------
    >>> median_delay(3.0, limit=105, seed=1)
    2.0
    """
    rng = np.random.default_rng(seed)
    falls = np.array(FALLS)
    sums = np.zeros((_RUNS, len(falls)))
    found = np.full(_RUNS, math.inf)
    for batch in range(1, _LONGEST + 1):
        surprise = rng.standard_normal((_RUNS, 1)) - fall
        sums = np.minimum((sums + 1) * np.exp(-falls * surprise - falls**2 / 2), 1e12)
        found[(sums.mean(axis=1) >= limit) & np.isinf(found)] = batch
        if np.isfinite(found).mean() > 0.5:
            break
    return float(np.sort(found)[_RUNS // 2])
