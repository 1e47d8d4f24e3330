"""Reports as one self-contained HTML page: what a buyer shows the boss.

The page needs nothing beside itself: no network, no script, no font.  Everything that a vendor
wrote (names, keys, messages) is escaped, and characters that hide or reorder text are made
visible.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from assay.delivery import Severity
from assay.render import writing
from assay.render.confusions import Cell, heat_of, worst_mistakes
from assay.render.finding_groups import count_severities, group_findings
from assay.render.kinds import KINDS
from assay.render.market import market_of
from assay.render.metric_names import higher_is_better, title
from assay.render.pictures import plates_of
from assay.render.scale import Scale, fit_scale, fit_share_scale
from assay.render.sentences import leading_metric, support_of, verdict_of
from assay.render.spread import spread_of, worst_first
from assay.render.stacks import kind_rows_of_classes, kind_rows_of_reports, most_wrong, stack_rows
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
    return _fill("report.html.jinja", report=report, plates=plates)


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
    return _fill("pilot.html.jinja", pilot=pilot, plates=plates)


def _fill(template: str, **values: Any) -> str:  # noqa: ANN401 - whatever the template shows
    return writing.encodable(_environment().get_template(template).render(values))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("assay.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters.update(_FILTERS)
    environment.tests["better"] = lambda name, higher: higher_is_better(name) == higher
    environment.globals.update(_GLOBALS)
    return environment


def _finalize(value: Any) -> Any:  # noqa: ANN401 - jinja shows any value
    return writing.visible(value) if type(value) is str else value


def _bare_percent(share: float) -> str:
    """Write a share for a table whose caption says percent."""
    return writing.percent(share).removesuffix("\xa0%")


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

_FILTERS: dict[str, Callable[..., object]] = {
    "decimal": writing.decimal,
    "signed": writing.signed,
    "percent": writing.percent,
    "bare_percent": _bare_percent,
    "level": writing.level,
    "count": writing.count,
    "noun": writing.noun,
    "interval": writing.interval,
    "signed_interval": writing.signed_interval,
    "estimate": writing.estimate,
    "title_of": title,
    "of": lambda name, scores: scores[name],
}

_GLOBALS: dict[str, object] = {
    "KINDS": KINDS,
    "LEADING_SCORES": ("mean_iou", "pixel_accuracy", "mean_boundary_iou", "severe_error_rate"),
    # What a page shows of long lists; the JSON report has all.
    "MOST_BARS": 15,
    "MOST_IMAGES": 100,
    "MOST_FINDINGS": 5,
    "NAN": math.nan,
    "UNKNOWN": _UNKNOWN,
    "Severity": Severity,
    "ceilings_of": _ceilings_of,
    "class_metrics": _class_metrics,
    "count_severities": count_severities,
    "group_findings": group_findings,
    "heat_of": heat_of,
    "heat_tone": _heat_tone,
    "higher_is_better": higher_is_better,
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
