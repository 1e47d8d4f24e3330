"""``assay evaluate`` on a whole data set: pairs a second, memory, and the limit."""

import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import files
from benchmarks.scenes import Scene
from benchmarks.table import Figure, Section
from benchmarks.watch import Watched, run_watched

#: What each run asks for: extra arguments, and the pairs a second that were promised.
RUNS = {
    "confusion alone": (("--measures", "overlap"), 800.0),
    "all default metrics and the HTML report": (("--html", "report.html"), 200.0),
}


@dataclass(frozen=True)
class Judged:
    """One run of the command, and how many pairs it took."""

    pairs: int
    watched: Watched


def run(pairs: tuple[Scene, ...], *, rounds: int) -> Section:
    """Judge 2,000 pairs (200 in a quick run) with two workers."""
    many = 2000 if rounds > 5 else 200
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = _write_set(folder / "few", pairs, many // 10)
        full = _write_set(folder / "full", pairs, many)
        limit = max(_inflate_rate(full) for _ in range(3))
        for task, (arguments, target) in RUNS.items():
            small, large = _best(few, arguments), _best(full, arguments)
            figures += _figures(task, small, large, target, limit)
    figures.append(Figure("the limit: only inflating the same files", limit, "pairs/s"))
    return Section(
        "`assay evaluate` on a data set",
        f"{many:,} pairs of 2048×1024 px (PNG by Pillow, {len(pairs)} distinct pairs in turn), "
        "files in the page cache, two cores, wall time of the whole command from start to exit, "
        "best of three.  Memory is the peak of the whole process tree, sampled twenty times a "
        "second: the sum of resident sets, in which pages that processes share count several "
        "times.  The limit is inflating: whatever is done with the pixels, libdeflate alone takes "
        "that long for these files on both cores.",
        figures=tuple(figures),
        closing="What lies between the figures and the limit: starting Python, loading numba and "
        "the kernels, and writing the report take about a second, whatever the number of pairs; "
        "then, per pair, the scanlines become runs (as long as inflating them), the runs are "
        "digested for the report, and the confusion is counted.  With all metrics most of the "
        "time goes to boundaries, regions and the anatomy of errors.",
    )


def _best(folder: Path, arguments: tuple[str, ...]) -> Judged:
    return min(
        (_judge(folder, arguments) for _ in range(3)), key=lambda judged: judged.watched.seconds
    )


def _figures(task: str, small: Judged, full: Judged, target: float, limit: float) -> list[Figure]:
    rate = full.pairs / full.watched.seconds
    steady = (full.pairs - small.pairs) / (full.watched.seconds - small.watched.seconds)
    return [
        Figure(
            task, rate, "pairs/s", target,
            note=f"{full.watched.seconds:.1f} s; {100 * rate / limit:.0f} % of the limit",
        ),
        Figure(
            f"{task}, start and end left out", steady, "pairs/s",
            note=f"from {small.pairs:,} to {full.pairs:,} pairs",
        ),
        Figure(
            f"{task}: peak memory, {full.pairs:,} pairs", full.watched.resident_mb, "MB", 400.0,
            at_least=False,
            note=f"{full.watched.proportional_mb:.0f} MB when shared pages are counted once",
        ),
        Figure(
            f"{task}: peak memory, {small.pairs:,} pairs", small.watched.resident_mb, "MB", 400.0,
            at_least=False,
            note=f"{small.watched.proportional_mb:.0f} MB when shared pages are counted once",
        ),
    ]  # fmt: skip


def _write_set(folder: Path, pairs: tuple[Scene, ...], number: int) -> Path:
    """Write distinct pairs once and copy them in turn: copies are files of their own."""
    files.write_pairs(folder, pairs, files.WRITERS["Pillow, grey"])
    files.write_ontology(folder)
    for side in ("reference", "candidate"):
        for place in range(len(pairs), number):
            source = folder / side / f"{place % len(pairs):04d}.png"
            shutil.copyfile(source, folder / side / f"{place:04d}.png")
    return folder


def _judge(folder: Path, arguments: tuple[str, ...]) -> Judged:
    command = [
        str(Path(sys.executable).with_name("assay")), "evaluate", "reference", "candidate",
        "--ontology", "ontology.json", "--json", "report.json", "--workers", "2", *arguments,
    ]  # fmt: skip
    watched = run_watched(command, folder)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    pairs = len(list((folder / "reference").iterdir()))
    if report["items"] != pairs or report["findings"]:
        raise AssertionError(f"{report['items']} of {pairs} judged: {report['findings'][:3]}")
    return Judged(pairs, watched)


def _inflate_rate(folder: Path) -> float:
    """Pairs a second when two processes do nothing but read the files and inflate them."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.inflate", str(folder), str(turn)],
            stdout=subprocess.PIPE, text=True,
        )
        for turn in range(2)
    ]  # fmt: skip
    rates = [float(worker.communicate()[0]) for worker in workers]
    return float(np.sum(rates))
