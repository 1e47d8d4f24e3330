"""Look at a number of images that is fixed beforehand, and compare their mean with one limit."""

import math
from dataclasses import dataclass

import numpy as np

from assay.errors import ParameterError
from assay.sampling.plan import (
    ACCEPTED,
    REJECTED,
    UNDECIDED,
    AcceptancePlan,
    Bounds,
    Outcomes,
    Values,
    certain_bounds,
    keep_limits,
)
from assay.sampling.population import Limits, Population


@dataclass(frozen=True)
class FixedSizeParameters:
    """What the fixed-size plan may take for granted.

    Parameters
    ----------
    spread
        The most that the standard deviation of scores in a batch can be, for example 0.15; 0 takes
        nothing for granted.
    """

    spread: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.spread <= 0.5:
            raise ParameterError(
                f"spread is {self.spread}; the standard deviation of scores lies in 0 to 0.5. "
                "Give what a pilot showed, or 0 to take nothing for granted."
            )


@dataclass(frozen=True)
class FixedTest:
    """How many items to look at, and the mean from which the batch is accepted."""

    size: int
    critical: float


def tail_exponent(distance: float, room: float, spread: float) -> float:
    """Return *e* such that a mean of n values lies ``distance`` off with probability ≤ exp(-n e).

    Parameters
    ----------
    distance
        How far the sample's mean lies off the batch's, in one direction, 0 or more.
    room
        How far a single value can lie off in that direction.
    spread
        The most that the standard deviation can be.

    Notes
    -----
    Hoeffding 1963, *Probability Inequalities for Sums of Bounded Random Variables*, theorem 3; it
    also holds without replacement (section 6).  With the largest possible spread it is his
    theorem 1, the Chernoff bound.

    Examples
    --------
    >>> round(tail_exponent(0.04, 0.2, 0.4), 5), round(tail_exponent(0.04, 0.2, 0.1), 4)
    (0.00528, 0.0688)
    """
    if distance >= room:
        return math.inf
    ratio = (spread / room) ** 2
    if ratio == 0:
        return math.inf if distance > 0 else 0.0
    shifted, base = (ratio + distance / room) / (1 + ratio), ratio / (1 + ratio)
    return shifted * math.log(shifted / base) + (1 - shifted) * math.log((1 - shifted) / (1 - base))


def fixed_test(
    population: Population, limits: Limits, parameters: FixedSizeParameters
) -> FixedTest:
    """Return the smallest test whose both risks are at most those of the limits.

    Examples
    --------
    >>> fixed_test(Population.of(5000), Limits(0.88, 0.80), FixedSizeParameters()).size
    495
    >>> fixed_test(Population.of(5000), Limits(0.88, 0.80), FixedSizeParameters(spread=0.1)).size
    57
    """
    if not population.uniform:
        raise ParameterError(
            "A plan of fixed size needs items that count alike. Give all tiers one weight, or use "
            "the sequential plan."
        )
    good, bad = population.rest(limits.good), population.rest(limits.bad)
    # Known items alone may put the batch's mean beyond a limit; any look then shows it.
    if population.size == 0 or not 0 <= bad < good <= 1:
        return FixedTest(population.size, population.rest(limits.middle))
    low, high = bad, good
    for _ in range(60):
        # The two sizes move against each other as the critical value moves; they meet at the best.
        critical = (low + high) / 2
        consumer, producer = _sizes(critical, bad, good, limits, parameters.spread)
        low, high = (critical, high) if consumer > producer else (low, critical)
    size = math.ceil(max(_sizes(high, bad, good, limits, parameters.spread)) - 1e-9)
    if size >= population.size:
        return FixedTest(population.size, population.rest(limits.middle))
    return FixedTest(size, high)


def _sizes(
    critical: float, bad: float, good: float, limits: Limits, spread: float
) -> tuple[float, float]:
    """Return the sizes that hold the consumer's and the producer's risk."""
    up = tail_exponent(critical - bad, 1 - bad, _most_spread(bad, spread))
    down = tail_exponent(good - critical, good, _most_spread(good, spread))
    return (
        -math.log(limits.consumer_risk) / up if up > 0 else math.inf,
        -math.log(limits.producer_risk) / down if down > 0 else math.inf,
    )


