"""A report and a pilot as pages: what a buyer shows the boss."""

import math
from collections.abc import Mapping, Sequence

from assay.render.evaluation.confusions import Cell, heat_of, worst_mistakes
from assay.render.evaluation.market import market_of
from assay.render.evaluation.plates import plates_of
from assay.render.evaluation.sentences import leading_metric, support_of, verdict_of
from assay.render.evaluation.spread import spread_of, worst_first
from assay.render.evaluation.stacks import (
    kind_rows_of_classes,
    kind_rows_of_reports,
    most_wrong,
    stack_rows,
)
from assay.render.kinds import KINDS
from assay.render.page import fill
from assay.render.scale import Scale, fit_scale, fit_share_scale
from assay.report import ItemScores, Report, Score
from assay.sourcing import PilotReport


def report_page(report: Report) -> str:
    """Return a report as one HTML page.

    Parameters
    ----------
    report
        What judging one delivery found.

    Returns
    -------
    The page as text, to be written as UTF-8; equal reports give equal text.
    """
    (plates,) = plates_of([report])
    return fill("report.html.jinja", report=report, plates=plates, **_SUBJECT)


def pilot_page(pilot: PilotReport) -> str:
    """Return a pilot as one HTML page: verdict, ranking, differences, and each vendor's report.

    Parameters
    ----------
    pilot
        Several vendors judged on the same images.

    Returns
    -------
    The page as text, to be written as UTF-8; equal pilots give equal text.
    """
    plates = plates_of([result.report for result in pilot.results])
    return fill("pilot.html.jinja", pilot=pilot, plates=plates, **_SUBJECT)


def _heat_tone(cell: Cell) -> float:
    """Return how much colour a cell gets, in percent; a mistake in a quarter of a class is full."""
    share = cell.share if cell.correct else min(1.0, cell.share / 0.25) ** 0.7
    # Text stays readable on half of the colour, in light and in dark.
    return 50 * share


def _scale_of_scores(scores: Sequence[Score], ceilings: Sequence[Score] = ()) -> Scale:
    """Fit the axis of a chart around scores, their intervals and human ceilings."""
    marks = [mark for score in scores for mark in (score.value, score.low, score.high)]
    return fit_share_scale([*marks, *(score.value for score in ceilings)])


def _scale_of_differences(scores: Sequence[Score], smallest: float) -> Scale:
    marks = [mark for score in scores for mark in (score.value, score.low, score.high)]
    return fit_scale(marks, include=(0.0, smallest, -smallest))


def _ceilings_of(
    ceiling: Mapping[str, Mapping[str, Score]], metrics: Sequence[str]
) -> tuple[Score, ...]:
    """Return what further references score on some metrics."""
    return tuple(s[name] for s in ceiling.values() for name in metrics if name in s)


def _class_metrics(report: Report) -> tuple[str, ...]:
    """Return the names of the class scores, in the order in which they first appear."""
    return tuple(dict.fromkeys(name for entry in report.classes for name in entry.scores))


def _item_of(report: Report, key: str) -> ItemScores | None:
    return next((item for item in report.items if item.key == key), None)


def _lost_items(report: Report) -> int:
    """Count images that the delivery lost: missing, unreadable, or of the wrong size."""
    return sum(item.status not in ("scored", "reference_unreadable") for item in report.items)


def _reports_of(pilot: PilotReport) -> dict[str, Report]:
    return {result.vendor.name: result.report for result in pilot.results}


def _stratum_score(report: Report, stratum: str, metric: str) -> Score:
    entry = next((entry for entry in report.strata if entry.name == stratum), None)
    return _UNKNOWN if entry is None else entry.scores.get(metric, _UNKNOWN)


def _legend_classes(report: Report) -> tuple[tuple[str, str], ...]:
    """Return name and colour of each class seen in an exhibit; void and unlabelled come last."""
    seen: set[int] = set()
    for exhibit in report.exhibits:
        seen.update(exhibit.reference.values.tolist())
        if exhibit.candidate is not None:
            seen.update(exhibit.candidate.values.tolist())
    ontology = report.ontology
    names = ("unlabelled", *ontology.names, *("void" for _ in ontology.void_ids))
    colors = [f"rgb({red} {green} {blue})" for red, green, blue in ontology.colors.tolist()]
    order = [*range(1, ontology.size), 0]
    return tuple((names[index], colors[index]) for index in order if index in seen)


_UNKNOWN = Score(math.nan)

#: What the templates of this subject call.
_SUBJECT: dict[str, object] = {
    "KINDS": KINDS,
    "LEADING_SCORES": ("mean_iou", "pixel_accuracy", "mean_boundary_iou", "severe_error_rate"),
    # What a page shows of long lists; the JSON report has all.
    "MOST_BARS": 15,
    "MOST_IMAGES": 100,
    "UNKNOWN": _UNKNOWN,
    "ceilings_of": _ceilings_of,
    "class_metrics": _class_metrics,
    "heat_of": heat_of,
    "heat_tone": _heat_tone,
    "item_of": _item_of,
    "kind_rows_of_classes": kind_rows_of_classes,
    "kind_rows_of_reports": kind_rows_of_reports,
    "leading_metric": leading_metric,
    "legend_classes": _legend_classes,
    "lost_items": _lost_items,
    "market_of": market_of,
    "most_wrong": most_wrong,
    "reports_of": _reports_of,
    "scale_of_differences": _scale_of_differences,
    "scale_of_scores": _scale_of_scores,
    "spread_of": spread_of,
    "stack_rows": stack_rows,
    "stratum_score": _stratum_score,
    "support_of": support_of,
    "verdict_of": verdict_of,
    "worst_first": worst_first,
    "worst_mistakes": worst_mistakes,
}
