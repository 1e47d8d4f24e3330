"""The ways in which annotators go wrong, each by itself and by a known amount."""

from assay.simulate.fault import Fault, Spoilt, Task
from assay.simulate.object_faults import (
    OBJECT_FAULTS,
    Holes,
    MissedObjects,
    Specks,
    SwappedClasses,
)
from assay.simulate.omission_faults import (
    OMISSION_FAULTS,
    FrameMargin,
    Slivers,
    Unlabelled,
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
    "FrameMargin",
    "Gaps",
    "GrowingLaziness",
    "Holes",
    "MissedObjects",
    "Slivers",
    "Specks",
    "Spoilt",
    "SwappedClasses",
    "Task",
    "Unlabelled",
]

#: Every fault that an annotator may have.
FAULTS: tuple[Fault, ...] = (*OUTLINE_FAULTS, *OBJECT_FAULTS, *OMISSION_FAULTS)
