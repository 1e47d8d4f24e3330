"""Every chart of a production, with limits that hold for all of them together."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assay.drift.changes import change_since
from assay.drift.chart import Direction, Point, Stream, begin_of, follow
from assay.drift.diagnosis import diagnose
from assay.drift.evidence import limit_for
from assay.drift.production import Batch, Production
from assay.drift.report import Chart, Family, Kind, VendorWatch
from assay.drift.sensitivity import Sensitivity, sensitivity_of
from assay.drift.streams import (
    DIFFICULTY,
    LOOKS,
    Placed,
    adjusted_stream,
    class_stream,
    drawn,
    image_streams,
    placed,
    relative_stream,
    score_stream,
)

#: How a vendor's charts share the rate of false alarms; what has no chart leaves its share to the
#: adjusted one, which decides.
SHARES: Mapping[Kind, float] = {
    "adjusted": 1 / 3,
    "relative": 1 / 6,
    "score": 1 / 6,
    "annotator": 1 / 6,
    "class": 1 / 6,
}

#: A class or an annotator with fewer images has no chart.
_LEAST_IMAGES = 10


@dataclass(frozen=True)
class _Watcher:
    """Makes the charts of one vendor."""

    production: Production
    vendor: str
    batches: tuple[Batch, ...]
    images: tuple[Placed, ...]
    first_watched: int
    run_length: float

    def chart(
        self,
        kind: Kind,
        name: str,
        stream: Stream,
        share: float,
        *,
        unit: str = "",
        direction: Direction = "fall",
    ) -> Chart:
        run_length = self.run_length / share
        track = follow(
            stream,
            first_watched=self.first_watched,
            limit=limit_for(run_length),
            direction=direction,
        )
        upright = self.production.higher_is_better or kind in {"class", "image"}
        change = change_since(stream, track.since)
        if not upright:
            track = replace(track, points=tuple(map(_turned, track.points)))
            change = replace(change, value=-change.value, low=-change.high, high=-change.low)
        return Chart(kind, self.vendor, name, unit, track, run_length, change)

    def annotators(self, share: float) -> tuple[Chart, ...]:
        found = drawn(self.images)
        names = sorted({image.annotator for _, image in found} - {""})
        own = {name: [e for e in found if e[1].annotator == name] for name in names}
        own = {name: images for name, images in own.items() if len(images) >= _LEAST_IMAGES}
        return tuple(
            self.chart(
                "annotator",
                name,
                adjusted_stream(images, self.production),
                share / len(own),
                unit=self.production.metric,
            )
            for name, images in own.items()
        )

    def classes(self, share: float) -> tuple[Chart, ...]:
        found = drawn(self.images)
        streams = {
            name: class_stream(found, name, self.production.classes)
            for name in self.production.classes
        }
        known = {name: s for name, s in streams.items() if len(s.scores) >= _LEAST_IMAGES}
        return tuple(
            self.chart("class", name, stream, share / len(known), unit="iou")
            for name, stream in known.items()
        )

    def looks(self) -> tuple[Chart, ...]:
        streams = image_streams(self.images, self.production, self.first_watched)
        groups = [_group_of(name) for name in streams]
        # As many false alarms to how hard images are as to how they look, what they show, and where
        # they are from.
        share = {group: 1 / len(set(groups)) / groups.count(group) for group in groups}
        return tuple(
            self.chart(
                "image",
                name,
                stream,
                share[_group_of(name)],
                unit=unit_of(name),
                direction="change",
            )
            for name, stream in streams.items()
        )


def _group_of(statistic: str) -> str:
    if statistic == DIFFICULTY:
        return statistic
    return next((kind for kind in ("share of ", "stratum ") if statistic.startswith(kind)), "look")


def family_of(charts: Sequence[Chart]) -> Family:
    """Add up the evidence of charts of images.

    The weighted sum of Shiryaev-Roberts statistics is one, so the sum has the run length that the
    charts share, and is at least as quick as the quickest of them.
    """
    latest: dict[str, float] = {}
    evidence = list[tuple[int, float]]()
    family = Family(())
    for batch in sorted({p.batch for chart in charts for p in chart.track.points if p.watched}):
        latest |= {c.name: p.evidence for c in charts for p in c.track.points if p.batch == batch}
        evidence.append((batch, sum(latest.values())))
        if evidence[-1][1] >= 1 and family.signal is None:
            leading = sorted(latest, key=lambda name: -latest[name])[:4]
            points = next(c.track.points for c in charts if c.name == leading[0])
            since = begin_of([p for p in points if p.batch <= batch], "change")
            family = Family((), batch, since, tuple(leading))
    return replace(family, evidence=tuple(evidence))


def unit_of(statistic: str) -> str:
    """Return the unit of an image statistic.

    Examples
    --------
    >>> unit_of("brightness"), unit_of("stratum dusk")
    ('grey levels', 'share of images')
    """
    if statistic.startswith("stratum "):
        return "share of images"
    if statistic.startswith("share of "):
        return "share of pixels"
    units = {
        **LOOKS,
        DIFFICULTY: "score",
        "detail": "changes of class per 1,000 px",
        "classes": "classes in an image",
    }
    return units[statistic]


def watch(
    production: Production, *, baseline_batches: int, run_length: float, seed: int | None
) -> tuple[VendorWatch, ...]:
    """Chart every vendor of a production and say what the charts mean.

    Parameters
    ----------
    production
        Batches with their gold images.
    baseline_batches
        How many first batches with gold of each vendor say what is normal; a vendor that joins
        late has its own.
    run_length
        Batches between false alarms, in the mean, over all quality charts, and again over all
        image charts.
    seed
        Of the simulations behind what could be found; None leaves them out.
    """
    return tuple(
        _watch_vendor(production, vendor, baseline_batches, run_length, seed)
        for vendor in production.vendors
    )


def first_watched(batches: Sequence[Batch], baseline_batches: int) -> int:
    """Return the place of the first batch after the baseline: so many batches with gold."""
    gold = [place for place, batch in enumerate(batches) if batch.images]
    return gold[baseline_batches - 1] + 1 if len(gold) >= baseline_batches else len(batches)


def _watch_vendor(
    production: Production,
    vendor: str,
    baseline_batches: int,
    run_length: float,
    seed: int | None,
) -> VendorWatch:
    batches = production.of(vendor)
    images = placed(batches)
    begin = first_watched(batches, baseline_batches)
    watcher = _Watcher(production, vendor, batches, tuple(images), begin, run_length)
    annotators = watcher.annotators(SHARES["annotator"])
    classes = watcher.classes(SHARES["class"])
    unit = production.metric
    score = watcher.chart("score", "", score_stream(images, production), SHARES["score"], unit=unit)
    beside = relative_stream(drawn(images), vendor, production)
    relative = None
    if beside is not None:
        relative = watcher.chart("relative", "", beside, SHARES["relative"], unit=unit)
    present = {"score": score, "relative": relative, "annotator": annotators, "class": classes}
    share = 1 - sum(SHARES[kind] for kind in SHARES if present.get(kind))
    stream = adjusted_stream(drawn(images), production)
    adjusted = watcher.chart("adjusted", "", stream, share, unit=unit)
    looks = watcher.looks()
    look = family_of(looks)
    diagnosis = diagnose(
        production, vendor, (score, adjusted, relative), (annotators, classes, looks), look
    )
    return VendorWatch(
        vendor,
        batches,
        score,
        adjusted,
        relative,
        annotators,
        classes,
        looks,
        look,
        diagnosis,
        None if seed is None else _sensitivity(adjusted, stream, begin, seed),
    )


def _sensitivity(chart: Chart, stream: Stream, begin: int, seed: int) -> Sensitivity | None:
    """Return what the chart could find, from the errors of its latest quiet batches."""
    before = int((stream.batches < begin).sum())
    quiet = [
        point
        for point in chart.track.points
        if math.isfinite(point.error)
        and (chart.track.since is None or point.batch < chart.track.since)
    ]
    if not quiet or not before:
        return None
    images = int(np.median([point.images for point in quiet]))
    # An error comes from the images of the batch and from those before it.
    lengths = [
        point.error / math.sqrt(1 / point.images + 1 / max(before_of(stream, point), 1))
        for point in quiet
    ]
    deviation = float(np.median(lengths))
    return sensitivity_of(deviation, images, before, limit=limit_for(chart.run_length), seed=seed)


def before_of(stream: Stream, point: Point) -> int:
    """Return how many images a batch is compared with."""
    return int((stream.batches < point.batch).sum())


def _turned(point: Point) -> Point:
    """Return a point of scores of which lower is better, as it was measured."""
    return replace(point, mean=-point.mean, expected=-point.expected)
