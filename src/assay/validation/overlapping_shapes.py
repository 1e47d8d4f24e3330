"""Objects that are drawn over each other."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding, Region, Severity
from assay.errors import ParameterError
from assay.labels import Shape
from assay.labels.overlaps import Overlaps, find_overlaps
from assay.validation.example import Example
from assay.validation.faults import NONE, Faults
from assay.validation.spec import ItemRule, Need
from assay.validation.subject import Subject

#: Share of the larger of two objects of a class from which on they are one, drawn twice.
_TWICE = 0.8
#: Share of an object from which on it is hidden by another, or lies on another.
_WHOLLY = 0.95


@dataclass(frozen=True)
class OverlapParameters:
    """How much of an overlap is one.

    Parameters
    ----------
    least_px
        Fewest pixels that two objects share.
    least_share
        Least share of the smaller object, 0 to 1.
    layers
        Whether a thing may lie over stuff: a car on a road that was drawn through below it.
    """

    least_px: int = 10
    least_share: float = 0.02
    layers: bool = True

    def __post_init__(self) -> None:
        if self.least_px < 1:
            raise ParameterError(f"least_px is {self.least_px}; give 1 or more pixels.")
        if not 0 <= self.least_share <= 1:
            raise ParameterError(f"least_share is {self.least_share}; give 0 to 1.")


def find_overlapping_shapes(subject: Subject, parameters: OverlapParameters) -> Faults:
    """Find pairs of objects that share pixels, errors first, then those with the most."""
    shapes = subject.shapes
    if not shapes:
        return NONE
    overlaps = find_overlaps(shapes)
    areas = np.array([shape.spans.area for shape in shapes], np.int64)
    smaller = np.minimum(areas[overlaps.lower], areas[overlaps.upper])
    wrong = (overlaps.pixels >= parameters.least_px) & (
        overlaps.pixels >= parameters.least_share * smaller
    )
    wrong &= ~_is_layered(subject, shapes, overlaps, layers=parameters.layers)
    pairs = np.flatnonzero(wrong)
    kinds = _kinds(shapes, areas, overlaps)
    worst = pairs[np.lexsort((-overlaps.pixels[pairs], kinds[pairs]))]
    say = _sayer(subject.key, shapes, smaller, overlaps, kinds, worst)
    if overlaps.complete:
        return Faults(worst.size, say)
    return Faults(
        worst.size + 1, lambda place: say(place - 1) if place else _uncounted(subject.key)
    )


def _is_layered(
    subject: Subject, shapes: tuple[Shape, ...], overlaps: Overlaps, *, layers: bool
) -> NDArray[np.bool_]:
    """Return the pairs that may overlap: with void, and things over stuff where that is right."""
    values = np.array([shape.value for shape in shapes])
    ontology = subject.ontology
    things = np.zeros(ontology.size, np.bool_)
    things[1 : ontology.first_void] = [label.kind == "thing" for label in ontology.classes]
    stuff = ~things & (np.arange(ontology.size) > 0)
    lower, upper = values[overlaps.lower], values[overlaps.upper]
    void = (lower >= ontology.first_void) | (upper >= ontology.first_void)
    return np.asarray(void | (layers & stuff[lower] & things[upper]), np.bool_)


def _kinds(
    shapes: tuple[Shape, ...], areas: NDArray[np.int64], overlaps: Overlaps
) -> NDArray[np.int64]:
    """Return the place in ``_SAYINGS`` of each pair."""
    titles = np.array([shape.title for shape in shapes])
    lower, upper = areas[overlaps.lower], areas[overlaps.upper]
    alike = titles[overlaps.lower] == titles[overlaps.upper]
    twice = alike & (overlaps.pixels >= _TWICE * np.maximum(lower, upper))
    hidden = overlaps.pixels >= _WHOLLY * lower
    resting = overlaps.pixels >= _WHOLLY * upper
    return np.select([twice, hidden, resting], [0, 1, 3], 2)


#: What is said of a pair, from the worst to what is hardly a fault: verb, severity, remedy.
_SAYINGS = (
    ("repeats", Severity.ERROR, "Delete one of the two."),
    ("hides", Severity.ERROR, "Move the hidden one to the front, or delete it."),
    (
        "lies over",
        Severity.WARNING,
        "Draw every pixel once: cut the one outline along the other.",
    ),
    ("lies on", Severity.INFO, "Nothing, if the order in the file is the order of depth."),
)


def _sayer(
    key: str,
    shapes: tuple[Shape, ...],
    smaller: NDArray[np.int64],
    overlaps: Overlaps,
    kinds: NDArray[np.int64],
    worst: NDArray[np.int64],
) -> Callable[[int], Finding]:
    def say(place: int) -> Finding:
        pair = int(worst[place])
        lower, upper = shapes[overlaps.lower[pair]], shapes[overlaps.upper[pair]]
        pixels = int(overlaps.pixels[pair])
        verb, severity, remedy = _SAYINGS[kinds[pair]]
        share = 100 * pixels / int(smaller[pair])
        message = f"{upper} {verb} {lower}: they share {pixels:,} px, {share:.0f} % of the smaller."
        return Finding(
            "overlapping-shapes",
            severity,
            key,
            message[0].upper() + message[1:],
            remedy,
            Region(*overlaps.box[pair].tolist()),
        )

    return say


def _uncounted(key: str) -> Finding:
    return Finding(
        "overlapping-shapes",
        Severity.WARNING,
        key,
        "Objects lie over each other in so many places that only a part was counted.",
        "Export the item again; look for objects that were written many times.",
    )


OVERLAPPING_SHAPES = ItemRule(
    "overlapping-shapes",
    "Two objects of an image cover the same pixels.",
    """\
A pixel has one class. Where two outlines cover it, the file's order decides which, and programs
that draw in another order, or none, decide otherwise. In a label map the lower object silently
loses a piece; where objects are counted or measured, the pixels are there twice.

## What is found

Pairs of objects, as they were drawn, that share at least `least_px` pixels and at least
`least_share` of the smaller one. Both are named as the file names them, with the pixels that they
share.

* Two objects of a class that are nearly the same are one that was drawn *twice*: an error.
* An object that is *hidden* by a later one is lost from the label map: an error. Often the order in
  the file is not that of depth.
* Objects that lie *over* each other in part: a warning.
* An object that lies wholly *on* another, such as a cup on a table: for information.

Formats that hold one label a pixel cannot overlap, and are left out.

With `layers` on, a thing that lies over stuff is right: road drawn through below the cars. The
other way round, stuff over a thing, hides the thing and is found. Overlaps with void are never
found.

## What to do

Cut the one outline along the other; tools have a command for it (*remove underlying pixels*,
*shared border*). Delete objects that were drawn twice.

## When it misleads

If your guideline asks for whole objects, with the parts that others hide, overlaps are meant. Then
leave this rule out, and see that the order in the file is the order of depth.
""",
    find_overlapping_shapes,
    clean=Example(
        "........ .2222333 .2222333 ........",
        shapes=(
            (2, ((1, 1), (5, 1), (5, 3), (1, 3))),
            (3, ((5, 1), (8, 1), (8, 3), (5, 3))),
        ),
    ),
    faulty=Example(
        "........ .2223333 .2223333 ........",
        shapes=(
            (2, ((1, 1), (6, 1), (6, 3), (1, 3))),
            (3, ((4, 1), (8, 1), (8, 3), (4, 3))),
        ),
        parameters=OverlapParameters(least_px=4),
    ),
    parameters=OverlapParameters,
    needs=Need.SHAPES,
    supersedes=("coco-overlap",),
)

RULES = (OVERLAPPING_SHAPES,)
