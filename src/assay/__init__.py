"""Assay: the buyer's side of outsourced pixel labels.

The names below are the front door; each is imported at first use, so ``import assay`` costs
nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.errors import AssayError as AssayError
    from assay.labels import LabelClass as LabelClass
    from assay.labels import LabelMap as LabelMap
    from assay.labels import Ontology as Ontology

__version__ = "0.1.0"

_HOMES = {
    "AssayError": "errors",
    "LabelClass": "labels",
    "LabelMap": "labels",
    "Ontology": "labels",
}

__all__ = ["AssayError", "LabelClass", "LabelMap", "Ontology", "__version__"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - stands for whatever the name stands for
    if name not in _HOMES:
        raise AttributeError(f"module 'assay' has no attribute {name!r}")
    value = getattr(import_module(f"assay.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
