"""Objects that stop a few pixels before the frame of the image."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding, Region, Severity
from assay.errors import ParameterError
from assay.labels import LabelMap, Regions
from assay.validation.example import Example
from assay.validation.faults import NONE, Faults
from assay.validation.spec import ItemRule
from assay.validation.subject import Subject

#: So many lines further in, an object that the frame should cut is still about as wide.
_DEPTH = 3


@dataclass(frozen=True)
class CutShortParameters:
    """When an edge is taken for the frame's.

    Parameters
    ----------
    reach_px
        Most pixels between the edge and the frame.
    edge_px
        Fewest pixels of the edge.
    straightness
        Smallest ratio of the edge to the object's width three pixels further in: an object that
        ends by itself is rounded, one that the frame cuts is as wide at once.
    """

    reach_px: int = 3
    edge_px: int = 8
    straightness: float = 0.8

    def __post_init__(self) -> None:
        if not 1 <= self.reach_px <= 100:
            raise ParameterError(f"reach_px is {self.reach_px}; give 1 to 100 pixels.")
        if self.edge_px < 1:
            raise ParameterError(f"edge_px is {self.edge_px}; give 1 or more pixels.")
        if not 0 <= self.straightness <= 1:
            raise ParameterError(f"straightness is {self.straightness}; give 0 to 1.")


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a map's frame.

    Parameters
    ----------
    name
        ``"top"``, ``"left"``, ``"bottom"`` or ``"right"``.
    lines
        How many lines of pixels there are to the opposite side.
    owners
        ``owners(line)`` gives the region of each pixel of a line, int32; line 0 is at the frame.
    distance
        int64, shape (regions,): pixels between each region and this side.
    """

    name: str
    lines: int
    owners: Callable[[int], NDArray[np.int32]]
    distance: NDArray[np.int64]


def sides_of(label_map: LabelMap, regions: Regions) -> tuple[Side, ...]:
    """Return the four sides of the frame; what lies along them is read when it is asked for."""
    height, width = label_map.shape

    def row(line: int) -> NDArray[np.int32]:
        return _row(label_map, regions, line)

    def column(line: int) -> NDArray[np.int32]:
        return _column(label_map, regions, line)

    return (
        Side("top", height, row, regions.top),
        Side("bottom", height, lambda line: row(height - 1 - line), height - regions.bottom),
        Side("left", width, column, regions.left),
        Side("right", width, lambda line: column(width - 1 - line), width - regions.right),
    )


def _row(label_map: LabelMap, regions: Regions, row: int) -> NDArray[np.int32]:
    runs = slice(int(label_map.row_starts[row]), int(label_map.row_starts[row + 1]))
    return np.repeat(regions.of_run[runs], label_map.lengths[runs])


def _column(label_map: LabelMap, regions: Regions, column: int) -> NDArray[np.int32]:
    places = np.arange(label_map.height, dtype=np.uint32) * np.uint32(label_map.width)
    runs = np.searchsorted(label_map.ends, places + np.uint32(column), side="right")
    owners: NDArray[np.int32] = regions.of_run[runs]
    return owners


def find_cut_short(subject: Subject, parameters: CutShortParameters) -> Faults:
    """Find objects with a straight edge beside the frame, the longest edges first."""
    edges: list[tuple[int, int, int, str]] = []
    regions = subject.regions
    for side in sides_of(subject.label_map, regions):
        near = (side.distance > 0) & (side.distance <= parameters.reach_px)
        near &= subject.is_class[regions.value] & (regions.area >= parameters.edge_px)
        for distance in np.unique(side.distance[near]).tolist():
            edges += _edges(subject, parameters, side, distance)
    if not edges:
        return NONE
    worst = sorted(edges, key=lambda edge: (-edge[0], edge[1]))

    def say(place: int) -> Finding:
        length, region, distance, side = worst[place]
        return Finding(
            "cut-short",
            Severity.WARNING,
            subject.key,
            f"A region of {subject.class_of(region)!r} ends in a straight edge of {length} px, "
            f"{distance} px before the {side} of the image.",
            "Draw it up to the frame, unless it ends there by itself.",
            _up_to(side, subject.box(region), distance),
        )

    return Faults(len(worst), say)


def _up_to(side: str, box: Region, distance: int) -> Region:
    """Return a box with what is missing between it and the frame."""
    if side in {"top", "left"}:
        return replace(box, **{side: getattr(box, side) - distance})
    return replace(box, **{side: getattr(box, side) + distance})


def _edges(
    subject: Subject, parameters: CutShortParameters, side: Side, distance: int
) -> list[tuple[int, int, int, str]]:
    """Return length, region, distance and side of the edges at one distance from the frame."""
    here, outside = side.owners(distance), side.owners(distance - 1)
    value = subject.regions.value
    near = side.distance == distance
    # Beside the frame is nothing that the buyer excluded, and an object ends before stuff or
    # nothing; before nothing, anything ends that is labelled.
    ends = near[here] & subject.is_class[value[here]]
    ends &= (subject.is_thing[value[here]] & subject.is_class[value[outside]]) | (
        value[outside] == 0
    )
    if not ends.any():
        return []
    lengths = np.bincount(here[ends], minlength=len(subject.regions))
    deeper = side.owners(min(distance + _DEPTH, side.lines - 1))
    widths = np.bincount(deeper, minlength=len(subject.regions))
    found = np.flatnonzero(
        (lengths >= parameters.edge_px) & (lengths >= parameters.straightness * widths)
    )
    return [(int(lengths[region]), int(region), distance, side.name) for region in found]


CUT_SHORT = ItemRule(
    "cut-short",
    "An object stops a few pixels before the frame of the image.",
    """\
Objects that leave the image are cut by its frame. Tools that do not let a vertex snap to the frame,
and exports that lose a border, leave a strip of background between them.

## What is found

Regions of a thing whose outermost line lies 1 to `reach_px` from the frame, is at least `edge_px`
long, and is no shorter than `straightness` times the region's width three pixels further in: what
ends by itself is rounded, what the frame cuts is as wide at once. Where the strip beside the frame
is unlabelled, regions of stuff are found, too. Strips of void are left alone.

## What to do

Draw the object up to the frame. If every image has such a strip, look for the export, or for a tool
that trims borders.

## When it misleads

A box that happens to end two pixels from the frame, such as a sign or a lorry. It is rare: look at
the region.
""",
    find_cut_short,
    clean=Example(
        "1222222221 1222222221 1111111111 1111111111 1111111111 1111111111",
        parameters=CutShortParameters(edge_px=4),
    ),
    faulty=Example(
        "1111111111 1222222221 1222222221 1222222221 1222222221 1111111111",
        parameters=CutShortParameters(edge_px=4),
    ),
    parameters=CutShortParameters,
)

RULES = (CUT_SHORT,)
