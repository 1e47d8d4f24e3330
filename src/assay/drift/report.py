"""What watching a production found, as values."""

from dataclasses import dataclass
from typing import Literal

from assay.delivery import Finding
from assay.drift.chart import Track
from assay.drift.production import Batch, Production
from assay.drift.sensitivity import Sensitivity
from assay.report import Score

#: What a chart follows.
Kind = Literal["score", "adjusted", "relative", "annotator", "class", "image"]

#: What became of a vendor's quality.
State = Literal[
    "too-few",
    "steady",
    "images",
    "lost",
    "annotator",
    "class",
    "behind",
    "unclear",
    "common",
    "both",
    "vendor",
]


@dataclass(frozen=True)
class Chart:
    """One control chart.

    Parameters
    ----------
    kind
        ``"score"``: a vendor's scores as they are; ``"adjusted"``: with what its images explain
        taken out; ``"relative"``: beside the other vendors' scores on the same images;
        ``"annotator"`` and ``"class"``: adjusted, of one annotator or class; ``"image"``: an image
        statistic.
    vendor
        Whose batches.
    name
        Annotator, class or statistic; ``""`` for the vendor itself.
    unit
        Unit of the chart's values.
    track
        Batch by batch.
    run_length
        Batches between this chart's false alarms, in the mean.
    change
        Difference since the change began, with its 95 % interval; NaN without an alarm.
    """

    kind: Kind
    vendor: str
    name: str
    unit: str
    track: Track
    run_length: float
    change: Score


@dataclass(frozen=True)
class Family:
    """Several charts whose evidence is added up: what no chart shows alone, they show together.

    Parameters
    ----------
    evidence
        Pairs of a watched batch's place and the evidence as a multiple of the limit, which is the
        same as for one chart that had all false alarms to itself.
    signal, since
        Place of the first batch with an alarm and of the one at which the change began, or None.
    leading
        Names of the charts with most evidence at the alarm, most first; empty without one.
    """

    evidence: tuple[tuple[int, float], ...]
    signal: int | None = None
    since: int | None = None
    leading: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contribution:
    """An annotator's part in a vendor's change.

    Parameters
    ----------
    annotator
        Who.
    share
        Share of the vendor's gold images since the change.
    change
        Difference of this annotator's scores since the change, what images explain taken out, with
        an interval that is 95 % for all annotators together.
    part
        ``share`` times the change: what the vendor's mean owes to it.
    newcomer
        Whether the annotator is compared with the vendor's mean, for want of earlier work.
    fell
        Whether the change is for the worse beyond its interval.
    """

    annotator: str
    share: float
    change: Score
    part: float
    newcomer: bool
    fell: bool


@dataclass(frozen=True)
class Diagnosis:
    """Why a vendor's charts say what they say.

    Parameters
    ----------
    state
        What became of the vendor's quality.
    sentence
        The finding for people, with its reason.
    signal, since
        Place of the batch with the first alarm and of the one at which the change began, among the
        vendor's, or None.
    raw
        Difference of scores since then.
    adjusted
        The same with what images explain taken out.
    explained
        What images explain of the difference: raw less adjusted.
    peers
        Adjusted difference of the other vendors over the same time; NaN without any.
    contributions
        Annotators, those who pull the vendor down most first.
    """

    state: State
    sentence: str
    signal: int | None
    since: int | None
    raw: Score
    adjusted: Score
    explained: float
    peers: Score
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, eq=False)
class VendorWatch:
    """One vendor over time.

    Parameters
    ----------
    vendor
        Name.
    batches
        In order of time.
    score, adjusted
        The vendor's own charts.
    relative
        The vendor beside the others on the same images, or None where they share too few.
    annotators, classes, images
        Charts of its annotators, classes, and image statistics.
    look
        The image charts together: whether the images changed.
    diagnosis
        What they say together.
    sensitivity
        What so many gold images could show; None before there is a baseline.
    """

    vendor: str
    batches: tuple[Batch, ...]
    score: Chart
    adjusted: Chart
    relative: Chart | None
    annotators: tuple[Chart, ...]
    classes: tuple[Chart, ...]
    images: tuple[Chart, ...]
    look: Family
    diagnosis: Diagnosis
    sensitivity: Sensitivity | None

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Every chart, the vendor's own first."""
        return (*self.own, *self.annotators, *self.classes, *self.images)

    @property
    def own(self) -> tuple[Chart, ...]:
        """The vendor's own charts."""
        beside = () if self.relative is None else (self.relative,)
        return (self.score, self.adjusted, *beside)

    @property
    def quality_charts(self) -> int:
        """Number of charts that share the run length of quality alarms."""
        return len(self.own) + len(self.annotators) + len(self.classes)


@dataclass(frozen=True, eq=False)
class DriftReport:
    """A production watched.

    Parameters
    ----------
    production
        What was watched.
    baseline_batches
        How many first batches of each vendor say what is normal.
    run_length
        Batches between false alarms, in the mean, over all quality charts; and again over all
        image charts.
    vendors
        In the order in which they first deliver.
    findings
        Faults of the reference and of deliveries.
    seed
        Of the simulations behind what could be found.
    version
        Version of Assay that made the report.
    """

    production: Production
    baseline_batches: int
    run_length: float
    vendors: tuple[VendorWatch, ...]
    findings: tuple[Finding, ...]
    seed: int
    version: str = ""
