"""What a validation rule says and does."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assay.validation.batch import Batch
from assay.validation.example import BatchExample, Example
from assay.validation.faults import Faults
from assay.validation.subject import Subject


class Need(StrEnum):
    """What a rule needs besides the label map; a rule whose need is not given is not run."""

    #: ``--images``: photographs of the items.
    PHOTOGRAPH = "photographs"
    #: Shapes as they were drawn; only some formats keep them.
    SHAPES = "shapes as drawn"
    #: ``--preannotation``: drafts that the annotators were given.
    PREANNOTATION = "pre-annotations"
    #: ``--expected`` or ``--images``: which images should be labelled.
    EXPECTED = "expected items"
    #: ``--history``: class shares of earlier images.
    HISTORY = "history"
    #: ``--previous``: earlier deliveries.
    PREVIOUS = "previous deliveries"


@dataclass(frozen=True)
class NoParameters:
    """A rule without settings."""


@dataclass(frozen=True)
class ItemRule:
    """Looks at one item by itself.

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`.  The name is the ``rule`` of its findings.
    check
        ``check(subject, parameters)`` returns the faults of one item, worst first.  Called in
        worker processes: a function of a module, free of state.
    clean, faulty
        Tiny items in which the rule finds nothing, and something.  Every rule is tested on them.
    parameters
        Frozen dataclass of settings, all with defaults, which refuses what is out of range.
    needs
        What must be given for the rule to run.
    supersedes
        Codes of findings of reading that say the same of the item in less detail; they are left
        out where the rule runs.
    """

    name: str
    summary: str
    advice: str
    check: Callable[[Subject, Any], Faults]
    clean: Example
    faulty: Example
    parameters: type[Any] = NoParameters
    needs: Need | None = None
    supersedes: tuple[str, ...] = ()


@dataclass(frozen=True)
class BatchRule:
    """Compares the items of a delivery with each other, or with what is known from elsewhere.

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`.  The name is the ``rule`` of its findings.
    summarise
        ``summarise(subject, parameters)`` returns what the rule needs of one item, or None for
        nothing.  Called in worker processes; the result is pickled and kept for every item, so
        keep it to a few hundred bytes.
    compare
        ``compare(batch, parameters)`` returns all faults, worst first; each finding names its
        item.  Called in the main process: once without summaries before the items are read, so
        that a caller's mistake, such as too short a history, is refused at once, and once with
        them.
    clean, faulty
        Tiny batches in which the rule finds nothing, and something.
    parameters
        Frozen dataclass of settings, all with defaults, which refuses what is out of range.
    needs
        What must be given for the rule to run.
    """

    name: str
    summary: str
    advice: str
    summarise: Callable[[Subject, Any], Any]
    compare: Callable[[Batch[Any], Any], Faults]
    clean: BatchExample
    faulty: BatchExample
    parameters: type[Any] = NoParameters
    needs: Need | None = None


ValidationRule = ItemRule | BatchRule
