"""Confusion matrix of two files: PNG on both sides, and Assay's own cache of runs."""

import tempfile
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.delivery import Delivery
from assay.formats import open_delivery, write_delivery
from assay.metrics import Pair
from benchmarks import files, peers, scenes
from benchmarks.png import read
from benchmarks.scenes import Scene
from benchmarks.table import Comparison, Section
from benchmarks.timing import Rounds, interleave

Counter = Callable[[], NDArray[np.int64]]

CITYSCAPES = "cityscapesScripts (Cython) from PNG"
TORCHMETRICS = "Pillow + torchmetrics from PNG"
TARGETS = {("PNG", CITYSCAPES): 7.0, ("PNG", TORCHMETRICS): 25.0, ("runs", CITYSCAPES): 40.0}

ONTOLOGY = scenes.ontology()


def run(pairs: tuple[Scene, ...], *, rounds: int) -> Section:
    """Count confusions from the files of the usual writers."""
    comparisons: list[Comparison] = []
    with tempfile.TemporaryDirectory() as name:
        for number, writer in enumerate(("Pillow, grey", "Pillow, palette", "OpenCV, grey")):
            folder = Path(name) / str(number)
            files.write_pairs(folder, pairs, files.WRITERS[writer])
            _write_cache(folder, pairs)
            sides = _sides(folder)
            _check(sides)
            times = interleave(sides, rounds=rounds, units=len(pairs))
            comparisons += _rows(times, writer)
    return Section(
        "Confusion matrix from files",
        f"{len(pairs)} pairs of 2048×1024 px, files in the page cache; one thread; times per pair, "
        "from two paths to the counts.  cityscapesScripts runs its own `evaluatePair`.  The cache "
        "is format `assay-runs`, which `assay convert` writes; its peer still reads the PNG files.",
        tuple(comparisons),
        closing="Pillow writes palette images without filters, and reads such files in half the "
        "time of others; so against them every ratio is lower.  Two thirds of the time from the "
        "cache is reading and checking it, one third is counting.",
    )


def _write_cache(folder: Path, pairs: tuple[Scene, ...]) -> None:
    for place, side in enumerate(("reference", "candidate")):
        maps = [(f"{number:04d}", pair.runs[place]) for number, pair in enumerate(pairs)]
        write_delivery(maps, folder / f"{side}-runs", ONTOLOGY, format="assay-runs")


def _sides(folder: Path) -> dict[str, Counter]:
    paths = [
        (path, folder / "candidate" / path.name)
        for path in sorted((folder / "reference").iterdir())
    ]
    sides: dict[str, Counter] = {
        "PNG": _assay(folder, "", "index-png"),
        "runs": _assay(folder, "-runs", "assay-runs"),
    }
    script = peers.cityscapes_evaluation()
    if script is not None:
        sides[CITYSCAPES] = lambda: _cityscapes(script, paths)
    torch, metrics = (
        peers.optional("torch"),
        peers.optional("torchmetrics.functional.classification"),
    )
    if torch is not None and metrics is not None:
        sides[TORCHMETRICS] = lambda: _torchmetrics(torch, metrics, paths)
    return sides


def _assay(folder: Path, suffix: str, form: str) -> Counter:
    reference = open_delivery(folder / f"reference{suffix}", ONTOLOGY, format=form)
    candidate = open_delivery(folder / f"candidate{suffix}", ONTOLOGY, format=form)
    return lambda: np.sum([_count(reference, candidate, key) for key in reference.keys], axis=0)


def _count(reference: Delivery, candidate: Delivery, key: str) -> NDArray[np.int64]:
    pair = Pair(read(reference, key), read(candidate, key), ONTOLOGY)
    return pair.confusion.counts[:, :-1]


def _cityscapes(script: Any, paths: list[tuple[Path, Path]]) -> NDArray[np.int64]:
    arguments = Namespace(evalInstLevelScore=False, evalPixelAccuracy=False)
    counts = script.generateMatrix(arguments)
    for reference, candidate in paths:
        script.evaluatePair(str(candidate), str(reference), counts, {}, {}, arguments)
    return np.asarray(counts[np.ix_(scenes.IDS, scenes.IDS)], np.int64)


def _torchmetrics(torch: Any, metrics: Any, paths: list[tuple[Path, Path]]) -> NDArray[np.int64]:
    lookup = np.full(256, 255, np.int64)
    lookup[scenes.IDS] = np.arange(scenes.IDS.size)
    total = np.zeros((19, 19), np.int64)
    for pair in paths:
        reference, candidate = (
            torch.from_numpy(lookup[np.asarray(Image.open(path))]) for path in pair
        )
        total += metrics.multiclass_confusion_matrix(
            candidate, reference, 19, ignore_index=255, validate_args=False
        ).numpy()
    return total


def _check(sides: dict[str, Counter]) -> None:
    expected = sides["PNG"]()
    for name, side in sides.items():
        if not np.array_equal(expected, side()):
            raise AssertionError(f"Assay from PNG and {name} count differently")


def _rows(times: Rounds, writer: str) -> list[Comparison]:
    tasks = {"PNG": f"PNG by {writer}", "runs": f"cache of runs; peer: PNG by {writer}"}
    return [
        Comparison.of(times, task, peer, side=side, target=TARGETS.get((side, peer)))
        for side, task in tasks.items()
        for peer in (CITYSCAPES, TORCHMETRICS)
        if peer in times.seconds
    ]
