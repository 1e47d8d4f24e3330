"""Outlines, as they were drawn, that enclose nothing sound or leave the image."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding, Region, Severity
from assay.errors import ParameterError
from assay.labels import Shape
from assay.labels.outlines import crossings, distinct, has_no_area, repeats, spikes
from assay.validation.example import Example
from assay.validation.faults import Faults
from assay.validation.spec import ItemRule, Need
from assay.validation.subject import Subject

#: Pairs of sides that are held against each other in all outlines of an item: a second.
_MOST_PAIRS = 3 * 10**8
_MARGIN_PX = 3.0


@dataclass(frozen=True)
class CrossingParameters:
    """Which crossings matter.

    Parameters
    ----------
    least_loop_px
        Least area, in pixels, of the smaller loop that a crossing makes.  Tools that round
        coordinates leave loops of a fraction of a pixel, which change nothing.
    """

    least_loop_px: float = 1.0

    def __post_init__(self) -> None:
        _check("least_loop_px", self.least_loop_px)


@dataclass(frozen=True)
class DegenerateParameters:
    """What a spike is.

    Parameters
    ----------
    spike_length_px
        Least length of a spike.
    spike_width_px
        Greatest distance of its two sides.
    """

    spike_length_px: float = 8.0
    spike_width_px: float = 0.5

    def __post_init__(self) -> None:
        _check("spike_length_px", self.spike_length_px)
        _check("spike_width_px", self.spike_width_px)


@dataclass(frozen=True)
class OutsideParameters:
    """How far out is outside.

    Parameters
    ----------
    slack_px
        How far a vertex may lie outside the image: tools round, and hands slip.
    """

    slack_px: float = 2.0

    def __post_init__(self) -> None:
        _check("slack_px", self.slack_px)


def find_crossing_outlines(subject: Subject, parameters: CrossingParameters) -> Faults:
    """Find outlines that cross themselves, those with the largest loops first."""
    found: list[tuple[float, Finding]] = []
    budget = _MOST_PAIRS
    for shape in subject.shapes or ():
        for ring in shape.rings:
            if budget <= 0:
                break
            all_of_them = crossings(ring, most_pairs=budget)
            budget -= all_of_them.pairs
            matter = all_of_them.loop_px >= parameters.least_loop_px
            if not matter.any():
                continue
            loop = float(all_of_them.loop_px[matter].max())
            finding = _crossing(subject, shape, all_of_them.points[matter], loop)
            more = "" if all_of_them.complete else " It is too complex to be searched wholly."
            found.append((loop, replace(finding, message=finding.message + more)))
    return Faults.of(finding for _, finding in sorted(found, key=lambda pair: -pair[0]))


def _crossing(
    subject: Subject, shape: Shape, points: NDArray[np.float64], loop_px: float
) -> Finding:
    x, y = points[0]
    places = "once" if len(points) == 1 else f"{len(points)} times"
    return Finding(
        "self-crossing-outline",
        Severity.WARNING,
        subject.key,
        f"The outline of {shape} crosses itself {places}, first at ({x:.1f}, {y:.1f}); its largest "
        f"loop has {loop_px:,.0f} px.",
        "Redraw the outline so that it does not cross itself; two objects need two outlines.",
        _around(points, subject),
    )


def find_degenerate_outlines(subject: Subject, parameters: DegenerateParameters) -> Faults:
    """Find outlines without area, objects without pixels, spikes and repeated vertices."""
    found = [
        (rank, finding)
        for shape in subject.shapes or ()
        for rank, finding in _degenerate(subject, shape, parameters)
    ]
    return Faults.of(finding for _, finding in sorted(found, key=lambda pair: pair[0]))


def _degenerate(
    subject: Subject, shape: Shape, parameters: DegenerateParameters
) -> Iterator[tuple[int, Finding]]:
    """Yield the faults of one object with their rank, the worst 0."""
    flat = [ring for ring in shape.rings if has_no_area(ring)]
    if flat:
        vertices = len(np.unique(distinct(flat[0]), axis=0))
        what = f"{vertices} distinct vertices" if vertices < 3 else "all vertices on one line"
        yield (
            0,
            _flaw(
                subject,
                Severity.ERROR,
                f"An outline of {shape} has {what} and encloses nothing.",
                "Delete the object, or draw its outline.",
                flat[0],
            ),
        )
    elif not len(shape.spans):
        points = np.concatenate(shape.rings) if shape.rings else None
        yield 1, _flaw(
            subject, Severity.WARNING, f"{_capital(shape)} covers no pixel.",
            "Delete it, or draw it larger.", points,
        )  # fmt: skip
    settings = {
        "length_px": parameters.spike_length_px,
        "width_px": parameters.spike_width_px,
    }
    tips = [spikes(ring, **settings) for ring in shape.rings if not has_no_area(ring)]
    sharp = np.concatenate([np.empty((0, 2)), *tips])
    if len(sharp):
        many = "a spike" if len(sharp) == 1 else f"{len(sharp)} spikes"
        yield (
            2,
            _flaw(
                subject,
                Severity.WARNING,
                f"The outline of {shape} has {many}, the first to ({sharp[0, 0]:.1f}, "
                f"{sharp[0, 1]:.1f}): it runs out and back along one line.",
                "Remove the vertex at the tip.",
                sharp,
            ),
        )
    again = [ring[repeats(ring)] for ring in shape.rings if not has_no_area(ring)]
    doubled = np.concatenate([np.empty((0, 2)), *again])
    if len(doubled):
        many = "a vertex" if len(doubled) == 1 else f"{len(doubled)} vertices"
        yield (
            3,
            _flaw(
                subject,
                Severity.INFO,
                f"The outline of {shape} repeats {many}, first ({doubled[0, 0]:.1f}, "
                f"{doubled[0, 1]:.1f}).",
                "Nothing for the pixels; remove repeated vertices where vertices are paid.",
                doubled,
            ),
        )


def _flaw(
    subject: Subject,
    severity: Severity,
    message: str,
    remedy: str,
    points: NDArray[np.float64] | None,
) -> Finding:
    region = None if points is None else _around(points, subject)
    return Finding("degenerate-outline", severity, subject.key, message, remedy, region)


def find_outside_outlines(subject: Subject, parameters: OutsideParameters) -> Faults:
    """Find outlines with vertices outside the image, the farthest first."""
    height, width = subject.label_map.shape
    found: list[tuple[float, Finding]] = []
    for shape in subject.shapes or ():
        if not shape.rings:
            continue
        points = np.concatenate(shape.rings)
        beyond = np.maximum(-points, points - (width, height)).max(axis=1)
        out = int((beyond > parameters.slack_px).sum())
        if out:
            farthest = points[int(beyond.argmax())]
            found.append((float(beyond.max()), _outside(subject, shape, farthest, out)))
    return Faults.of(finding for _, finding in sorted(found, key=lambda pair: -pair[0]))


def _outside(
    subject: Subject, shape: Shape, farthest: NDArray[np.float64], vertices: int
) -> Finding:
    height, width = subject.label_map.shape
    points = np.concatenate(shape.rings)
    lost = not len(shape.spans)
    many = "A vertex" if vertices == 1 else f"{vertices} vertices"
    verb = "lies" if vertices == 1 else "lie"
    whole = "; nothing of it lies inside" if lost else ""
    return Finding(
        "outline-outside",
        Severity.ERROR if lost else Severity.WARNING,
        subject.key,
        f"{many} of {shape} {verb} outside the image of {width}×{height} px, the farthest at "
        f"({farthest[0]:.1f}, {farthest[1]:.1f}){whole}.",
        "Check that it was drawn on this image at this size; clip outlines to the image.",
        _around(points, subject),
    )


def _around(points: NDArray[np.float64], subject: Subject) -> Region:
    """Return the box of the image around some points, or the part of the frame next to them."""
    height, width = subject.label_map.shape
    low, high = points.min(axis=0) - _MARGIN_PX, points.max(axis=0) + _MARGIN_PX
    left, top = (int(v) for v in np.clip(np.floor(low), 0, (width - 1, height - 1)))
    right, bottom = (int(v) for v in np.clip(np.ceil(high), (left + 1, top + 1), (width, height)))
    return Region(top, left, bottom, right)


def _capital(shape: Shape) -> str:
    text = str(shape)
    return text[:1].upper() + text[1:]


def _check(name: str, value: float) -> None:
    if not 0 <= value < np.inf:
        raise ParameterError(f"{name} is {value}; give 0 or more pixels.")


_FLAT = "........ ........ ........ ........ ........ ........"
_SQUARE = (2, ((1.0, 1.0), (5.0, 1.0), (5.0, 5.0), (1.0, 5.0)))

SELF_CROSSING_OUTLINE = ItemRule(
    "self-crossing-outline",
    "An outline crosses itself.",
    """\
