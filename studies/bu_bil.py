"""BU-BIL as a pilot: experts and crowd workers are the vendors.

The adapter for this data set's habits (object black, crowd masks cropped, names of mixed case)
belongs here and not in the library.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay import LabelClass, LabelMap, Ontology
from assay.delivery import Delivery, Reading

#: One object an image; the rest is background.
ONTOLOGY = Ontology(
    (
        LabelClass("object", 0, (0, 0, 0), kind="thing"),
        LabelClass("background", 255, (255, 255, 255)),
    )
)


@dataclass(frozen=True)
class Case:
    """One image: its gold, and where its crowd masks lie in the frame."""

    name: str
    gold: Path
    left: int
    top: int
    iou_of_worker: tuple[float, ...]
    iou_of_majority: float


def cases(folder: Path, data_set: int) -> Iterator[Case]:
    """Yield the cases of one data set whose gold is here."""
    gold = {path.stem.lower().removeprefix("seg_"): path for path in _masks(folder, "GoldStandard")}
    with (folder.parent / "crowd_alignment.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            name = row["case"].lower()
            if row["dataset"] == str(data_set) and name in gold:
                yield Case(
                    name,
                    gold[name],
                    int(row["offset_x"]),
                    int(row["offset_y"]),
                    tuple(float(row[f"iou{worker}"]) for worker in range(1, 8)),
                    float(row["iou_majority"]),
                )


def gold(found: list[Case]) -> Delivery:
    """The reference of all cases."""
    return _delivery("gold", {case.name: is_object(case.gold) for case in found})


def worker(folder: Path, found: list[Case], number: int) -> Delivery:
    """One crowd worker's masks, put back into the frame."""
    return _delivery(f"worker {number}", {c.name: crowd_mask(folder, c, number) for c in found})


def majority(folder: Path, found: list[Case]) -> Delivery:
    """What four or more of the seven workers say."""
    votes = {
        case.name: np.sum([crowd_mask(folder, case, n) for n in range(1, 8)], axis=0) > 3.5
        for case in found
    }
    return _delivery("majority of 7", votes)


def expert(folder: Path, found: list[Case], name: str) -> Delivery:
    """One expert's masks."""
    paths = {path.stem.lower().removeprefix("seg_"): path for path in _masks(folder, name)}
    return _delivery(name, {c.name: is_object(paths[c.name]) for c in found if c.name in paths})


def crowd_mask(folder: Path, case: Case, number: int) -> NDArray[np.bool_]:
    """Return a worker's mask of the whole frame."""
    with Image.open(case.gold) as image:
        width, height = image.size
    paths = {path.stem.lower().removeprefix("seg_"): path for path in _masks(folder, f"*-{number}")}
    frame = np.zeros((height, width), np.bool_)
    crop = is_object(paths[case.name])
    rows = slice(max(0, case.top), min(height, case.top + crop.shape[0]))
    columns = slice(max(0, case.left), min(width, case.left + crop.shape[1]))
    frame[rows, columns] = crop[
        rows.start - case.top : rows.stop - case.top,
        columns.start - case.left : columns.stop - case.left,
    ]
    return frame


def is_object(path: Path) -> NDArray[np.bool_]:
    """Black is the object; background is white, or 1 in some experts' masks."""
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("L") if image.mode not in {"L", "P", "1"} else image)
    return pixels < max(1, int(pixels.max()) // 2 + 1) if pixels.max() > 1 else pixels == 0


def _masks(folder: Path, name: str) -> Iterator[Path]:
    for path in sorted(folder.rglob(f"{name}/*")):
        if path.suffix.lower() in {".png", ".tif", ".bmp"}:
            yield path


def _delivery(name: str, masks: dict[str, NDArray[np.bool_]]) -> Delivery:
    maps = {
        key: LabelMap.from_dense(np.where(mask, 1, 2).astype(np.uint8))
        for key, mask in masks.items()
    }
    return Delivery(name, "memory", ONTOLOGY, tuple(sorted(maps)), lambda key: Reading(maps[key]))
