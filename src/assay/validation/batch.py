"""All items of a delivery together, for rules that compare them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, TypeVar

from assay.labels import Ontology
from assay.validation.history import History

S = TypeVar("S")


@dataclass(frozen=True)
class Batch(Generic[S]):
    """What a rule across items looks at: a few bytes of each item, and the surroundings.

    Parameters
    ----------
    name
        Name of the delivery.
    ontology
        The classes.
    keys
        Every item of the delivery, the unreadable ones too, sorted.
    summaries
        What the rule's ``summarise`` said of each item that could be read.
    previous
        The same for each earlier delivery, by its name; empty where none was given.
    expected
        Keys of the images that should be labelled, sorted; None where nobody said.
    history
        Class shares of earlier images of the project, or None.
    """

    name: str
    ontology: Ontology
    keys: tuple[str, ...]
    summaries: Mapping[str, S]
    previous: Mapping[str, Mapping[str, S]] = field(default_factory=lambda: MappingProxyType({}))
    expected: tuple[str, ...] | None = None
    history: History | None = None
