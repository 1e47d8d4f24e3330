"""How far several annotators of the same images agree."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding
from assay.errors import ParameterError
from assay.labels import LabelClass, Ontology
from assay.metrics.clustering import Tree
from assay.metrics.distance import DistanceMatrix
from assay.report.score import Score

#: Scores by the name of each agreement statistic.
Scores = Mapping[str, Score]


@dataclass(frozen=True)
class AgreementPlan:
    """How agreement is measured.

    Parameters
    ----------
    distance
        Name of the distance by which alpha weighs disagreements.
    outlines
        Whether outlines are compared, too; by far the slowest part.
    confidence
        Level of every interval, between 0 and 1.
    apart_by
        An annotator is said to stand apart who agrees with the others by at least this much IoU
        less than they do among themselves, if the interval excludes 0, too.
    target
        Dice of two annotators that simple work should exceed.

    Raises
    ------
    ParameterError
        When a value lies outside its range.
    """

    distance: str = "nominal"
    outlines: bool = True
    confidence: float = 0.95
    apart_by: float = 0.02
    target: float = 0.9

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise ParameterError(f"confidence is {self.confidence}; give a level such as 0.95.")
        for name in ("apart_by", "target"):
            if not 0 <= getattr(self, name) <= 1:
                raise ParameterError(f"{name} is {getattr(self, name)}; give a number from 0 to 1.")

    @property
    def digest(self) -> str:
        """SHA-256 over all choices, as 64 hexadecimal digits."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class AnnotatorAgreement:
    """How one annotator agrees with the others.

    Parameters
    ----------
    name
        Who.
    images
        Images of which the annotator has labels that could be used.
    with_others
        Mean over the others of the pairwise IoU with each.
    standing
        The same, less what the others reach among themselves on the annotator's images.  Its
        interval holds for all annotators at once (Bonferroni).  NaN for two annotators.
    alpha_without
        Alpha of all the others.
    apart
        Whether the annotator stands apart: surely, and by as much as the plan says.
    digest
        SHA-256 over the keys and label-map digests of the annotator's images.
    """

    name: str
    images: int
    with_others: Score
    standing: Score
    alpha_without: float
    apart: bool
    digest: str


@dataclass(frozen=True)
class PairAgreement:
    """How two annotators agree on the images that both labelled.

    Parameters
    ----------
    first, second
        Numbers of the annotators, in their own order.
    images
        Images that both labelled.
    scores
        Of the statistics that are made of pairs; NaN without a common image.
    class_iou
        IoU of each class, in the order of the ontology; NaN where neither uses it.
    """

    first: int
    second: int
    images: int
    scores: Scores
    class_iou: tuple[float, ...]


@dataclass(frozen=True)
class ClassAgreement:
    """How far annotators agree on one class; ``share`` is how often it is said of all values."""

    label: LabelClass
    share: float
    scores: Scores


@dataclass(frozen=True)
class ItemAgreement:
    """How far annotators agree on one image.

    Parameters
    ----------
    key
        Item.
    stratum
        Group of images that it belongs to, ``""`` for none.
    height, width
        Size in pixels; 0 where nobody's labels can be read.
    annotators
        How many labelled it.
    scores
        Value of each statistic on this image alone; empty for fewer than two annotators.
    """

    key: str
    stratum: str
    height: int
    width: int
    annotators: int
    scores: Mapping[str, float]


@dataclass(frozen=True)
class StratumAgreement:
    """How far annotators agree on one group of images."""

    name: str
    items: int
    scores: Scores


@dataclass(frozen=True, eq=False)
class AgreementReport:
    """Everything that comparing annotators found; equal inputs give equal reports.

    Parameters
    ----------
    ontology, plan
        What was judged by.
    distance
        The matrix of the declared distance, over unlabelled and the classes.
    scores
        Score by the name of each statistic.
    annotators
        In the order in which they were given.
    pairs
        In the order (0, 1), (0, 2), ..., (1, 2), ...
    tree
        Annotators joined by 1 - pairwise IoU, and their order in the dendrogram.
    classes
        In the order of the ontology.
    coincidences
        float64, shape (1 + classes, 1 + classes), unlabelled first: how often one annotator says
        the one and another the other.
    items
        One entry per image that anybody labelled, in the order of keys.
    strata
        Groups of images; empty where none were given.
    findings
        Faults of the files, each with the name of its annotator; ``""`` for none in particular.
    version
        Version of Assay that made the report.
    """

    ontology: Ontology
    plan: AgreementPlan
    distance: DistanceMatrix
    scores: Scores
    annotators: tuple[AnnotatorAgreement, ...]
    pairs: tuple[PairAgreement, ...]
    tree: Tree
    classes: tuple[ClassAgreement, ...]
    coincidences: NDArray[np.float64]
    items: tuple[ItemAgreement, ...]
    strata: tuple[StratumAgreement, ...]
    findings: tuple[tuple[str, Finding], ...]
    version: str

    @property
    def compared(self) -> int:
        """Number of images that two annotators or more labelled."""
        return sum(item.annotators > 1 for item in self.items)

    def pair(self, one: int, other: int) -> PairAgreement:
        """Return the pair of two different annotators, in either order."""
        first, second = sorted((one, other))
        number = len(self.annotators)
        return self.pairs[first * number - first * (first + 1) // 2 + second - first - 1]
