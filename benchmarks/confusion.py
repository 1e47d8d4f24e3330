"""Confusion matrix of two maps that are in hand."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.metrics import Pair
from benchmarks import peers, scenes
from benchmarks.scenes import Scene
from benchmarks.table import Comparison, Section
from benchmarks.timing import interleave

Counts = NDArray[np.int64]

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
        "best: Assay runs, torchmetrics int64 tensors, the others "
        "uint8 arrays.",
        tuple(
            Comparison.of(times, task, peer, target=TARGETS.get(peer))
            for peer in sides
            if peer != "assay"
        ),
        missing=missing,
    )


def _sides(pairs: tuple[Scene, ...]) -> dict[str, Callable[[], Counts]]:
    """Return per side a function that gives the summed 19×19 matrix of all pairs."""
    sides: dict[str, Callable[[], Counts]] = {"assay": lambda: _assay(pairs)}
    script = peers.cityscapes_evaluation()
    if script is not None:
        sides["cityscapesScripts (Cython)"] = lambda: _cityscapes(script, pairs)
    torch, metrics = (
        peers.optional("torch"),
        peers.optional("torchmetrics.functional.classification"),
    )
    if torch is not None and metrics is not None:
        tensors = [
            (torch.from_numpy(reference), torch.from_numpy(candidate))
            for reference, candidate in (np.array(pair.train_ids, np.int64) for pair in pairs)
        ]
        for name, checked in (("torchmetrics", True), ("torchmetrics, checks off", False)):
            sides[name] = partial(_torchmetrics, metrics, tensors, checked=checked)
    sides["NumPy bincount"] = lambda: _bincount(pairs)
    return sides


def _assay(pairs: tuple[Scene, ...]) -> Counts:
    own = _ONTOLOGY
    return sum((Pair(*pair.runs, own).confusion.counts for pair in pairs), start=_NOTHING)[:, :-1]


_ONTOLOGY = scenes.ontology()
_NOTHING = np.zeros((19, 20), np.int64)


def _cityscapes(script: Any, pairs: tuple[Scene, ...]) -> Counts:
    counter = script.addToConfusionMatrix
    counts = np.zeros((34, 34), np.uint64)
    for pair in pairs:
        counter.cEvaluatePair(pair.candidate, pair.reference, counts, None)
    return counts[np.ix_(scenes.IDS, scenes.IDS)].astype(np.int64)


def _torchmetrics(metrics: Any, tensors: list[tuple[Any, Any]], *, checked: bool) -> Counts:
    total = sum(
        metrics.multiclass_confusion_matrix(
            candidate, reference, 19, ignore_index=255, validate_args=checked
        )
        for reference, candidate in tensors
    )
    return np.asarray(total)


def _bincount(pairs: tuple[Scene, ...]) -> Counts:
    """Count as many evaluation scripts do: mask the void, one index per pixel, ``bincount``."""
    total = np.zeros(19 * 19, np.int64)
    for reference, candidate in (pair.train_ids for pair in pairs):
        scored = reference < 19
        joint = 19 * reference[scored].astype(np.int64) + candidate[scored]
        total += np.bincount(joint, minlength=19 * 19)
    return total.reshape(19, 19)


def _check(sides: dict[str, Callable[[], Counts]]) -> None:
    ours = sides["assay"]()
    for peer, side in sides.items():
        if not np.array_equal(ours, side()):
            raise AssertionError(f"Assay and {peer} count differently")
