"""What an examination found: measurements of everybody, and the few that open a review."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.delivery import Finding
from assay.honesty.spec import Detector, Measurement, Sighting
from assay.labels import LabelMap, Ontology


@dataclass(frozen=True, eq=False)
class Check:
    """One detector's part of the report.

    Parameters
    ----------
    detector
        Which one.
    parameters
        Its settings.
    lacking
        What would have been needed for it to run; empty where it ran.
    measurements
        What it found of everybody.
    """

    detector: Detector
    parameters: Any
    lacking: tuple[str, ...]
    measurements: tuple[Measurement, ...]


@dataclass(frozen=True, eq=False)
class SharedShape:
    """Two equal regions with a little of their surroundings.

    Parameters
    ----------
    first, second
        Where they are.
    first_map, second_map
        Cut out of the label maps.
    """

    first: Sighting
    second: Sighting
    first_map: LabelMap
    second_map: LabelMap


@dataclass(frozen=True, eq=False)
class Flag:
    """Something that opens a review.  It is a question; it withholds no pay.

    Parameters
    ----------
    detector
        What saw it.
    measurement
        The evidence in numbers.
    adjusted_p
        Smallest false discovery rate at which the test would still open a review; NaN for
        evidence without a test.
    shapes
        The evidence in pictures.
    """

    detector: Detector
    measurement: Measurement
    adjusted_p: float
    shapes: tuple[SharedShape, ...] = ()


@dataclass(frozen=True, eq=False)
class HonestyReport:
    """An examination of some annotators' work.

    Parameters
    ----------
    name
        What was examined.
    annotators
        Whose work.
    images
        Images by annotator of which there is a readable map.
    level
        False discovery rate of the tests.
    checks
        Every detector, in the order of the registry, run or not.
    flags
        What opens a review, strongest first.
    ontology
        Whose classes the pictures show.
    findings
        Faults of the files, by annotator.
    version
        Version of Assay that made the report.
    """

    name: str
    annotators: tuple[str, ...]
    images: Mapping[str, int]
    level: float
    ontology: Ontology
    checks: tuple[Check, ...]
    flags: tuple[Flag, ...]
    findings: tuple[tuple[str, Finding], ...] = ()
    version: str = ""

    @property
    def tests(self) -> int:
        """Number of p-values that were adjusted together."""
        return sum(
            measurement.p_value == measurement.p_value  # NaN is not equal to itself
            for check in self.checks
            for measurement in check.measurements
        )
