"""Drift charts: how often they cry wolf, how soon they find a fall, and whom they blame."""

import csv
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from assay.drift.evidence import FALLS, OVERSHOOT, limit_for
from assay.drift.looks import Content, Look
from assay.drift.production import Batch, GoldImage, Production
from assay.drift.watch import watch
from studies import cusum
from studies.drawing import figure, svg
from studies.study import DATA, Study, rate, table

Numbers = NDArray[np.float64]

#: Gives scores of a shape: ``draw(rng, shape)``.
Draw = Callable[[np.random.Generator, tuple[int, ...]], Numbers]

SEED = 20260301
RUN_LENGTH = 200.0
FALL = 0.03
IMAGES = 20
BASELINE = 8


def run(*, quick: bool) -> Study:
    """Run every trial."""
    runs = 200 if quick else 2000
    shapes = shapes_of_scores(images=40 if quick else 400)
    pictures: dict[str, str] = {}
    parts = [
        _INTRODUCTION,
        "## False alarms of one chart",
        limits(runs),
        in_control(shapes, runs),
        "## False alarms of a whole report",
        family(20 if quick else runs),
        "## How soon a fall is found",
        delays(shapes, runs, pictures),
        "## Whom it blames",
        blame(12 if quick else runs),
        _REMARKS,
    ]
    return Study("Drift", "\n\n".join(parts), pictures)


_INTRODUCTION = f"""\
[`assay drift`](../drift.md) compares each batch with those before it and adds up what surprises.
Seed {SEED}; the number of repetitions stands with each table, and intervals are exact 95 % ones. A
run length is the number of batches after the baseline until an alarm. *CUSUM* and *EWMA* are the
textbook charts with limits for a mean run length of 200 batches, and with the baseline's mean and
deviation taken for the true ones, as is usual."""

_REMARKS = """\
## What to make of it

* False alarms are as rare as stated, for every shape of scores, for short baselines, and for one
  image a batch. The textbook charts reach a similar mean only because some runs are endless while
  others end at once: two to five times as many as stated sound an alarm within 20 batches.
* Three points within three batches of 20 gold images are found where one image's score varies by up
  to 5 points around what its image leads to expect, after eight baseline batches; 7.5 points after
  a long baseline. Simulated street scenes have about 4. Crowd work on mixed images has more (BU-BIL
  13 points, ISIC pairs 23), and there no chart could do it: even one that knew mean, deviation and
  fall beforehand ends at 9. The ways out are more gold a batch (it grows with the square of the
  deviation), strata, and the same gold images for several vendors.
* The price of needing no known mean: about a batch or two later than the best possible at 5 points,
  more where scores vary more. A slow start of a drift is partly learnt as normal.
* Where batches differ by themselves (one street, one evening), the correction brings run lengths
  near what is stated, and a fall is found later.
* Images that change are not taken for people where strata say how. Where only a photograph's
  brightness does, it explains half of the loss; the rest is shared by all annotators, and most
  reports then say that they cannot tell. Some blame people: give strata.
* A change that nothing measures, of a vendor without peers, is blamed on people: nothing in the
  data tells it from them. Beside a second vendor on the same images it seldom is."""


# Shapes of scores


def shapes_of_scores(*, images: int) -> Mapping[str, Draw]:
    """Return ways to draw one image's score: made up, simulated, and real where data is there."""
    shapes: dict[str, Draw] = {
        "normal, SD 5 points": lambda rng, shape: 0.85 + 0.05 * rng.standard_normal(shape),
        "exponential tail, SD 5 points": lambda rng, shape: 0.9 - rng.exponential(0.05, shape),
        "simulated street scenes": _resampled(_street_scores(images)),
    }
    crowd = DATA / "bu_bil" / "crowd_alignment.csv"
    if crowd.is_file():
        with crowd.open(newline="") as file:
            scores = [float(row["iou1"]) for row in csv.DictReader(file)]
        shapes["BU-BIL, one crowd worker"] = _resampled(np.array(scores))
    pairs = (
        DATA / "ima_plusplus_metrics/output/metrics"
        / "IMAplusplus_multiannotator_subset_IAA_metrics.csv"
    )  # fmt: skip
    if pairs.is_file():
        with pairs.open(newline="") as file:
            scores = [float(row["jaccard_score"]) for row in csv.DictReader(file)]
        shapes["ISIC, pairs of annotators"] = _resampled(np.array(scores))
    return shapes