Where an outline crosses itself, programs disagree about what is inside: one leaves out what is
enclosed twice, another fills it, a third refuses the file. Most crossings are slips of the hand; a
large loop is often two objects drawn in one go.

## What is found

Sides of one ring that properly cross, whatever the number of vertices, with the place of the first
crossing and the area of the largest loop. Sides that only touch or run along each other do not
cross: a hole that is joined to the outline by a bridge is sound. Crossings whose smaller loop has
less than `least_loop_px` are left alone.

## What to do

Redraw the outline at the place that is shown. Draw two objects as two.

## When it misleads

Hardly ever. An outline that passes through one of its own vertices touches itself there, and is not
found even where it goes on to the other side.
""",
    find_crossing_outlines,
    clean=Example(_FLAT, shapes=(_SQUARE,)),
    faulty=Example(_FLAT, shapes=((2, ((1, 1), (5, 5), (5, 1), (1, 5))),)),
    parameters=CrossingParameters,
    needs=Need.SHAPES,
    supersedes=("coco-self-crossing",),
)

DEGENERATE_OUTLINE = ItemRule(
    "degenerate-outline",
    "An outline encloses nothing, has a spike, or repeats a vertex.",
    """\
Clicks that were never finished leave objects of one or two points. They count as objects, get an
identity and a price, and label nothing. Spikes come from a vertex that was dragged away, or from a
double click on the way.

