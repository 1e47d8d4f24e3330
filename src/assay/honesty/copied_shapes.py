"""Shapes that one annotator pasted again."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.honesty.case import Case
from assay.honesty.spec import Detector, Kind, Measurement, Sighting
from assay.labels.imprints import group_equal, pieces_needed

#: Pairs of regions that a measurement points at.
MOST_SIGHTINGS = 4


@dataclass(frozen=True)
class CopiedShapesParameters:
    """How many equal shapes are let be.

    Parameters
    ----------
    most_copies
        So many copies may be there by mistake.
    most_share
        Share of an annotator's shapes that may be copies, where that is more.
    same_place
        Whether equal shapes at one place of several images count: false for fixed cameras and
        for video whose masks are carried along.
    """

    most_copies: int = 2
    most_share: float = 0.01
    same_place: bool = True

    def __post_init__(self) -> None:
        if self.most_copies < 0:
            raise ParameterError(f"most_copies is {self.most_copies}; give 0 or more.")
        if not 0 <= self.most_share <= 1:
            raise ParameterError(f"most_share is {self.most_share}; give 0 to 1.")


@dataclass(frozen=True, eq=False)
class _Shapes:
    """All intricate shapes of one annotator."""

    keys: list[str]
    item: NDArray[np.intp]
    digest: NDArray[np.uint64]
    area: NDArray[np.int64]
    pieces: NDArray[np.uint8]
    box: NDArray[np.int32]


def measure_copies(case: Case, parameters: CopiedShapesParameters) -> tuple[Measurement, ...]:
    """Count, for each annotator, the shapes that equal an earlier one of theirs."""
    return tuple(_measure(case, place, parameters) for place in range(len(case.annotators)))


def _measure(case: Case, place: int, parameters: CopiedShapesParameters) -> Measurement:
    shapes = _gather(case, place)
    number = len(shapes.area)
    copies = 0
    sightings: list[tuple[Sighting, Sighting]] = []
    for group in _groups(shapes, same_place=parameters.same_place):
        copies += group.size - 1
        if len(sightings) < MOST_SIGHTINGS:
            first, second = (_sighting(case.annotators[place], shapes, at) for at in group[:2])
            sightings.append((first, second))
    return Measurement(
        (case.annotators[place],),
        Kind.EXACT,
        float(copies),
        max(parameters.most_copies, parameters.most_share * number),
        len(shapes.keys),
        f"{copies:,} of {number:,} intricate shapes equal another one, pixel for pixel.",
        sightings=tuple(sightings),
    )


def _gather(case: Case, place: int) -> _Shapes:
    # Whole maps that repeat are told by repeated-work; here their shapes count once.
    items = {item.digests[place]: item for item in reversed(case.done_by(place))}
    found = [(item.key, item.shapes[place]) for item in reversed(items.values())]
    parts = [(key, shapes) for key, shapes in found if shapes is not None]
    sizes = [len(shapes) for _, shapes in parts]
    return _Shapes(
        [key for key, _ in parts],
        np.repeat(np.arange(len(parts)), sizes),
        np.concatenate([np.empty(0, np.uint64), *(s.either_way for _, s in parts)]),
        np.concatenate([np.empty(0, np.int64), *(s.area for _, s in parts)]),
        np.concatenate([np.empty(0, np.uint8), *(s.pieces for _, s in parts)]),
        np.concatenate([np.empty((0, 4), np.int32), *(s.box for _, s in parts)]),
    )


def _groups(shapes: _Shapes, *, same_place: bool) -> Iterator[NDArray[np.intp]]:
    """Yield groups of equal shapes that chance does not explain, the most intricate first."""
    least = pieces_needed(len(shapes.area))
    groups = [
        np.sort(group)
        for group in group_equal(shapes.digest, shapes.area)
        if shapes.pieces[group[0]] >= least
    ]
    groups.sort(key=lambda group: (-int(shapes.pieces[group[0]]), int(group[0])))
    for group in groups:
        kept = group
        if not same_place:
            _, firsts = np.unique(shapes.box[group], axis=0, return_index=True)
            kept = group[np.sort(firsts)]
        if kept.size > 1:
            yield kept


def _sighting(owner: str, shapes: _Shapes, at: int) -> Sighting:
    top, left, bottom, right = shapes.box[at].tolist()
    return Sighting(owner, shapes.keys[shapes.item[at]], (top, left, bottom, right))


COPIED_SHAPES = Detector(
    "copied-shapes",
    "One annotator's outlines repeat, pixel for pixel.",
    """\
Nobody outlines two objects so that every pixel of the boundary agrees. Regions are compared by
digests that do not depend on place, and that meet those of mirror images (left and right
exchanged). Boxes, discs and other shapes that equal their own mirror image are left out as stamps
of tools, and so are shapes that came from the draft.

**Measured:** shapes that equal another one of the same annotator, within an image or across
images. Only intricate ones count: eight straight pieces within 1.5 px and 100 px of area, and more
pieces the more shapes there are, so that a single pair by chance is less likely than 1 %.
**Flagged** above `most_copies`, and above `most_share` of the shapes. There is no p-value.

Not found are copies that were moved by part of a pixel, scaled, rotated, or that lost a pixel where
something lies before them.""",
    "Shapes repeat, pixel for pixel",
    "How were these two regions made?",
    (
        "One object seen by a fixed camera, or carried along through a video.",
        "The same image twice, or augmented images, in the batch.",
        "A model or a template of the tool drew both.",
    ),
    "copies",
    measure_copies,
    CopiedShapesParameters,
)
