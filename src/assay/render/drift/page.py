"""A production watched, as one self-contained HTML page."""

import math

from assay.drift.report import Chart, DriftReport, VendorWatch
from assay.render.drift.charts import evidence_plot, images_plot, score_plot, small_plot
from assay.render.drift.facts import (
    ALARMING,
    STATE_WORDS,
    alarms_first,
    chart_name,
    false_alarms_of,
    headline_of,
    sensitivity_of,
)
from assay.render.page import fill

#: Surprise at which a cell has its full colour.
_FULL = 4.0


def drift_page(report: DriftReport) -> str:
    """Return a report as one HTML page.

    Parameters
    ----------
    report
        A production watched.

    Returns
    -------
    The page as text, to be written as UTF-8; equal reports give equal text.
    """
    return fill(
        "drift.html.jinja",
        report=report,
        headline=headline_of(report),
        false_alarms=false_alarms_of(report),
        words=STATE_WORDS,
        alarming=ALARMING,
        sensitivity_of=lambda watch: sensitivity_of(watch, report),
        score_plot=lambda watch: score_plot(watch, report),
        evidence_plot=evidence_plot,
        small_plot=small_plot,
        images_plot=images_plot,
        leading=_leading,
        alarmed=lambda charts: [c for c in charts if c.track.signal is not None],
        alarms_first=lambda charts: list(alarms_first(charts)),
        chart_name=chart_name,
        tone_of=_tone_of,
        cells_of=_cells_of,
    )


def _leading(watch: VendorWatch) -> list[Chart]:
    """Return the image charts to be drawn: those that lead the alarm, or else how hard they are."""
    names = watch.look.leading[:3]
    found = [chart for name in names for chart in watch.images if chart.name == name]
    return found or list(watch.images[:1])


def _tone_of(surprise: float) -> str:
    """Return a cell's colour: how far from what was to be expected, and to which side."""
    side = "wrong" if surprise < 0 else "right"
    much = 55 * min(abs(surprise) / _FULL, 1.0) ** 1.3
    return f"--tone:var(--heat-{side});--much:{much:.1f}%"


def _cells_of(watch: VendorWatch, chart: Chart) -> list[float | None]:
    """Return the surprise of each of a vendor's batches, None where nothing could be compared."""
    found = {p.batch: p.surprise for p in chart.track.points if math.isfinite(p.expected)}
    return [found.get(place) for place in range(len(watch.batches))]
