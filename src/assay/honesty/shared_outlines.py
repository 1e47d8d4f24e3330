"""Outlines of two annotators, or of one and the reference, that are the same to the pixel."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.honesty.case import Case, ItemFacts
from assay.honesty.copied_shapes import MOST_SIGHTINGS
from assay.honesty.spec import Detector, Kind, Measurement, Need, Sighting
from assay.labels.imprints import pieces_needed

#: What the reference is called where annotators are.
REFERENCE = "reference"


@dataclass(frozen=True)
class SharedOutlinesParameters:
    """How many equal outlines are let be.

    Parameters
    ----------
    most_shared
        So many outlines of two may be equal.
    most_share
        Share of the outlines of who drew fewer that may be equal, where that is more.
    """

    most_shared: int = 2
    most_share: float = 0.01

    def __post_init__(self) -> None:
        if self.most_shared < 0:
            raise ParameterError(f"most_shared is {self.most_shared}; give 0 or more.")
        if not 0 <= self.most_share <= 1:
            raise ParameterError(f"most_share is {self.most_share}; give 0 to 1.")


@dataclass
class _Tally:
    """What two share, counted image by image."""

    shared: NDArray[np.int64]
    drawn: NDArray[np.int64]
    sightings: dict[tuple[int, int], list[tuple[Sighting, Sighting]]]


def measure_outlines(case: Case, parameters: SharedOutlinesParameters) -> tuple[Measurement, ...]:
    """Count equal outlines of each pair of annotators, and of each annotator and the reference."""
    names = (*case.annotators, REFERENCE) if case.reference else case.annotators
    least = pieces_needed(
        sum(len(shapes) for item in case.items for shapes in item.shapes if shapes is not None)
    )
    size = len(names)
    tally = _Tally(np.zeros((size, size), np.int64), np.zeros(size, np.int64), {})
    for item in case.items:
        _count(item, names, least, tally)
    return tuple(
        _measurement(case, names, first, second, tally, parameters)
        for first, second in combinations(range(size), 2)
    )


def _count(item: ItemFacts, names: tuple[str, ...], least: int, tally: _Tally) -> None:
    """Add one image: shapes that two have in one class, at one place, with equal pixels."""
    everybody = (*item.shapes, item.reference_shapes)[: len(names)]
    placed: list[NDArray[np.uint64]] = []
    boxes: list[NDArray[np.int32]] = []
    for place, shapes in enumerate(everybody):
        chosen = None if shapes is None else shapes.only(shapes.pieces >= least)
        placed.append(np.empty(0, np.uint64) if chosen is None else chosen.placed)
        boxes.append(np.empty((0, 4), np.int32) if chosen is None else chosen.box)
        tally.drawn[place] += placed[-1].size
    in_reference = placed[len(item.shapes)] if len(names) > len(item.shapes) else placed[0][:0]
    digests = np.concatenate(placed)
    if np.unique(digests).size == digests.size:
        return
    for first, second in combinations(range(len(names)), 2):
        common = np.isin(placed[first], placed[second])
        if names[second] != REFERENCE:
            # What both have from the reference is told of each and the reference.
            common &= ~np.isin(placed[first], in_reference)
        count = int(common.sum())
        if count:
            tally.shared[first, second] += count
            seen = tally.sightings.setdefault((first, second), [])
            if len(seen) < MOST_SIGHTINGS:
                top, left, bottom, right = boxes[first][common][0].tolist()
                box = (top, left, bottom, right)
                seen.append(
                    (Sighting(names[first], item.key, box), Sighting(names[second], item.key, box))
                )


def _measurement(
    case: Case,
    names: tuple[str, ...],
    first: int,
    second: int,
    tally: _Tally,
    parameters: SharedOutlinesParameters,
) -> Measurement:
    shared = int(tally.shared[first, second])
    fewer = int(min(tally.drawn[first], tally.drawn[second]))
    return Measurement(
        (names[first], names[second]),
        Kind.EXACT,
        float(shared),
        max(parameters.most_shared, parameters.most_share * fewer),
        len(case.items),
        f"{shared:,} intricate outlines of {fewer:,} are equal in class, place and every pixel.",
        sightings=tuple(tally.sightings.get((first, second), ())),
    )


SHARED_OUTLINES = Detector(
    "shared-outlines",
    "Two annotators' outlines of an object are the same, pixel for pixel.",
    """\
Two people who outline the same object agree about the object, and never about every pixel of its
boundary. Where they do, one has the other's work, both have a third's, or both started from one
draft; shapes of the draft that was given are left out.

**Measured:** for each pair of annotators, intricate regions that are equal in class, place and
every pixel; outlines that both have from the reference are left out and told of each of them.
Where a reference is given, each annotator is also compared with it: equal outlines mean that gold
was made from this annotator's work, or that gold leaked. **Flagged** above `most_shared`, and
above `most_share` of the outlines of who drew fewer. There is no p-value.""",
    "Two have the same outlines, pixel for pixel",
    "Did you use a common starting point: a draft, a model, earlier labels?",
    (
        "Both used a model that gives the same outline for the same click.",
        "Both started from labels that were public or delivered before.",
        "The reference was made from this annotator's labels.",
    ),
    "equal outlines",
    measure_outlines,
    SharedOutlinesParameters,
    (Need.OTHERS,),
)
