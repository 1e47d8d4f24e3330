"""How often intervals cover the truth: ``python -m benchmarks.coverage [--repeats N]``.

A population of 40,000 images is made up, with two vendors' labels of each.  A pilot draws some of
them, as a buyer does; the truth is the score over the whole population.  Repeated many times, an
interval of 95 % should hold the truth in 95 % of the pilots.  The methods that were not taken are
shown beside the one that was.

What makes it hard is in the population as it is in real images: classes of very different size, of
which the rarest is in a third of the images; sizes that vary (log-normal); images that are hard for
both vendors; and objects that are lost as a whole, more often in rare classes.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from assay import LabelClass, Ontology
from assay.metrics import Metric
from assay.metrics.intervals import estimate_difference, estimate_score
from assay.metrics.overlap import ByCounts, mean_iou, pixel_accuracy, weighted_iou
from assay.metrics.resampling import Resampling

SEED = 20260101
IMAGES = 40_000
SIZES = (20, 50, 100, 200)
PRESENT = np.array([1, 0.95, 0.85, 0.7, 0.5, 0.35])
LOG_AREA = np.array([11, 10.5, 10, 9, 8, 7.5])
HARDNESS = np.array([-1, -0.5, 0, 0.3, 0.6, 0.8])
LOST = np.array([0, 0, 0.005, 0.02, 0.05, 0.07])

CLASSES = tuple(
    LabelClass(f"class {i}", i, (i, i, i), weight=float(weight))
    for i, weight in enumerate((1, 1, 1, 2, 5, 5), 1)
)
ONTOLOGY = Ontology(CLASSES)
NORMAL = NormalDist()

Counts = NDArray[np.int64]
Ends = tuple[float, float]


@dataclass(frozen=True)
class Subject:
    """A score of some of the classes."""

    name: str
    metric: Metric
    first: int = 0
    last: int = PRESENT.size


def _overall(score: Callable[[Counts], NDArray[np.float64]]) -> Metric:
    return Metric("score", "", "", "", "overlap", "overall", ByCounts(score))


SUBJECTS = (
    Subject("pixel accuracy", _overall(pixel_accuracy)),
    Subject("mean IoU", _overall(mean_iou)),
    Subject("weighted IoU", Metric("score", "", "", "", "overlap", "overall", weighted_iou)),
    # The mean over one class is its IoU.
    Subject("IoU, class in 95 %", _overall(mean_iou), 1, 2),
    Subject("IoU, class in 35 %", _overall(mean_iou), 5, 6),
)


@dataclass(frozen=True, eq=False)
class Population:
    """Counts of two vendors on every image, each (images, classes, 3)."""

    name: str
    first: Counts
    second: Counts


def population(name: str, spread: float) -> Population:
    """Make up a population whose sizes have this standard deviation in logarithms."""
    rng = np.random.default_rng(SEED)
    shape = (IMAGES, PRESENT.size)
    area = np.exp(rng.normal(LOG_AREA, spread, shape)) * (rng.random(shape) < PRESENT)
    reference = np.rint(area).astype(np.int64)
    hard = rng.normal(0, 0.5, (IMAGES, 1)) + HARDNESS
    first, second = (
        _vendor(rng, reference, hard, level, scatter, losses)
        for level, scatter, losses in ((-2.6, 0.6, 1.0), (-2.4, 0.7, 1.3))
    )
    return Population(name, first, second)


def _vendor(
    rng: np.random.Generator,
    reference: Counts,
    hard: NDArray[np.float64],
    level: float,
    scatter: float,
    losses: float,
) -> Counts:
    own = rng.normal(0, 0.3, (IMAGES, 1))
    missing = 1 / (1 + np.exp(-(level + hard + own + rng.normal(0, scatter, reference.shape))))
    missing[rng.random(reference.shape) < losses * LOST] = 1
    both = np.rint(reference * (1 - missing)).astype(np.int64)
    extra = np.exp(level + hard + rng.normal(0, 0.2, reference.shape))
    candidate = both + np.rint(extra * reference).astype(np.int64)
    return np.stack([both, reference, candidate], axis=-1)


def main() -> None:
    """Print one table of paired differences and one of single scores."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--repeats", type=int, default=2000, help="pilots drawn for each row")
    repeats = parser.parse_args().repeats
    populations = (population("even sizes", 0.5), population("uneven sizes", 1.0))
    print(f"{repeats} pilots a row; a share of 95 % has a standard error of "
          f"{100 * np.sqrt(0.95 * 0.05 / repeats):.1f} %.\n")  # fmt: skip
    for title, rows in (
        ("Difference of two vendors", differences),
        ("Score of one vendor", single_scores),
    ):
        print(f"| {title} | images | score | **Assay** | percentile bootstrap | BCa bootstrap |")
        print("|---|---|---|---|---|---|")
        for row in rows(populations, repeats):
            print(f"| {row} |", flush=True)
        print()


