"""Tail probabilities of sums over images, and of rates."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_STEPS = 200


def permutation_tail(observed: float, choices: Sequence[NDArray[np.float64]]) -> float:
    """Return the probability that a sum of random choices is ``observed`` or more.

    This is the p-value of permuting annotators within each image: had two people nothing to do
    with each other, their value of an image would be as likely that of any other pair.

    Parameters
    ----------
    observed
        The pair's sum over images.
    choices
        For each image, the values of all pairs, the pair's own among them.

    Notes
    -----
    Computed by the saddlepoint approximation of Lugannani and Rice 1980, whose *relative* error is
    small far out in the tail, where drawing permutations would need millions; see Robinson 1982,
    "Saddlepoint approximations for permutation tests".  Never below the probability that every
    image gives its largest value.

    Examples
    --------
    >>> coins = [np.array([0.0, 1.0])] * 20
    >>> permutation_tail(20.0, coins) == 0.5**20
    True
    >>> permutation_tail(9.0, coins) > 0.5
    True
    """
    if not choices:
        return 1.0
    least = math.prod(float((values >= values.max() - 1e-12).mean()) for values in choices)
    if observed >= sum(float(values.max()) for values in choices) - 1e-9:
        return least
    padded = np.full((len(choices), max(values.size for values in choices)), -np.inf)
    for row, values in zip(padded, choices, strict=True):
        row[: values.size] = values
    sizes = np.array([values.size for values in choices])
    mean, variance = _moments(padded, 0.0)
    if observed <= mean or variance <= 0:
        return 1.0 if variance <= 0 else _normal_tail((observed - mean) / math.sqrt(variance))
    tilt = _tilt(padded, observed)
    generating = float(np.sum(_log_sums(padded, tilt) - np.log(sizes)))
    _, tilted = _moments(padded, tilt)
    root = math.sqrt(max(2 * (tilt * observed - generating), 0.0))
    slope = tilt * math.sqrt(tilted)
    if root < 1e-4 or slope < 1e-9:
        return _normal_tail((observed - mean) / math.sqrt(variance))
    density = math.exp(-(root**2) / 2) / math.sqrt(2 * math.pi)
    tail = _normal_tail(root) + density * (1 / slope - 1 / root)
    return min(1.0, max(tail, least))


def _log_sums(values: NDArray[np.float64], tilt: float) -> NDArray[np.float64]:
    largest = values.max(axis=1)
    with np.errstate(invalid="ignore"):
        inner = np.exp(tilt * (values - largest[:, None]))
    logs: NDArray[np.float64] = tilt * largest + np.log(np.where(values > -np.inf, inner, 0).sum(1))
    return logs


def _moments(values: NDArray[np.float64], tilt: float) -> tuple[float, float]:
    """Return mean and variance of the sum when large values are favoured by ``exp(tilt v)``."""
    known = values > -np.inf
    shifted = np.where(known, values - values.max(axis=1)[:, None], 0.0)
    weights = np.where(known, np.exp(tilt * shifted), 0.0)
    weights /= weights.sum(axis=1)[:, None]
    clean = np.where(known, values, 0.0)
    mean = (weights * clean).sum(axis=1)
    variance = (weights * (clean - mean[:, None]) ** 2).sum(axis=1)
    return float(mean.sum()), float(variance.sum())


def _tilt(values: NDArray[np.float64], observed: float) -> float:
    """Return the tilt under which the sum is ``observed`` on average, by bisection."""
    low, high = 0.0, 1.0
    while _moments(values, high)[0] < observed and high < 1e6:
        high *= 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _moments(values, middle)[0] < observed:
            low = middle
        else:
            high = middle
        if high - low < 1e-10 * high:
            break
    return high


def _normal_tail(deviation: float) -> float:
    return math.erfc(deviation / math.sqrt(2)) / 2


def binomial_tail(successes: int, trials: int, rate: float) -> float:
    """Return the probability of so many successes or more.

    Examples
    --------
    >>> round(binomial_tail(3, 3, 0.5), 4)
    0.125
    """
    from scipy.special import bdtrc  # noqa: PLC0415 - `assay explain` reads specs without scipy

    return 1.0 if successes <= 0 else float(bdtrc(successes - 1, trials, rate))


def rate_interval(successes: int, trials: int) -> tuple[float, float]:
    """Return the interval of a rate at 95 %: Wilson 1927, never outside of 0 to 1.

    Examples
    --------
    >>> [round(end, 3) for end in rate_interval(5, 10)]
    [0.237, 0.763]
    """
    if not trials:
        return math.nan, math.nan
    z = 1.959963984540054
    share = successes / trials
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    half /= 1 + z**2 / trials
    return max(0.0, centre - half), min(1.0, centre + half)


def mean_test(values: NDArray[np.float64], allowance: float) -> tuple[float, float, float, float]:
    """Return mean, ends of its interval at 95 %, and the p-value of it being ``allowance`` or less.

    Student's t, one-sided; NaN for fewer than two values.
    """
    if values.size < 2:
        return (float(values.mean()) if values.size else math.nan, math.nan, math.nan, math.nan)
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415 - as above

    mean = float(values.mean())
    error = max(float(values.std(ddof=1)) / math.sqrt(values.size), 1e-9)
    reach = float(stdtrit(values.size - 1, 0.975)) * error
    return (
        mean,
        mean - reach,
        mean + reach,
        float(stdtr(values.size - 1, (allowance - mean) / error)),
    )
