"""Small regions: flecks of a class, holes in objects, and threads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding, Severity
from assay.errors import ParameterError
from assay.labels import accompanied_regions
from assay.validation.at_regions import region_faults
from assay.validation.example import Example
from assay.validation.faults import Faults
from assay.validation.spec import ItemRule
from assay.validation.subject import Subject


@dataclass(frozen=True)
class SpeckParameters:
    """How small a region may be.

    Parameters
    ----------
    least_px
        Fewest pixels of a region, for classes whose ``minimum_region_px`` is smaller.
    apart_px
        A fleck within so many pixels of a large region of its own class belongs to a ragged
        outline, such as leaves, and is left alone; 0 for none.
    """

    least_px: int = 4
    apart_px: int = 8

    def __post_init__(self) -> None:
        if self.least_px < 1:
            raise ParameterError(f"least_px is {self.least_px}; give 1 or more pixels.")
        if not 0 <= self.apart_px <= 1000:
            raise ParameterError(f"apart_px is {self.apart_px}; give 0 to 1000 pixels.")


@dataclass(frozen=True)
class HoleParameters:
    """Which holes are taken for slips.

    Parameters
    ----------
    least_px
        Fewest pixels of a hole; smaller ones are what shows between spokes and fingers.
    largest_px
        Most pixels of a hole; larger ones are taken for what shows through.
    """

    least_px: int = 5
    largest_px: int = 64

    def __post_init__(self) -> None:
        if not 1 <= self.least_px <= self.largest_px:
            raise ParameterError(
                f"least_px is {self.least_px} and largest_px {self.largest_px}; give 1 or more "
                "pixels, the largest last."
            )


@dataclass(frozen=True)
class SliverParameters:
    """Which regions are threads.

    Parameters
    ----------
    width_px
        Fewest pixels across, for classes whose ``minimum_width_px`` is smaller.
    length_px
        Fewest pixels of the longer side of the region's box; shorter ones are no threads.
    """

    width_px: int = 2
    length_px: int = 12

    def __post_init__(self) -> None:
        if self.width_px < 1:
            raise ParameterError(f"width_px is {self.width_px}; give 1 or more pixels.")
        if self.length_px < 1:
            raise ParameterError(f"length_px is {self.length_px}; give 1 or more pixels.")


def find_specks(subject: Subject, parameters: SpeckParameters) -> Faults:
    """Find regions of a class below its minimum that lie by themselves, inside the image."""
    regions = subject.regions
    least = np.maximum(subject.minimum_px, parameters.least_px)[regions.value]
    small = subject.is_class[regions.value] & (regions.area < least)
    small &= ~subject.at_frame & ~subject.is_hole
    if parameters.apart_px and small.any():
        small &= ~accompanied_regions(
            subject.label_map,
            regions,
            np.flatnonzero(small),
            large=regions.area >= least,
            reach_px=parameters.apart_px,
        )
    return region_faults(
        subject,
        small,
        rule="speck",
        severity=Severity.WARNING,
        message=lambda region: (
            f"A region of {subject.class_of(region)!r} has {regions.area[region]} px; regions of "
            f"this class have at least {least[region]} px."
        ),
        remedy="Remove it, or join it to the object that it belongs to.",
    )


def find_holes(subject: Subject, parameters: HoleParameters) -> Faults:
    """Find small holes in objects, the largest first."""
    figure = subject.figure
    area = figure.regions.area
    chosen = figure.is_hole & (area >= parameters.least_px) & (area <= parameters.largest_px)
    places = np.flatnonzero(chosen)
    worst = places[np.argsort(-area[places], kind="stable")]

    def say(place: int) -> Finding:
        hole = int(worst[place])
        thing = int(figure.regions.value[figure.encloser[hole]])
        return Finding(
            "hole",
            Severity.WARNING,
            subject.key,
            f"A region of {subject.class_name(thing)!r} has a hole of {area[hole]} px.",
            "Fill it, unless one sees through the object there.",
            figure.box(hole),
        )

    return Faults(places.size, say)


def find_slivers(subject: Subject, parameters: SliverParameters) -> Faults:
    """Find long regions of a class that are nowhere as wide as the class has to be."""
    regions = subject.regions
    least = np.maximum(subject.minimum_width_px, parameters.width_px)[regions.value]
    length = np.maximum(regions.bottom - regions.top, regions.right - regions.left)
    long = subject.is_class[regions.value] & (length >= parameters.length_px)
    # What is small is a speck, and what goes on outside of the image may be wide there.
    long &= (regions.area >= subject.minimum_px[regions.value]) & ~subject.at_frame
    return region_faults(
        subject,
        long & _nowhere_as_wide(subject, least, long),
        rule="sliver",
        severity=Severity.WARNING,
        message=lambda region: (
            f"A region of {subject.class_of(region)!r} is {length[region]} px long and nowhere "
            f"{least[region]} px wide."
        ),
        remedy="Give it to the neighbour that it belongs to, or draw it as wide as it is.",
    )


def _nowhere_as_wide(
    subject: Subject, least: NDArray[np.int64], asked: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which regions hold no square of the side that each must hold."""
    narrow = np.zeros(asked.size, np.bool_)
    for side in np.unique(least[asked]).tolist():
        chosen = asked & (least == side)
        narrow[chosen] = subject.nowhere_as_wide(side)[chosen]
    return narrow


