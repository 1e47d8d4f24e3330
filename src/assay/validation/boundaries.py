"""Boundaries of labels held against the photograph: ragged, over-smoothed, drawn aside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding, Region, Severity
from assay.errors import ParameterError
from assay.validation.edges import REACH_PX, Edges
from assay.validation.example import Example
from assay.validation.faults import NONE, Faults
from assay.validation.spec import ItemRule, Need
from assay.validation.subject import Subject

Floats = NDArray[np.float64]

#: Fewest regions whose scatter says how sure a figure of the whole item is.
_LEAST_REGIONS = 3
#: From so much on an edge has left a straight piece.
_LEFT_PX = 0.2
#: Deviations beyond this are other edges, and would outweigh all the rest.
_MOST_PX = 3.0
#: Steps of boundary of a region by which its own middle is known.
_CENTRED_BY_PX = 20


@dataclass(frozen=True)
class RaggedParameters:
    """How much an outline may waver.

    Parameters
    ----------
    wiggle_px
        Wavering that the photograph does not show, root mean square over the boundaries of an
        item, from which on it is ragged.
    region_px
        The same for one region by itself.
    least_px
        Fewest pixels of boundary with a clear edge in the photograph by which a region is judged;
        an item is judged by five times as many.
    """

    wiggle_px: float = 0.5
    region_px: float = 1.1
    least_px: int = 80

    def __post_init__(self) -> None:
        _check_positive("wiggle_px", self.wiggle_px, REACH_PX)
        _check_positive("region_px", self.region_px, REACH_PX)
        _check_positive("least_px", self.least_px, np.inf)


@dataclass(frozen=True)
class SmoothedParameters:
    """How much an outline may be simplified.

    Parameters
    ----------
    cut_share
        Share of an item's boundaries that lies on straight pieces which the edge in the photograph
        leaves, from which on it is over-smoothed.
    region_share
        The same for one region by itself.
    least_px
        Fewest pixels of boundary with a clear edge in the photograph by which a region is judged;
        an item is judged by five times as many.
    """

    cut_share: float = 0.09
    region_share: float = 0.65
    least_px: int = 80

    def __post_init__(self) -> None:
        _check_positive("cut_share", self.cut_share, 1)
        _check_positive("region_share", self.region_share, 1)
        _check_positive("least_px", self.least_px, np.inf)


@dataclass(frozen=True)
class ShiftedParameters:
    """How far beside the edge an outline may run.

    Parameters
    ----------
    class_px
        Median distance of the boundaries of a class in an item from the edge in the photograph,
        from which on they are drawn aside.
    region_px
        The same for one region by itself.
    agreement
        Share of the boundary that lies on that side of the edge by more than half a pixel, at
        least; a region by itself may have a third of the others.
    least_px
        Fewest pixels of boundary with a clear edge in the photograph by which a region is judged;
        a class is judged by twice as many.
    """

    class_px: float = 0.9
    region_px: float = 1.5
    agreement: float = 0.7
    least_px: int = 80

    def __post_init__(self) -> None:
        _check_positive("class_px", self.class_px, REACH_PX)
        _check_positive("region_px", self.region_px, REACH_PX)
        _check_positive("agreement", self.agreement, 1)
        _check_positive("least_px", self.least_px, np.inf)


@dataclass(frozen=True, eq=False)
class _Stretches:
    """The seen steps of an item, region by region.

    ``region`` numbers the region of each stretch, ``first`` and ``stop`` bound its steps.
    """

    edges: Edges
    seen: NDArray[np.int64]
    region: NDArray[np.int64]
    first: NDArray[np.int64]
    stop: NDArray[np.int64]

    @classmethod
    def of(cls, edges: Edges) -> "_Stretches":
        seen = np.flatnonzero(edges.seen)
        region, first = np.unique(edges.region[seen], return_index=True)
        return cls(edges, seen, region, first, np.append(first[1:], seen.size))

    @property
    def sizes(self) -> NDArray[np.int64]:
        return self.stop - self.first

    def sums(self, values: Floats) -> Floats:
        """Return the sum of each stretch, ``values`` being given for every seen step."""
        return np.asarray(np.add.reduceat(values, self.first), np.float64)

    def medians(self, values: Floats) -> Floats:
        bounds = zip(self.first.tolist(), self.stop.tolist(), strict=True)
        return np.array([np.median(values[first:stop]) for first, stop in bounds])


def find_ragged_boundaries(subject: Subject, parameters: RaggedParameters) -> Faults:
    """Find outlines that waver where the edge in the photograph does not, the worst first.

    Where a label wavers about a steady edge, the edge lies outside the label just where the label
    lies inside its own course: the mean product of the two, with its sign turned, is the variance
    of the wavering.  Texture adds noise to the one but not to the product.
    """
    if subject.edges is None:
        return NONE
    stretches = _Stretches.of(subject.edges)
    product = -_centred(stretches) * subject.edges.wiggle_px[stretches.seen]
    wrong, overall = _wrong(
        stretches, product, parameters.wiggle_px**2, parameters.region_px**2, parameters.least_px
    )
    wiggles = np.sqrt(np.maximum(stretches.sums(product) / stretches.sizes, 0))
    everywhere = f"; over all outlines of the item it is {np.sqrt(max(overall, 0)):.2f} px"

    def say(place: int) -> Finding:
        stretch = int(wrong[place])
        return _finding(
            "ragged-boundary",
            subject,
            stretches,
            stretch,
            f"wavers by {wiggles[stretch]:.2f} px (root mean square) where the edge in the "
            f"photograph runs smoothly{everywhere if overall >= parameters.wiggle_px**2 else ''}",
            "Redraw the outline along the edge, at a higher zoom and with a steadier tool.",
        )

    return Faults(wrong.size, say)


def find_smoothed_boundaries(subject: Subject, parameters: SmoothedParameters) -> Faults:
    """Find outlines of straight pieces that cut the corners of the photograph, the worst first."""
    if subject.edges is None:
        return NONE
    stretches = _Stretches.of(subject.edges)
    cut = (np.abs(subject.edges.bend_px[stretches.seen]) > _LEFT_PX).astype(np.float64)
    wrong, overall = _wrong(
        stretches, cut, parameters.cut_share, parameters.region_share, parameters.least_px
    )
    shares = stretches.sums(cut) / stretches.sizes
    everywhere = f"; over all outlines of the item it is {100 * overall:.0f} %"

    def say(place: int) -> Finding:
        stretch = int(wrong[place])
        return _finding(
            "smoothed-boundary",
            subject,
            stretches,
            stretch,
            f"has {100 * shares[stretch]:.0f} % of its length on straight pieces that the edge in "
            f"the photograph leaves{everywhere if overall >= parameters.cut_share else ''}",
            "Add vertices where the edge bends.",
        )

    return Faults(wrong.size, say)


def find_shifted_boundaries(subject: Subject, parameters: ShiftedParameters) -> Faults:
    """Find outlines that run beside the edge in the photograph, the farthest first."""
    if subject.edges is None:
        return NONE
    edges = subject.edges
    stretches = _Stretches.of(edges)
    if not stretches.region.size:
        return NONE
    away = edges.away_px[stretches.seen]
    medians = stretches.medians(away)
    agreements = _agreement(stretches, away, np.repeat(medians, stretches.sizes))
    values = edges.regions.value[stretches.region]
    strict = (2 + parameters.agreement) / 3
    alone = (np.abs(medians) >= parameters.region_px) & (agreements >= strict)
    alone &= stretches.sizes >= parameters.least_px
    together, sides = _shifted_classes(stretches, away, values, parameters)
    like_class = (medians * sides >= parameters.class_px) & (agreements >= parameters.agreement)
    flagged = np.flatnonzero(alone | (together & like_class))
    wrong = flagged[np.argsort(-np.abs(medians[flagged]), kind="stable")]

    def say(place: int) -> Finding:
        stretch = int(wrong[place])
        side = "outside" if medians[stretch] < 0 else "inside"
        whole = ", as those of its class in this item do" if together[stretch] else ""
        return _finding(
            "shifted-boundary",
            subject,
            stretches,
            stretch,
            f"runs {abs(medians[stretch]):.1f} px {side} the edge in the photograph (median, "
            f"{100 * agreements[stretch]:.0f} % of it on that side){whole}",
            "Draw the outline on the edge; check the brush's width and the scale of the image.",
        )

    return Faults(wrong.size, say)


def _centred(stretches: _Stretches) -> Floats:
    """Return how far the edge lies off the label, less the median of each region, bounded."""
    away = stretches.edges.away_px[stretches.seen]
    if not away.size:
        return away
    known = stretches.sizes >= _CENTRED_BY_PX
    middle = np.where(known, stretches.medians(away), 0.0)
    centred = away - np.repeat(middle, stretches.sizes)
    return np.asarray(np.clip(centred, -_MOST_PX, _MOST_PX), np.float64)


def _wrong(
    stretches: _Stretches, values: Floats, item_limit: float, region_limit: float, least_px: int
) -> tuple[NDArray[np.int64], float]:
    """Return the stretches that are wrong, the worst first, and the mean over all of the item.

    A region is wrong by itself at ``region_limit``.  Where the mean over the item reaches
    ``item_limit``, less twice its standard error over regions, those are wrong that reach it too.
    """
    if not values.size:
        return np.empty(0, np.int64), 0.0
    sums, sizes = stretches.sums(values), stretches.sizes
    overall = float(values.mean())
    means = sums / sizes
    enough = sizes >= least_px
    wrong = enough & (means >= region_limit)
    if len(sizes) >= _LEAST_REGIONS and sizes.sum() >= 5 * least_px:
        error = float(np.sqrt(((sums - overall * sizes) ** 2).sum()) / sizes.sum())
        if overall - 2 * error >= item_limit:
            wrong |= enough & (means >= item_limit)
            # Small regions may carry it together; then the one that carries most stands for them.
            wrong[int(sums.argmax())] |= not wrong.any()
    found = np.flatnonzero(wrong)
    return found[np.argsort(-means[found], kind="stable")], overall


def _agreement(stretches: _Stretches, away: Floats, median: Floats) -> Floats:
    """Return the share of each stretch on the side of its median, by more than half a pixel."""
    on_side = (away * np.sign(median) > 0.5).astype(np.float64)
    return stretches.sums(on_side) / stretches.sizes


def _shifted_classes(
    stretches: _Stretches, away: Floats, values: NDArray[np.uint16], parameters: ShiftedParameters
) -> tuple[NDArray[np.bool_], Floats]:
    """Return which stretches are of a class that is drawn aside, and the side, 1 or −1."""
    together = np.zeros(values.size, np.bool_)
    sides = np.ones(values.size)
    of_step = np.repeat(values, stretches.sizes)
    for value in np.unique(values).tolist():
        steps = away[of_step == value]
        median = float(np.median(steps))
        agreement = float((steps * np.sign(median) > 0.5).mean())
        shifted = abs(median) >= parameters.class_px and agreement >= parameters.agreement
        together[values == value] = shifted and steps.size >= 2 * parameters.least_px
        sides[values == value] = np.sign(median)
    return together, sides


def _finding(
    rule: str, subject: Subject, stretches: _Stretches, stretch: int, what: str, remedy: str
) -> Finding:
    regions = stretches.edges.regions
    region = int(stretches.region[stretch])
    name = subject.class_name(int(regions.value[region]))
    sides = (regions.top, regions.left, regions.bottom, regions.right)
    return Finding(
        rule,
        Severity.WARNING,
        subject.key,
        f"The outline of a region of {name!r} {what}; judged on {stretches.sizes[stretch]} px of "
        "boundary.",
        remedy,
        Region(*(int(side[region]) for side in sides)),
    )


def _check_positive(name: str, value: float, most: float) -> None:
    if not 0 < value <= most:
        limit = "" if most == np.inf else f" and at most {most:g}"
        raise ParameterError(f"{name} is {value}; give more than 0{limit}.")


def _blob(radius_at: Callable[[float], float], *, within: str, around: str) -> str:
    """Return a drawing of what lies within a radius that depends on the direction."""
    side, middle = 48, 23.5
    rows: Sequence[Sequence[str]] = [
        [
            within if hypot(x - middle, y - middle) < radius_at(atan2(y - middle, x - middle))
            else around
            for x in range(side)
        ]
        for y in range(side)
    ]  # fmt: skip
    return " ".join("".join(row) for row in rows)


def _hexagon(direction: float) -> float:
    return 17 * cos(pi / 6) / cos(direction % (pi / 3) - pi / 6)


_PHOTOGRAPH = _blob(lambda _: 17, within="8", around="2")
_DISC = _blob(lambda _: 17, within="2", around="1")
_CLEAN = Example(_DISC, photograph=_PHOTOGRAPH)
_LESS = 40

_HOW = """
Only boundaries that the photograph shows are judged: the edge must be clear and stand out from what
lies around it. Each stretch of boundary is judged once, with the smaller of its two regions. The
photograph must have the size of the labels.
"""

RAGGED_BOUNDARY = ItemRule(
    "ragged-boundary",
    "An outline wavers where the edge in the photograph runs smoothly.",
    f"""\
