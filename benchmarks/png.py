"""PNG files to label maps: Assay gives checked runs, Pillow an array."""

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from assay.delivery import Delivery
from assay.formats import open_delivery
from assay.labels import LabelMap
from benchmarks import files, scenes
from benchmarks.scenes import Scene
from benchmarks.table import Comparison, Section
from benchmarks.timing import interleave

TARGET = 5.0


def run(pairs: tuple[Scene, ...], *, rounds: int) -> Section:
    """Read the references of the pairs from every kind of PNG file."""
    with tempfile.TemporaryDirectory() as folder:
        comparisons = tuple(
            _compare(Path(folder) / str(number), name, pairs, rounds)
            for number, name in enumerate(files.WRITERS)
        )
    return Section(
        "PNG file to label map",
        f"{len(pairs)} maps of 2048×1024 px, 8 bits, files in the page cache; one thread; times "
        "per map.  Assay's time is that of `Delivery.read`: read, check every checksum and size, "
        "inflate, unfilter, translate ids to classes, and build the runs.  Pillow's is "
        "`numpy.asarray(Image.open(path))`: raw ids, classes not looked up.",
        comparisons,
    )


def _compare(folder: Path, name: str, pairs: tuple[Scene, ...], rounds: int) -> Comparison:
    files.write_pairs(folder, pairs, files.WRITERS[name])
    delivery = open_delivery(folder / "reference", scenes.ontology(), format="index-png")
    paths = sorted((folder / "reference").iterdir())
    for key, pair in zip(delivery.keys, pairs, strict=True):
        if read(delivery, key) != pair.runs[0]:
            raise AssertionError(f"Assay reads {key} of {name} differently from what was written")
    peer = "Pillow to array"
    times = interleave(
        {
            "assay": lambda: [read(delivery, key) for key in delivery.keys],
            peer: lambda: [np.asarray(Image.open(path)) for path in paths],
        },
        rounds=rounds,
        units=len(paths),
    )
    size = np.mean([path.stat().st_size for path in paths]) / 1000
    return Comparison.of(times, f"{name} ({size:.0f} kB)", peer, target=TARGET)


def read(delivery: Delivery, key: str) -> LabelMap:
    """Return the map of an item that must be sound."""
    reading = delivery.read(key)
    if reading.label_map is None:
        raise AssertionError(f"{key} is unreadable: {reading.findings}")
    return reading.label_map