def differences(populations: tuple[Population, ...], repeats: int) -> Iterator[str]:
    """Yield the coverage of paired differences, a row for each population, size and metric."""
    for source in populations:
        for size in SIZES:
            for subject in SUBJECTS:
                yield _row(source, size, subject, repeats, paired=True)


def single_scores(populations: tuple[Population, ...], repeats: int) -> Iterator[str]:
    """Yield the coverage of one vendor's scores."""
    for source in populations:
        for size in SIZES:
            for subject in SUBJECTS:
                yield _row(source, size, subject, repeats, paired=False)


def _row(source: Population, size: int, subject: Subject, repeats: int, *, paired: bool) -> str:
    metric = subject.metric
    one, two = (part[:, subject.first : subject.last] for part in (source.first, source.second))
    rng = np.random.default_rng([SEED, size])
    weights = np.concatenate(list(Resampling(size, resamples=1000).weights()))
    truth = _score(metric, one.sum(0))
    if paired:
        truth -= _score(metric, two.sum(0))
    hits = []
    for _ in range(repeats):
        drawn = rng.integers(0, IMAGES, size)
        first, second = one[drawn], two[drawn]
        ends = _intervals(metric, first, second if paired else None, weights)
        hits.append([low <= truth <= high for low, high in ends])
    shares = " | ".join(f"{share:.1%}" for share in np.mean(hits, axis=0))
    return f"{source.name} | {size} | {subject.name} | {shares}"


def _intervals(
    metric: Metric, first: Counts, second: Counts | None, weights: NDArray[np.float64]
) -> tuple[Ends, Ends, Ends]:
    """Return the ends of Assay's interval, the percentile interval, and the BCa interval."""
    if second is None:
        found = estimate_score(metric, first, ONTOLOGY)
        drawn = _resampled(metric, first, weights)
        without = metric.score(first.sum(0) - first, ONTOLOGY)
    else:
        found = estimate_difference(metric, first, second, ONTOLOGY)
        drawn = _resampled(metric, first, weights) - _resampled(metric, second, weights)
        without = metric.score(first.sum(0) - first, ONTOLOGY)
        without = without - metric.score(second.sum(0) - second, ONTOLOGY)
    drawn = np.sort(drawn[~np.isnan(drawn)])
    ours = float(found.low), float(found.high)
    return ours, _quantiles(drawn, 0.025, 0.975), _bca(float(found.value), drawn, without)


def _resampled(metric: Metric, counts: Counts, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    totals = (weights @ counts.reshape(len(counts), -1)).astype(np.int64)
    return metric.score(totals.reshape(-1, *counts.shape[1:]), ONTOLOGY)


def _bca(value: float, drawn: NDArray[np.float64], without: NDArray[np.float64]) -> Ends:
    """Bias-corrected and accelerated interval (Efron 1987)."""
    below = (drawn < value).mean() + (drawn == value).mean() / 2
    bias = NORMAL.inv_cdf(min(max(below, 1 / drawn.size), 1 - 1 / drawn.size))
    gap = np.nanmean(without) - without[~np.isnan(without)]
    bend = (gap**3).sum() / (6 * max((gap**2).sum() ** 1.5, 1e-300))
    levels = []
    for level in (0.025, 0.975):
        shifted = bias + NORMAL.inv_cdf(level)
        levels.append(NORMAL.cdf(bias + shifted / (1 - bend * shifted)))
    return _quantiles(drawn, *levels)


def _quantiles(drawn: NDArray[np.float64], low: float, high: float) -> Ends:
    first, last = np.quantile(drawn, [low, high])
    return float(first), float(last)


def _score(metric: Metric, counts: Counts) -> float:
    return float(metric.score(counts, ONTOLOGY))


if __name__ == "__main__":
    main()
