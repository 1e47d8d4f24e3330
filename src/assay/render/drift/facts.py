"""What every form says of a production: sentences and the order of things."""

import math
from collections.abc import Iterator, Sequence

from assay.drift.report import Chart, DriftReport, State, VendorWatch
from assay.drift.words import points
from assay.render.metric_names import title
from assay.render.writing import noun

#: States in words, for tags and tables.
STATE_WORDS: dict[State, str] = {
    "too-few": "too few batches",
    "steady": "steady",
    "images": "images changed",
    "lost": "images lost",
    "annotator": "annotator drifts",
    "class": "class drifts",
    "behind": "behind the others",
    "unclear": "unclear",
    "common": "all vendors fell",
    "both": "vendor drifts, images changed",
    "vendor": "vendor drifts",
}

#: States in which somebody's work got worse, or something did that nobody can name yet.
ALARMING: frozenset[State] = frozenset(
    {"lost", "annotator", "class", "behind", "unclear", "common", "both", "vendor"}
)


def headline_of(report: DriftReport) -> str:
    """Return the verdict on all vendors in one sentence."""
    drifting = [w.vendor for w in report.vendors if w.diagnosis.state in {"vendor", "both"}]
    if drifting:
        verb = "drifts" if len(drifting) == 1 else "drift"
        return f"{' and '.join(drifting)} {verb}."
    states = {watch.diagnosis.state for watch in report.vendors}
    if states == {"too-few"}:
        return "There are too few batches to watch yet."
    for state, sentence in (
        ("common", "All vendors fell together."),
        ("annotator", "An annotator drifts."),
        ("class", "One class is drawn worse than before."),
        ("behind", "A vendor falls behind the others."),
        ("lost", "Gold images are missing or unreadable."),
        ("unclear", "A score fell, and what so few images show does not say why."),
        ("images", "The images changed, the vendors did not."),
    ):
        if state in states:
            return sentence
    return "Nobody drifts."


def false_alarms_of(report: DriftReport) -> str:
    """Return the rate of false alarms over all charts, as a sentence."""
    quality = sum(watch.quality_charts for watch in report.vendors)
    looks = sum(len(watch.images) for watch in report.vendors)
    return (
        f"While nothing changes, one false alarm is to be expected in {report.run_length:,.0f} "
        f"batches over all {quality} quality charts together, and one in as many over all "
        f"{looks} image charts."
    )


def sensitivity_of(watch: VendorWatch, report: DriftReport) -> str:
    """Return what so many gold images can show, as a sentence; "" before there is a baseline."""
    power = watch.sensitivity
    if power is None:
        return ""
    production = report.production
    if not points(0.0, production).endswith("points"):
        return ""
    soon = (
        f"is found in {power.batches_to_find:.0f} batches, in the median"
        if math.isfinite(power.batches_to_find)
        else "is not found in 100 batches"
    )
    return (
        f"With {noun(power.images, 'gold image')} a batch, whose scores vary by "
        f"{points(power.deviation, production)}, a fall of 3 points {soon}; one of "
        f"{points(power.fall_in_three, production)} within three."
    )


def chart_name(chart: Chart) -> str:
    """Return what a chart follows, in words."""
    if chart.kind == "score":
        return f"{title(chart.unit)} as it is"
    if chart.kind == "adjusted":
        return f"{title(chart.unit)} beside what the images explain"
    if chart.kind == "relative":
        return f"{title(chart.unit)} less the other vendors' on the same images"
    return chart.name


def alarms_first(charts: Sequence[Chart]) -> Iterator[Chart]:
    """Yield charts with an alarm, then the others, each in order."""
    yield from (chart for chart in charts if chart.track.signal is not None)
    yield from (chart for chart in charts if chart.track.signal is None)
