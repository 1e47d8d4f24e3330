"""``assay simulate`` and ``assay demo``: a pilot, a production or a workshop, truth known."""

import os
import sys
import webbrowser
from pathlib import Path
from typing import Any

from assay.cli.output import Outputs, progress, say
from assay.cli.warming import announce_compilation
from assay.errors import ParameterError, SourceError
from assay.simulate.pilot import simulate_pilot

#: What can be simulated.
KINDS = ("pilot", "production", "workshop")


def run_simulate(
    target: Path,
    *,
    kind: str,
    images: int | None,
    batches: int,
    height: int | None,
    width: int | None,
    soft: bool,
    seed: int,
) -> None:
    """Write what is simulated and say what to do with it."""
    if kind not in KINDS:
        raise ParameterError(f"--kind is {kind!r}; give {' or '.join(KINDS)}.")
    if soft and kind != "pilot":
        raise ParameterError("--soft writes the soft maps of a pilot. Leave it out, or --kind.")
    given = {"images": images, "height": height, "width": width}
    # Sizes that are not given have the defaults of what is made.
    sizes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    with announce_compilation(), progress("Simulating") as advance:
        if kind == "pilot":
            simulate_pilot(target, soft=soft, seed=seed, progress=advance, **sizes)
        elif kind == "workshop":
            from assay.simulate.workshop import simulate_workshop

            simulate_workshop(target, seed=seed, progress=advance, **sizes)
        else:
            from assay.simulate.production import simulate_production

            simulate_production(target, batches=batches, seed=seed, progress=advance, **sizes)
    command = {"pilot": "pilot", "production": "drift", "workshop": "honesty"}[kind]
    say(f"Wrote {target}. Judge it with: assay {command} {target / f'{command.upper()}.toml'}\n")


def run_demo(out: Path, *, seed: int) -> None:
    """Simulate a pilot, judge it, and print where the report is."""
    from assay.cli.pilot import run_pilot

    if out.exists() and not (out / "PILOT.toml").is_file():
        raise SourceError(f"{out} exists and holds no demo. Give another folder with --out.")
    if not out.exists():
        with announce_compilation(), progress("Simulating") as advance:
            simulate_pilot(out, seed=seed, progress=advance)
    report = out / "report"
    run_pilot(
        out / "PILOT.toml",
        out=report,
        outputs=Outputs(),
        fail_on="never",
        measures="",
        workers=0,
        seed=20260101,
    )
    page = (report / "report.html").resolve()
    say(f"\nReport: {page}\n")
    if sys.stdout.isatty() and (os.environ.get("DISPLAY") or sys.platform == "darwin"):
        webbrowser.open(page.as_uri())