SPECKS = ItemRule(
    "speck",
    "A region is too small to be an object.",
    """\
Stray clicks, slips of a brush and ragged exports leave flecks of a few pixels. Each counts as an
object where objects are counted, and teaches a model noise.

## What is found

Connected regions (corners included) of a class with fewer pixels than the class's
`minimum_region_px`, or than `least_px` where that is more, that lie by themselves: a fleck within
`apart_px` of a larger region of its class is a piece of a ragged outline, such as leaves before the
sky. A region that touches the frame of the image may go on outside of it and is left alone, too;
small holes in objects are [`hole`](#hole).

## What to do

Remove the fleck, or join it to the object that it was meant to be part of. Set `minimum_region_px`
in the ontology to what your guideline calls an object; twenty flecks in every image point at the
export, not at the annotator.

## When it misleads

Behind leaves, fences and spokes, an object shows in small pieces that are right. If your guideline
asks for them, lower the minimum.
""",
    find_specks,
    clean=Example("1111111 1112221 1112221 1111111"),
    faulty=Example("1111111 1211111 1111111 1111111"),
    parameters=SpeckParameters,
)

HOLES = ItemRule(
    "hole",
    "An object has a small hole.",
    """\
A brush that was not moved over everything, or two outlines that do not quite meet, leave holes in
objects through which the background shows.

## What is found

Stuff of `least_px` to `largest_px`, of one class or of several, that one region of a thing encloses
on all sides. A region of a thing inside a thing, such as a driver behind a window, is no hole; an
unlabelled one is a [`gap`](#gap) or an [`unlabelled-region`](#unlabelled-region).

## What to do

Fill the hole, unless one truly sees through: between legs, under a handlebar. Whether a guideline
wants such openings labelled should be written in it.

## When it misleads

Bicycles and people are full of openings that are right. Raise `least_px`, lower `largest_px`, or
declare such classes as stuff.
""",
    find_holes,
    clean=Example("11111 12221 12321 12221 11111"),
    faulty=Example("11111 12221 12121 12221 11111", parameters=HoleParameters(least_px=1)),
    parameters=HoleParameters,
)

SLIVERS = ItemRule(
    "sliver",
    "A region is a thread between its neighbours.",
    """\
Where two outlines run beside each other, a strip a pixel wide is left to a third class that is not
there: the background, or what was drawn first.

## What is found

Regions of a class into which no square fits whose side is the class's `minimum_width_px`, or
`width_px` where that is more, and whose box is at least `length_px` long. Regions below the class's
`minimum_region_px` are [`speck`](#speck), unlabelled strips are [`gap`](#gap), and what touches the
frame may be wider outside of the image.

## What to do

Give the strip to the neighbour that it belongs to. In the annotation tool, let neighbours share
their border instead of drawing it twice.

## When it misleads

Wires, masts and the rims of glasses are that thin. Raise `width_px` only for class lists without
such; lower it to 1 to look at `minimum_width_px` alone.
""",
    find_slivers,
    clean=Example("111111 112222 112222 111111", parameters=SliverParameters(length_px=4)),
    faulty=Example("11111111 12222221 11111111 11111111", parameters=SliverParameters(length_px=4)),
    parameters=SliverParameters,
)

RULES = (SPECKS, HOLES, SLIVERS)
