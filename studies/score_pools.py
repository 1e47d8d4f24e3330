"""Per-image scores to make batches of: of known shapes, of simulated vendors, and real ones."""

import csv
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from assay.metrics.overlap import weighted_iou
from assay.metrics.pair import Pair
from assay.metrics.registry import MEASURES
from assay.sampling.characteristic import make_values, shift_means
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET
from assay.simulate.vendors import NORTHLIGHT, PIXELFORGE
from studies.study import DATA

Values = NDArray[np.float64]

#: Makes batches: ``maker(generator, batches, size, mean)``, every batch of exactly that mean.
Maker = Callable[[np.random.Generator, int, int, float], Values]


def makers() -> Mapping[str, Maker]:
    """Return every way of making batches, by what it is called in tables."""
    found: dict[str, Maker] = {
        "beta, SD 0.06": _beta(0.06),
        "beta, SD 0.20": _beta(0.20),
        "good with broken images": _broken,
        "right or wrong": _beta(0.0),
        "simulated vendors": _resampled(simulated_scores),
    }
    if (DATA / "bu_bil").is_dir():
        found["BU-BIL crowd workers"] = _resampled(bu_bil_scores)
    if (DATA / "ima_plusplus_metrics").is_dir():
        found["IMA++ annotator pairs"] = _resampled(ima_scores)
    return found


def _beta(spread: float) -> Maker:
    return lambda generator, batches, size, mean: make_values(
        generator, batches, size, mean, spread
    )


def _broken(generator: np.random.Generator, batches: int, size: int, mean: float) -> Values:
    """Scores near 0.95, and as many images near 0.1 as the mean asks for."""
    share = min(max((0.95 - mean) / 0.85, 0.0), 1.0)
    broken = generator.random((batches, size)) < share
    values = np.where(
        broken, generator.beta(1, 9, broken.shape), generator.beta(38, 2, broken.shape)
    )
    return shift_means(values, mean)


def _resampled(pool: Callable[[], Values]) -> Maker:
    def make(generator: np.random.Generator, batches: int, size: int, mean: float) -> Values:
        return shift_means(generator.choice(pool(), (batches, size)), mean)

    return make


@cache
def simulated_scores() -> Values:
    """Weighted IoU of each image of two simulated vendors."""
    measure = MEASURES.get("overlap")
    scores = []
    for number in range(150):
        truth = draw_scene(96, 192, seed=5000, index=number).truth
        for vendor in (NORTHLIGHT, PIXELFORGE):
            work = vendor.annotator.annotate(truth, number, STREET)
            pair = Pair(truth, work, STREET)
            scores.append(float(weighted_iou(measure.count(pair, measure.parameters()), STREET)))
    return np.array(scores)


@cache
def bu_bil_scores() -> Values:
    """IoU of seven Mechanical Turk workers with expert gold, image by image."""
    with (DATA / "bu_bil" / "crowd_alignment.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return np.array([float(row[f"iou{worker}"]) for row in rows for worker in range(1, 8)])


@cache
def ima_scores() -> Values:
    """Jaccard index of pairs of annotators of skin lesions."""
    folder = DATA / "ima_plusplus_metrics" / "output" / "metrics"
    with (folder / "IMAplusplus_multiannotator_subset_IAA_metrics.csv").open(newline="") as file:
        found = [float(row["jaccard_score"]) for row in csv.DictReader(file)]
    return np.array([score for score in found if 0 <= score <= 1])
