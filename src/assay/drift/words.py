"""The sentence that says what became of a vendor, with its reason."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assay.drift.chart import Point
from assay.drift.production import Production
from assay.drift.report import Chart, Contribution, State
from assay.report import Score


@dataclass(frozen=True)
class Told:
    """What a sentence is made of.

    Parameters
    ----------
    production, vendor, state
        Whose finding, and which.
    chart
        The chart that decided, or None.
    raw, adjusted, peers
        Differences since the change, below zero where things got worse.
    explained
        What images explain.
    contributions
        Annotators, worst first.
    changed
        Charts of the image statistics that changed, strongest first.
    since
        Place of the batch from which images were others, or None.
    lost
        Gold images lost since the change.
    """

    production: Production
    vendor: str
    state: State
    chart: Chart | None = None
    raw: Score = Score(math.nan)  # noqa: RUF009 - a frozen value
    adjusted: Score = Score(math.nan)  # noqa: RUF009 - a frozen value
    explained: float = math.nan
    peers: Score = Score(math.nan)  # noqa: RUF009 - a frozen value
    contributions: Sequence[Contribution] = ()
    changed: Sequence[Chart] = ()
    since: int | None = None
    lost: int = 0


def sentence_of(told: Told) -> str:
    """Return what is to be said to people."""
    return _SENTENCES[told.state](told)


def points(value: float, production: Production) -> str:
    """Write the size of a difference: scores from 0 to 1 in points, others as they are.

    Examples
    --------
    >>> points(-0.034, Production("", (), ()))
    '3.4 points'
    """
    if math.isnan(value):
        return "an unknown amount"
    scores = [image.score for batch in production.batches for image in batch.images]
    if all(0 <= score <= 1 for score in scores):
        return f"{100 * abs(value):.1f} points"
    return f"{abs(value):.3g}"


def _between(score: Score, production: Production) -> str:
    """Write an interval of a loss, smaller end first, a gain as a minus."""
    if math.isnan(score.low):
        return "interval unknown"
    scale = 100 if points(0.0, production).endswith("points") else 1
    ends = f"{-scale * score.high:.1f} to {-scale * score.low:.1f}"
    return ends.replace("-", "−")


def _since(told: Told) -> str:
    assert told.chart is not None  # noqa: S101 - these states have a chart
    place = told.chart.track.since
    assert place is not None  # noqa: S101 - and the chart an alarm
    batch = told.production.of(told.vendor)[place]
    return f"batch {batch.name} of {batch.date.date().isoformat()}"


def _too_few(told: Told) -> str:
    batches = told.production.of(told.vendor)
    gold = sum(bool(batch.images) for batch in batches)
    if not gold:
        return f"{told.vendor} has no batch with gold images, so nothing can be said."
    word = "batch" if gold == 1 else "batches"
    return (
        f"{told.vendor} has {gold} {word} with gold images, which all belong to the baseline; "
        "watching begins with the next ones."
    )


def _steady(told: Told) -> str:
    return f"{told.vendor} holds its level: no chart has an alarm."


def _images(told: Told) -> str:
    if math.isnan(told.raw.value):
        return f"{told.vendor} holds its level, though its images changed: {_changes(told)}."
    how = f": {_changes(told)}" if told.changed else ""
    return (
        f"{told.vendor} scores {points(told.raw.value, told.production)} lower since "
        f"{_since(told)} because its images are harder{how}. They explain "
        f"{points(told.explained, told.production)} of it; what remains "
        f"({_between(told.adjusted, told.production)}) is not told from chance."
    )


def _lost(told: Told) -> str:
    word = "gold image is" if told.lost == 1 else "gold images are"
    return (
        f"{told.vendor} scores lower since {_since(told)} because {told.lost} {word} missing or "
        "unreadable; what was delivered is as good as before."
    )


def _annotator(told: Told) -> str:
    assert told.chart is not None  # noqa: S101 - the state has a chart
    return (
        f"{told.vendor} holds its level as a whole, but its annotator {told.chart.name} is "
        f"{_fall(told.chart, told.production)} since {_since(told)}."
    )


def _class(told: Told) -> str:
    assert told.chart is not None  # noqa: S101 - the state has a chart
    return (
        f"{told.vendor} holds its level as a whole, but on the class {told.chart.name} it is "
        f"{_fall(told.chart, told.production)} since {_since(told)}."
    )


def _fall(chart: Chart, production: Production) -> str:
    return f"{points(chart.change.value, production)} worse"


def _behind(told: Told) -> str:
    assert told.chart is not None  # noqa: S101 - the state has a chart
    return (
        f"{told.vendor} falls behind the others by "
        f"{points(told.chart.change.value, told.production)} on the same images since "
        f"{_since(told)}, but hardly by its own change "
        f"({_between(told.adjusted, told.production)} worse): the others may have got better."
    )


def _unclear(told: Told) -> str:
    cure = (
        "strata, better photographs, or the same gold images for a second vendor would tell people "
        "from images."
    )
    if math.isnan(told.raw.value):
        assert told.chart is not None  # noqa: S101 - the state has a chart
        return (
            f"{told.vendor} is {_fall(told.chart, told.production)} on {told.chart.name} since "
            f"{_since(told)}, but its images changed, too ({_changes(told)}): {cure}"
        )
    if told.adjusted.high < 0 and told.changed:
        return (
            f"{told.vendor} scores {points(told.raw.value, told.production)} lower since "
            f"{_since(told)}. Its images changed ({_changes(told)}) and explain "
            f"{points(told.explained, told.production)}; the rest is shared by all annotators, as "
            f"it would be where images are harder than their statistics show: {cure}"
        )
    return (
        f"{told.vendor} scores {points(told.raw.value, told.production)} lower since "
        f"{_since(told)}, but with what its images explain taken out the difference "
        f"({_between(told.adjusted, told.production)}) is not told from chance. More gold images "
        "a batch would tell."
    )


def _common(told: Told) -> str:
    return (
        f"{told.vendor} is {points(told.adjusted.value, told.production)} worse since "
        f"{_since(told)}, and so are the other vendors "
        f"({points(told.peers.value, told.production)}): look at the images, the gold labels and "
        "the guideline before you look at people."
    )


def _vendor(told: Told) -> str:
    return f"{_drifts(told)}, and the images do not explain it. {_people(told)}".strip()


def _both(told: Told) -> str:
    return (
        f"{_drifts(told)} with what the images explain taken out; they changed, too "
        f"({_changes(told)}), and explain a further "
        f"{points(told.explained, told.production)}. {_people(told)}"
    ).strip()


def _drifts(told: Told) -> str:
    return (
        f"{told.vendor} drifts: its labels are "
        f"{points(told.adjusted.value, told.production)} worse "
        f"({_between(told.adjusted, told.production)}) since {_since(told)}"
    )


def _people(told: Told) -> str:
    if not told.contributions:
        return "Say who labelled which image (annotators) to find out whose change it is."
    fallen = [entry for entry in told.contributions if entry.fell]
    total = sum(entry.part for entry in told.contributions)
    if not fallen:
        return "No single annotator's change can be told from chance."
    names = " and ".join(
        f"{entry.annotator} ({points(entry.change.value, told.production)}"
        + (", compared with the vendor's mean)" if entry.newcomer else ")")
        for entry in fallen
    )
    verb = "causes" if len(fallen) == 1 else "cause"
    if len(fallen) == len(told.contributions) > 1:
        return f"All its annotators fell: {names}."
    part = sum(entry.part for entry in fallen) / total if total else math.nan
    size = "it" if not part <= 1 else f"{100 * part:.0f} % of it"
    return f"{names} {verb} {size}."


def _changes(told: Told) -> str:
    """Write the image statistics that changed most, and how."""
    return " and ".join(_change(chart, told.since) for chart in told.changed[:2])


def _change(chart: Chart, since: int | None) -> str:
    before = [p for p in chart.track.points if since is None or p.batch < since]
    later = [p for p in chart.track.points if since is not None and p.batch >= since]
    return f"{chart.name} from {_mean(before):.3g} to {_mean(later):.3g}"


def _mean(track: Sequence[Point]) -> float:
    total = sum(point.images for point in track)
    return sum(point.mean * point.images for point in track) / total if total else math.nan


_SENTENCES: Mapping[State, Callable[[Told], str]] = {
    "too-few": _too_few,
    "steady": _steady,
    "images": _images,
    "lost": _lost,
    "annotator": _annotator,
    "class": _class,
    "behind": _behind,
    "unclear": _unclear,
    "common": _common,
    "both": _both,
    "vendor": _vendor,
}
