"""A production watched, at the terminal."""

import math
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assay.drift.report import Chart, DriftReport, VendorWatch
from assay.render.console import begin, line_of, print_findings, severities, table
from assay.render.drift.facts import (
    ALARMING,
    STATE_WORDS,
    chart_name,
    false_alarms_of,
    headline_of,
    sensitivity_of,
)
from assay.render.writing import signed, signed_interval

_BARS = "▁▂▃▄▅▆▇█"
_MOST_CELLS = 40


def show_drift(report: DriftReport, console: Console) -> None:
    """Print what became of every vendor, and its charts.

    Parameters
    ----------
    report
        What to show.
    console
        Where to; the form depends on whether it is a terminal.
    """
    if not begin(console, headline_of(report), (), _lines(report)):
        return
    for watch in report.vendors:
        console.print()
        style = "bold red" if watch.diagnosis.state in ALARMING else "bold"
        heading = Text.assemble(
            line_of(watch.vendor, "bold"), "  ", (STATE_WORDS[watch.diagnosis.state], style)
        )
        console.print(heading)
        console.print(line_of(watch.diagnosis.sentence))
        if sensitivity_of(watch, report):
            console.print(line_of(sensitivity_of(watch, report), "dim"))
        console.print(_charts(watch))
        if watch.diagnosis.contributions:
            console.print(_people(watch))
    console.print()
    console.print(line_of(false_alarms_of(report), "dim"))
    if report.findings:
        print_findings(report.findings, console)


def _charts(watch: VendorWatch) -> Table:
    made = table("", "Chart", "", "Images", "Latest", "Evidence", "Alarm")
    made.columns[1].justify = "left"
    quality = (*watch.own, *watch.annotators)
    notable = [chart for chart in watch.classes if chart.track.signal is not None]
    leading = [c for name in watch.look.leading[:3] for c in watch.images if c.name == name]
    for chart in (*quality, *notable, *(leading or watch.images[:1])):
        points = chart.track.points
        alarm = chart.track.signal
        latest = points[-1] if points else None
        made.add_row(
            line_of(chart_name(chart)),
            _spark(chart),
            "" if latest is None else str(sum(point.images for point in points)),
            "" if latest is None else f"{latest.mean:.3g}",
            "" if latest is None or not latest.watched else _evidence(latest.evidence),
            Text("" if alarm is None else watch.batches[alarm].date.date().isoformat(), "red"),
        )
    return made


def _spark(chart: Chart) -> Text:
    """Return the chart as a row of bars: alarms red, the baseline grey."""
    points = chart.track.points[-_MOST_CELLS:]
    values = [point.mean for point in points]
    low, high = min(values, default=0.0), max(values, default=1.0)
    made = Text()
    for point in points:
        place = round((point.mean - low) / (high - low) * (len(_BARS) - 1)) if high > low else 3
        style = "dim" if not point.watched else "red" if point.evidence >= 1 else "cyan"
        made.append(_BARS[place], style)
    return made


def _evidence(value: float) -> str:
    """Write evidence as a share of the limit.

    Examples
    --------
    >>> _evidence(0.004), _evidence(0.42), _evidence(31.5)
    ('<1 %', '42 %', '×32')
    """
    if value < 0.01:
        return "<1 %"
    if value < 1:
        return f"{100 * value:.0f} %"
    return f"×{value:.0f}" if value < 1000 else ">×1000"


def _people(watch: VendorWatch) -> Table:
    made = table("Who, since the change", "Annotator", "Share", "Change", "Interval", "Part")
    for entry in watch.diagnosis.contributions:
        made.add_row(
            line_of(entry.annotator, "red" if entry.fell else ""),
            f"{100 * entry.share:.0f} %",
            signed(entry.change.value),
            signed_interval(entry.change),
            signed(entry.part),
        )
    return made


def _lines(report: DriftReport) -> Iterator[str]:
    for watch in report.vendors:
        yield f"{watch.vendor}: {STATE_WORDS[watch.diagnosis.state]}"
        yield watch.diagnosis.sentence
        if sensitivity_of(watch, report):
            yield f"{watch.vendor}: {sensitivity_of(watch, report)}"
        yield from _alarm_lines(watch, watch.charts)
        if watch.look.signal is not None and watch.look.since is not None:
            batch, begin = watch.batches[watch.look.signal], watch.batches[watch.look.since]
            yield (
                f"{watch.vendor}: alarm: images: batch {batch.name} of {batch.date.date()}, "
                f"others since {begin.name}"
            )
        for entry in watch.diagnosis.contributions:
            change = f"{signed(entry.change.value)} ({signed_interval(entry.change)})"
            yield (
                f"{watch.vendor}: annotator {entry.annotator}: {change} "
                f"on {100 * entry.share:.0f} % of the gold images"
            )
    yield false_alarms_of(report)
    yield f"findings: {severities(report.findings)}"


def _alarm_lines(watch: VendorWatch, charts: Sequence[Chart]) -> Iterator[str]:
    for chart in charts:
        signal, since = chart.track.signal, chart.track.since
        if signal is None or since is None:
            continue
        batch, begin = watch.batches[signal], watch.batches[since]
        name = f"{chart.kind} {chart.name}".strip()
        change = chart.change
        size = "" if math.isnan(change.value) else f", {change.value:+.3g} since {begin.name}"
        yield f"{watch.vendor}: alarm: {name}: batch {batch.name} of {batch.date.date()}{size}"
