"""The ways in which annotators go wrong, each by itself and by a known amount."""

from assay.simulate.fault import Fault, Spoilt, Task
from assay.simulate.object_faults import (
    OBJECT_FAULTS,
    Holes,
    MissedObjects,
    Specks,
    SwappedClasses,
)
from assay.simulate.outline_faults import (
    OUTLINE_FAULTS,
    BoundaryJitter,
    BoundaryOffset,
    CoarsePolygons,
    Gaps,
    GrowingLaziness,
)

__all__ = [
    "FAULTS",
    "BoundaryJitter",
    "BoundaryOffset",
    "CoarsePolygons",
    "Fault",
    "Gaps",
    "GrowingLaziness",
    "Holes",
    "MissedObjects",
    "Specks",
    "Spoilt",
    "SwappedClasses",
    "Task",
]

#: Every fault that an annotator may have.
FAULTS: tuple[Fault, ...] = (*OUTLINE_FAULTS, *OBJECT_FAULTS)
