"""Boundary IoU of all classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.metrics import Pair
from assay.metrics.registry import MEASURES
from benchmarks import peers, scenes
from benchmarks.scenes import Dense, Scene
from benchmarks.table import Comparison, Section
from benchmarks.timing import interleave

ONTOLOGY = scenes.ontology()
USUAL = "class by class, OpenCV"
TARGET = 30.0

#: Width of the band: the paper's 2 % of the diagonal, and a tight one.
DISTANCES = (round(0.02 * float(np.hypot(scenes.HEIGHT, scenes.WIDTH))), 5)

#: Pixels in both bands, in the reference's and in the candidate's, shape (classes, 3).
Counts = NDArray[np.int64]


def run(pairs: tuple[Scene, ...], *, rounds: int) -> Section:
    """Count the boundary bands of a few pairs at two widths."""
    few = tuple(scenes.without_void(pair) for pair in pairs[:4])
    cv2 = peers.optional("cv2")
    if cv2 is None:
        return Section("Boundary IoU", "", missing=("OpenCV: not installed",))
    comparisons = tuple(_compare(cv2, few, distance, rounds) for distance in DISTANCES)
    return Section(
        "Boundary IoU",
        f"{len(few)} pairs of 2048×1024 px without void, 19 classes; one thread; times per pair.  "
        "The peer is the usual implementation after Cheng et al. 2021 (`mask_to_boundary`): per "
        "class, pad the mask, erode it by a 3×3 square as often as the band is wide (OpenCV), "
        "subtract, intersect.",
        comparisons,
    )


def _compare(cv2: Any, pairs: tuple[Scene, ...], distance: int, rounds: int) -> Comparison:
    sides = {
        "assay": lambda: np.array([_assay(pair, distance) for pair in pairs]),
        USUAL: lambda: np.array([_usual(cv2, pair, distance) for pair in pairs]),
    }
    if not np.array_equal(sides["assay"](), sides[USUAL]()):
        raise AssertionError(f"Boundary counts differ at {distance} px")
    times = interleave(sides, rounds=max(3, rounds // 3), units=len(pairs))
    return Comparison.of(times, f"Boundary IoU, {distance} px", USUAL, target=TARGET)


def _usual(cv2: Any, pair: Scene, distance: int) -> Counts:
    counts = []
    for index in range(19):
        reference, candidate = (
            _band(cv2, (ids == index).astype(np.uint8), distance) for ids in pair.train_ids
        )
        both = np.count_nonzero(reference & candidate)
        counts.append((both, np.count_nonzero(reference), np.count_nonzero(candidate)))
    return np.array(counts, np.int64)


def _band(cv2: Any, mask: Dense, distance: int) -> Dense:
    padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    eroded = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=distance)
    return np.asarray(mask - eroded[1:-1, 1:-1], np.uint8)


def _assay(pair: Scene, distance: int) -> Counts:
    measure = MEASURES.get("boundary_iou")
    return measure.count(Pair(*pair.runs, ONTOLOGY), measure.parameters(distance_px=distance))
