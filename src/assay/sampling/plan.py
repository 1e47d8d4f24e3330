"""What an acceptance plan is: a plug-in that turns looked-at values into a verdict."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.sampling.population import Limits, Population

#: Verdict codes in arrays.
ACCEPTED, UNDECIDED, REJECTED = 1, 0, -1


class Verdict(StrEnum):
    """What a plan says of a batch."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNDECIDED = "undecided"

    @classmethod
    def of(cls, code: int) -> "Verdict":
        """Return the verdict of a code in :class:`Outcomes`."""
        return {ACCEPTED: cls.ACCEPT, REJECTED: cls.REJECT, UNDECIDED: cls.UNDECIDED}[int(code)]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """How many batches of one kind fared under a plan.

    Parameters
    ----------
    verdicts
        int8, shape (batches,): 1 accepted, -1 rejected, 0 undecided.
    looked
        int64, shape (batches,): after how many looks; all looks so far where undecided.
    """

    verdicts: NDArray[np.int8]
    looked: NDArray[np.int64]

    @property
    def acceptance(self) -> float:
        """Share of batches that were accepted."""
        return float((self.verdicts == ACCEPTED).mean())


@dataclass(frozen=True, eq=False)
class Bounds:
    """Between which means the batch's mean lies, after each look.

    Parameters
    ----------
    lower, upper
        float64, shape (looks,): one-sided bounds at 1 - consumer risk and 1 - producer risk.
    """

    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


Values = NDArray[np.float64]


@dataclass(frozen=True)
class AcceptancePlan:
    """A way to decide about a batch from some of its items; a plug-in.

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`; the name is what an ACCEPT.toml says.
    title
        Heading in reports.
    parameters
        Frozen dataclass of settings, all with defaults.
    decide
        ``decide(values, population, limits, parameters)`` judges many batches at once: values are
        float64 of shape (batches, looks), in the order of looking.
    bounds
        ``bounds(values, population, limits, parameters)`` for the values of one batch, shape
        (looks,); both bounds hold together, at every look, with the risks of the limits.
    promise
        ``promise(population, limits, parameters)`` returns what the plan holds by: the limits
        themselves, or what its tables make of them.
    sample_size
        ``sample_size(population, limits, parameters)``: the most items that will be looked at.
    shares_only
        Whether values must be 0 or 1.
    any_weights
        Whether items may count unlike.
    """

    name: str
    summary: str
    advice: str
    title: str
    parameters: type[Any]
    decide: Callable[[Values, Population, Limits, Any], Outcomes]
    bounds: Callable[[Values, Population, Limits, Any], Bounds]
    promise: Callable[[Population, Limits, Any], Limits]
    sample_size: Callable[[Population, Limits, Any], int]
    shares_only: bool = False
    any_weights: bool = False


def keep_limits(population: Population, limits: Limits, parameters: object) -> Limits:
    """Promise the limits as they were asked for."""
    del population, parameters
    return limits


def weighted_means(values: Values, population: Population) -> Values:
    """Return the exact mean of whole batches, shape (...): known items and all looks."""
    looks = values.shape[-1]
    return np.asarray(
        (values @ population.weights[:looks] + population.known_sum) / population.total
    )


def certain_bounds(values: Values, population: Population) -> Bounds:
    """Return what the values of one batch show beyond doubt: those left are 0, or 1, at worst.

    Examples
    --------
    >>> found = certain_bounds(np.array([1.0, 0.0]), Population.of(4))
    >>> found.lower.tolist(), found.upper.tolist()
    ([0.25, 0.25], [1.0, 0.75])
    """
    weights = population.weights[: len(values)]
    seen = np.cumsum(values * weights) + population.known_sum
    left = population.total - population.known_weight - np.cumsum(weights)
    return Bounds(seen / population.total, np.minimum((seen + left) / population.total, 1.0))
