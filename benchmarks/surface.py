"""HD95 and average symmetric surface distance of all classes."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.metrics import Pair
from assay.metrics.surface import (
    average_surface_distance,
    hausdorff_distance,
    surface_distances,
)
from benchmarks import peers, scenes
from benchmarks.scenes import Scene
from benchmarks.table import Comparison, Section
from benchmarks.timing import interleave

MONAI = "MONAI"
DEEPMIND = "surface-distance (DeepMind)"
TARGET = 25.0
ONTOLOGY = scenes.ontology()

#: HD95 and ASSD per class, shape (2, classes).
Scores = NDArray[np.float64]


def run(pairs: tuple[Scene, ...], *, rounds: int) -> Section:
    """Score the edges of a few pairs: the peers take seconds for each."""
    few = tuple(scenes.without_void(pair) for pair in pairs[:2])
    sides = _sides(few)
    _check(sides)
    times = interleave(sides, rounds=max(3, rounds // 3), units=len(few))
    missing = tuple(f"{name}: not installed" for name in (MONAI, DEEPMIND) if name not in sides)
    return Section(
        "Surface distances: HD95 and ASSD",
        f"{len(few)} pairs of 2048×1024 px without void, both scores of all 19 classes; one "
        "thread; times per pair.  MONAI gets one-hot tensors made before, and runs its two "
        "functions; surface-distance gets one mask a class (its surface lies between pixels, so "
        "its figures differ from the others' by definition).",
        tuple(
            Comparison.of(times, "HD95 and ASSD", peer, target=TARGET if peer == MONAI else None)
            for peer in sides
            if peer != "assay"
        ),
        missing=missing,
    )


def _sides(pairs: tuple[Scene, ...]) -> dict[str, Callable[[], list[Scores]]]:
    sides: dict[str, Callable[[], list[Scores]]] = {
        "assay": lambda: [_assay(pair) for pair in pairs]
    }
    torch, metrics = peers.optional("torch"), peers.optional("monai.metrics")
    if torch is not None and metrics is not None:
        planes = [[_one_hot(torch, ids) for ids in pair.train_ids] for pair in pairs]
        sides[MONAI] = lambda: [_monai(metrics, *pair) for pair in planes]
    deepmind = peers.optional("surface_distance")
    if deepmind is not None:
        sides[DEEPMIND] = lambda: [_deepmind(deepmind, pair) for pair in pairs]
    return sides


def _assay(pair: Scene) -> Scores:
    distances = surface_distances(Pair(*pair.runs, ONTOLOGY))
    return np.stack([hausdorff_distance(distances), average_surface_distance(distances)])


def _one_hot(torch: Any, ids: scenes.Dense) -> Any:
    return torch.from_numpy(np.stack([ids == index for index in range(19)])[np.newaxis])


def _monai(metrics: Any, reference: Any, candidate: Any) -> Scores:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of classes that a map lacks
        far = metrics.compute_hausdorff_distance(
            candidate, reference, include_background=True, percentile=95
        )
        mean = metrics.compute_average_surface_distance(
            candidate, reference, include_background=True, symmetric=True
        )
    return np.stack([far[0].numpy(), mean[0].numpy()])


def _deepmind(module: Any, pair: Scene) -> Scores:
    scores = []
    reference, candidate = pair.train_ids
    for index in range(19):
        masks = reference == index, candidate == index
        if not masks[0].any() or not masks[1].any():
            scores.append((np.nan, np.nan))
            continue
        found = module.compute_surface_distances(*masks, (1.0, 1.0))
        forth, back = module.compute_average_surface_distance(found)
        scores.append((module.compute_robust_hausdorff(found, 95), (forth + back) / 2))
    return np.array(scores).T


def _check(sides: dict[str, Callable[[], list[Scores]]]) -> None:
    if MONAI not in sides:
        return
    ours, theirs = np.array(sides["assay"]()), np.array(sides[MONAI]())
    # A class in one map only is infinite here and NaN or infinite there; compare the others.
    both = np.isfinite(ours)
    if not np.allclose(ours[both], theirs[both], rtol=1e-4):
        raise AssertionError("Assay and MONAI measure different distances")
