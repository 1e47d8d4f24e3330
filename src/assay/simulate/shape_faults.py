"""Faults of shapes: what goes wrong while outlines are drawn, before they are painted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.labels import LabelMap, Ontology, Polygon, Shape, fill, keyhole, trace
from assay.labels.polygon import Ring
from assay.simulate.fault import check_at_least

#: Outlines below this have no room for a fault.
_LEAST_AREA_PX = 40


@dataclass(frozen=True)
class ShapeFault:
    """A way to draw shapes wrong; a plug-in spec (see :mod:`assay.plugins`).

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`.
    parameters
        Frozen dataclass of settings.
    apply
        ``apply(shapes, parameters, frame, rng)`` returns the shapes with the fault in some of them,
        and the names of those; ``frame`` is height and width of the image.
    """

    name: str
    summary: str
    advice: str
    parameters: type[Any]
    apply: Callable[
        [tuple[Shape, ...], Any, tuple[int, int], np.random.Generator],
        tuple[tuple[Shape, ...], tuple[str, ...]],
    ]


@dataclass(frozen=True)
class OverlappingOutlines:
    """Objects drawn over their neighbours.

    Parameters
    ----------
    reach_px
        How far the outline of an object is moved over what lies beside it.
    objects
        How many objects.
    """

    reach_px: float = 4.0
    objects: int = 1

    def __post_init__(self) -> None:
        check_at_least("reach_px", self.reach_px, 0)
        check_at_least("objects", self.objects, 0)


@dataclass(frozen=True)
class CrossedOutlines:
    """Outlines with a loop in them.

    Parameters
    ----------
    side_px
        Side of the loop; it has the square of that in pixels.
    objects
        How many objects.
    """

    side_px: float = 3.0
    objects: int = 1

    def __post_init__(self) -> None:
        check_at_least("side_px", self.side_px, 0)
        check_at_least("objects", self.objects, 0)


@dataclass(frozen=True)
class UnfinishedOutlines:
    """Objects of two clicks.

    Parameters
    ----------
    objects
        How many are added.
    """

    objects: int = 1

    def __post_init__(self) -> None:
        check_at_least("objects", self.objects, 0)


@dataclass(frozen=True)
class Spikes:
    """A vertex dragged away on the way.

    Parameters
    ----------
    length_px
        How far out it lies.
    objects
        How many objects.
    """

    length_px: float = 20.0
    objects: int = 1

    def __post_init__(self) -> None:
        check_at_least("length_px", self.length_px, 0)
        check_at_least("objects", self.objects, 0)


@dataclass(frozen=True)
class VerticesOutside:
    """A vertex dropped beside the image.

    Parameters
    ----------
    distance_px
        How far outside the frame it lies.
    objects
        How many objects.
    """

    distance_px: float = 10.0
    objects: int = 1

    def __post_init__(self) -> None:
        check_at_least("distance_px", self.distance_px, 0)
        check_at_least("objects", self.objects, 0)


def drawn_shapes(label_map: LabelMap, ontology: Ontology) -> tuple[Shape, ...]:
    """Return the regions of a map as shapes, each once, side by side and without any fault.

    Examples
    --------
    >>> from assay.simulate.street import CAR, ROAD, STREET
    >>> shapes = drawn_shapes(LabelMap.from_dense([[ROAD, CAR], [ROAD, CAR]]), STREET)
    >>> [(str(shape), shape.spans.area) for shape in shapes]
    [('shape 1 (road)', 2), ('shape 2 (car)', 2)]
    """
    regions = (r for r in trace(label_map) if 0 < r.value < ontology.first_void)
    return tuple(
        _shape(
            f"shape {place}",
            ontology.names[region.value - 1],
            region.value,
            keyhole(region.polygon),
            label_map.shape,
        )
        for place, region in enumerate(regions, 1)
    )


Spoilt = tuple[tuple[Shape, ...], tuple[str, ...]]


def overlap(
    shapes: tuple[Shape, ...],
    parameters: OverlappingOutlines,
    frame: tuple[int, int],
    rng: np.random.Generator,
) -> Spoilt:
    """Move some outlines away from their middle, over what lies beside them."""

    def grown(ring: Ring) -> Ring:
        arms = ring - ring.mean(axis=0)
        lengths = np.maximum(np.hypot(*arms.T), 1e-9)
        return np.asarray(ring + arms / lengths[:, None] * parameters.reach_px, np.float64)

    return _some(shapes, grown, parameters.objects, frame, rng)


def cross(
    shapes: tuple[Shape, ...],
    parameters: CrossedOutlines,
    frame: tuple[int, int],
    rng: np.random.Generator,
) -> Spoilt:
    """Draw a square loop in the middle of the longest side of some outlines."""

    def looped(ring: Ring) -> Ring:
        side, middle, along = _longest_side(ring)
        out = np.array([along[1], -along[0]])
        s = parameters.side_px
        loop = np.array([along, along + out, out, -out]) * s
        return np.insert(ring, side + 1, middle + loop, axis=0)

    return _some(shapes, looped, parameters.objects, frame, rng)


def leave_unfinished(
    shapes: tuple[Shape, ...],
    parameters: UnfinishedOutlines,
    frame: tuple[int, int],
    rng: np.random.Generator,
) -> Spoilt:
    """Add objects of two clicks and back."""
    height, width = frame
    added = []
    for place in range(parameters.objects):
        first, second = rng.random((2, 2)) * (width, height)
        ring = np.array([first, second, first])
        value = shapes[0].value if shapes else 1
        title = shapes[0].title if shapes else "object"
        added.append(_shape(f"unfinished {place + 1}", title, value, ring, frame))
    return (*shapes, *added), tuple(shape.name for shape in added)


def add_spikes(
    shapes: tuple[Shape, ...],
    parameters: Spikes,
    frame: tuple[int, int],
    rng: np.random.Generator,
) -> Spoilt:
    """Run out and back from the middle of the longest side of some outlines."""

    def spiked(ring: Ring) -> Ring:
        side, middle, along = _longest_side(ring)
        tip = middle + np.array([along[1], -along[0]]) * parameters.length_px
        return np.insert(ring, side + 1, [middle, tip, middle + along * 0.2], axis=0)

    return _some(shapes, spiked, parameters.objects, frame, rng)


def drop_outside(
    shapes: tuple[Shape, ...],
    parameters: VerticesOutside,
    frame: tuple[int, int],
    rng: np.random.Generator,
) -> Spoilt:
    """Put one vertex of some outlines to the right of the image."""

    def stretched(ring: Ring) -> Ring:
        moved = ring.copy()
        moved[int(ring[:, 0].argmax()), 0] = frame[1] + parameters.distance_px
        return moved

    return _some(shapes, stretched, parameters.objects, frame, rng)


def _some(
    shapes: tuple[Shape, ...],
    spoil: Callable[[Ring], Ring],
    objects: int,
    frame: tuple[int, int],
    rng: np.random.Generator,
) -> Spoilt:
    """Return the shapes with a fault in so many of the larger ones, those painted last."""
    large = [place for place, shape in enumerate(shapes) if shape.spans.area >= _LEAST_AREA_PX]
    chosen = set(rng.permutation(large)[:objects].tolist())
    kept = [shape for place, shape in enumerate(shapes) if place not in chosen]
    wrong = [
        _shape(shape.name, shape.title, shape.value, spoil(shape.rings[0]), frame)
        for place, shape in enumerate(shapes)
        if place in chosen
    ]
    return (*kept, *wrong), tuple(shape.name for shape in wrong)


def _longest_side(ring: Ring) -> tuple[int, Ring, Ring]:
    """Return the number of the longest side, its middle, and the way along it."""
    sides = np.roll(ring, -1, axis=0) - ring
    lengths = np.hypot(*sides.T)
    longest = int(lengths.argmax())
    return longest, ring[longest] + sides[longest] / 2, sides[longest] / lengths[longest]


def _shape(name: str, title: str, value: int, ring: Ring, frame: tuple[int, int]) -> Shape:
    return Shape(name, title, value, (ring,), (fill(Polygon((ring,)), *frame),))


SHAPE_FAULTS = (
    ShapeFault(
        "overlapping-outlines",
        "Objects drawn over their neighbours.",
        "The outlines of `objects` regions are moved `reach_px` away from their middle, over what "
        "lies beside them, and painted last.",
        OverlappingOutlines,
        overlap,
    ),
    ShapeFault(
        "crossed-outlines",
        "Outlines with a loop in them.",
        "A square loop with sides of `side_px` is drawn in the longest side of `objects` outlines, "
        "which then cross themselves.",
        CrossedOutlines,
        cross,
    ),
    ShapeFault(
        "unfinished-outlines",
        "Objects of two clicks.",
        "`objects` shapes of two points and back are added. They enclose nothing.",
        UnfinishedOutlines,
        leave_unfinished,
    ),
    ShapeFault(
        "spikes",
        "A vertex dragged away from an outline.",
        "From the longest side of `objects` outlines a spike runs out for `length_px` and back.",
        Spikes,
        add_spikes,
    ),
    ShapeFault(
        "vertices-outside",
        "A vertex dropped beside the image.",
        "The rightmost vertex of `objects` outlines is put `distance_px` to the right of the "
        "image.",
        VerticesOutside,
        drop_outside,
    ),
)
