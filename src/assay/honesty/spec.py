"""What a detector of dishonest work says and does, and what it measures."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assay.honesty.case import Case


class Need(StrEnum):
    """What a detector needs; the value says how to give it."""

    OTHERS = "two [[annotator]] tables or more"
    PANEL = "three [[annotator]] tables or more"
    REFERENCE_OR_FIVE = "reference = …, or five [[annotator]] tables"
    GOLD = "gold = … and a reference of further images, or four [[annotator]] tables"
    DRAFT = "preannotation = …"
    EARLIER = "earlier = […] of an annotator"
    MINUTES = "timings = … with three annotators or more"
    OUTLINES = "deliveries in a format that keeps outlines, such as coco"


class Kind(StrEnum):
    """How a measurement can become a flag."""

    #: By a test: its p-value is adjusted together with all others of the report.
    TEST = "test"
    #: By equality that chance does not explain; there is no p-value.
    EXACT = "exact"
    #: Never; it is shown beside the others.
    SHOWN = "shown"


@dataclass(frozen=True)
class NoParameters:
    """A detector without settings."""


@dataclass(frozen=True)
class Sighting:
    """A region somewhere.

    Parameters
    ----------
    owner
        Annotator, or ``"reference"``.
    key
        Item.
    box
        Top, left, bottom, right in pixels, ends excluded.
    """

    owner: str
    key: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Measurement:
    """What a detector found of one annotator, or of two together.

    Parameters
    ----------
    subjects
        Whom it is about.
    kind
        How it can become a flag.
    value
        In the unit of the detector; the larger, the odder.
    low, high
        Interval at 95 %, NaN where there is none.
    allowance
        Honest work may reach this; a flag needs more.
    p_value
        Probability of such evidence or more from honest work; NaN where no test was made.
    items
        Images that it rests on.
    sentence
        The fact in one sentence, without a judgement.
    sightings
        Pairs of regions to show side by side.
    points
        Points of the detector's plot: what was expected, and what was claimed.
    """

    subjects: tuple[str, ...]
    kind: Kind
    value: float
    allowance: float
    items: int
    sentence: str
    low: float = math.nan
    high: float = math.nan
    p_value: float = math.nan
    sightings: tuple[tuple[Sighting, Sighting], ...] = ()
    points: tuple[tuple[float, float], ...] = ()

    @property
    def remarkable(self) -> bool:
        """Whether the value exceeds what honest work may reach; false for NaN."""
        return self.kind is not Kind.SHOWN and self.value > self.allowance


@dataclass(frozen=True)
class Detector:
    """Looks for one kind of dishonest work; a plug-in spec (see :mod:`assay.plugins`).

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`.
    title
        Heading of its flags: what was seen, not what somebody did.
    question
        What to ask the annotator.
    innocent
        Honest explanations, to be ruled out first.
    unit
        What values count, for tables: ``share of seeded errors``.
    measure
        ``measure(case, parameters)`` returns what it found of everybody, in the order of
        annotators, those without anything odd included.
    parameters
        Frozen dataclass of settings, all with defaults, which refuses what is out of range.
    needs
        What must be given for it to run.
    """

    name: str
    summary: str
    advice: str
    title: str
    question: str
    innocent: tuple[str, ...]
    unit: str
    measure: Callable[[Case, Any], tuple[Measurement, ...]]
    parameters: type[Any] = NoParameters
    needs: tuple[Need, ...] = ()