def _resampled(scores: Numbers) -> Draw:
    return lambda rng, shape: rng.choice(scores, shape)


def _street_scores(images: int) -> Numbers:
    """Return mean IoU of a simulated annotator on simulated scenes, image by image."""
    from assay.metrics import Pair
    from assay.metrics.overlap import mean_iou
    from assay.simulate.producers import NORTHLIGHT
    from assay.simulate.scene import draw_scene
    from assay.simulate.street import STREET

    hand = NORTHLIGHT.hands[0].annotator
    scores = []
    for index in range(images):
        truth = draw_scene(96, 192, seed=SEED, index=index).truth
        work = hand.annotate(truth, index, STREET)
        scores.append(float(mean_iou(Pair(truth, work, STREET).confusion)))
    return np.array(scores)


# The chart of `assay.drift.chart`, for many runs at once


def surprises(scores: Numbers) -> Numbers:
    """Return every batch's surprise, shape (runs, batches), of scores (runs, batches, images).

    Equal to :func:`assay.drift.surprise.compare` without covariates; power sums make it fast.
    """
    images = scores.shape[2]
    middle = scores.mean(axis=(1, 2), keepdims=True)
    scores = scores - middle
    first, second, third = (np.sum(scores**power, axis=2) for power in (1, 2, 3))
    sums = [np.cumsum(part, axis=1) for part in (first, second, third)]
    total = np.arange(1, scores.shape[1] + 1) * float(images)
    mean = sums[0] / total
    squares = sums[1] - total * mean**2
    cubes = sums[2] - 3 * mean * sums[1] + 2 * total * mean**3
    share = images / total
    weight2 = images * (1 - share)
    weight3 = images * (1 - share) * (1 - 2 * share)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = weight2 * squares / (total - 1)
        value = (first - images * mean) / np.sqrt(variance)
        skewness = total / ((total - 1) * (total - 2)) * weight3 * cubes / variance**1.5
        skewness = np.where(np.abs(skewness) < 1e-4, 1e-4, skewness)
        root = np.cbrt(np.maximum(1 + skewness * value / 2, 0))
        normal = 6 / skewness * (root - 1) + skewness / 6
    most = np.array([_most(int(t), images) for t in total])
    known = (total - images >= 5) & (variance > 1e-15)
    return np.where(known, np.clip(normal, -most, most), 0.0)


def _most(total: int, images: int) -> float:
    from assay.drift.surprise import _most_surprising

    return _most_surprising(total, images) if total > images else 0.0


def weighed(values: Numbers) -> Numbers:
    """Return surprises weighed by the spread of those before, as the chart does."""
    lag = 6
    squares = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values**2, axis=1)], axis=1)
    counts = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values != 0, axis=1)], axis=1)
    out = values.copy()
    for batch in range(2, values.shape[1]):
        past = batch - 1
        last = 1 + max(past - lag, min(past, lag))
        total, free = squares[:, last] - squares[:, 1], counts[:, last] - counts[:, 1]
        free_or_one = np.maximum(free, 1)
        usual = free * (1 - 2 / (9 * free_or_one) + 0.8416 * np.sqrt(2 / (9 * free_or_one))) ** 3
        wide = (free >= 3) & (total > usual)
        out[:, batch] /= np.where(wide, np.sqrt(total / free_or_one), 1.0)
    return out


