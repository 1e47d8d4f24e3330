"""Control charts as plots: what was measured, what was to be expected, where the alarms are."""

import math
from collections.abc import Sequence
from datetime import datetime

from assay.drift.chart import Point
from assay.drift.report import Chart, DriftReport, VendorWatch
from assay.render.drift.facts import chart_name
from assay.render.metric_names import title
from assay.render.plots import Band, Curve, Dots, LinePlot, Rule

#: Evidence below a ten-thousandth of the limit is none, above a hundredfold no more than that.
_LEAST, _MOST = -4.0, 2.0

_TICKS = 5


def score_plot(watch: VendorWatch, report: DriftReport) -> LinePlot:
    """Return a vendor's scores over time beside what its images lead to expect."""
    chart = watch.adjusted
    own = [(_x(watch, p), p.mean) for p in chart.track.points]
    others = _others(watch, report)
    return LinePlot(
        _title(f"Scores of {watch.vendor}", chart, watch),
        _when_delivered(watch),
        _unit(chart),
        curves=(
            *_when(others, Curve(others, "other vendors", 0)),
            Curve(_expected(watch, chart), "expected of these images", 1, dashed=True),
        ),
        bands=(Band(_band(watch, chart), "where 95 % of batches lie", 1),),
        dots=(
            Dots(tuple(own), "mean of a batch", 1, titles=_titles(watch, chart)),
            *_alarms(watch, chart),
        ),
        rules=_moments(watch, chart),
        note="Each dot is the mean over a batch's gold images.",
        y_within=(0.0, 1.0),
        x_ticks=_dates(watch),
        height_rem=16,
    )


def evidence_plot(watch: VendorWatch) -> LinePlot:
    """Return how the evidence grew: alarms are where it crosses the limit."""
    curves = (
        Curve(_evidence(watch, watch.adjusted), "images taken out", 1),
        Curve(_evidence(watch, watch.score), "scores as they are", 2),
        *(
            Curve(_evidence(watch, chart), "beside other vendors", 3)
            for chart in watch.own
            if chart.kind == "relative"
        ),
    )
    return LinePlot(
        "Evidence that quality fell",
        _when_delivered(watch),
        "power of ten of the limit",
        curves=curves,
        dots=tuple(
            Dots(tuple(place for place in curve.points if place[1] >= 0), "", 2, "alarm")
            for curve in curves
        ),
        rules=(Rule(0.0, "limit"), *_baseline_end(watch)),
        note="At 0 the limit is reached; −2 is a hundredth of it.",
        y_within=(_LEAST, _MOST),
        y_include=(-2.0, 0.5),
        x_ticks=_dates(watch),
        height_rem=16,
    )


def images_plot(watch: VendorWatch) -> LinePlot:
    """Return how the evidence of other images grew, all image charts together."""
    dates = [watch.batches[place].date for place, _ in watch.look.evidence]
    values = [value for _, value in watch.look.evidence]
    places = tuple((_time(d), _power(v)) for d, v in zip(dates, values, strict=True))
    signal = watch.look.signal
    when = "no alarm" if signal is None else f"alarm on {_day(watch.batches[signal].date)}"
    since = watch.look.since
    begun = () if since is None else (Rule(_time(watch.batches[since].date), "since", "x", 2),)
    return LinePlot(
        f"All image charts together: {when}",
        _when_delivered(watch),
        "power of ten of the limit",
        curves=(Curve(places, "", 1),),
        dots=(Dots(tuple(p for p in places if p[1] >= 0), "", 2, "alarm"),),
        rules=(Rule(0.0, "limit"), *_baseline_end(watch), *begun),
        y_within=(_LEAST, _MOST),
        y_include=(-2.0, 0.5),
        x_ticks=_dates(watch, 3),
        height_rem=9.5,
    )


def small_plot(watch: VendorWatch, chart: Chart) -> LinePlot:
    """Return a chart of an annotator, a class or an image statistic."""
    points = tuple((_x(watch, p), p.mean) for p in chart.track.points)
    share = chart.unit in {"iou", "share of pixels", "share of images"}
    return LinePlot(
        _title(chart_name(chart), chart, watch),
        _when_delivered(watch),
        _unit(chart),
        curves=(Curve(_expected(watch, chart), "", 1, dashed=True),),
        bands=(Band(_band(watch, chart), "", 1),),
        dots=(
            Dots(points, "", 1, titles=_titles(watch, chart)),
            *_alarms(watch, chart, ""),
        ),
        rules=_moments(watch, chart),
        y_within=(0.0, 1.0) if share else (-math.inf, math.inf),
        x_ticks=_dates(watch, 3),
        height_rem=9.5,
    )


