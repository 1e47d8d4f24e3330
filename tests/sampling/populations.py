"""Small batches, and every order in which they can be looked at."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from assay.sampling import Population


def orders(
    values: list[float], weights: list[float] | None = None
) -> Iterator[tuple[float, NDArray[np.float64], Population]]:
    """Yield each order of looking with its probability, its values and its batch."""
    weights = weights or [1.0] * len(values)
    for order in permutations(range(len(values))):
        probability, left = 1.0, sum(weights)
        for place in order:
            probability *= weights[place] / left
            left -= weights[place]
        yield (
            probability,
            np.array([values[place] for place in order]),
            Population(np.array([weights[place] for place in order])),
        )


def weighted_mean(values: list[float], weights: list[float] | None = None) -> float:
    return float(np.average(values, weights=weights))
