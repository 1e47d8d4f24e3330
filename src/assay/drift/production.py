"""A production as values: batches in order of time, and what was measured of their gold images."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from assay.delivery import Finding
from assay.drift.looks import Content, Look


@dataclass(frozen=True)
class GoldImage:
    """One image with reference labels, as one batch delivered it.

    Parameters
    ----------
    item
        Key of the image.
    score
        The charted metric on this image.
    class_scores
        IoU by the name of each class that the reference has here.
    content
        What the reference shows.
    drawn
        Whether the vendor delivered readable labels of the right size; else the score is that of
        an unlabelled image.
    annotator
        Who labelled it, ``""`` where unknown.
    stratum
        Group of images, ``""`` for none.
    look
        Statistics of the photograph, or None.
    """

    item: str
    score: float
    class_scores: Mapping[str, float]
    content: Content
    drawn: bool = True
    annotator: str = ""
    stratum: str = ""
    look: Look | None = None


@dataclass(frozen=True)
class Batch:
    """One delivery.

    Parameters
    ----------
    name
        Unique in the production.
    vendor
        Who delivered.
    date
        When, with a zone.
    images
        Its gold images; none where none of its images has reference labels.
    items
        How many images were delivered.
    findings
        Faults of the delivery and of its gold images.
    """

    name: str
    vendor: str
    date: datetime
    images: tuple[GoldImage, ...]
    items: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def lost(self) -> int:
        """Number of gold images that are missing, unreadable, or of the wrong size."""
        return sum(not image.drawn for image in self.images)


@dataclass(frozen=True, eq=False)
class Production:
    """Everything that charts are made of.

    Parameters
    ----------
    name
        Name of the production.
    batches
        In order of time.
    classes
        Names of the ontology's classes.
    colors
        Their colours, red, green, blue.
    metric
        Name of the charted metric.
    higher_is_better
        Its direction.
    """

    name: str
    batches: tuple[Batch, ...]
    classes: tuple[str, ...]
    metric: str = "mean_iou"
    higher_is_better: bool = True
    colors: Mapping[str, tuple[int, int, int]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def vendors(self) -> tuple[str, ...]:
        """Vendors in the order in which they first deliver."""
        return tuple(dict.fromkeys(batch.vendor for batch in self.batches))

    def of(self, vendor: str) -> tuple[Batch, ...]:
        """Return a vendor's batches in order of time."""
        return tuple(batch for batch in self.batches if batch.vendor == vendor)
