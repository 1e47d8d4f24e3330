"""Distances between values: how bad it is that one annotator says this and another that.

Krippendorff's alpha weighs every disagreement by a declared distance.  It is a matrix over
unlabelled and the classes, 0 where values are equal and at most 1, and enters alpha as it is (it is
the squared difference of Krippendorff's formulas).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.labels import Ontology
from assay.plugins import Registry

#: Shape (values, values), unlabelled first: symmetric, 0 on the diagonal, at most 1.
DistanceMatrix = NDArray[np.float64]


@dataclass(frozen=True)
class Distance:
    """A declared distance between values; a plug-in spec (see :mod:`assay.plugins`).

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`.
    between
        ``between(ontology)`` returns the matrix, see :data:`DistanceMatrix`.
    """

    name: str
    summary: str
    advice: str
    between: Callable[[Ontology], DistanceMatrix]

    def matrix(self, ontology: Ontology) -> DistanceMatrix:
        """Return the distances between unlabelled and the classes of an ontology.

        Raises
        ------
        ParameterError
            When the plug-in gives no distance: not symmetric, not 0 on the diagonal, or outside
            0 to 1.
        """
        found = np.asarray(self.between(ontology), np.float64)
        size = ontology.first_void
        if found.shape != (size, size):
            raise ParameterError(
                f"Distance {self.name!r} has shape {found.shape}; give {(size, size)}: unlabelled, "
                "then the classes in order."
            )
        # Written so that NaN is refused, too.
        sound = ((found >= 0) & (found <= 1) & (found == found.T)).all()
        if not sound or np.diagonal(found).any():
            raise ParameterError(
                f"Distance {self.name!r} is no distance: it must be symmetric, 0 between equal "
                "values, and 0 to 1 between others."
            )
        return found


def nominal_distance(ontology: Ontology) -> DistanceMatrix:
    """Return 0 between equal values and 1 between all others."""
    return np.asarray(1 - np.eye(ontology.first_void))


def parent_distance(ontology: Ontology) -> DistanceMatrix:
    """Return how little of their lines of parents two classes share (Wu and Palmer 1994).

    ``1 - 2 · shared / (depth of one + depth of the other)``, with depths counted from a root above
    all classes.  Unlabelled lies at distance 1 from every class.

    Examples
    --------
    >>> from assay.labels import LabelClass
    >>> ontology = Ontology((
    ...     LabelClass("car", 1, (0, 0, 142), parent="vehicle"),
    ...     LabelClass("bus", 2, (0, 60, 100), parent="vehicle"),
    ...     LabelClass("road", 3, (128, 64, 128)),
    ... ))
    >>> parent_distance(ontology)[1].tolist()  # of car
    [1.0, 0.0, 0.5, 1.0]
    """
    lines = [tuple(_line(name, ontology))[::-1] for name in ontology.names]
    found = nominal_distance(ontology)
    for i, one in enumerate(lines, 1):
        for j, other in enumerate(lines[: i - 1], 1):
            shared = next(
                (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)),
            )
            found[i, j] = found[j, i] = 1 - 2 * shared / (len(one) + len(other))
    return found


def _line(name: str, ontology: Ontology) -> Iterator[str]:
    """Yield a class and its parents, upward; a parent that is no class has none itself."""
    parents = {label.name: label.parent for label in ontology.classes}
    above: str | None = name
    while above is not None:
        yield above
        above = parents.get(above)


NOMINAL = Distance(
    "nominal",
    "Two values are equal or they are not.",
    """\
Every disagreement weighs 1: *car* against *bus* as much as *car* against *sky*. The usual choice
for classes, and the one that other reports mean by *Krippendorff's alpha* when they say nothing.

Unlabelled is a value like any other.
""",
    nominal_distance,
)

PARENTS = Distance(
    "parents",
    "Classes are nearer, the more of their parents in the ontology they share.",
    """\
Set `parent` in the ontology, and a mix-up of *car* and *bus*, both below *vehicle*, weighs half of
a mix-up of *car* and *sky*. A class of its own line, and unlabelled, lies at distance 1 from all
others.

## Formula

    distance = 1 − 2 · shared / (depth of one + depth of the other)

`shared` is how many classes, from the top, the two lines of parents have in common; a class without
a parent has depth 1. Siblings below one parent: 1 − 2·1 / (2 + 2) = 0.5. A class and its own
parent: 1 − 2·1 / (2 + 1) = 0.33.

## When it misleads

Alpha with this distance is higher than the nominal one where annotators only confuse relatives, so
never compare the two. Without a `parent` in the ontology it *is* the nominal distance.

## Source

Wu and Palmer, "Verb semantics and lexical selection", ACL 1994, for the formula; Krippendorff,
*Content Analysis*, 4th edition, 2019, chapter 12, for alpha with any distance.
""",
    parent_distance,
)

#: Distances by which alpha may weigh a disagreement.
DISTANCES: Registry[Distance] = Registry("distance", "assay.distances", lambda: (NOMINAL, PARENTS))
