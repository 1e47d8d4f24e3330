"""Bytes to deliveries and back.

:func:`open_delivery` reads labels from a directory, a zip, a tar or one file in any of
:data:`FORMATS`; :func:`write_delivery` writes them; :func:`read_ontology` reads the classes.
"""

from assay.formats.ontology_file import read_ontology
from assay.formats.opening import open_delivery
from assay.formats.registry import FORMATS, RULES
from assay.formats.source import Source, open_source
from assay.formats.spec import Format, NoOptions, Written
from assay.formats.writing import write_delivery

__all__ = [
    "FORMATS",
    "RULES",
    "Format",
    "NoOptions",
    "Source",
    "Written",
    "open_delivery",
    "open_source",
    "read_ontology",
    "write_delivery",
]
