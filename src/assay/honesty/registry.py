"""The detectors that Assay knows."""

from assay.honesty.copied_shapes import COPIED_SHAPES
from assay.honesty.excess_hours import EXCESS_HOURS
from assay.honesty.excess_vertices import EXCESS_VERTICES
from assay.honesty.gold_only import GOLD_ONLY
from assay.honesty.probing import PROBING
from assay.honesty.repeated_work import REPEATED_WORK
from assay.honesty.shared_errors import SHARED_ERRORS
from assay.honesty.shared_outlines import SHARED_OUTLINES
from assay.honesty.spec import Detector
from assay.honesty.untouched_drafts import UNTOUCHED_DRAFTS
from assay.plugins import Registry

#: In the order of a report.
DETECTORS: Registry[Detector] = Registry(
    "detector",
    "assay.detectors",
    lambda: (
        UNTOUCHED_DRAFTS,
        COPIED_SHAPES,
        REPEATED_WORK,
        SHARED_OUTLINES,
        SHARED_ERRORS,
        EXCESS_VERTICES,
        EXCESS_HOURS,
        GOLD_ONLY,
        PROBING,
    ),
)
