"""Classes that belong together but lie apart."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Severity
from assay.errors import ParameterError
from assay.labels import LabelClass, Ontology, border_lengths
from assay.validation.at_regions import region_faults
from assay.validation.example import Example
from assay.validation.faults import NONE, Faults
from assay.validation.spec import ItemRule
from assay.validation.subject import Subject


@dataclass(frozen=True)
class InsideParameters:
    """How much of a region's border must lie inside.

    Parameters
    ----------
    share
        Smallest share of the border that it shares with the classes it belongs inside.
    """

    share: float = 0.5

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ParameterError(f"share is {self.share}; give more than 0, at most 1.")


@dataclass(frozen=True)
class ApartParameters:
    """How much a region must touch.

    Parameters
    ----------
    touching_px
        Fewest pixel edges that it shares with the classes it belongs next to.
    """

    touching_px: int = 1

    def __post_init__(self) -> None:
        if self.touching_px < 1:
            raise ParameterError(f"touching_px is {self.touching_px}; give 1 or more pixels.")


def find_outside(subject: Subject, parameters: InsideParameters) -> Faults:
    """Find regions of a class that do not lie inside the classes they belong inside."""
    ontology = subject.ontology
    chosen = _with_relation(subject, lambda label: label.inside)
    if not chosen.size:
        return NONE
    borders = _borders(subject, chosen)
    value = subject.regions.value[chosen]
    around = np.array([_members(ontology, lambda c: c.inside, int(v)) for v in value])
    # Two classes inside the same one may touch: a plate and a lamp of one car.
    neutral = np.array([_siblings(ontology, int(v)) for v in value]) & ~around
    inside = (borders * around).sum(axis=1)
    counted = inside + (borders * (~neutral & ~around)).sum(axis=1)
    lost = inside < parameters.share * np.maximum(counted, 1)
    shares = np.full(len(subject.regions), np.nan)
    shares[chosen] = inside / np.maximum(counted, 1)

    def message(region: int) -> str:
        label = _label(subject, region)
        return (
            f"A region of {label.name!r} has {shares[region]:.0%} of its border inside "
            f"{' or '.join(map(repr, label.inside))}; at least {parameters.share:.0%} is needed."
        )

    return region_faults(
        subject,
        _flags(subject, chosen[lost]),
        rule="class-outside",
        severity=Severity.WARNING,
        message=message,
        remedy="Give it the class that it has there, or label what surrounds it.",
    )


def find_apart(subject: Subject, parameters: ApartParameters) -> Faults:
    """Find regions of a class that touch none of the classes they belong next to."""
    ontology = subject.ontology
    chosen = _with_relation(subject, lambda label: label.next_to)
    if not chosen.size:
        return NONE
    borders = _borders(subject, chosen)
    value = subject.regions.value[chosen]
    wanted = np.array([_members(ontology, lambda c: c.next_to, int(v)) for v in value])
    touching = (borders * wanted).sum(axis=1)
    # Void and the frame may hide the neighbour.
    hidden = borders[:, ontology.first_void :].any(axis=1) | subject.at_frame[chosen]

    def message(region: int) -> str:
        label = _label(subject, region)
        names = " or ".join(map(repr, label.next_to))
        return f"A region of {label.name!r} touches no {names}."

    return region_faults(
        subject,
        _flags(subject, chosen[(touching < parameters.touching_px) & ~hidden]),
        rule="class-apart",
        severity=Severity.WARNING,
        message=message,
        remedy="Label what belongs beside it, or give it the class that it has alone.",
    )


def _with_relation(
    subject: Subject, relation: Callable[[LabelClass], tuple[str, ...]]
) -> NDArray[np.intp]:
    """Return the regions, of at least their minimum, of classes that have a relation."""
    related = np.zeros(subject.ontology.size, np.bool_)
    related[1 : subject.ontology.first_void] = [
        bool(relation(label)) for label in subject.ontology.classes
    ]
    regions = subject.regions
    return np.flatnonzero(
        related[regions.value] & (regions.area >= subject.minimum_px[regions.value])
    )


def _borders(subject: Subject, chosen: NDArray[np.intp]) -> NDArray[np.int64]:
    size = subject.ontology.size
    return border_lengths(subject.label_map, subject.regions, chosen, size=size)


def _members(
    ontology: Ontology, relation: Callable[[LabelClass], tuple[str, ...]], value: int
) -> NDArray[np.bool_]:
    members = np.zeros(ontology.size, np.bool_)
    for name in relation(ontology.classes[value - 1]):
        members[ontology.index_of(name)] = True
    return members


def _siblings(ontology: Ontology, value: int) -> NDArray[np.bool_]:
    """Return void, and the classes that lie inside one that this class lies inside, too."""
    own = set(ontology.classes[value - 1].inside)
    siblings = np.zeros(ontology.size, np.bool_)
    siblings[1 : ontology.first_void] = [bool(own & set(c.inside)) for c in ontology.classes]
    siblings[ontology.first_void :] = True
    return siblings


def _label(subject: Subject, region: int) -> LabelClass:
    return subject.ontology.classes[int(subject.regions.value[region]) - 1]


def _flags(subject: Subject, chosen: NDArray[np.intp]) -> NDArray[np.bool_]:
    flags = np.zeros(len(subject.regions), np.bool_)
    flags[chosen] = True
    return flags


#: Road 1, car 2, plate 3 inside a car, rider 4 next to a bicycle, bicycle 5.
_RELATED = Ontology(
    (
        LabelClass("road", 1, (128, 64, 128)),
        LabelClass("car", 2, (0, 0, 142), kind="thing"),
        LabelClass("plate", 3, (255, 208, 0), kind="thing", inside=("car",)),
        LabelClass("rider", 4, (255, 0, 0), kind="thing", next_to=("bicycle",)),
        LabelClass("bicycle", 5, (119, 11, 32), kind="thing"),
    )
)

OUTSIDE = ItemRule(
    "class-outside",
    "A region lies outside the class that it belongs inside.",
    """\
