"""What a fault of an annotator is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.labels import LabelMap, Ontology


@dataclass(frozen=True)
class Task:
    """What an annotator knows about an image.

    Parameters
    ----------
    ontology
        Whose indexes the label maps hold.
    index
        How many images the annotator did before this one.
    """

    ontology: Ontology
    index: int


@dataclass(frozen=True)
class Spoilt:
    """A label map with a fault in it.

    Parameters
    ----------
    label_map
        The map.
    objects
        How many objects were dropped, renamed, pierced or invented; 0 for faults of shape.
    """

    label_map: LabelMap
    objects: int = 0


@dataclass(frozen=True)
class Fault:
    """A way to go wrong; a plug-in spec (see :mod:`assay.plugins`).

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`.
    parameters
        Frozen dataclass of settings; a value of it in :class:`assay.simulate.annotator.Annotator`
        gives the annotator this fault.
    apply
        ``apply(label_map, parameters, task, rng)`` returns the map with the fault.
    """

    name: str
    summary: str
    advice: str
    parameters: type[Any]
    apply: Callable[[LabelMap, Any, Task, np.random.Generator], Spoilt]


def members_of(ontology: Ontology, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return which indexes the named classes have, or all things, shape (size,)."""
    members = np.zeros(ontology.size, np.bool_)
    for name in names:
        members[ontology.index_of(name)] = True
    if not names:
        kinds = [label.kind == "thing" for label in ontology.classes]
        members[1 : ontology.first_void] = kinds
    return members


def check_at_least(name: str, value: float, least: float) -> None:
    """Refuse a setting below its least value; NaN too."""
    if not value >= least:
        raise ParameterError(f"{name} is {value}; give {least} or more.")


def check_share(value: float) -> None:
    """Refuse a share outside 0 to 1."""
    if not 0 <= value <= 1:
        raise ParameterError(f"share is {value}; give 0 to 1.")
