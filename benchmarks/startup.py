"""How long a person waits before anything happens."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks import files
from benchmarks.scenes import Scene
from benchmarks.table import Figure, Section
from benchmarks.timing import Rounds, interleave


def run(pairs: tuple[Scene, ...], *, rounds: int) -> Section:
    """Time the import, the help and one judged pair, each in a fresh process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files.write_pairs(folder, pairs[:1], files.WRITERS["Pillow, grey"])
        ontology = files.write_ontology(folder)
        times = _times(folder, ontology, rounds)
    added = times.seconds["import"] - times.seconds["python"]
    figures = (
        _limit("`import assay`, added to Python's start", float(np.median(added)), 30.0),
        _limit("`assay --help`", times.median("help"), 250.0),
        _limit(
            "`assay evaluate` of one pair, all metrics, kernels compiled before",
            times.median("evaluate"),
            1200.0,
        ),
        Figure("Python's own start (`python -c pass`)", 1e3 * times.median("python"), "ms"),
    )
    return Section(
        "Start-up",
        "Fresh processes, wall time from start to exit, files in the page cache; medians.",
        figures=figures,
    )


def _limit(task: str, seconds: float, limit_ms: float) -> Figure:
    return Figure(task, 1e3 * seconds, "ms", target=limit_ms, at_least=False)


def _times(folder: Path, ontology: Path, rounds: int) -> Rounds:
    python = sys.executable
    assay = str(Path(python).with_name("assay"))
    evaluate = [assay, "evaluate", "reference", "candidate", "--ontology", str(ontology)]
    commands = {
        "python": [python, "-c", "pass"],
        "import": [python, "-c", "import assay"],
        "help": [assay, "--help"],
        "evaluate": [*evaluate, "--json", "report.json"],
    }
    sides = {
        name: (lambda command=command: _finish(command, folder))
        for name, command in commands.items()
    }
    return interleave(sides, rounds=rounds, units=1)


def _finish(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
