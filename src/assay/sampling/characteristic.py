"""How often a plan accepts batches of each quality, and how many looks that takes: simulated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.sampling.plan import UNDECIDED, AcceptancePlan, Outcomes, Values
from assay.sampling.population import Limits, Population

#: Values held at once while simulating, about 30 MB.
_CHUNK = 4_000_000

#: Larger batches are simulated as if they had so many items: looking hardly gets longer.
MOST_ITEMS = 5000

# Most batches are decided within so many looks; only those left open play on to the next stage.
_STAGES = (64, 256, 1024)


@dataclass(frozen=True, eq=False)
class Characteristic:
    """Operating characteristic and average sample number of a plan for one batch.

    Parameters
    ----------
    means
        float64, shape (points,): true means of the batch.
    acceptance
        Share of simulated batches that were accepted, at each mean.
    looked
        Mean number of items looked at.
    looked_most
        Number of items that nine of ten batches need at most.
    repetitions
        Simulated batches at each mean.
    spread
        Standard deviation that values had, where possible; NaN for values of 0 and 1.
    """

    means: NDArray[np.float64]
    acceptance: NDArray[np.float64]
    looked: NDArray[np.float64]
    looked_most: NDArray[np.float64]
    repetitions: int
    spread: float


def simulate_characteristic(
    plan: AcceptancePlan,
    population: Population,
    limits: Limits,
    parameters: object,
    *,
    means: Sequence[float],
    spread: float,
    repetitions: int = 400,
    seed: int = 20260101,
) -> Characteristic:
    """Return how a plan treats batches like this one over true means.

    Parameters
    ----------
    plan, population, limits, parameters
        What is asked about.
    means
        True means of the items to look at.
    spread
        Standard deviation of values; ignored where the plan takes only 0 and 1.
    repetitions
        Batches at each mean.
    seed
        Of the simulated batches.
    """
    generator = np.random.default_rng(seed)
    rows = []
    for mean in means:
        found = play(
            plan,
            population,
            limits,
            parameters,
            maker_of(generator, population.size, mean, 0.0 if plan.shares_only else spread),
            repetitions,
        )
        rows.append(
            (found.acceptance, float(found.looked.mean()), float(np.quantile(found.looked, 0.9)))
        )
    acceptance, looked, most = np.array(rows).T
    return Characteristic(
        np.array(means, np.float64),
        acceptance,
        looked,
        most,
        repetitions,
        spread if spread > 0 and not plan.shares_only else float("nan"),
    )


def play(
    plan: AcceptancePlan,
    population: Population,
    limits: Limits,
    parameters: object,
    make: Callable[[int], Values],
    repetitions: int,
) -> Outcomes:
    """Judge many made-up batches.

    Parameters
    ----------
    plan, population, limits, parameters
        What is asked about.
    make
        ``make(batches)`` returns values of shape (batches, items) in a random order of looking.
    repetitions
        How many batches.
    """
    chunk = max(1, _CHUNK // max(population.size, 1))
    verdicts, looked = [], []
    for start in range(0, repetitions, chunk):
        found = _decide_early(
            plan, make(min(chunk, repetitions - start)), population, limits, parameters
        )
        verdicts.append(found.verdicts)
        looked.append(found.looked)
    return Outcomes(np.concatenate(verdicts), np.concatenate(looked))


def _decide_early(
    plan: AcceptancePlan,
    values: Values,
    population: Population,
    limits: Limits,
    parameters: object,
) -> Outcomes:
    """Judge batches by their first looks, and only those that stay open by more."""
    verdicts = np.zeros(len(values), np.int8)
    looked = np.zeros(len(values), np.int64)
    for looks in (*(stage for stage in _STAGES if stage < population.size), population.size):
        left = np.flatnonzero(verdicts == UNDECIDED)
        found = plan.decide(values[left, :looks], population, limits, parameters)
        verdicts[left], looked[left] = found.verdicts, found.looked
        if (verdicts != UNDECIDED).all():
            break
    return Outcomes(verdicts, looked)


def maker_of(
    generator: np.random.Generator, size: int, mean: float, spread: float
) -> Callable[[int], Values]:
    """Return a function that makes so many batches, for :func:`play`."""
    return lambda batches: make_values(generator, batches, size, mean, spread)


def make_values(
    generator: np.random.Generator, batches: int, size: int, mean: float, spread: float
) -> Values:
    """Return made-up batches whose means are exactly ``mean``, in random order.

    Parameters
    ----------
    generator
        Source of chance.
    batches, size
        Shape of the result.
    mean
        Mean of every batch, rounded to whole items where values are 0 and 1.
    spread
        Standard deviation of a Beta distribution; 0 makes values of 0 and 1, the widest there are.

    Examples
    --------
    >>> values = make_values(np.random.default_rng(1), 3, 50, 0.84, 0.1)
    >>> values.mean(axis=1).round(12).tolist(), bool((values >= 0).all() and (values <= 1).all())
    ([0.84, 0.84, 0.84], True)
    """
    if not 0 <= mean <= 1:
        raise ParameterError(f"A batch has a mean in 0 to 1, not {mean}.")
    variance = mean * (1 - mean)
    if spread <= 0 or spread**2 >= variance:
        ones = np.zeros((batches, size))
        ones[:, : round(mean * size)] = 1
        return np.asarray(generator.permuted(ones, axis=1))
    weight = variance / spread**2 - 1
    return shift_means(generator.beta(mean * weight, (1 - mean) * weight, (batches, size)), mean)


def shift_means(values: Values, mean: float) -> Values:
    """Return values bent, within 0 to 1, so that each batch has exactly this mean.

    Values move by a multiple of ``value * (1 - value)``, most in the middle and not at all at the
    ends, several times if once is too much.
    """
    for _ in range(50):
        gap = mean - values.mean(axis=-1, keepdims=True)
        room = (values * (1 - values)).mean(axis=-1, keepdims=True)
        step = np.divide(gap, room, out=np.zeros_like(gap), where=room > 0)
        values = values + np.clip(step, -1, 1) * values * (1 - values)
        if (np.abs(step) <= 1).all():
            break
    return values
