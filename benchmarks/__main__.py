"""``python -m benchmarks [--only SUBJECT ...] [--quick] [--write FILE]``."""

import argparse
import importlib
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

# Read by BLAS and OpenMP when they load, so set before anything imports them.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

from benchmarks import peers, scenes
from benchmarks.table import Section, markdown, summary

#: Modules of this package, in the order of the page; each has ``run(pairs, *, rounds)``.
SUBJECTS = (
    "confusion",
    "confusion_files",
    "png",
    "boundary",
    "surface",
    "components",
    "agreement",
    "consensus",
    "sweep",
    "startup",
    "evaluate",
    "validate",
)

INTRODUCTION = """\
Every figure on this page comes from one run of `make bench`, which builds an environment with the
peers and runs Assay beside them.  A ratio is the median over rounds; in every round each side has
its turn, so a slow minute slows them all.  "Middle half" is the span of the middle half of the
rounds.  Before anything is timed, both sides must give the same answer; each runs once unmeasured,
so compiling and loading are not counted except under Start-up.

The maps are made by code: street-like scenes with the run statistics of real ones (17 to 28
thousand runs in two million pixels), and candidates as another annotator might draw them: edges a
few pixels off, some objects lost.

cityscapesScripts' package leaves out the source of its own compiled counter, so the same loop is
compiled here as its setup would do it, and its own `evaluatePair` calls it.
"""


def main() -> None:
    """Run the subjects, print each as it is done, and write the page if asked to."""
    arguments = _arguments()
    peers.pin_to_one_thread()
    pairs = scenes.street_scenes(4 if arguments.quick else 10)
    rounds = 3 if arguments.quick else 15
    print(_heading())
    sections: list[Section] = []
    for name in arguments.only or SUBJECTS:
        sections.append(importlib.import_module(f"benchmarks.{name}").run(pairs, rounds=rounds))
        print(markdown(sections[-1]), flush=True)
    if arguments.write:
        page = [_heading(), INTRODUCTION, summary(sections), *map(markdown, sections)]
        arguments.write.write_text("\n".join(page), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=SUBJECTS, help="subjects to run; all by default"
    )
    parser.add_argument("--quick", action="store_true", help="fewer pairs and rounds")
    parser.add_argument("--write", type=Path, help="Markdown file for the results")
    return parser.parse_args()


def _heading() -> str:
    return (
        "# Benchmarks\n\n"
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {_processor()}, {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"with {peers.versions()}.\n"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "an unnamed processor"


if __name__ == "__main__":
    main()
