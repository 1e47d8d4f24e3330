"""``assay validate`` on a whole delivery: maps a second, and memory for few and for many."""

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks import files, scenes
from benchmarks.scenes import Dense, Scene
from benchmarks.table import Figure, Section
from benchmarks.watch import Watched, run_watched

#: What was promised.
MAPS_A_SECOND = 200.0
MOST_MB = 400.0


@dataclass(frozen=True)
class Validated:
    """One run of the command, and how many maps it took."""

    maps: int
    watched: Watched


def run(pairs: tuple[Scene, ...], *, rounds: int) -> Section:
    """Validate 2,000 maps (200 in a quick run) and a tenth of them with two workers."""
    many = 2000 if rounds > 5 else 200
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_delivery(folder / "labels", pairs, many)
        write_delivery(folder / "few", pairs, many // 10)
        files.write_ontology(folder)
        small, large = (
            min((validate(folder, part) for _ in range(3)), key=lambda made: made.watched.seconds)
            for part in ("few", "labels")
        )
    steady = (large.maps - small.maps) / (large.watched.seconds - small.watched.seconds)
    return Section(
        "`assay validate` on a delivery",
        f"{many:,} maps of 2048×1024 px (PNG by Pillow), each made of one of {len(pairs)} scenes "
        "by shifting its rows, so that no two shapes are equal; files in the page cache, two "
        "cores, wall time of the whole command from start to exit, best of three, with all rules "
        "that need nothing but the map.  Memory is the peak of the whole process tree, as for "
        "`assay evaluate`.",
        figures=(
            Figure(
                "all rules on masks", large.maps / large.watched.seconds, "maps/s", MAPS_A_SECOND,
                note=f"{large.watched.seconds:.1f} s",
            ),
            Figure(
                "all rules on masks, start and end left out", steady, "maps/s",
                note=f"from {small.maps:,} to {large.maps:,} maps",
            ),
            *(
                Figure(
                    f"peak memory, {maps:,} maps", run.resident_mb, "MB", MOST_MB,
                    at_least=False,
                    note=f"{run.proportional_mb:.0f} MB when shared pages are counted once",
                )
                for maps, run in ((large.maps, large.watched), (small.maps, small.watched))
            ),
        ),
    )  # fmt: skip


def write_delivery(folder: Path, pairs: tuple[Scene, ...], number: int) -> None:
    """Write maps that are all different, down to each outline."""
    folder.mkdir(parents=True)
    for place in range(number):
        rng = np.random.default_rng([17, place])
        shifted = _shifted(pairs[place % len(pairs)].candidate, rng)
        Image.fromarray(shifted).save(folder / f"{place:04d}.png")


def _shifted(dense: Dense, rng: np.random.Generator) -> Dense:
    """Move each row sideways a little more or less than the one above."""
    steps = rng.choice([-1, 0, 0, 0, 0, 0, 1], scenes.HEIGHT)
    offsets = rng.integers(scenes.WIDTH) + np.cumsum(steps)
    columns = (np.arange(scenes.WIDTH)[None, :] + offsets[:, None]) % scenes.WIDTH
    return np.take_along_axis(dense, columns, axis=1)


def validate(folder: Path, delivery: str) -> Validated:
    """Run the command on a delivery of the folder."""
    command = [
        sys.executable, "-m", "assay", "validate", delivery, "--ontology", "ontology.json",
        "--json", "validation.json", "--workers", "2",
    ]  # fmt: skip
    watched = run_watched(command, folder)
    report = json.loads((folder / "validation.json").read_text(encoding="utf-8"))
    maps = len(list((folder / delivery).iterdir()))
    if report["items"] != maps or any(rule["severity"] == "error" for rule in report["rules"]):
        raise AssertionError(f"{report['items']} of {maps} validated: {report['rules']}")
    return Validated(maps, watched)