def waits(values: Numbers, *, baseline: int, limit: float) -> Numbers:
    """Return the batches after the baseline until an alarm, infinite where there is none."""
    falls = np.array(FALLS)
    sums = np.zeros((len(values), len(falls)))
    found = np.full(len(values), math.inf)
    for batch in range(baseline, values.shape[1]):
        ratio = np.exp(-falls * values[:, batch : batch + 1] - falls**2 / 2)
        sums = np.minimum((sums + 1) * ratio, 1e12)
        new = (sums.mean(axis=1) >= limit) & np.isinf(found)
        found[new] = batch - baseline + 1
    return found


# The textbook charts


def plugged_in(scores: Numbers, *, baseline: int) -> Numbers:
    """Return batch means as the textbook standardises them: by the baseline's estimates."""
    first = scores[:, :baseline].reshape(len(scores), -1)
    error = first.std(axis=1, ddof=1) / math.sqrt(scores.shape[2])
    standard: Numbers = (scores.mean(axis=2) - first.mean(axis=1)[:, None]) / error[:, None]
    return standard


def cusum_waits(standard: Numbers, *, baseline: int, reference: float, limit: float) -> Numbers:
    """Return the batches until a one-sided CUSUM of standardised means crosses its limit."""
    total = np.zeros(len(standard))
    found = np.full(len(standard), math.inf)
    for batch in range(baseline, standard.shape[1]):
        total = np.maximum(total - standard[:, batch] - reference, 0)
        found[(total >= limit) & np.isinf(found)] = batch - baseline + 1
    return found


def ewma_waits(standard: Numbers, *, baseline: int, weight: float, limit: float) -> Numbers:
    """Return the batches until a one-sided EWMA of standardised means crosses its limit."""
    level = np.zeros(len(standard))
    found = np.full(len(standard), math.inf)
    edge = limit * math.sqrt(weight / (2 - weight))
    for batch in range(baseline, standard.shape[1]):
        level = (1 - weight) * level - weight * standard[:, batch]
        found[(level >= edge) & np.isinf(found)] = batch - baseline + 1
    return found


def ewma_limit(weight: float, run_length: float) -> float:
    """Return the limit at which an EWMA of normal numbers has that run length; by simulation."""
    numbers = np.random.default_rng(SEED).standard_normal((1000, 1500))
    low, high = 1.0, 4.0
    for _ in range(12):
        middle = (low + high) / 2
        found = ewma_waits(numbers, baseline=0, weight=weight, limit=middle)
        if mean_wait(found, 1500) < run_length:
            low = middle
        else:
            high = middle
    return high


def mean_wait(found: Numbers, longest: int) -> float:
    """Return the mean run length, of runs that may be cut off: time watched by alarms."""
    alarms = np.isfinite(found).sum()
    return float(np.minimum(found, longest).sum() / alarms) if alarms else math.inf


# Trials


def limits(runs: int) -> str:
    """Return the mean run length by the limit, for surprises that are normal."""
    rows = []
    for run_length in (50.0, 200.0, 800.0):
        rng = np.random.default_rng([SEED, 7])
        longest = int(6 * run_length)
        found = waits(rng.standard_normal((runs, longest)), baseline=0, limit=limit_for(run_length))
        mean = mean_wait(found, longest)
        rows.append([f"{run_length:.0f}", f"{mean:.0f}", f"{mean / limit_for(run_length):.2f}"])
    return (
        f"How long a run lasts for surprises that are standard normal, of {runs:,} runs each. The "
        f"limit is the run length by {OVERSHOOT}, a little less than the last column.\n\n"
        + table(("Run length stated", "mean run", "mean run by the limit"), rows)
    )


