"""Look at one image after another, and stop as soon as the evidence suffices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.sampling.betting import log_capital, strategy_of
from assay.sampling.plan import (
    ACCEPTED,
    REJECTED,
    UNDECIDED,
    AcceptancePlan,
    Bounds,
    Outcomes,
    Values,
    keep_limits,
    weighted_means,
)
from assay.sampling.population import Limits, Population

#: Candidate means for drawing bounds: three decimals, as reports show scores.
_GRID = 1001

#: Means times looks that are held at once while drawing bounds.
_CELLS = 1_000_000


@dataclass(frozen=True)
class SequentialParameters:
    """How the sequential plan bets.

    Parameters
    ----------
    strategy
        ``"mixture"``, ``"agrapa"`` or ``"plug-in"``.
    """

    strategy: str = "mixture"

    def __post_init__(self) -> None:
        strategy_of(self.strategy)


def decide(
    values: Values, population: Population, limits: Limits, parameters: SequentialParameters
) -> Outcomes:
    """Judge batches by two bets, one against *bad* and one against *good*.

    A batch is accepted at the look at which *its mean is at most bad* is refuted at the consumer's
    risk, rejected when *its mean is at least good* is refuted at the producer's.  The last item
    refutes one of them at the latest.

    Examples
    --------
    >>> perfect, batch = np.ones((1, 60)), Population.of(500)
    >>> found = decide(perfect, batch, Limits(0.9, 0.8), SequentialParameters())
    >>> found.acceptance, int(found.looked[0])
    (1.0, 16)
    """
    strategy = strategy_of(parameters.strategy)
    above = log_capital(values, population, limits.bad, strategy)
    below = log_capital(1 - values, population.mirrored(), 1 - limits.good, strategy)
    accepted = _first(above >= -np.log(limits.consumer_risk))
    rejected = _first(below >= -np.log(limits.producer_risk))
    looks = values.shape[-1]
    looked = np.minimum(np.minimum(accepted, rejected), looks)
    verdicts = np.where(accepted < rejected, ACCEPTED, REJECTED)
    if looks == population.size:
        # The last item may refute both claims at once, for the mean lies between them, or neither,
        # for the mean is a limit to the last digit.  The exact mean then decides by the middle.
        whole = np.where(weighted_means(values, population) >= limits.middle, ACCEPTED, REJECTED)
        verdicts = np.where(accepted == rejected, whole, verdicts)
    else:
        verdicts = np.where(np.minimum(accepted, rejected) > looks, UNDECIDED, verdicts)
    return Outcomes(verdicts.astype(np.int8), looked)


def _first(hit: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the number of looks until the first hit; one more than there are for none."""
    if not hit.shape[-1]:
        return np.ones(hit.shape[:-1], np.int64)
    return np.asarray(np.where(hit.any(axis=-1), hit.argmax(axis=-1), hit.shape[-1]) + 1)


def bounds(
    values: Values, population: Population, limits: Limits, parameters: SequentialParameters
) -> Bounds:
    """Return the confidence sequence of one batch's mean: the claims that no bet has refuted.

    Both bounds hold at every look together.  They are steps of 0.001, rounded outwards, that only
    tighten; the batch is accepted when the lower one passes *bad*, rejected when the upper one
    falls below *good*.
    """
    return Bounds(
        _lower(values, population, limits.bad, limits.consumer_risk, parameters),
        1
        - _lower(
            1 - values, population.mirrored(), 1 - limits.good, limits.producer_risk, parameters
        ),
    )


def _lower(
    values: Values,
    population: Population,
    limit: float,
    risk: float,
    parameters: SequentialParameters,
) -> Values:
    grid = np.unique(np.append(np.linspace(0, 1, _GRID), limit))
    strategy = strategy_of(parameters.strategy)
    bound = np.zeros(len(values))
    # The bound is the first mean that stands, all below it being refuted; a few means at a time,
    # so that a whole batch of any size fits into memory.
    rising = np.ones(len(values), bool)
    for claims in np.array_split(grid, -(-len(grid) * len(values) // _CELLS) or 1):
        capital = log_capital(values, population, claims[:, np.newaxis], strategy)
        refuted = np.maximum.accumulate(capital >= -np.log(risk), axis=1)
        for claim, gone in zip(claims, refuted, strict=True):
            bound[rising & ~gone] = claim
            rising &= gone
        if not rising.any():
            return bound
    bound[rising] = 1.0
    return bound


def _all_items(population: Population, limits: Limits, parameters: SequentialParameters) -> int:
    del limits, parameters
    return population.size


SEQUENTIAL = AcceptancePlan(
    name="sequential",
    summary="Looks at one item after another and stops as soon as the evidence suffices.",
    advice="""\
After each image that was looked at, the plan says *accept*, *reject*, or *look at one more: this
one*. A clearly good or clearly bad batch is decided after a small part of what a plan of fixed size
needs; a borderline one takes longer, and never more than the whole batch, whose mean is then known.

## How it works

Against the claim that the batch's mean is at most `bad`, a bettor starts with a capital of 1 and
stakes part of it on every look. If the claim is true, the capital reaches 1/β with probability at
most β, however long one looks and whenever one stops. So the batch is accepted when the capital
reaches 1/consumer risk. A second bettor plays against *the mean is at least* `good`, and rejects
at 1/producer risk. Nothing is assumed about how scores are distributed but that they lie in 0 to 1.

Looking is without replacement and the batch is finite: what was seen says what may be left.

## Parameters

* `strategy`: `mixture` (default) splits the capital over four stakes, half of it to the boldest, so
  it is never far from the best of them. `agrapa` stakes by the mean and variance seen: it is much
  slower where broken images are rare. `plug-in` is the predictable plug-in of the same paper:
  quicker on scores of little spread, slower on all others.

## When it misleads

* The order of looking must be the one that was drawn. Looking at images as one pleases breaks
  every guarantee; Assay counts only what was looked at in order.
* The risks hold for one decision about one delivery. A batch that is sent again until it passes
  has as many chances as deliveries.
* It promises nothing about batches between `bad` and `good`.

## Source

Waudby-Smith and Ramdas 2020, *Confidence sequences for sampling without replacement*; 2024,
*Estimating means of bounded random variables by betting* (JRSS B 86); for unequal weights Shekhar
et al. 2023, *Risk-limiting financial audits via weighted sampling without replacement*; Ville 1939.
""",
    title="Sequential",
    parameters=SequentialParameters,
    decide=decide,
    bounds=bounds,
    promise=keep_limits,
    sample_size=_all_items,
    any_weights=True,
)
