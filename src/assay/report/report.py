"""What one delivery scored against its reference."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding
from assay.labels import LabelClass, Ontology
from assay.metrics import Confusion
from assay.report.anatomy import Anatomy
from assay.report.exhibit import Exhibit
from assay.report.plan import Plan
from assay.report.score import Score

#: How an item fared before it was scored.
Status = Literal["scored", "missing", "unreadable", "wrong_size", "reference_unreadable"]


@dataclass(frozen=True)
class ClassScores:
    """Scores of one class.

    Parameters
    ----------
    label
        The class.
    scores
        Score by the name of each class-level metric, for example ``iou``.
    support_px
        Scored reference pixels of the class.
    candidate_px
        Scored pixels that the candidate gave the class.
    objects, missed, invented
        Reference regions, those that the candidate misses, and candidate regions without a
        reference region; zeros where the plan does not measure ``severe``.
    """

    label: LabelClass
    scores: Mapping[str, Score]
    support_px: int
    candidate_px: int
    objects: int = 0
    missed: int = 0
    invented: int = 0


@dataclass(frozen=True, eq=False)
class ItemScores:
    """Counts and scores of one item.

    Parameters
    ----------
    key
        Item.
    status
        ``"scored"``, or why it counts as wholly unlabelled, or why it could not be scored.
    height, width
        Size of the reference in pixels; 0 where the reference is unreadable.
    counts
        Counts by measure name, each int64 of shape (classes, columns).
    scores
        Value of each overall metric on this item alone.
    stratum
        Group of images that it belongs to, ``""`` for none.
    reference_digest, candidate_digest
        Label-map digests, ``""`` where unreadable.
    """

    key: str
    status: Status
    height: int
    width: int
    counts: Mapping[str, NDArray[np.int64]]
    scores: Mapping[str, float]
    stratum: str = ""
    reference_digest: str = ""
    candidate_digest: str = ""

    @property
    def scored_px(self) -> int:
        """Number of scored pixels; 0 where the item could not be scored."""
        overlap = self.counts.get("overlap")
        return 0 if overlap is None else int(overlap[:, 1].sum())

    @property
    def wrong_px(self) -> int:
        """Number of scored pixels on which the candidate disagrees with the reference."""
        overlap = self.counts.get("overlap")
        return 0 if overlap is None else int(overlap[:, 1].sum() - overlap[:, 0].sum())


@dataclass(frozen=True)
class StratumScores:
    """Overall scores of one group of images."""

    name: str
    items: int
    scores: Mapping[str, Score]


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that judging one delivery found; equal inputs give equal reports.

    Parameters
    ----------
    candidate, reference
        Names of the two deliveries.
    ontology, plan
        What was judged by.
    items
        One entry per reference item, in the order of keys.
    confusion
        Summed over all items.
    scores
        Score by the name of each overall metric, for example ``mean_iou``.
    classes
        Scores of each class, in the order of the ontology.
    anatomy
        Wrong pixels by kind, or None where the plan does not measure ``anatomy``.
    findings
        Faults of the delivery and of its items.
    strata
        Scores of each group of images; empty where no groups were given.
    exhibits
        The worst images.
    ceiling
        Human ceiling: overall scores of further references against the reference, by name.
    reference_digest, candidate_digest
        SHA-256 over keys and label-map digests of all items.
    version
        Version of Assay that made the report.
    """

    candidate: str
    reference: str
    ontology: Ontology
    plan: Plan
    items: tuple[ItemScores, ...]
    confusion: Confusion
    scores: Mapping[str, Score]
    classes: tuple[ClassScores, ...]
    anatomy: Anatomy | None
    findings: tuple[Finding, ...]
    strata: tuple[StratumScores, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    ceiling: Mapping[str, Mapping[str, Score]] = field(default_factory=lambda: MappingProxyType({}))
    reference_digest: str = ""
    candidate_digest: str = ""
    version: str = ""

    @property
    def scored_px(self) -> int:
        """Number of scored pixels."""
        return self.confusion.pixels

    @property
    def severe_errors(self) -> int:
        """Number of regions missed or invented."""
        return sum(entry.missed + entry.invented for entry in self.classes)