def in_control(shapes: Mapping[str, Draw], runs: int) -> str:
    """Return run lengths while nothing changes, of one chart with a limit for 200 batches."""
    reference = 0.5
    limits = cusum.limit_for(reference, RUN_LENGTH), ewma_limit(0.2, RUN_LENGTH)
    rows = []
    first = next(iter(shapes))
    conditions = [
        *((name, BASELINE, IMAGES, 0.0) for name in shapes),
        *((first, baseline, IMAGES, 0.0) for baseline in (4, 16, 50)),
        *((name, BASELINE, images, 0.0) for name in list(shapes)[1:3] for images in (1, 5)),
        *((first, BASELINE, IMAGES, extra) for extra in (0.5, 1.0)),
    ]
    for name, baseline, images, extra in conditions:
        ours, sums, averages = _quiet_runs(
            shapes[name], runs, (baseline, images, extra), limits, reference
        )
        label = f"{name}; {baseline} × {images}" + (
            f"; batches differ by {extra:g} of their error" if extra else ""
        )
        rows.append([label, *_lengths(ours), *_lengths(sums), *_lengths(averages)])
    text = table(
        ("Scores; baseline batches × images", "Assay: mean run", "alarm within 20",
         "CUSUM: mean run", "within 20", "EWMA: mean run", "within 20"),
        rows,
    )  # fmt: skip
    return (
        f"Mean run length of {runs:,} runs while nothing changes, at a limit for 200, and the "
        "share of runs with an alarm within 20 batches, which is 9.5 % where alarms come at "
        "random with that mean.\n\n" + text
    )


_LONGEST = 300


def _lengths(found: Numbers) -> tuple[str, str]:
    return f"{mean_wait(found, _LONGEST):.0f}", rate(int((found <= 20).sum()), len(found))


def _quiet_runs(
    draw: Draw,
    runs: int,
    size: tuple[int, int, float],
    limits: tuple[float, float],
    reference: float,
) -> tuple[Numbers, Numbers, Numbers]:
    baseline, images, extra = size
    rng = np.random.default_rng([SEED, 1])
    ours, sums, averages = [], [], []
    for _ in range(0, runs, 200):
        scores = draw(rng, (min(200, runs), baseline + _LONGEST, images))
        if extra:
            error = scores.std() / math.sqrt(images)
            scores = scores + extra * error * rng.standard_normal((*scores.shape[:2], 1))
        values = weighed(surprises(scores))
        ours.append(waits(values, baseline=baseline, limit=limit_for(RUN_LENGTH)))
        standard = plugged_in(scores, baseline=baseline)
        sums.append(cusum_waits(standard, baseline=baseline, reference=reference, limit=limits[0]))
        averages.append(ewma_waits(standard, baseline=baseline, weight=0.2, limit=limits[1]))
    return np.concatenate(ours), np.concatenate(sums), np.concatenate(averages)


