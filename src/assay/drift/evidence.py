"""Evidence that a sequence has changed: a mixture of Shiryaev-Roberts statistics.

While nothing changes, a batch's surprise is a standard normal number, independent of those before.
After a fall its mean is below zero, by an amount that nobody knows.  For each of a few falls, the
likelihood ratio of *the fall has begun at some batch so far* against *nothing has changed* is
summed over all batches at which it could have begun; the mean over the falls is the evidence.

Less the number of batches, the evidence is a martingale while nothing changes, whatever the shape
of the scores.  So an alarm at the limit *A* comes after at least *A* batches in the mean.  So it
does for several charts together when their limits are ``A / share`` with shares that sum to 1,
**however the charts depend on each other**: the weighted sum of their evidence is such a statistic,
too.

Sources: Roberts 1966, "A Comparison of Some Control Chart Procedures"; Pollak 1985, "Optimal
Detection of a Change in Distribution"; Shin, Ramdas and Rinaldo 2024, "E-detectors: A Nonparametric
Framework for Sequential Change Detection".
"""

import numpy as np
from numpy.typing import NDArray

#: Falls that are looked for, in standard errors of a batch's mean.
FALLS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0)

#: The evidence jumps beyond the limit, so the mean run length is longer than the limit by this
#: factor; found by simulation (studies/drift.py), where it lies between 1.93 and 1.98.
OVERSHOOT = 1.9

_FALLS = np.array(FALLS)
_MOST = 1e12


def limit_for(run_length: float) -> float:
    """Return the evidence at which to sound an alarm.

    Parameters
    ----------
    run_length
        Batches between false alarms, in the mean.

    Examples
    --------
    >>> round(limit_for(200), 1)
    105.3
    """
    return run_length / OVERSHOOT


class Evidence:
    """The evidence after the batches so far.

    Examples
    --------
    >>> evidence = Evidence()
    >>> [round(evidence.after(surprise), 1) for surprise in (0.2, -2.5, -2.5, -2.5)]
    [0.4, 13.2, 208.9, 3675.5]
    """

    def __init__(self) -> None:
        self._sums = np.zeros(len(FALLS))

    def after(self, surprise: float) -> float:
        """Take in the next batch and return the evidence of a fall."""
        self._sums = np.minimum((self._sums + 1) * ratios(surprise), _MOST)
        return float(self._sums.mean())


def ratios(surprise: float) -> NDArray[np.float64]:
    """Return the likelihood ratio of each fall against none, shape (falls,)."""
    ratio: NDArray[np.float64] = np.exp(-_FALLS * surprise - _FALLS**2 / 2)
    return ratio


def begin_of_change(surprises: NDArray[np.float64]) -> int:
    """Return the place at which a fall most likely began: the likelihood's maximum.

    Parameters
    ----------
    surprises
        float64, shape (batches,): those up to the alarm, at least one.

    Examples
    --------
    >>> begin_of_change(np.array([0.5, -0.1, -2.0, -2.2]))
    2
    """
    sums = np.cumsum(surprises[::-1])[::-1]
    gain = np.minimum(sums, 0) ** 2 / np.arange(len(surprises), 0, -1)
    return int(np.argmax(gain))
