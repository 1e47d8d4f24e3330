"""Regions too small to be meant."""

from dataclasses import dataclass

import numpy as np

from assay.delivery import Finding, Severity
from assay.errors import ParameterError
from assay.validation.example import Example
from assay.validation.faults import NONE, Faults
from assay.validation.spec import ItemRule
from assay.validation.subject import Subject


@dataclass(frozen=True)
class SpeckParameters:
    """How small a region may be.

    Parameters
    ----------
    least_px
        Fewest pixels of a region, for classes whose ``minimum_region_px`` is smaller.
    """

    least_px: int = 4

    def __post_init__(self) -> None:
        if self.least_px < 1:
            raise ParameterError(f"least_px is {self.least_px}; give 1 or more pixels.")


def find_specks(subject: Subject, parameters: SpeckParameters) -> Faults:
    """Find regions of a class below its minimum that do not touch the frame, smallest first."""
    regions = subject.regions
    least = np.where(subject.is_class, np.maximum(subject.minimum_px, parameters.least_px), 0)
    small = np.flatnonzero((regions.area < least[regions.value]) & ~subject.at_frame)
    if not small.size:
        return NONE
    worst = small[np.argsort(regions.area[small], kind="stable")]

    def say(place: int) -> Finding:
        region = int(worst[place])
        value = int(regions.value[region])
        return Finding(
            "speck",
            Severity.WARNING,
            subject.key,
            f"A region of {subject.class_name(value)!r} has {regions.area[region]} px; regions of "
            f"this class have at least {least[value]} px.",
            "Remove it, or join it to the object that it belongs to.",
            subject.box(region),
        )

    return Faults(small.size, say)


SPECKS = ItemRule(
    "speck",
    "A region is too small to be an object.",
    """\
Stray clicks, slips of a brush and ragged exports leave flecks of a few pixels. Each counts as an
object where objects are counted, and teaches a model noise.

## What is found

Connected regions (corners included) of a class with fewer pixels than the class's
`minimum_region_px`, or than `least_px` where that is more. A region that touches the frame of the
image may go on outside of it and is left alone.

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

RULES = (SPECKS,)