def _most_spread(mean: float, spread: float) -> float:
    most = math.sqrt(mean * (1 - mean))
    return min(spread, most) if spread > 0 else most


def decide(
    values: Values, population: Population, limits: Limits, parameters: FixedSizeParameters
) -> Outcomes:
    """Accept batches whose first values have at least the critical mean."""
    test = fixed_test(population, limits, parameters)
    batches, looks = values.shape
    if looks < test.size:
        return Outcomes(np.full(batches, UNDECIDED, np.int8), np.full(batches, looks, np.int64))
    if test.size == 0:
        # All is known: the exact mean decides.
        passed = np.full(batches, population.known_sum >= limits.middle * population.known_weight)
    else:
        passed = values[:, : test.size].mean(axis=1) >= test.critical - 1e-12
    return Outcomes(
        np.where(passed, ACCEPTED, REJECTED).astype(np.int8),
        np.full(batches, test.size, np.int64),
    )


def bounds(
    values: Values, population: Population, limits: Limits, parameters: FixedSizeParameters
) -> Bounds:
    """Return the bounds of the batch's mean at the planned size; before it what is certain."""
    test = fixed_test(population, limits, parameters)
    certain = certain_bounds(values, population)
    lower, upper = certain.lower, certain.upper
    if 0 < test.size <= len(values):
        mean = float(values[: test.size].mean())
        share = (population.total - population.known_weight) / population.total
        known = population.known_sum / population.total
        if test.size == population.size:
            low = high = mean
        else:
            low = _one_sided(mean, test.size, limits.consumer_risk, parameters.spread)
            high = 1 - _one_sided(1 - mean, test.size, limits.producer_risk, parameters.spread)
        lower[test.size - 1 :] = known + share * low
        upper[test.size - 1 :] = known + share * high
    return Bounds(lower, upper)


def _one_sided(mean: float, size: int, risk: float, spread: float) -> float:
    """Return the highest claimed mean below ``mean`` that the sample refutes at this risk."""
    low, high = 0.0, mean
    for _ in range(50):
        claim = (low + high) / 2
        exponent = tail_exponent(mean - claim, 1 - claim, _most_spread(claim, spread))
        refuted = size * exponent >= -math.log(risk)
        low, high = (claim, high) if refuted else (low, claim)
    return low


def _size(population: Population, limits: Limits, parameters: FixedSizeParameters) -> int:
    return fixed_test(population, limits, parameters).size


FIXED_SIZE = AcceptancePlan(
    name="fixed-size",
    summary="Looks at a number of items fixed beforehand; their mean decides.",
    advice="""\
The number of images and the mean from which the batch is accepted follow from the limits and risks
alone, before anything is looked at. Easy to put in a contract and to plan people for.

## What it guarantees

Both risks, for every batch whose scores lie in 0 to 1, by Hoeffding's inequality, which also holds
without replacement. This is conservative: true risks are lower, and the number of images is large.
Where it reaches the size of the batch, everything is looked at and the exact mean decides.

## Parameters

* `spread`: the most that the standard deviation of scores in a batch can be, such as 0.15 from a
  pilot. The number of images falls several times. The guarantee then rests on this figure; where
  the images looked at spread more, Assay says so. 0 (default) takes nothing for granted.

## When it misleads

* It looks at as many images of a perfect batch as of a borderline one. The `sequential` plan has
  the same guarantee, without any spread, and usually needs a small part of the images.

## Source

Hoeffding 1963, *Probability Inequalities for Sums of Bounded Random Variables*, theorems 1 and 3
and section 6.
""",
    title="Fixed size",
    parameters=FixedSizeParameters,
    decide=decide,
    bounds=bounds,
    promise=keep_limits,
    sample_size=_size,
)
