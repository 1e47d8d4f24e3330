"""Label maps as runs, and the classes that they speak of."""

from assay.labels.labelmap import LabelMap
from assay.labels.ontology import LabelClass, Ontology

__all__ = ["LabelClass", "LabelMap", "Ontology"]
