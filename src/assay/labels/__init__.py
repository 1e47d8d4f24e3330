"""Label maps as runs, and the classes that they speak of."""

from assay.labels.contacts import accompanied_regions, border_lengths, enclosing_regions
from assay.labels.keyhole import keyhole
from assay.labels.labelmap import LabelMap
from assay.labels.ontology import LabelClass, Ontology
from assay.labels.painting import fill, paint
from assay.labels.polygon import Polygon
from assay.labels.regions import Regions, find_regions
from assay.labels.shape import Shape
from assay.labels.spans import Spans, spans_of
from assay.labels.thickness import holds_square
from assay.labels.tracing import TracedRegion, trace
from assay.labels.windows import decimated, window

__all__ = [
    "LabelClass",
    "LabelMap",
    "Ontology",
    "Polygon",
    "Regions",
    "Shape",
    "Spans",
    "TracedRegion",
    "accompanied_regions",
    "border_lengths",
    "decimated",
    "enclosing_regions",
    "fill",
    "find_regions",
    "holds_square",
    "keyhole",
    "paint",
    "spans_of",
    "trace",
    "window",
]