A shaking hand, a brush moved too fast or a mask that was enlarged from a small one leaves outlines
that waver about the true edge. The area stays right and IoU hardly moves, but boundaries are noise,
and a model learns to draw noise.

## What is found

Along each outline the strongest steady edge of the photograph is looked for, up to {REACH_PX:g} px
to either side. A label that wavers about it lies outside its own course where the edge lies inside
the label, and the other way round; how much the two go together is the wavering that the photograph
does not show, in pixels. An outline that is rough because its object is rough, such as a tree,
wavers with the photograph and is not found.

An item is ragged when this is at least `wiggle_px` over all of its outlines, surely: less twice the
standard error over its regions. Then the regions that reach it are listed, the worst first. In any
item a region by itself is found from `region_px` on.
{_HOW}
## What to do

Redraw at a higher zoom, or with polygons instead of a brush. If all items of an annotator are
found, look at tool and training.

## When it misleads

Photographs with strong motion blur or compression have no edge that could be trusted; then nothing
is found either way. Stripes that end at the outline, as those of a zebra, draw the edge to and fro.
Wavering of less than half a pixel is normal: labels have whole pixels.
""",
    find_ragged_boundaries,
    clean=_CLEAN,
    faulty=Example(
        _blob(lambda a: 17 + 3 * sin(6 * a), within="2", around="1"),
        photograph=_PHOTOGRAPH,
        parameters=RaggedParameters(least_px=_LESS),
    ),
    parameters=RaggedParameters,
    needs=Need.PHOTOGRAPH,
)

SMOOTHED_BOUNDARY = ItemRule(
    "smoothed-boundary",
    "An outline cuts corners that the photograph shows.",
    f"""\
