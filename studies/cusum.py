"""A CUSUM that knows everything, exactly: the bound for any chart.

Source: Brook and Evans 1972, "An approach to the probability distribution of CUSUM run length".
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_STATES = 400


def chain(reference: float, limit: float, shift: float) -> NDArray[np.float64]:
    """Return the transitions between the quiet states of a one-sided CUSUM of normal numbers.

    Parameters
    ----------
    reference
        What each number is reduced by, half the shift to be found.
    limit
        Sum at which to sound an alarm.
    shift
        Mean of the numbers.
    """
    from scipy.special import ndtr

    width = 2 * limit / (2 * _STATES - 1)
    steps = np.arange(_STATES)
    # State 0 is the interval around and below zero.
    upper = (steps[None, :] - steps[:, None] + 0.5) * width + reference - shift
    lower = upper - width
    matrix: NDArray[np.float64] = ndtr(upper) - ndtr(lower)
    matrix[:, 0] = ndtr(upper[:, 0])
    return matrix


def mean_run_length(reference: float, limit: float, shift: float = 0.0) -> float:
    """Return the mean batches until an alarm, from a sum of zero.

    Examples
    --------
    >>> round(mean_run_length(0.5, 4.0), 0)
    336.0
    """
    matrix = chain(reference, limit, shift)
    return float(np.linalg.solve(np.eye(_STATES) - matrix, np.ones(_STATES))[0])


@lru_cache
def limit_for(reference: float, run_length: float) -> float:
    """Return the limit at which false alarms are so many batches apart, in the mean."""
    low, high = 0.01, 30.0
    for _ in range(40):
        middle = (low + high) / 2
        if mean_run_length(reference, middle) < run_length:
            low = middle
        else:
            high = middle
    return high


def median_delay(shift: float, run_length: float) -> float:
    """Return the median batches to an alarm of the CUSUM that is tuned to the shift."""
    reference = shift / 2
    matrix = chain(reference, limit_for(round(reference, 6), run_length), shift)
    quiet = np.zeros(_STATES)
    quiet[0] = 1
    for batch in range(1, 2000):
        quiet = quiet @ matrix
        if quiet.sum() <= 0.5:
            return float(batch)
    return math.inf
