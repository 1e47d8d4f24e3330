"""``python -m benchmarks [--only SUBJECT ...] [--quick] [--write FILE]``."""

import argparse
import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

# Read by BLAS and OpenMP when they load, so set before anything imports them.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

from typing import TYPE_CHECKING

from benchmarks import confusion, peers, scenes, surface, sweep
from benchmarks.table import Section, markdown

if TYPE_CHECKING:
    from benchmarks.scenes import Scene

Subject = Callable[..., Section]
SUBJECTS: dict[str, Subject] = {
    "confusion": confusion.run,
    "surface": surface.run,
    "sweep": sweep.run,
}


def main() -> None:
    """Run the subjects, print each as it is done, and write the page if asked to."""
    arguments = _arguments()
    peers.pin_to_one_thread()
    pairs: tuple[Scene, ...] = scenes.street_scenes(4 if arguments.quick else 10)
    rounds = 3 if arguments.quick else 15
    print(_heading())
    parts = [_heading()]
    for name in arguments.only or SUBJECTS:
        parts.append(markdown(SUBJECTS[name](pairs, rounds=rounds)))
        print(parts[-1], flush=True)
    if arguments.write:
        arguments.write.write_text("\n".join(parts), encoding="utf-8")


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
        f"assay with {peers.versions()}.\n"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "an unnamed processor"


if __name__ == "__main__":
    main()
