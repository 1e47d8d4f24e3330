"""Judge several vendors on the same images, and say whom to award."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from assay.assess.assess import assess
from assay.assess.exhibits import Photographs
from assay.assess.walk import Progress, silent
from assay.delivery import Delivery
from assay.errors import ParameterError
from assay.metrics import Metric
from assay.metrics.comparison import (
    probability_of_better,
    rank_probabilities,
    smallest_difference,
)
from assay.metrics.intervals import estimate_difference
from assay.metrics.registry import METRICS
from assay.metrics.resampling import Resampling
from assay.report import Plan, Report, Score
from assay.sourcing import Difference, PilotReport, Vendor, VendorResult, Verdict


def judge_pilot(
    name: str,
    deliveries: Sequence[tuple[Vendor, Delivery]],
    reference: Delivery,
    plan: Plan = Plan(),  # noqa: B008 - a frozen value
    *,
    metric: str = "mean_iou",
    strata: Mapping[str, str] | None = None,
    photographs: Photographs | None = None,
    further_references: Sequence[Delivery] = (),
    workers: int = 0,
    progress: Progress = silent,
) -> PilotReport:
    """Judge deliveries of the same images by several vendors, paired image by image.

    Parameters
    ----------
    name
        Name of the pilot.
    deliveries
        Vendors with what they delivered; at least one.
    reference, plan, strata, photographs, further_references, workers, progress
        As for :func:`assay.assess.assess`.
    metric
        Overall metric that decides the ranking.

    Returns
    -------
    PilotReport
        Vendors best first.  One is awarded only where its lead over every other has an interval
        that excludes zero.

    Raises
    ------
    ParameterError
        When there is no vendor, two share a name, or the metric's measure is not in the plan.
    """
    deciding = _deciding(metric, plan)
    names = [vendor.name for vendor, _ in deliveries]
    if not names or len(set(names)) < len(names):
        raise ParameterError(f"The vendors are {names}; give at least one, each with its own name.")
    reports = _assess_all(
        deliveries,
        reference,
        plan,
        strata=strata,
        photographs=photographs,
        further_references=further_references,
        workers=workers,
        progress=progress,
    )
    counts = [_counts(report, deciding) for report in reports]
    resampling = Resampling(len(reference), resamples=plan.resamples, seed=plan.seed)
    drawn = [resampling.scores(deciding, part, reference.ontology) for part in counts]
    order = _order(reports, deciding)
    ranks = rank_probabilities(drawn, higher_is_better=deciding.higher_is_better)
    results = tuple(
        VendorResult(deliveries[place][0], reports[place], rank, ranks[place])
        for rank, place in enumerate(order, 1)
    )
    estimates = {
        places: estimate_difference(
            deciding,
            counts[places[0]],
            counts[places[1]],
            reference.ontology,
            confidence=plan.confidence,
        )
        for places in combinations(order, 2)
    }
    differences = tuple(
        Difference(
            names[first],
            names[second],
            metric,
            Score(float(found.value), float(found.low), float(found.high)),
            probability_of_better(
                drawn[first], drawn[second], higher_is_better=deciding.higher_is_better
            ),
            bool(found.low > 0 or found.high < 0),
        )
        for (first, second), found in estimates.items()
    )
    hardest = max((float(f.standard_error) for f in estimates.values()), default=math.nan)
    return PilotReport(
        name,
        plan,
        metric,
        results,
        differences,
        _verdict(results, differences, deciding, plan),
        _detectable(hardest, len(reference), plan),
        reports[0].ceiling,
    )


def _deciding(name: str, plan: Plan) -> Metric:
    metric: Metric = METRICS.get(name)
    if metric.level != "overall" or metric.measure not in plan.measures:
        raise ParameterError(
            f"The ranking cannot be decided by {name}: it needs an overall metric of one of the "
            f"plan's measures, {', '.join(plan.measures)}."
        )
    return metric


def _assess_all(
    deliveries: Sequence[tuple[Vendor, Delivery]],
    reference: Delivery,
    plan: Plan,
    *,
    strata: Mapping[str, str] | None,
    photographs: Photographs | None,
    further_references: Sequence[Delivery],
    workers: int,
    progress: Progress,
) -> list[Report]:
    images = len(reference)
    total = images * (len(deliveries) + len(further_references))
    reports: list[Report] = []
    for place, (vendor, delivery) in enumerate(deliveries):
        # Further references are the same for all; they are judged once, with the last vendor.
        last = place == len(deliveries) - 1
        reports.append(
            assess(
                replace(delivery, name=vendor.name),
                reference,
                plan,
                strata=strata,
                photographs=photographs,
                further_references=further_references if last else (),
                workers=workers,
                progress=_shifted(progress, place * images, total),
            )
        )
    return [replace(report, ceiling=reports[-1].ceiling) for report in reports]


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _: progress(before + done, total)


def _counts(report: Report, metric: Metric) -> NDArray[np.int64]:
    return np.stack([item.counts[metric.measure] for item in report.items])


def _order(reports: Sequence[Report], metric: Metric) -> list[int]:
    """Return places best first; a vendor without a score comes last, ties by given order."""
    sign = -1.0 if metric.higher_is_better else 1.0

    def badness(place: int) -> float:
        value = reports[place].scores[metric.name].value
        return math.inf if math.isnan(value) else sign * value

    return sorted(range(len(reports)), key=badness)


def _detectable(standard_error: float, images: int, plan: Plan) -> float:
    if math.isnan(standard_error):
        return math.nan
    return smallest_difference(standard_error, images, confidence=plan.confidence, power=plan.power)


def _verdict(
    results: Sequence[VendorResult],
    differences: Sequence[Difference],
    metric: Metric,
    plan: Plan,
) -> Verdict:
    best = results[0]
    name = best.vendor.name
    score = best.report.scores[metric.name]
    certainty = float(best.rank_probabilities[0])
    of_best = [entry for entry in differences if entry.first == name]
    close = [entry.second for entry in of_best if not entry.distinguishable]
    images = len(best.report.items)
    if math.isnan(score.value):
        return Verdict(None, 0.0, "Nothing could be scored, so nobody can be awarded.")
    if len(results) == 1:
        return Verdict(name, 1.0, f"{name} alone took part, with {metric.title} {score.value:.3f}.")
    if not close:
        next_best = min(of_best, key=lambda entry: abs(entry.difference.value)).difference
        low, high = sorted((abs(next_best.low), abs(next_best.high)))
        return Verdict(
            name,
            certainty,
            f"Award {name}: {abs(next_best.value):.3f} ahead in {metric.title} "
            f"({100 * plan.confidence:g} % interval {low:.3f} to {high:.3f}).",
        )
    return Verdict(
        None,
        certainty,
        f"{name} leads with {metric.title} {score.value:.3f}, but {images} images cannot tell "
        f"it from {' and '.join(close)}; it comes first in {certainty:.1%} of resamples.",
    )
