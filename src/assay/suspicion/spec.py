"""What a method that looks for label errors says and does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assay.labels import Ontology
from assay.suspicion.suspect import Judgement
from assay.suspicion.view import View


@dataclass(frozen=True)
class NoParameters:
    """A method without settings."""


@dataclass(frozen=True)
class Method:
    """Ranks regions and images by how probably their labels are wrong.

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`.
    judge
        ``judge(item, view, ontology, parameters)`` judges one image.  Called in worker processes:
        a function of a module, free of state.
    parameters
        Frozen dataclass of settings, all with defaults, which refuses what is out of range.
    thresholds
        Whether a class competes for a pixel only where its probability reaches that class's mean
        self-confidence; such a method reads the soft maps twice and takes no votes.
    """

    name: str
    summary: str
    advice: str
    judge: Callable[[str, View, Ontology, Any], Judgement]
    parameters: type[Any] = NoParameters
    thresholds: bool = False
