"""What a vendor's charts mean together: people or images, and who."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assay.drift.changes import UNKNOWN, change_since, difference_of, together
from assay.drift.production import Production
from assay.drift.report import Chart, Contribution, Diagnosis, Family, State
from assay.drift.streams import adjusted_stream, drawn, placed, score_stream
from assay.drift.words import Told, sentence_of
from assay.metrics.quantiles import normal_quantile
from assay.report import Score

#: What images explain may be too little where they are measured badly: a remainder that all
#: annotators share is theirs only where it is so many times as large.
_BEYOND_IMAGES = 1.5

#: Images count as a cause where they explain at least this share of a fall.
_PART_OF_A_FALL = 0.25

Own = tuple[Chart, Chart, Chart | None]
Groups = tuple[Sequence[Chart], Sequence[Chart], Sequence[Chart]]


def diagnose(
    production: Production,
    vendor: str,
    own: Own,
    groups: Groups,
    look: Family,
) -> Diagnosis:
    """Say what became of a vendor's quality, why, and through whom.

    Parameters
    ----------
    production, vendor
        Whose charts these are.
    own
        The vendor's charts: its scores, the adjusted ones, and beside the others, or None.
    groups
        Charts of annotators, of classes, and of image statistics.
    look
        The image charts together.
    """
    annotators, classes, looks = groups
    score, adjusted, relative = own
    if not any(point.watched for point in score.track.points):
        return _quiet(Told(production, vendor, "too-few"))
    changed = tuple(c for name in look.leading for c in looks if c.name == name)
    leading = _leading(own)
    if leading is None:
        state, chart = _without_own_alarm(production, vendor, (annotators, classes), look)
        told = Told(production, vendor, state, chart=chart, changed=changed, since=look.since)
        return _quiet(told)
    since = leading.track.since
    assert since is not None  # noqa: S101 - an alarm has a begin
    images = placed(production.of(vendor))
    raw = change_since(score_stream(drawn(images), production), since)
    left = change_since(adjusted_stream(drawn(images), production), since)
    whole = change_since(score_stream(images, production), since)
    peers = _peers(production, vendor, since)
    lost = sum(batch.lost for batch in production.of(vendor)[since:])
    contributions = _contributions(production, vendor, since)
    found = _Differences(
        raw,
        left,
        whole,
        peers,
        UNKNOWN if leading is not relative else leading.change,
        images_changed=bool(changed),
        lost=bool(lost),
        own=adjusted.track.signal is not None,
        apart=relative is not None and relative.track.signal is not None,
        somebody=differ(contributions),
    )
    told = Told(
        production,
        vendor,
        _state(found),
        chart=leading,
        raw=raw,
        adjusted=left,
        explained=raw.value - left.value,
        peers=peers,
        contributions=contributions,
        changed=changed,
        since=look.since,
        lost=lost,
    )
    return _told(told)


@dataclass(frozen=True)
class _Differences:
    """What decides a state; differences are below zero where things got worse."""

    raw: Score
    left: Score
    whole: Score
    peers: Score
    behind: Score
    images_changed: bool
    lost: bool
    own: bool
    apart: bool
    somebody: bool


def _state(found: _Differences) -> State:
    """Return what explains a fall."""
    raw, left, peers = found.raw, found.left, found.peers
    # Behind the others: by its own fall, or by their rise?
    if not math.isnan(found.behind.value) and not left.value < -abs(found.behind.value) / 2:
        return "behind"
    explained = raw.value - left.value
    by_images = explained < 0 and -explained >= -_PART_OF_A_FALL * raw.value
    if left.high < 0 or (left.value < 0 and (found.own or found.apart)):
        # The others fell alike: not one vendor's doing, but nothing that was measured either.
        if peers.high < 0 and left.low <= peers.value and not found.apart:
            return "common"
        if not (by_images and found.images_changed):
            return "vendor"
        beyond = left.value < _BEYOND_IMAGES * explained
        return "both" if found.somebody or found.apart or beyond else "unclear"
    if found.lost and found.whole.value < raw.value:
        return "lost"
    # A fall that goes away with the images needs no alarm of theirs.
    return "images" if by_images else "unclear"


def _leading(own: Own) -> Chart | None:
    """Return the chart that decides: the adjusted one, else beside the others, else as it is."""
    score, adjusted, relative = own
    for chart in (adjusted, relative, score):
        if chart is not None and chart.track.signal is not None:
            return chart
    return None


def _without_own_alarm(
    production: Production,
    vendor: str,
    groups: tuple[Sequence[Chart], Sequence[Chart]],
    look: Family,
) -> tuple[State, Chart | None]:
    """Return what can be said where the vendor's own charts are quiet."""
    annotators, classes = (
        sorted((c for c in charts if c.track.signal is not None), key=lambda c: c.change.value)
        for charts in groups
    )
    if annotators:
        worst = annotators[0]
        since = worst.track.since
        assert since is not None  # noqa: S101 - an alarm has a begin
        if look.signal is None or differ(_contributions(production, vendor, since)):
            return "annotator", worst
        return "unclear", worst
    if classes:
        return ("class" if look.signal is None else "unclear"), classes[0]
    return ("steady", None) if look.signal is None else ("images", None)


