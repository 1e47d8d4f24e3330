"""The vendors of the simulated pilot, and how good they truly are."""

from dataclasses import dataclass

from assay.simulate.annotator import Annotator
from assay.simulate.faults import (
    BoundaryJitter,
    BoundaryOffset,
    CoarsePolygons,
    Gaps,
    GrowingLaziness,
    Holes,
    MissedObjects,
    Specks,
    SwappedClasses,
)
from assay.sourcing import Money, Vendor


@dataclass(frozen=True)
class SimulatedVendor:
    """A vendor with one annotator whose faults are known.

    Parameters
    ----------
    vendor
        Name and price.
    annotator
        Who labels, and how badly.
    format
        Name of the format that it delivers in.
    zipped
        Whether the delivery is a zip rather than a folder.
    left_out
        How many images it does not deliver.
    broken
        How many of its files stop half-way; for formats with one file per image.
    """

    vendor: Vendor
    annotator: Annotator
    format: str
    zipped: bool = False
    left_out: int = 0
    broken: int = 0


#: Careful and dear: an unsteady hand of one pixel, hardly anything missed.
NORTHLIGHT = SimulatedVendor(
    Vendor("Northlight", Money("EUR", 480)),
    Annotator(
        "Northlight",
        (MissedObjects(largest_px=24, share=0.15), BoundaryJitter(reach_px=1.0, wave_px=12.0)),
        seed=11,
    ),
    "index-png",
)

#: In the middle: everything a pixel too large, the guideline half read, and hurried at the end.
PIXELFORGE = SimulatedVendor(
    Vendor("Pixelforge", Money("EUR", 260)),
    Annotator(
        "Pixelforge",
        (
            SwappedClasses("truck", "car", share=0.25),
            SwappedClasses("rider", "person", share=0.3),
            BoundaryOffset(offset_px=1),
            GrowingLaziness(first_px=1.0, growth_px=0.15),
        ),
        seed=12,
    ),
    "color-png",
    zipped=True,
    broken=1,
)

#: Cheap: a hasty hand, few clicks an outline, small objects left out, holes, gaps, stray clicks.
QUICKMASK = SimulatedVendor(
    Vendor("Quickmask", Money("EUR", 110)),
    Annotator(
        "Quickmask",
        (
            MissedObjects(largest_px=200, share=0.75),
            BoundaryJitter(reach_px=2.5, wave_px=16.0),
            CoarsePolygons(tolerance_px=6.0),
            Holes(radius_px=3, share=0.3),
            Specks(count=8, side_px=5),
            Gaps(width_px=1, share=0.25),
        ),
        seed=13,
    ),
    "coco",
    left_out=1,
)

#: In the order in which the pilot file lists them.
DEFAULT_VENDORS = (QUICKMASK, NORTHLIGHT, PIXELFORGE)

#: How the default vendors must be ranked, best first, whatever the seed.
TRUE_RANKING = ("Northlight", "Pixelforge", "Quickmask")

#: A second expert of the buyer: what careful people differ by.
SECOND_EXPERT = Annotator(
    "Second expert",
    (MissedObjects(largest_px=16, share=0.1), BoundaryJitter(reach_px=0.8, wave_px=20.0)),
    seed=21,
)