Some classes are parts: a number plate lies in a car, a window in a building. One that hangs in the
air is either misnamed, or what should surround it is.

## What is found

Regions of a class with `inside` in the ontology that share less than `share` of their border with
the classes named there. Border along the frame, along void, and along other parts of the same whole
is not counted. Regions below the class's `minimum_region_px` are [`speck`](#speck).

## What to do

Look at what surrounds the region. Often the part is right and the whole was missed.

## When it misleads

Parts that stand out, such as a mirror, have most of their border outside. Lower `share`, or use
`next_to` for such classes.
""",
    find_outside,
    clean=Example("1111111 1222221 1223321 1222221 1111111", ontology=_RELATED),
    faulty=Example("1111111 1221331 1221331 1221111 1111111", ontology=_RELATED),
    parameters=InsideParameters,
)

APART = ItemRule(
    "class-apart",
    "A region touches nothing that it belongs next to.",
    """\
Some classes go together: a rider sits on a bicycle or a motorcycle. One without the other is
misnamed, or the other was missed.

## What is found

Regions of a class with `next_to` in the ontology that share fewer than `touching_px` pixel edges
with all regions of the classes named there together. Regions that touch the frame or void are left
alone, because those may hide the neighbour; regions below the class's `minimum_region_px` are
[`speck`](#speck).

## What to do

Look beside the region. A rider without a bicycle is a person, or the bicycle was left out.

## When it misleads

A lamp post between a rider and the bicycle keeps them from touching. Gaps do, too: mend those
first ([`gap`](#gap)).
""",
    find_apart,
    clean=Example("111111 114411 115511 111111", ontology=_RELATED),
    faulty=Example("1111111 1441551 1441551 1111111", ontology=_RELATED),
    parameters=ApartParameters,
)

RULES = (OUTSIDE, APART)