def differ(contributions: Sequence[Contribution]) -> bool:
    """Return whether annotators changed by different amounts, so that it is not one cause for all.

    Cochran's test of homogeneity at 1 %; never where fewer than two can be compared.
    """
    known = [entry for entry in contributions if not math.isnan(entry.change.low)]
    if len(known) < 2:
        return False
    quantile = normal_quantile(1 - 0.025 / len(contributions))
    errors = np.array([(e.change.high - e.change.low) / 2 / quantile for e in known])
    values = np.array([entry.change.value for entry in known])
    weights = 1 / np.maximum(errors, 1e-9) ** 2
    spread = float((weights * (values - (weights @ values) / weights.sum()) ** 2).sum())
    free = len(known) - 1
    # Chi-square's quantile at 99 %, by Wilson and Hilferty 1931.
    usual = free * (1 - 2 / (9 * free) + normal_quantile(0.99) * math.sqrt(2 / (9 * free))) ** 3
    return spread > usual


def _peers(production: Production, vendor: str, since: int) -> Score:
    """Return the other vendors' adjusted change over the same time."""
    date = production.of(vendor)[since].date
    found = []
    for other in production.vendors:
        if other == vendor:
            continue
        batches = production.of(other)
        later = next((place for place, b in enumerate(batches) if b.date >= date), None)
        if later:
            stream = adjusted_stream(drawn(placed(batches)), production)
            found.append(change_since(stream, later))
    return together(found)


def _contributions(production: Production, vendor: str, since: int) -> tuple[Contribution, ...]:
    """Return what each annotator has to do with the change, worst first."""
    images = drawn(placed(production.of(vendor)))
    stream = adjusted_stream(images, production)
    later = stream.batches >= since
    names = sorted({i.annotator for (_, i), new in zip(images, later, strict=True) if new} - {""})
    if not names:
        return ()
    level = 1 - 0.05 / len(names)
    total = sum(bool(i.annotator) for (_, i), new in zip(images, later, strict=True) if new)
    sign = 1.0 if production.higher_is_better else -1.0
    found = []
    for name in names:
        own = [image.annotator == name for _, image in images]
        before = ~later & own
        newcomer = int(before.sum()) < _LEAST_BEFORE
        change = difference_of(stream, ~later if newcomer else before, later & own, level=level)
        share = int((later & own).sum()) / total
        part = 0.0 if math.isnan(change.value) else share * change.value
        found.append(
            Contribution(name, share, _turn(change, sign), sign * part, newcomer, change.high < 0)
        )
    return tuple(sorted(found, key=lambda entry: sign * entry.part))


#: Fewer earlier images say nothing of an annotator's usual level.
_LEAST_BEFORE = 5


def _quiet(told: Told) -> Diagnosis:
    track = None if told.chart is None else told.chart.track
    return Diagnosis(
        told.state,
        sentence_of(told),
        None if track is None else track.signal,
        None if track is None else track.since,
        UNKNOWN,
        UNKNOWN,
        math.nan,
        UNKNOWN,
        (),
    )


def _told(told: Told) -> Diagnosis:
    """Return the diagnosis of a vendor with an alarm, in the direction in which scores count."""
    assert told.chart is not None  # noqa: S101 - an alarm has a chart
    sign = 1.0 if told.production.higher_is_better else -1.0
    return Diagnosis(
        told.state,
        sentence_of(told),
        told.chart.track.signal,
        told.chart.track.since,
        _turn(told.raw, sign),
        _turn(told.adjusted, sign),
        sign * told.explained,
        _turn(told.peers, sign),
        tuple(told.contributions),
    )


def _turn(score: Score, sign: float) -> Score:
    """Return a difference in the direction in which the metric counts."""
    if sign > 0:
        return score
    return Score(-score.value, -score.high, -score.low)
