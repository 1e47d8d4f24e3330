"""``python -m studies [--only SUBJECT ...] [--quick] [--write]``: every page of docs/evidence."""

import argparse
import importlib
import time
from pathlib import Path

from studies.study import Study

#: Modules of this package, in the order of the menu; each has ``run(*, quick: bool) -> Study``.
SUBJECTS: tuple[str, ...] = (
    "coverage",
    "rules",
    "mixture",
    "agreement",
    "acceptance",
    "consensus",
    "systematic",
    "drift",
    "load",
    "objects",
    "honesty",
    "gold_hiding",
    "gold_answers",
    "gold_timing",
    "suspects",
    "audit",
    "crashes",
    "faults",
    "authorisation",
    "workers",
    "backups",
    "stranger",
    "billing",
    "corpus",
)

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "evidence"


def main() -> None:
    """Run the studies; print each, and write its page and pictures if asked to."""
    arguments = _arguments()
    for name in arguments.only or SUBJECTS:
        begun = time.monotonic()
        study = importlib.import_module(f"studies.{name}").run(quick=arguments.quick)
        print(page(study), flush=True)
        print(f"({name}: {time.monotonic() - begun:.0f} s)\n", flush=True)
        if arguments.write:
            write(name, study)


def page(study: Study) -> str:
    """Return a study as a page of the documentation."""
    note = "<!-- Written by `make studies`; figures change there alone. -->"
    return f"# {study.title}\n\n{note}\n\n{study.text.strip()}\n"


def write(name: str, study: Study) -> None:
    """Write a study's page and pictures."""
    images = FOLDER / "images"
    images.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.md").write_text(page(study), encoding="utf-8")
    for file, text in study.pictures.items():
        (images / file).write_text(text, encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m studies", description=__doc__)
    parser.add_argument("--only", nargs="+", help="subjects to run; all by default")
    parser.add_argument("--quick", action="store_true", help="few repetitions, to try the code")
    parser.add_argument("--write", action="store_true", help="write docs/evidence")
    return parser.parse_args()


if __name__ == "__main__":
    main()