## What is found

* Outlines with fewer than three distinct vertices, or with all of them on one line: an error.
* Objects that cover no pixel, because they are thinner than a pixel or lie outside the image: a
  warning.
* Spikes, where an outline runs out and back along one line: at least `spike_length_px` long and at
  most `spike_width_px` wide. A warning.
* Vertices that repeat the one before. A last vertex that closes the ring is no repetition. For
  information: pixels are not affected, but invoices by the vertex are.

## What to do

Delete objects that are none, and vertices at the tips of spikes.

## When it misleads

Wires and the tips of leaves can be spikes that are right. Raise `spike_length_px` if you have
many.
""",
    find_degenerate_outlines,
    clean=Example(_FLAT, shapes=(_SQUARE,)),
    faulty=Example(_FLAT, shapes=(_SQUARE, (3, ((1, 1), (5, 5), (3, 3))))),
    parameters=DegenerateParameters,
    needs=Need.SHAPES,
    supersedes=("coco-empty-mask",),
)

OUTLINE_OUTSIDE = ItemRule(
    "outline-outside",
    "Vertices of an outline lie outside the image.",
    """\
What lies outside is cut off, so the pixels may be right. But vertices far out say that the outline
was drawn on another image, at another size, or with axes exchanged, and then the part inside is
wrong as well.

## What is found

Objects with vertices more than `slack_px` outside the image, those farthest out first. An object of
which nothing lies inside is an error, any other a warning.

## What to do

Compare the size of the image that was drawn on with the one in the file. If only single vertices
lie out, clip the outlines to the image.

## When it misleads

Some guidelines ask annotators to overshoot the border, so that no gap is left along it. Set
`slack_px` to what they allow.
""",
    find_outside_outlines,
    clean=Example(_FLAT, shapes=(_SQUARE,)),
    faulty=Example(_FLAT, shapes=((2, ((1, 1), (30, 1), (30, 5), (1, 5))),)),
    parameters=OutsideParameters,
    needs=Need.SHAPES,
    supersedes=("coco-outside",),
)

RULES = (SELF_CROSSING_OUTLINE, DEGENERATE_OUTLINE, OUTLINE_OUTSIDE)
