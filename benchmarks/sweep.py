"""Where runs lose: maps from noise to flat, against a dense joint histogram."""

from typing import TYPE_CHECKING

import numpy as np

from assay import LabelMap
from assay.metrics import Pair
from benchmarks import peers, scenes
from benchmarks.scenes import Dense, Scene
from benchmarks.table import Comparison, Section
from benchmarks.timing import interleave

if TYPE_CHECKING:
    from numpy.typing import NDArray

LENGTHS = (2, 4, 8, 16, 25, 35, 60, 130)
ONTOLOGY = scenes.ontology()
DENSE = "dense compiled histogram"


def run(pairs: tuple[Scene, ...], *, rounds: int) -> Section:  # noqa: ARG001 - makes its own maps
    """Count confusions of maps with runs of known mean length, from runs and from arrays."""
    script = peers.cityscapes_evaluation()
    if script is None:
        return Section("Where runs lose", "", missing=("cityscapesScripts: not installed",))
    comparisons: list[Comparison] = []
    for length in LENGTHS:
        comparisons += _compare(script.addToConfusionMatrix.cEvaluatePair, length, rounds)
    return Section(
        "Where runs lose",
        "One pair of 2048×1024 px, 19 classes, run lengths drawn at random around a mean.  The "
        "peer is the compiled loop over two uint8 arrays that cityscapesScripts uses.  `in hand`: "
        "Assay has runs, the peer arrays.  `from arrays`: Assay must encode both arrays first, "
        "as a caller who holds arrays and asks once has to.",
        tuple(comparisons),
        closing=_closing(comparisons),
    )


def _compare(count_dense: object, length: int, rounds: int) -> list[Comparison]:
    rng = np.random.default_rng(length)
    arrays = [random_runs(rng, length) for _ in range(2)]
    maps = [LabelMap.from_dense(array) for array in arrays]
    counts = np.zeros((34, 34), np.uint64)
    times = interleave(
        {
            "in hand": lambda: Pair(maps[0], maps[1], ONTOLOGY).confusion,
            "from arrays": lambda: (
                Pair(
                    LabelMap.from_dense(arrays[0]), LabelMap.from_dense(arrays[1]), ONTOLOGY
                ).confusion
            ),
            DENSE: lambda: count_dense(arrays[1], arrays[0], counts, None),  # type: ignore[operator]  # compiled
        },
        rounds=rounds,
        units=1,
    )
    mean = np.mean([label_map.pixels / label_map.ends.size for label_map in maps])
    return [
        Comparison.of(times, f"{mean:.1f} px a run, {side}", DENSE, side=side)
        for side in ("in hand", "from arrays")
    ]


def random_runs(rng: np.random.Generator, length: float) -> Dense:
    """Return a map of classes 1 to 19 whose runs have geometric lengths of about that mean."""
    pixels = scenes.HEIGHT * scenes.WIDTH
    changes = rng.random(pixels) < 1.0 / length
    steps: NDArray[np.int64] = np.where(changes, rng.integers(1, 19, pixels), 0)
    values = np.cumsum(steps) % 19 + 1
    return values.astype(np.uint8).reshape(scenes.HEIGHT, scenes.WIDTH)


def _closing(comparisons: list[Comparison]) -> str:
    slower = [row.task for row in comparisons if row.ratio.median < 1]
    lost = "; ".join(slower) if slower else "none of these"
    return f"Runs are slower than the dense loop at: {lost}."
