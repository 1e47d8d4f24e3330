"""Confusion matrix of two maps that are in hand."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from assay.metrics import Pair
from benchmarks import peers, scenes
from benchmarks.scenes import Scene
from benchmarks.table import Comparison, Section
from benchmarks.timing import interleave

TARGETS = {"cityscapesScripts (Cython)": 12.0, "torchmetrics": 300.0}


def run(pairs: tuple[Scene, ...], *, rounds: int) -> Section:
    """Count confusions of the pairs, each side with its own form of map in hand."""
    sides = _sides(pairs)
    _check(sides)
    task = "confusion, maps in hand"
    times = interleave(sides, rounds=rounds, units=len(pairs))
    missing = tuple(f"{name}: not installed" for name in TARGETS if name not in sides)
    runs = np.mean([label_map.ends.size for pair in pairs for label_map in pair.runs])
    return Section(
        "Confusion matrix, maps in hand",
        f"{len(pairs)} pairs of 2048×1024 px, 19 classes and void, {runs:,.0f} runs a map on "
        "average; one thread; times per pair.  Each side gets the maps in the form that it likes "
        "best: Assay runs, torchmetrics int64 tensors with its argument checks off, the others "
        "uint8 arrays.",
        tuple(
            Comparison.of(times, task, peer, target=TARGETS.get(peer))
            for peer in sides
            if peer != "assay"
        ),
        missing=missing,
    )


def _sides(pairs: tuple[Scene, ...]) -> dict[str, Callable[[], NDArray[np.int64]]]:
    """Return per side a function that gives the summed 19×19 matrix of all pairs."""
    sides: dict[str, Callable[[], NDArray[np.int64]]] = {"assay": lambda: _assay(pairs)}
    script = peers.cityscapes_evaluation()
    if script is not None:
        sides["cityscapesScripts (Cython)"] = lambda: _cityscapes(script, pairs)
    torch, metrics = peers.optional("torch"), peers.optional("torchmetrics.functional.classification")
    if torch is not None and metrics is not None:
        tensors = [
            tuple(torch.from_numpy(ids.astype(np.int64)) for ids in pair.train_ids)
            for pair in pairs
        ]
        sides["torchmetrics"] = lambda: sum(
            metrics.multiclass_confusion_matrix(
                candidate, reference, 19, ignore_index=255, validate_args=False
            )
            for reference, candidate in tensors
        ).numpy()
    sides["NumPy bincount"] = lambda: _bincount(pairs)
    return sides


def _assay(pairs: tuple[Scene, ...]) -> NDArray[np.int64]:
    own = _ONTOLOGY
    return sum((Pair(*pair.runs, own).confusion.counts for pair in pairs), start=_NOTHING)[:, :-1]


_ONTOLOGY = scenes.ontology()
_NOTHING = np.zeros((19, 20), np.int64)


def _cityscapes(script: object, pairs: tuple[Scene, ...]) -> NDArray[np.int64]:
    counter = script.addToConfusionMatrix  # type: ignore[attr-defined]  # an untyped package
    counts = np.zeros((34, 34), np.uint64)
    for pair in pairs:
        counter.cEvaluatePair(pair.candidate, pair.reference, counts, None)
    return counts[np.ix_(scenes.IDS, scenes.IDS)].astype(np.int64)


def _bincount(pairs: tuple[Scene, ...]) -> NDArray[np.int64]:
    """Count as many evaluation scripts do: mask the void, one index per pixel, ``bincount``."""
    total = np.zeros(19 * 19, np.int64)
    for reference, candidate in (pair.train_ids for pair in pairs):
        scored = reference < 19
        joint = 19 * reference[scored].astype(np.int64) + candidate[scored]
        total += np.bincount(joint, minlength=19 * 19)
    return total.reshape(19, 19)


def _check(sides: dict[str, Callable[[], NDArray[np.int64]]]) -> None:
    ours = sides["assay"]()
    for peer, side in sides.items():
        if not np.array_equal(ours, side()):
            raise AssertionError(f"Assay and {peer} count differently")
