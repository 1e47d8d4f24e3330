"""What validating a delivery found, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding, Severity
from assay.labels import LabelMap, Ontology
from assay.validation.history import History
from assay.validation.plan import ValidationPlan
from assay.validation.spec import Need


@dataclass(frozen=True)
class RuleResult:
    """How often one rule was broken.

    Parameters
    ----------
    rule
        Its name.
    severity
        That of its worst fault.
    count
        All faults, also those that are not listed.
    items
        Items with at least one; 0 for faults of the delivery as a whole.
    """

    rule: str
    severity: Severity
    count: int
    items: int


@dataclass(frozen=True)
class ItemResult:
    """What was found in one item.

    Parameters
    ----------
    key
        The item.
    readable
        Whether it could be read.
    errors, warnings
        Number of its listed findings that are errors, and warnings.
    counts
        Number of all its faults by rule; rules without any are left out.
    size
        Height and width in pixels, None where it could not be read.
    """

    key: str
    readable: bool
    errors: int
    warnings: int
    counts: Mapping[str, int]
    size: tuple[int, int] | None = None

    @property
    def clean(self) -> bool:
        """Whether it could be read and nothing is to be mended; remarks do not count."""
        return self.readable and not self.errors and not self.warnings

    @property
    def faults(self) -> int:
        """Number of all faults."""
        return sum(self.counts.values())


@dataclass(frozen=True, eq=False)
class FaultyItem:
    """An item to look at.

    Parameters
    ----------
    key
        The item.
    label_map
        Its labels.
    findings
        What is wrong, with regions.
    photograph
        uint8, shape (height, width, 3), or None.
    """

    key: str
    label_map: LabelMap
    findings: tuple[Finding, ...]
    photograph: NDArray[np.uint8] | None


@dataclass(frozen=True, eq=False)
class ValidationReport:
    """What validating a delivery found.

    Parameters
    ----------
    delivery, format
        Name of the delivery, and the format that it is in.
    ontology
        The classes.
    plan
        What was looked for.
    settings
        By rule that was run: its parameters.
    skipped
        Rules that were not run, with what they lack.
    rules
        Every rule that was broken, worst first.
    items
        Every item of the delivery, by key.
    findings
        The listed findings: those of the delivery, then those of each item.
    worst
        The worst items, to look at.
    history
        Pixels of each class in every item that could be read.
    digest
        SHA-256 over keys and label-map digests: equal for equal labels.
    version
        Version of Assay.
    """

    delivery: str
    format: str
    ontology: Ontology
    plan: ValidationPlan
    settings: Mapping[str, Mapping[str, object]]
    skipped: Mapping[str, Need]
    rules: tuple[RuleResult, ...]
    items: tuple[ItemResult, ...]
    findings: tuple[Finding, ...]
    worst: tuple[FaultyItem, ...]
    history: History
    digest: str
    version: str

    @property
    def clean_items(self) -> int:
        """Number of items in which nothing is to be mended."""
        return sum(item.clean for item in self.items)

    @property
    def faults(self) -> int:
        """Number of all faults."""
        return sum(rule.count for rule in self.rules)

    def count(self, severity: Severity) -> int:
        """Return the number of faults of rules whose worst fault is of this severity."""
        return sum(rule.count for rule in self.rules if rule.severity == severity)
