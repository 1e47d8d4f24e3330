"""Several vendors compared on the same images."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.report import Plan, Report, Score
from assay.sourcing.vendor import Vendor


@dataclass(frozen=True)
class Difference:
    """Paired difference between two vendors on the same images.

    Parameters
    ----------
    first, second
        Names of the vendors.
    metric
        Name of the overall metric.
    difference
        First minus second, with its interval from resampling images.
    probability
        Share of resamples in which the first is better (ties count half).
    distinguishable
        Whether the interval excludes zero.
    """

    first: str
    second: str
    metric: str
    difference: Score
    probability: float
    distinguishable: bool


@dataclass(frozen=True, eq=False)
class VendorResult:
    """One vendor of a pilot: its report, its place, and how stable that place is.

    Parameters
    ----------
    vendor
        Who delivered, at what price.
    report
        Its delivery judged against the reference.
    rank
        1 is best by the deciding metric.
    rank_probabilities
        float64, shape (vendors,): share of resamples in which it takes rank 1, 2, ….
    """

    vendor: Vendor
    report: Report
    rank: int
    rank_probabilities: NDArray[np.float64]


@dataclass(frozen=True)
class Verdict:
    """Whom to award, in one sentence with its uncertainty.

    Parameters
    ----------
    award
        Name of the vendor that is best beyond doubt, or None where the images cannot tell.
    certainty
        Share of resamples in which the leading vendor is best.
    sentence
        The verdict for people.
    """

    award: str | None
    certainty: float
    sentence: str


@dataclass(frozen=True, eq=False)
class PilotReport:
    """A pilot judged: vendors in order of rank, their differences, and the verdict.

    Parameters
    ----------
    name
        Name of the pilot.
    plan
        What was judged by.
    metric
        Name of the deciding overall metric.
    results
        Vendors, best first.
    differences
        Every pair of vendors on the deciding metric, better one first.
    verdict
        Whom to award.
    smallest_difference
        Difference of the deciding metric that this many images detect at the plan's confidence
        and power, between the two vendors that are hardest to tell apart.
    ceiling
        Human ceiling: overall scores of further references against the reference, by name.
    """

    name: str
    plan: Plan
    metric: str
    results: tuple[VendorResult, ...]
    differences: tuple[Difference, ...]
    verdict: Verdict
    smallest_difference: float
    ceiling: Mapping[str, Mapping[str, Score]]