Polygons of few clicks are quick to draw. Where the object curves, they cut across: wheels become
hexagons, heads become diamonds. Each cut is small, and all of them together are a boundary that is
nowhere right.

## What is found

Each outline is taken apart into straight pieces. On pieces of a dozen pixels and more, the edge of
the photograph is followed; where it leaves a line by more than {_LEFT_PX:g} px, the outline cuts a
corner. An edge that is straight as well, even if it lies aside, does not count: a lamp post may be
straight.

An item is over-smoothed when at least `cut_share` of its boundaries cut corners, surely: less twice
the standard error over its regions. Then the regions that reach it are listed, the worst first. In
any item a region by itself is found from `region_share` on.
{_HOW}
## What to do

Ask for vertices where edges bend. State in the guideline how far an outline may lie off the edge.

## When it misleads

Tolerances that the guideline allows are found as well: polygons within two pixels are at the limit,
within three they are found. Raise `cut_share` to what you agreed on.
""",
    find_smoothed_boundaries,
    clean=_CLEAN,
    faulty=Example(
        _blob(_hexagon, within="2", around="1"),
        photograph=_PHOTOGRAPH,
        parameters=SmoothedParameters(region_share=0.3, least_px=_LESS),
    ),
    parameters=SmoothedParameters,
    needs=Need.PHOTOGRAPH,
)

SHIFTED_BOUNDARY = ItemRule(
    "shifted-boundary",
    "An outline runs beside the edge in the photograph.",
    f"""\
