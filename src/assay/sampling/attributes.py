"""Count faulty items in a sample whose size follows, exactly, from limits and risks."""

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
class AttributesParameters:
    """The plan has no settings."""


@dataclass(frozen=True)
class LotTest:
    """How many items to look at, and how many faulty ones among them still pass.

    Parameters
    ----------
    size
        Items to look at.
    most
        Acceptance number: the batch is accepted with at most so many faulty items among them.
    """

    size: int
    most: int


def probability_of_acceptance(lot: int, faulty: int, test: LotTest) -> float:
    """Return how often a lot with so many faulty items is accepted; hypergeometric, exact.

    Examples
    --------
    >>> round(probability_of_acceptance(100, 10, LotTest(20, 1)), 4)
    0.363
    """
    from scipy.stats import hypergeom  # noqa: PLC0415 - takes half a second to load

    return float(hypergeom.cdf(test.most, lot, faulty, min(test.size, lot)))


def smallest_test(lot: int, passable: int, intolerable: int, limits: Limits) -> LotTest:
    """Return the smallest sample that holds both risks exactly.

    Parameters
    ----------
    lot
        Number of items.
    passable, intolerable
        Most faulty items of a good lot, fewest of a bad one.
    limits
        Its risks.

    Notes
    -----
    For each acceptance number the smallest sample that holds the consumer's risk also serves the
    producer best; the first that holds both is the smallest (Guenther 1969, *Use of the binomial,
    hypergeometric and Poisson tables to obtain sampling plans*).

    Examples
    --------
    >>> smallest_test(500, 10, 50, Limits(0.98, 0.90))
    LotTest(size=72, most=3)
    """
    for most in range(passable + 1):
        size = _smallest_size(lot, intolerable, most, limits.consumer_risk)
        found = LotTest(size, most)
        if 1 - probability_of_acceptance(lot, passable, found) <= limits.producer_risk:
            return found
    return LotTest(lot, passable)


def _smallest_size(lot: int, intolerable: int, most: int, risk: float) -> int:
    low, high = most + 1, lot
    while low < high:
        size = (low + high) // 2
        held = probability_of_acceptance(lot, intolerable, LotTest(size, most)) <= risk
        low, high = (low, size) if held else (size + 1, high)
    return low


def exact_test(population: Population, limits: Limits, parameters: AttributesParameters) -> LotTest:
    """Return the test for a batch; known items count as looked at."""
    del parameters
    check_alike(population)
    lot = population.size
    good, bad = population.rest(limits.good), population.rest(limits.bad)
    if lot == 0 or not good > bad or good > 1 + 1e-12 or bad < 0:
        return LotTest(lot, _faults(lot, population.rest(limits.middle)) if lot else 0)
    passable = _faults(lot, good)
    intolerable = min(lot, math.ceil(lot * (1 - bad) - 1e-9))
    if intolerable <= passable:
        # So small a batch has no lot between good and bad; all of it is looked at.
        return LotTest(lot, passable)
    return smallest_test(lot, passable, intolerable, limits)


def _faults(lot: int, share_right: float) -> int:
    """Return the most faulty items that leave so large a share right, -1 where none can."""
    return math.floor(lot * (1 - share_right) + 1e-9) if share_right <= 1 + 1e-12 else -1


def check_alike(population: Population) -> None:
    """Raise ParameterError where items count unlike: counting faulty ones then means nothing."""
    if not population.uniform:
        raise ParameterError(
            "A plan that counts faulty items needs items that count alike. Give all tiers one "
            "weight, or use the sequential plan."
        )


def count_out(values: Values, test: LotTest) -> Outcomes:
    """Judge batches of zeros (faulty) and ones: stop at once when too many are faulty."""
    batches, looks = values.shape
    faulty = np.cumsum(values[:, : test.size] < 0.5, axis=1)
    over = faulty > test.most
    lost = over.any(axis=1) if looks else np.zeros(batches, bool)
    if test.most < 0:
        lost = np.ones(batches, bool)
    stop = np.where(lost, over.argmax(axis=1) + 1 if looks else 0, min(looks, test.size))
    done = looks >= test.size
    verdicts = np.where(lost, REJECTED, ACCEPTED if done else UNDECIDED)
    return Outcomes(verdicts.astype(np.int8), np.asarray(stop, np.int64))


def decide(
    values: Values, population: Population, limits: Limits, parameters: AttributesParameters
) -> Outcomes:
    """Accept batches with at most the acceptance number of faulty items in the sample."""
    return count_out(values, exact_test(population, limits, parameters))


def count_bounds(values: Values, population: Population, limits: Limits, size: int) -> Bounds:
    """Return exact bounds of the share right at the planned size; before it what is certain."""
    looks = len(values)
    certain = certain_bounds(values, population)
    lower, upper = certain.lower, certain.upper
    if 0 < size <= looks:
        faulty = int((values[:size] < 0.5).sum())
        least, most = faulty_in_lot(population.size, size, faulty, limits)
        right = population.known_sum + population.size
        lower[size - 1 :] = (right - most) / population.total
        upper[size - 1 :] = (right - least) / population.total
    return Bounds(lower, upper)


def faulty_in_lot(lot: int, size: int, faulty: int, limits: Limits) -> tuple[int, int]:
    """Return the fewest and the most faulty items that a lot may hold, given a sample's count.

    One-sided bounds at the producer's and the consumer's risk, exact.

    Examples
    --------
    >>> faulty_in_lot(200, 50, 0, Limits(0.98, 0.9))
    (0, 10)
    """
    from scipy.stats import hypergeom  # noqa: PLC0415 - takes half a second to load

    possible = np.arange(faulty, lot - (size - faulty) + 1)
    few = hypergeom.cdf(faulty, lot, possible, size) > limits.consumer_risk
    many = hypergeom.sf(faulty - 1, lot, possible, size) > limits.producer_risk
    return int(possible[many].min()), int(possible[few].max())


def bounds(
    values: Values, population: Population, limits: Limits, parameters: AttributesParameters
) -> Bounds:
    """Return exact bounds of the batch's share right, from the sample."""
    size = exact_test(population, limits, parameters).size
    return count_bounds(values, population, limits, size)


def _size(population: Population, limits: Limits, parameters: AttributesParameters) -> int:
    return exact_test(population, limits, parameters).size


ATTRIBUTES = AcceptancePlan(
    name="attributes",
    summary="Counts faulty items in a sample whose size holds both risks exactly.",
    advice="""\
For claims about shares: each image is right or faulty. The plan looks at *n* images and accepts
with at most *c* faulty ones among them. *n* and *c* are the smallest that hold both stated risks,
computed from the hypergeometric distribution, so they are exact for a finite batch. As soon as more
than *c* faulty images were seen, the batch is rejected.

## When it misleads

* A share of 0 cannot be shown by any sample: `good = 0.0` means that one severe error may sink the
  batch. Leave room, such as 0.02.
* Scores have to be cut into right and faulty, which throws away most of what they say. For mean
  scores use `sequential` or `fixed-size`.

## Source

Hald 1981, *Statistical Theory of Sampling Inspection by Attributes*; Guenther 1969.
""",
    title="Exact attributes",
    parameters=AttributesParameters,
    decide=decide,
    bounds=bounds,
    promise=keep_limits,
    sample_size=_size,
    shares_only=True,
)
