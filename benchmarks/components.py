"""Connected components of all classes at once."""

from typing import Any

import numpy as np

from assay.labels.regions import find_regions
from benchmarks import peers
from benchmarks.scenes import Scene
from benchmarks.table import Comparison, Section
from benchmarks.timing import interleave

TARGET = 8.0
CC3D = "connected-components-3d"


def run(pairs: tuple[Scene, ...], *, rounds: int) -> Section:
    """Label the candidates' components, 8-connected, equal values only."""
    cc3d, cv2 = peers.optional("cc3d"), peers.optional("cv2")
    missing = [f"{CC3D}: not installed"] if cc3d is None else []
    _check(cc3d, cv2, pairs)
    sides: dict[str, Any] = {"assay": lambda: [find_regions(pair.runs[1]) for pair in pairs]}
    if cc3d is not None:
        sides[CC3D] = lambda: [
            cc3d.connected_components(p.candidate, connectivity=8) for p in pairs
        ]
        sides[f"{CC3D} and its statistics"] = lambda: [_with_boxes(cc3d, p) for p in pairs]
    if cv2 is not None:
        sides["OpenCV, class by class"] = lambda: [_class_by_class(cv2, p) for p in pairs]
    times = interleave(sides, rounds=rounds, units=len(pairs))
    return Section(
        "Connected components",
        f"{len(pairs)} maps of 2048×1024 px, 8-connected regions of equal value; one thread; times "
        "per map.  Assay takes runs and gives the region of every run with area and box of every "
        "region; connected-components-3d takes an array and gives an array, area and box come "
        "with its statistics.",
        tuple(
            Comparison.of(times, "components", peer, target=TARGET if peer == CC3D else None)
            for peer in sides
            if peer != "assay"
        ),
        missing=tuple(missing),
    )


def _with_boxes(cc3d: Any, pair: Scene) -> Any:
    return cc3d.statistics(cc3d.connected_components(pair.candidate, connectivity=8))


def _class_by_class(cv2: Any, pair: Scene) -> list[Any]:
    return [
        cv2.connectedComponentsWithStats((pair.candidate == value).view(np.uint8), connectivity=8)
        for value in np.unique(pair.candidate)
    ]


def _check(cc3d: Any, cv2: Any, pairs: tuple[Scene, ...]) -> None:
    """Both must find the same regions: as many, and of the same areas."""
    pair = pairs[0]
    ours = np.sort(find_regions(pair.runs[1]).area)
    if cc3d is not None:
        theirs = np.sort(_with_boxes(cc3d, pair)["voxel_counts"][1:])
        if not np.array_equal(ours, theirs):
            raise AssertionError(f"Assay and {CC3D} find different regions")
    if cv2 is not None:
        areas = [stats[1:, cv2.CC_STAT_AREA] for _, _, stats, _ in _class_by_class(cv2, pair)]
        if not np.array_equal(ours, np.sort(np.concatenate(areas))):
            raise AssertionError("Assay and OpenCV find different regions")
