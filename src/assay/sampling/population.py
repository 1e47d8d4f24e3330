"""The values of a batch that are looked at one by one, and what a plan promises about them."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError


@dataclass(frozen=True, eq=False)
class Population:
    """A finite batch: the weight of every item, in the order in which items are looked at.

    Looking is without replacement.  Where weights differ, the next item is drawn from what is left
    with probability proportional to its weight (see :func:`assay.sampling.looking_order`), so that
    whatever was seen, the next value's expectation is the weighted mean of the values left.

    Parameters
    ----------
    weights
        float64, shape (items,), above 0; equal weights make the plain mean.
    known_weight, known_sum
        Weight, and weighted sum of values, of items whose value is known without looking, such as
        those that were not delivered.

    Examples
    --------
    >>> batch = Population.of(100)
    >>> batch.size, batch.total
    (100, 100.0)
    """

    weights: NDArray[np.float64]
    known_weight: float = 0.0
    known_sum: float = 0.0

    def __post_init__(self) -> None:
        weights = np.array(self.weights, np.float64)
        if weights.ndim != 1 or not np.isfinite(weights).all() or (weights <= 0).any():
            raise ParameterError("Weights are one number above 0 for each item.")
        if not 0 <= self.known_sum <= self.known_weight:
            raise ParameterError(
                f"Known items have weight {self.known_weight} and sum {self.known_sum}; values lie "
                "between 0 and 1."
            )
        weights.flags.writeable = False
        object.__setattr__(self, "weights", weights)

    @classmethod
    def of(cls, size: int) -> Self:
        """Return a batch of ``size`` items that count alike."""
        return cls(np.ones(size))

    @property
    def size(self) -> int:
        """Number of items to look at, known ones not included."""
        return len(self.weights)

    @cached_property
    def total(self) -> float:
        """Weight of all items, known ones included."""
        return float(self.weights.sum()) + self.known_weight

    @cached_property
    def uniform(self) -> bool:
        """Whether every item to look at counts alike."""
        return self.size == 0 or bool((self.weights == self.weights[0]).all())

    def mirrored(self) -> Self:
        """Return the batch of ``1 - value``, for asking the question from the other side."""
        return replace(self, known_sum=self.known_weight - self.known_sum)

    def rest(self, mean: float) -> float:
        """Return the mean of the items to look at, where the mean of all is ``mean``.

        Outside 0 to 1 where known items alone make that mean impossible; NaN where all is known.
        """
        weight = self.total - self.known_weight
        return (mean * self.total - self.known_sum) / weight if weight > 0 else float("nan")


@dataclass(frozen=True)
class Limits:
    """What a plan promises: which batches it must accept, which it must reject, and how surely.

    Values lie in 0 to 1 and more is better.  Between the two means either verdict is right.

    Parameters
    ----------
    good
        A batch of at least this mean is good: it is rejected with at most ``producer_risk``.
    bad
        A batch of at most this mean is bad: it is accepted with at most ``consumer_risk``.
    producer_risk, consumer_risk
        Probabilities over the random order of looking, whatever the batch.
    """

    good: float
    bad: float
    producer_risk: float = 0.05
    consumer_risk: float = 0.05

    def __post_init__(self) -> None:
        if not 0 <= self.bad < self.good <= 1:
            raise ParameterError(
                f"good is {self.good} and bad is {self.bad}; give 0 ≤ bad < good ≤ 1, such as "
                "good 0.88 and bad 0.80."
            )
        for name in ("producer_risk", "consumer_risk"):
            risk = getattr(self, name)
            if not 0 < risk < 0.5:
                raise ParameterError(f"{name} is {risk}; give a probability such as 0.05.")

    @property
    def middle(self) -> float:
        """The mean from which a batch that was looked at as a whole is accepted."""
        return (self.good + self.bad) / 2

    def mirrored(self) -> Self:
        """Return the limits of ``1 - value``: good and bad change places, and so do the risks."""
        return type(self)(1 - self.bad, 1 - self.good, self.consumer_risk, self.producer_risk)