Objects that are drawn too large or too small all around, with a brush that is too wide, with an
outline clicked inside the edge, or on an image of another scale, lose IoU in proportion to their
boundary: two pixels cost a person of 40 px width ten points.

## What is found

Along each outline the strongest steady edge of the photograph is looked for, up to {REACH_PX:g} px
to either side, and placed to a part of a pixel. The median distance over the boundaries of a class
in an item is found from `class_px` on, when at least `agreement` of the boundary lies on that side.
Its regions that do so are listed, the farthest first. In any item a region by itself is found from
`region_px` on.
{_HOW}
## What to do

Look at the outlines at full zoom. If all objects of a class are too large, the brush or the
guideline is wrong; if everything lies to one side, the labels were drawn on another version of the
image.

## When it misleads

A shadow, a reflection or a dark border that runs along an object can be stronger than its edge.
Then single regions are found, with the class as a whole in place.
""",
    find_shifted_boundaries,
    clean=_CLEAN,
    faulty=Example(
        _blob(lambda _: 19.5, within="2", around="1"),
        photograph=_PHOTOGRAPH,
        parameters=ShiftedParameters(least_px=_LESS),
    ),
    parameters=ShiftedParameters,
    needs=Need.PHOTOGRAPH,
)

RULES = (RAGGED_BOUNDARY, SMOOTHED_BOUNDARY, SHIFTED_BOUNDARY)
