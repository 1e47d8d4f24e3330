"""Who is like whom: annotators joined step by step, the most alike first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError


@dataclass(frozen=True)
class Join:
    """One step: two groups become one.

    Parameters
    ----------
    first, second
        Numbers of the groups: below the number of annotators one of them alone, then the results of
        the steps in order.
    height
        Mean distance between the members of the two.
    size
        Members of the new group.
    """

    first: int
    second: int
    height: float
    size: int


@dataclass(frozen=True)
class Tree:
    """Annotators in the order of the dendrogram, and its joins from the lowest to the top.

    Parameters
    ----------
    order
        Numbers of the annotators, so that neighbours are alike.
    joins
        One less than there are annotators.
    """

    order: tuple[int, ...]
    joins: tuple[Join, ...]


def cluster(distances: NDArray[np.float64]) -> Tree:
    """Join annotators by average linkage, and order them so that neighbours are alike.

    Parameters
    ----------
    distances
        Shape (annotators, annotators), symmetric, 0 or more; the diagonal is not looked at.  NaN
        where two have nothing in common: the mean of all known distances stands in.

    Notes
    -----
    Source: Sokal and Michener 1958 (average linkage, UPGMA); Bar-Joseph, Gifford and Jaakkola 2001
    (the order of leaves with the least distance between neighbours).

    Examples
    --------
    >>> far = np.array([[0, 0.5, 0.1], [0.5, 0, 0.5], [0.1, 0.5, 0]])
    >>> tree = cluster(far)
    >>> tree.order, [join.height for join in tree.joins]
    ((1, 2, 0), [0.1, 0.5])
    """
    if distances.ndim != 2 or distances.shape[0] != distances.shape[1] or not distances.size:
        raise ParameterError(
            f"Distances have shape {distances.shape}; give (annotators, annotators), at least one."
        )
    number = len(distances)
    if number == 1:
        return Tree((0,), ())
    # Loads in a tenth of a second, and only commands that cluster need it.
    from scipy.cluster.hierarchy import leaves_list, linkage  # noqa: PLC0415 - as said

    upper = distances[np.triu_indices(number, 1)]
    known = upper[~np.isnan(upper)]
    upper = np.where(np.isnan(upper), known.mean() if known.size else 0.0, upper)
    steps = linkage(upper, method="average", optimal_ordering=True)
    joins = tuple(Join(int(a), int(b), float(height), int(size)) for a, b, height, size in steps)
    return Tree(tuple(int(leaf) for leaf in leaves_list(steps)), joins)