def delays(shapes: Mapping[str, Draw], runs: int, pictures: dict[str, str]) -> str:
    """Return how soon a fall of three points is found, by the spread of scores."""
    rng = np.random.default_rng([SEED, 2])
    shape = shapes["simulated street scenes"](rng, (100_000,))
    street = (shape - shape.mean()) / shape.std()
    spreads = (0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.15)
    rows, ours_line, best_line = [], [], []
    for spread in spreads:
        found = {
            name: _fall_waits(draw, runs, spread, limit=limit_for(length))
            for name, draw, length in (
                ("normal", _NORMAL, RUN_LENGTH),
                ("street", _resampled(street), RUN_LENGTH),
                ("report", _NORMAL, 3 * RUN_LENGTH),
            )
        }
        best = cusum.median_delay(FALL / spread * math.sqrt(IMAGES), RUN_LENGTH)
        ours_line.append(_median(found["normal"]))
        best_line.append(best)
        rows.append(
            [f"{100 * spread:.0f} points", *(_quantiles(found[n]) for n in found), f"{best:.0f}"]
        )
    tail = _tail_waits(runs)
    needed = _needed(spreads)
    pictures["drift-delay.svg"] = _delay_picture(spreads, ours_line, best_line)
    edge, bound = _largest_spread(), _largest_spread(best=True)
    return "\n\n".join(
        [
            (
                "A fall of 3 points from the first watched batch on, "
                f"{runs:,} runs each; {BASELINE} baseline batches, {IMAGES} gold images each. "
                "Median batches until it is found, with the share found within three. *In a "
                "report*: the vendor's main chart, whose limit leaves room for all others (run "
                "length 600). *CUSUM that knows all*: true mean, true deviation "
                "and the fall itself given beforehand, exact (Brook and Evans 1972); nothing can "
                "do better."
            ),
            table(
                ("SD of one image", "Assay, normal scores", "shape of street scenes",
                 "in a report", "CUSUM that knows all"),
                rows,
            ),
            "![Median delay by the deviation of one image's score](images/drift-delay.svg)",
            (
                f"The median stays within three batches up to an SD of **{100 * edge:.1f} points** "
                f"in the limit of a long baseline; for the CUSUM that knows all, up to "
                f"{100 * bound:.1f} points. Where the mean falls by 3 points because one image in "
                "ten falls by 30 (SD 4 points before), the fall is found after "
                f"{_quantiles(tail)} batches."
            ),
            "Gold images a batch needed to find 3 points within three batches (median):",
            table(("SD of one image", "Assay", "CUSUM that knows all"), needed),
        ]
    )  # fmt: skip


def _NORMAL(rng: np.random.Generator, shape: tuple[int, ...]) -> Numbers:  # noqa: N802 - a Draw
    return rng.standard_normal(shape)


def _fall_waits(draw: Draw, runs: int, spread: float, *, limit: float) -> Numbers:
    rng = np.random.default_rng([SEED, 3])
    scores = 0.8 + spread * draw(rng, (runs, BASELINE + 60, IMAGES))
    scores[:, BASELINE:] -= FALL
    return waits(weighed(surprises(scores)), baseline=BASELINE, limit=limit)


def _tail_waits(runs: int) -> Numbers:
    rng = np.random.default_rng([SEED, 4])
    scores = 0.8 + 0.04 * rng.standard_normal((runs, BASELINE + 60, IMAGES))
    struck = rng.random(scores.shape) < 0.1
    struck[:, :BASELINE] = False
    scores -= 0.3 * struck
    return waits(weighed(surprises(scores)), baseline=BASELINE, limit=limit_for(RUN_LENGTH))


