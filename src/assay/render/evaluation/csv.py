"""Reports as CSV: one row per image and class."""

import math
from collections.abc import Iterator

from assay.metrics import Measure, Metric
from assay.metrics.registry import MEASURES, METRICS
from assay.render.tables import Cell, table_text
from assay.report import ItemScores, Report
from assay.sourcing import PilotReport


def report_csv(report: Report) -> str:
    r"""Return a report as CSV with a header, one row per image and class.

    Returns
    -------
    Text with ``\n`` line ends, to be written as UTF-8; equal reports give equal text.  Columns
    are ``item``, ``status``, ``stratum``, ``class``; the counts of each measure of the plan, as
    ``measure_column``; and the class metrics made of them, under their names.
    """
    return table_text(_columns(report), _rows(report))


def pilot_csv(pilot: PilotReport) -> str:
    """Return the reports of all vendors as one CSV, with the vendor in the first column."""
    rows = ((result.vendor.name, *row) for result in pilot.results for row in _rows(result.report))
    return table_text(("vendor", *_columns(pilot.results[0].report)), rows)


def _columns(report: Report) -> tuple[str, ...]:
    measures = _measures(report)
    counts = (f"{measure.name}_{column}" for measure in measures for column in measure.columns)
    metrics = (metric.name for metric in _metrics(measures))
    return ("item", "status", "stratum", "class", *counts, *metrics)


def _measures(report: Report) -> tuple[Measure, ...]:
    return tuple(measure for measure in MEASURES if measure.name in report.plan.measures)


def _metrics(measures: tuple[Measure, ...]) -> tuple[Metric, ...]:
    """Return the class metrics made of some measures."""
    taken = {measure.name for measure in measures}
    return tuple(m for m in METRICS if m.level == "class" and m.measure in taken)


def _rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    measures = _measures(report)
    metrics = _metrics(measures)
    for item in report.items:
        if not item.counts:
            continue
        columns = [
            *(column for measure in measures for column in _counts(item, measure, report)),
            *(_scores(item, metric, report) for metric in metrics),
        ]
        for place, name in enumerate(report.ontology.names):
            cells = (column[place] for column in columns)
            yield (item.key, item.status, item.stratum, name, *cells)


def _counts(item: ItemScores, measure: Measure, report: Report) -> list[list[Cell]]:
    """Return one list per column of a measure; not known where the item lacks the measure."""
    counts = item.counts.get(measure.name)
    if counts is None:
        return [_unknown(report)] * len(measure.columns)
    columns: list[list[Cell]] = counts.T.tolist()
    return columns


def _scores(item: ItemScores, metric: Metric, report: Report) -> list[Cell]:
    counts = item.counts.get(metric.measure)
    if counts is None:
        return _unknown(report)
    scores: list[Cell] = metric.score(counts, report.ontology).tolist()
    return scores


def _unknown(report: Report) -> list[Cell]:
    return [math.nan] * len(report.ontology.names)