def _title(name: str, chart: Chart, watch: VendorWatch) -> str:
    signal = chart.track.signal
    if signal is None:
        return f"{name}: no alarm"
    return f"{name}: alarm on {_day(watch.batches[signal].date)}"


def _unit(chart: Chart) -> str:
    if chart.kind == "image":
        return chart.unit
    what = "difference of " if chart.kind == "relative" else ""
    return f"{what}{title(chart.unit)}, mean of images"


def _expected(watch: VendorWatch, chart: Chart) -> tuple[tuple[float, float], ...]:
    return tuple((_x(watch, point), point.expected) for point in chart.track.points)


def _band(watch: VendorWatch, chart: Chart) -> tuple[tuple[float, float, float], ...]:
    reach = 1.96
    return tuple(
        (_x(watch, p), p.expected - reach * p.error, p.expected + reach * p.error)
        for p in chart.track.points
    )


def _evidence(watch: VendorWatch, chart: Chart) -> tuple[tuple[float, float], ...]:
    return tuple(
        (_x(watch, point), _power(point.evidence)) for point in chart.track.points if point.watched
    )


def _power(evidence: float) -> float:
    return min(max(math.log10(max(evidence, 1e-9)), _LEAST), _MOST)


def _alarms(watch: VendorWatch, chart: Chart, name: str = "alarm") -> tuple[Dots, ...]:
    found = [p for p in chart.track.points if p.watched and p.evidence >= 1]
    places = tuple((_x(watch, point), point.mean) for point in found)
    return (Dots(places, name, 2, "alarm"),) if places else ()


def _moments(watch: VendorWatch, chart: Chart) -> tuple[Rule, ...]:
    since = chart.track.since
    begun = () if since is None else (Rule(_time(watch.batches[since].date), "since", "x", 2),)
    return (*_baseline_end(watch), *begun)


def _baseline_end(watch: VendorWatch) -> tuple[Rule, ...]:
    watched = [p.batch for p in watch.score.track.points if p.watched]
    if not watched or not watched[0]:
        return ()
    before, after = watch.batches[watched[0] - 1], watch.batches[watched[0]]
    return (Rule((_time(before.date) + _time(after.date)) / 2, "watched", "x", 0),)


def _titles(watch: VendorWatch, chart: Chart) -> tuple[str, ...]:
    return tuple(
        f"{watch.batches[p.batch].name}, {_day(watch.batches[p.batch].date)}: {p.mean:.3g} on "
        f"{p.images} images; expected {p.expected:.3g}"
        for p in chart.track.points
    )


def _others(watch: VendorWatch, report: DriftReport) -> tuple[tuple[float, float], ...]:
    """Return the mean of other vendors' batches by date, where there are others."""
    first, last = watch.batches[0].date, watch.batches[-1].date
    sums: dict[float, tuple[float, int]] = {}
    for other in report.vendors:
        for point in other.adjusted.track.points if other is not watch else ():
            date = other.batches[point.batch].date
            if first <= date <= last:
                total, images = sums.get(_time(date), (0.0, 0))
                sums[_time(date)] = total + point.images * point.mean, images + point.images
    return tuple((x, total / images) for x, (total, images) in sorted(sums.items()))


def _when(present: Sequence[object], curve: Curve) -> tuple[Curve, ...]:
    return (curve,) if present else ()


def _x(watch: VendorWatch, point: Point) -> float:
    return _time(watch.batches[point.batch].date)


def _time(date: datetime) -> float:
    """Return a date in days, as the axis has it."""
    return date.timestamp() / 86400


def _dates(watch: VendorWatch, most: int = _TICKS) -> tuple[tuple[float, str], ...]:
    dates = sorted({batch.date for batch in watch.batches})
    step = max(1, math.ceil((len(dates) - 1) / (most - 1))) if len(dates) > 1 else 1
    return tuple((_time(date), f"{date.day} {date:%b}") for date in dates[::step])


def _when_delivered(watch: VendorWatch) -> str:
    """Return the label of an axis of dates, with the years that its ticks leave out."""
    first, last = watch.batches[0].date.year, watch.batches[-1].date.year
    years = str(first) if first == last else f"{first}–{last}"
    return f"date of delivery, {years}, UTC"


def _day(date: datetime) -> str:
    return f"{date.day} {date:%b} {date.year}"