def _median(found: Numbers) -> float:
    return float(np.sort(found)[len(found) // 2])


def _quantiles(found: Numbers) -> str:
    median = _median(found)
    text = f"{median:.0f}" if math.isfinite(median) else "over 60"
    return f"{text} ({100 * np.mean(found <= 3):.0f} %)"


def _largest_spread(*, best: bool = False) -> float:
    """Return the largest deviation at which the median is within three batches."""
    from assay.drift.sensitivity import median_delay

    low, high = 0.01, 0.3
    for _ in range(14):
        middle = (low + high) / 2
        shift = FALL / middle * math.sqrt(IMAGES)
        delay = (
            cusum.median_delay(shift, RUN_LENGTH)
            if best
            else median_delay(shift, limit=limit_for(RUN_LENGTH), seed=SEED)
        )
        if delay <= 3:
            low = middle
        else:
            high = middle
    return low


def _needed(spreads: Sequence[float]) -> list[list[str]]:
    """Return how many gold images find the fall in three batches: they grow with the square."""
    ours, best = _largest_spread(), _largest_spread(best=True)
    return [
        [
            f"{100 * spread:.0f} points",
            *(f"{math.ceil(IMAGES * (spread / edge) ** 2)}" for edge in (ours, best)),
        ]
        for spread in (*spreads, 0.23)
    ]


def _delay_picture(spreads: Sequence[float], ours: Sequence[float], best: Sequence[float]) -> str:
    drawn, (axes,) = figure()
    points = [100 * spread for spread in spreads]
    axes.plot(points, ours, marker="o", label="Assay, 8 baseline batches")
    axes.plot(points, best, marker="o", label="CUSUM that knows all")
    axes.axhline(3, color="#7f7f7f", linestyle="--", linewidth=1)
    axes.set_title("Three points are found within three batches where scores vary little")
    axes.set_xlabel("standard deviation of one image's score, points")
    axes.set_ylabel("median batches until found")
    axes.set_ylim(0, 20)
    axes.legend()
    return svg(drawn)


def family(runs: int) -> str:
    """Return false alarms over all charts of a report, while nothing changes."""
    rows = []
    for title, vendors, trials in (
        ("one vendor", 1, runs),
        ("two vendors, the same gold", 2, -(-runs // 4)),
    ):
        hits = {"quality": 0, "images": 0}
        batches = BASELINE + 20
        for number in range(trials):
            rng = np.random.default_rng([SEED, 5, vendors, number])
            made = _production(rng, _Scenario(), vendors=vendors, batches=batches)
            found = watch(made, baseline_batches=BASELINE, run_length=RUN_LENGTH, seed=None)
            quality = [c for w in found for c in w.charts if c.kind != "image"]
            hits["quality"] += any(c.track.signal is not None for c in quality)
            hits["images"] += any(w.look.signal is not None for w in found)
        stated = 1 - math.exp(-20 * vendors / RUN_LENGTH)
        rows.append(
            [
                title,
                f"{100 * stated:.1f} %",
                rate(hits["quality"], runs),
                rate(hits["images"], runs),
            ]
        )
    return (
        "Share of reports with any alarm in 20 watched batches a vendor: all quality charts "
        "together (scores, adjusted, beside the other vendor, three annotators, two classes), and "
        "all image charts.\n\n"
        + table(
            ("Report; repetitions", "at most, as stated", "a quality alarm", "an image alarm"), rows
        )
    )


# Whom a report blames


@dataclass(frozen=True)
class _Scenario:
    """What changes after the baseline.

    Parameters
    ----------
    vendor
        By how much all annotators of the first vendor fall.
    ben
        By how much one of its three annotators falls.
    dusk
        Share of dusk images from then on; a quarter before.
    everybody
        By how much all fall for a reason that nothing measures.
    strata
        Whether the buyer names the strata.
    uneven
        Whether scores vary twice as much at dusk.
    """

    vendor: float = 0.0
    ben: float = 0.0
    dusk: float = 0.25
    everybody: float = 0.0
    strata: bool = True
    uneven: bool = False


_CHANGE = BASELINE
_CONTENT = Content(10.0, 2, (0.5, 0.5))


def _production(
    rng: np.random.Generator, scenario: _Scenario, *, vendors: int, batches: int
) -> Production:
    """Return a production of numbers: dusk costs 8 points, an image varies by 5."""
    made = []
    for batch in range(batches):
        changed = batch >= _CHANGE
        dusk = rng.random(IMAGES) < (scenario.dusk if changed else 0.25)
        detail = rng.normal(10, 2, IMAGES)
        light = 120 - 30 * dusk + rng.normal(0, 12, IMAGES)
        hard = 0.08 * dusk + 0.01 * (detail - 10) + 0.02 * rng.standard_normal(IMAGES)
        date = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(weeks=batch)
        for vendor in range(vendors):
            noise = 0.045 * rng.standard_normal(IMAGES) * (1 + scenario.uneven * dusk)
            who = rng.integers(0, 3, IMAGES)
            fall = np.zeros(IMAGES)
            if changed:
                fall += scenario.everybody
                fall += (vendor == 0) * (scenario.vendor + scenario.ben * (who == 1))
            scores = 0.85 - hard + noise - fall
            images = tuple(
                GoldImage(
                    f"{batch}-{number}",
                    float(scores[number]),
                    {"road": float(scores[number]), "car": float(scores[number] + noise[-number])},
                    Content(float(detail[number]), 2, (0.5, 0.5)),
                    True,
                    ("Ann", "Ben", "Cleo")[who[number]],
                    ("dusk" if dusk[number] else "day") if scenario.strata else "",
                    Look(float(light[number]), 40.0, 30.0, 6.0),
                )
                for number in range(IMAGES)
            )
            name = f"V{vendor + 1}"
            made.append(Batch(f"{name}-{batch}", name, date, images, IMAGES))
    return Production("Simulated", tuple(made), ("road", "car"))


#: What changes, how many vendors, and whether a rate is claimed that needs every repetition.
_SCENARIOS: Sequence[tuple[str, _Scenario, int, bool]] = (
    ("one annotator falls by 9 points", _Scenario(ben=0.09), 1, True),
    ("all annotators fall by 3 points", _Scenario(vendor=0.03), 1, False),
    ("dusk from 25 to 80 %, strata given", _Scenario(dusk=0.8), 1, True),
    ("the same, scores twice as uneven at dusk", _Scenario(dusk=0.8, uneven=True), 1, False),
    ("the same, no strata, photographs given", _Scenario(dusk=0.8, strata=False), 1, True),
    ("dusk to 80 % and one annotator by 9 points", _Scenario(dusk=0.8, ben=0.09), 1, False),
    ("unmeasured: all images 3 points harder, alone", _Scenario(everybody=0.03), 1, False),
    ("unmeasured, beside a second vendor", _Scenario(everybody=0.03), 2, True),
    ("dusk, no strata, beside a second vendor", _Scenario(dusk=0.8, strata=False), 2, False),
    ("one annotator falls, beside a second vendor", _Scenario(ben=0.09), 2, False),
)


def blame(runs: int) -> str:
    """Return whom reports blame, ten batches after a change."""
    rows = []
    for title, scenario, vendors, claimed in _SCENARIOS:
        trials = runs if claimed else -(-runs // 4)
        states: Counter[str] = Counter()
        named: Counter[str] = Counter()
        other = 0
        for number in range(trials):
            rng = np.random.default_rng([SEED, 6, number])
            made = _production(rng, scenario, vendors=vendors, batches=_CHANGE + 10)
            found = watch(made, baseline_batches=BASELINE, run_length=RUN_LENGTH, seed=None)
            state = found[0].diagnosis.state
            states[state] += 1
            fallen = {c.annotator for c in found[0].diagnosis.contributions if c.fell}
            if state in {"vendor", "both"}:
                named["ben alone" if fallen == {"Ben"} else "others"] += 1
            if state == "annotator":
                alarmed = {c.name for c in found[0].annotators if c.track.signal is not None}
                named["ben alone" if alarmed == {"Ben"} else "others"] += 1
            other += len(found) > 1 and found[1].diagnosis.state in _PEOPLE
        people = sum(states[state] for state in _PEOPLE)
        images = states["images"] + states["both"]
        rows.append(
            [
                f"{title}; {trials:,}",
                rate(people, trials),
                _share(images, trials),
                _share(named["ben alone"], people) if scenario.ben else "–",
                _share(states["common"], trials),
                _share(states["unclear"], trials),
                _share(states["steady"], trials),
                _share(other, trials) if vendors > 1 else "–",
            ]
        )
    return (
        f"Productions with {IMAGES} gold images a batch, which vary by 5 points, and by 8 more "
        "between day and dusk; three annotators; the change comes with the first watched batch, "
        "and the report is read 10 batches after the baseline. *Blames people*: drift of the "
        "vendor, an annotator or a class is reported. "
        "The number of productions stands beside.\n\n"
        + table(
            ("What changes; productions", "blames people", "says images changed",
             "names the annotator alone",
             "all vendors fell", "unclear", "steady", "blames the second vendor"),
            rows,
        )
    )  # fmt: skip


_PEOPLE = frozenset({"vendor", "both", "annotator", "class", "behind"})


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"
