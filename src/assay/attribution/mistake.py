"""What can go wrong in the same way again: a kind of error of a class, and its frequency."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assay.labels import LabelMap, Ontology
from assay.metrics import Pair
from assay.metrics.anatomy import ERROR_KINDS, error_map
from assay.metrics.patterns import count_patterns, locate_patterns

#: ``swapped``: found, and named as another class.  ``missed``: left out.  ``invented``: drawn where
#: nothing is.  ``too_small`` and ``too_large``: the outline runs inside or outside the true one.
#: ``unlabelled``: no class was given.
MistakeKind = Literal["swapped", "missed", "invented", "too_small", "too_large", "unlabelled"]

_BOUNDARY, _MISSED, _INVENTED, _SWAPPED, _UNLABELLED = range(1, len(ERROR_KINDS) + 1)


@dataclass(frozen=True, order=True)
class Mistake:
    """One way of going wrong.

    Parameters
    ----------
    kind
        What happens.
    label
        Dense index of the class that it happens to: of the reference, or of the candidate where
        the class was invented or drawn too large.
    other
        Dense index of the class that was given instead, where the mistake is a swap; else 0.
    """

    kind: MistakeKind
    label: int
    other: int = 0

    @property
    def of_candidate(self) -> bool:
        """Whether it is measured against what was drawn rather than against what is there."""
        return self.kind in ("invented", "too_large")

    def describe(self, ontology: Ontology) -> str:
        """Say in a few words what goes wrong.

        Examples
        --------
        >>> from assay import LabelClass
        >>> truck, car = LabelClass("truck", 1, (0, 0, 70)), LabelClass("car", 2, (0, 0, 9))
        >>> ontology = Ontology((truck, car))
        >>> Mistake("swapped", 1, 2).describe(ontology)
        'truck is called car'
        """
        name = ontology.names[self.label - 1]
        if self.kind == "swapped":
            return f"{name} is called {ontology.names[self.other - 1]}"
        return {
            "missed": f"{name} is left out",
            "invented": f"{name} is drawn where there is none",
            "too_small": f"{name} is drawn too small",
            "too_large": f"{name} is drawn too large",
            "unlabelled": f"{name} is left without a label",
        }[self.kind]


@dataclass(frozen=True)
class ItemMistakes:
    """How often each mistake happened in one image; sparse, because it travels between processes.

    Parameters
    ----------
    pixels
        Pixels of each mistake that happened.
    reference_px, candidate_px
        Scored pixels of each class in the reference and in the candidate, shape (classes,).
    """

    pixels: dict[Mistake, int]
    reference_px: NDArray[np.int64]
    candidate_px: NDArray[np.int64]

    def exposure(self, mistake: Mistake) -> int:
        """Return how many pixels could have been wrong in this way."""
        area = self.candidate_px if mistake.of_candidate else self.reference_px
        return int(area[mistake.label - 1])

    def share(self, mistake: Mistake) -> float:
        """Return the share of those pixels that were wrong; 0 where there were none."""
        exposure = self.exposure(mistake)
        return min(1.0, self.pixels.get(mistake, 0) / exposure) if exposure else 0.0


def count_mistakes(pair: Pair) -> ItemMistakes:
    """Count every mistake of a candidate.

    The kinds are those of :func:`assay.metrics.anatomy.error_map`; a swap is split by the class
    that was given, and an outline by the side on which it is off: pixels that the class lost make
    it too small, pixels that it gained too large.

    Examples
    --------
    >>> from assay import LabelClass
    >>> ontology = Ontology((LabelClass("car", 1, (0, 0, 9), kind="thing"),
    ...                      LabelClass("truck", 2, (0, 0, 70), kind="thing")))
    >>> pair = Pair(LabelMap.filled(4, 4, 2), LabelMap.filled(4, 4, 1), ontology)
    >>> count_mistakes(pair).pixels
    {Mistake(kind='swapped', label=2, other=1): 16}
    """
    patterns = count_patterns([[pair.reference, pair.candidate, error_map(pair)]])
    overlap = pair.confusion.counts
    pixels: dict[Mistake, int] = {}
    for (truth, given, kind), count in zip(
        patterns.votes.tolist(), patterns.counts.tolist(), strict=True
    ):
        for mistake in _mistakes(truth, given, kind):
            pixels[mistake] = pixels.get(mistake, 0) + count
    return ItemMistakes(pixels, overlap.sum(axis=1), overlap[:, :-1].sum(axis=0))


def mistake_mask(pair: Pair, mistake: Mistake) -> LabelMap:
    """Return a map that is 1 where a mistake happened and 0 elsewhere."""
    votes = [pair.reference, pair.candidate, error_map(pair)]
    patterns = count_patterns([votes])
    here = [mistake in _mistakes(*vote) for vote in patterns.votes.tolist()]
    return locate_patterns(votes, patterns).paint(np.array(here, np.uint16))


def _mistakes(truth: int, given: int, kind: int) -> tuple[Mistake, ...]:
    if kind == _SWAPPED:
        return (Mistake("swapped", truth, given),)
    if kind == _MISSED:
        return (Mistake("missed", truth),)
    if kind == _INVENTED:
        return (Mistake("invented", given),)
    if kind == _UNLABELLED:
        return (Mistake("unlabelled", truth),)
    if kind == _BOUNDARY:
        return (Mistake("too_small", truth), Mistake("too_large", given))
    return ()
