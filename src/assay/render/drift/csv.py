"""Control charts as CSV: one row per chart and batch."""

import math
from collections.abc import Iterator

from assay.drift.report import DriftReport
from assay.render.tables import Cell, table_text

_COLUMNS = (
    "vendor", "chart", "name", "unit", "batch", "date", "images", "mean", "expected", "error",
    "surprise", "evidence", "watched", "alarm",
)  # fmt: skip


def drift_csv(report: DriftReport) -> str:
    """Return every chart of a report, batch by batch; equal reports give equal text."""
    return table_text(_COLUMNS, _rows(report))


def _rows(report: DriftReport) -> Iterator[tuple[Cell, ...]]:
    for watch in report.vendors:
        for chart in watch.charts:
            for point in chart.track.points:
                batch = watch.batches[point.batch]
                yield (
                    watch.vendor, chart.kind, chart.name, chart.unit, batch.name,
                    batch.date.isoformat(), point.images, point.mean, point.expected, point.error,
                    point.surprise, point.evidence if point.watched else math.nan,
                    int(point.watched), int(point.watched and point.evidence >= 1),
                )  # fmt: skip
