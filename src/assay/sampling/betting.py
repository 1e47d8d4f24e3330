"""Betting against a claimed mean: the capital that a fair game cannot give.

Somebody claims that a batch's mean is at most *m*.  Bet against it: before each look stake a share
of the capital on the next value being above what the claim lets one expect.  If the claim is true,
no way of betting makes the capital grow on average, so it reaches 20 with probability at most 1/20,
*whenever* one stops to look (Ville's inequality).  A capital of 20 therefore refutes the claim at a
risk of 5 %, after any number of looks.

Without replacement the claim says more with every look: what was high leaves less for the rest.
If the batch's weighted mean is *m*, the items left have the mean

    (m * total weight - weighted sum seen) / weight left

which is what the next value is compared with.

Sources: Waudby-Smith and Ramdas 2020, *Confidence sequences for sampling without replacement*
(NeurIPS); 2024, *Estimating means of bounded random variables by betting* (JRSS B 86);
for unequal weights Shekhar et al. 2023, *Risk-limiting financial audits via weighted sampling
without replacement* (UAI); Ville 1939.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import UnknownNameError
from assay.sampling.population import Population

#: Below this share of the total weight a remainder is rounding, not evidence.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Strategy:
    """A way of betting that the mean is higher than claimed.

    Parameters
    ----------
    name, summary
        How it is called, and what it does in one line.
    log_capital
        ``log_capital(values, expected)`` returns the logarithm of the capital after each look.
        Both are float64 of shape (..., looks): the values, and what the claim expected of each
        just before; stakes at a look may depend on earlier looks only.
    """

    name: str
    summary: str
    log_capital: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


def expected_values(
    values: NDArray[np.float64], population: Population, mean: float | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what a claimed mean lets one expect of each value, given those before it.

    Parameters
    ----------
    values
        float64, shape (..., looks), in the order of looking.
    population
        The batch that they were drawn from; it has at least as many items.
    mean
        The claimed mean, or an array that broadcasts with ``values[..., :1]``.

    Returns
    -------
    float64, shape (..., looks).  Below 0 where the values seen refute the claim beyond doubt.

    Examples
    --------
    >>> expected_values(np.array([1.0, 1.0, 0.0]), Population.of(4), 0.75).round(3).tolist()
    [0.75, 0.667, 0.5]
    """
    looks = values.shape[-1]
    weights = population.weights[:looks]
    seen = np.cumsum(values * weights, axis=-1) - values * weights + population.known_sum
    left = population.total - population.known_weight - (np.cumsum(weights) - weights)
    return np.asarray((mean * population.total - seen) / left)


def log_capital(
    values: NDArray[np.float64],
    population: Population,
    mean: float | NDArray[np.float64],
    strategy: Strategy,
) -> NDArray[np.float64]:
    """Return the logarithm of the capital won against *the batch's mean is at most* ``mean``.

    Parameters
    ----------
    values
        float64, shape (..., looks), each in 0 to 1, in the order of looking.
    population
        The batch that they were drawn from.
    mean
        The claimed mean, or an array that broadcasts with ``values[..., :1]``.
    strategy
        How to bet.

    Returns
    -------
    float64, shape (..., looks): starts from 0, ``inf`` from the look on that refutes the claim
    beyond doubt.  Under the claim ``max(exp(result)) >= 1/risk`` has at most the probability
    ``risk``.

    Examples
    --------
    Thirty perfect images of a batch of 200 refute that its mean is at most 0.8:

    >>> capital = log_capital(np.ones(30), Population.of(200), 0.8, MIXTURE)
    >>> bool(capital[-1] > np.log(20))
    True
    """
    expected = expected_values(values, population, mean)
    slack = _ROUNDING * population.total
    weights = population.weights[: values.shape[-1]]
    seen = np.cumsum(values * weights, axis=-1) + population.known_sum
    # Where nothing may be left, no bet is possible: a value above 0 refutes the claim by itself.
    playable = expected > _ROUNDING
    won = strategy.log_capital(np.where(playable, values, 1.0), np.where(playable, expected, 1.0))
    return np.where(seen > mean * population.total + slack, np.inf, won)


def _mixture(
    parts: tuple[tuple[float, float], ...],
) -> Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]:
    """Split the capital: each part, a share of it, stakes one fraction of itself at every look."""

    def won(values: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
        gain = values / expected - 1
        total = np.full(gain.shape, -np.inf)
        for share, fraction in parts:
            # A fraction of 1 loses its part at the first 0; the other parts play on.
            with np.errstate(divide="ignore"):
                part = np.log(share) + np.cumsum(np.log1p(fraction * gain), axis=-1)
            total = np.logaddexp(total, part)
        return total

    return won


def _before(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return running sums over the values before each look."""
    return np.asarray(np.cumsum(values, axis=-1) - values)


def _running(
    values: NDArray[np.float64], expected: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and variance of what was seen before each look, begun with a guess of each."""
    count = np.arange(values.shape[-1]) + 1
    mean = (_before(values) + 0.5) / count
    variance = (_before((values - mean) ** 2) + 0.25) / count
    shape = np.broadcast_shapes(values.shape, expected.shape)
    return np.broadcast_to(mean, shape), np.broadcast_to(variance, shape)


def _agrapa(values: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    mean, variance = _running(values, expected)
    edge = np.maximum(mean - expected, 0)
    fraction = np.clip(edge / (variance + edge**2) * expected, 0, 0.95)
    return np.asarray(np.cumsum(np.log1p(fraction * (values / expected - 1)), axis=-1))


def _plug_in(values: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    _, variance = _running(values, expected)
    count = np.arange(values.shape[-1]) + 1
    stake = np.sqrt(2 * np.log(20) / (variance * count * np.log1p(count)))
    fraction = np.clip(stake * expected, 0, 0.95)
    return np.asarray(np.cumsum(np.log1p(fraction * (values / expected - 1)), axis=-1))


#: Has at least a sixth of the capital of its best part, whatever the values are.  Half of it goes
#: for all, which wins where scores are alike; the rest is for wide ones (see docs/evidence).
MIXTURE = Strategy(
    "mixture",
    "Half of the capital stakes all of itself at every look, a sixth each 60, 30 and 10 %.",
    _mixture(((1 / 2, 1.0), (1 / 6, 0.6), (1 / 6, 0.3), (1 / 6, 0.1))),
)

AGRAPA = Strategy(
    "agrapa",
    "Stakes what would have grown best so far by mean and variance seen (aGRAPA).",
    _agrapa,
)

PLUG_IN = Strategy(
    "plug-in",
    "Stakes less the more variance was seen and the longer it lasts (predictable plug-in).",
    _plug_in,
)

STRATEGIES = (MIXTURE, AGRAPA, PLUG_IN)


def strategy_of(name: str) -> Strategy:
    """Return the strategy of that name.

    Raises
    ------
    UnknownNameError
        When there is none.
    """
    for strategy in STRATEGIES:
        if strategy.name == name:
            return strategy
    known = ", ".join(strategy.name for strategy in STRATEGIES)
    raise UnknownNameError(f"There is no betting strategy called {name!r}. Known: {known}.")
