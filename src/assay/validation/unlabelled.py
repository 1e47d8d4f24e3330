"""Pixels that nobody gave a class: patches, gaps between neighbours, and void."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Severity
from assay.errors import ParameterError
from assay.validation.at_regions import region_faults
from assay.validation.example import Example
from assay.validation.faults import Faults
from assay.validation.spec import ItemRule, NoParameters
from assay.validation.subject import Subject


@dataclass(frozen=True)
class GapParameters:
    """Which unlabelled regions are gaps.

    Parameters
    ----------
    width_px
        Most pixels across a gap.
    """

    width_px: int = 3

    def __post_init__(self) -> None:
        if self.width_px < 1:
            raise ParameterError(f"width_px is {self.width_px}; give 1 or more pixels.")


def find_unlabelled(subject: Subject, parameters: GapParameters) -> Faults:
    """Find unlabelled regions that are no gaps."""
    regions = subject.regions
    return region_faults(
        subject,
        (regions.value == 0) & ~_is_gap(subject, parameters),
        rule="unlabelled-region",
        severity=Severity.WARNING,
        message=lambda region: (
            f"A region of {regions.area[region]:,} px ({_share(subject, region)} of the image) "
            "has no class."
        ),
        remedy="Give every pixel a class, or the void id where nobody can decide.",
    )


def find_gaps(subject: Subject, parameters: GapParameters) -> Faults:
    """Find thin unlabelled strips and pinholes."""
    regions = subject.regions
    return region_faults(
        subject,
        (regions.value == 0) & _is_gap(subject, parameters),
        rule="gap",
        severity=Severity.WARNING,
        message=lambda region: (
            f"A gap of {regions.area[region]:,} px, nowhere more than {parameters.width_px} px "
            "wide, has no class."
        ),
        remedy="Let neighbours share their border; give the gap to the one it belongs to.",
    )


def find_void(subject: Subject, parameters: NoParameters) -> Faults:
    """Find regions that a vendor declared void."""
    del parameters
    regions = subject.regions
    return region_faults(
        subject,
        regions.value >= subject.ontology.first_void,
        rule="void-used",
        severity=Severity.INFO,
        message=lambda region: (
            f"A region of {regions.area[region]:,} px ({_share(subject, region)} of the image) is "
            f"void (id {subject.ontology.ids[int(regions.value[region])]})."
        ),
        remedy="Give it a class, unless the guideline lets annotators leave undecidable pixels.",
    )


def _is_gap(subject: Subject, parameters: GapParameters) -> NDArray[np.bool_]:
    """Return which regions are thin; asked only where something is unlabelled."""
    if not (subject.regions.value == 0).any():
        return np.zeros(len(subject.regions), np.bool_)
    return subject.nowhere_as_wide(parameters.width_px + 1)


def _share(subject: Subject, region: int) -> str:
    return f"{subject.regions.area[region] / subject.label_map.pixels:.1%}"


UNLABELLED = ItemRule(
    "unlabelled-region",
    "A region has no class.",
    """\
Where every pixel is to have a class, an unlabelled region is work that was left out. In a score it
is wrong wherever the reference has a class.

## What is found

Connected regions without a class (pixels of the `unlabelled_id`, and of ids or colours that the
ontology does not declare), but for strips that are nowhere more than `width_px` wide
([`gap`](#gap)).

## What to do

Label the region; where nobody can decide, the guideline should name a void id. If the whole frame
of every image is unlabelled, look for the export setting.

## When it misleads

In projects that label only objects, the rest is unlabelled by intent. Declare a class `background`
with the id that the rest has, or leave this rule out with `--rules`.
""",
    find_unlabelled,
    clean=Example("111222 111222 111222 111222 111222"),
    faulty=Example("11111111 11....11 11....11 11....12 11....12 11111112"),
    parameters=GapParameters,
)

GAPS = ItemRule(
    "gap",
    "A thin strip between neighbours, or a pinhole, has no class.",
    """\
Two outlines that should be one were drawn twice, and between them nothing is labelled. Or a brush
jumped and left a pinhole.

## What is found

Unlabelled regions into which no square of `width_px` + 1 pixels fits. Wider ones are
[`unlabelled-region`](#unlabelled-region).

## What to do

Use the tool's shared borders or snapping, or paint far things first and near things over them, so
that no gap can be left. Filling gaps with the nearest class is a repair that hides where the border
is.

## When it misleads

A strip along the frame of every image is a fault of the export rather than of the annotators.
""",
    find_gaps,
    clean=Example("111222 111222 111222"),
    faulty=Example("111.22 111.22 111.22"),
    parameters=GapParameters,
)

VOID_USED = ItemRule(
    "void-used",
    "The vendor declared pixels void.",
    """\
Void marks pixels that nobody can decide on. The buyer declares them; in a delivery they count as
unlabelled, because else the hard pixels could be declared void.

## What is found

Every connected region of a void id.

## What to do

If the guideline lets annotators use void, look whether they use it where it is meant: the largest
regions are listed first. If not, have them labelled.

## When it misleads

When you validate your own reference, its void is right.
""",
    find_void,
    clean=Example("111 122"),
    faulty=Example("114 124"),
)

RULES = (UNLABELLED, GAPS, VOID_USED)
