"""``assay simulate`` and ``assay demo``: a pilot whose truth is known."""

import os
import sys
import webbrowser
from pathlib import Path

from assay.cli.output import progress, say
from assay.cli.warming import announce_compilation
from assay.errors import SourceError
from assay.simulate.pilot import simulate_pilot


def run_simulate(target: Path, *, images: int, height: int, width: int, seed: int) -> None:
    """Write the simulated pilot and say what to do with it."""
    with announce_compilation(), progress("Simulating") as advance:
        simulate_pilot(
            target, images=images, height=height, width=width, seed=seed, progress=advance
        )
    say(f"Wrote {target}. Judge it with: assay pilot {target / 'PILOT.toml'}\n")


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
        json=None,
        html=None,
        csv=None,
        fail_on="never",
        measures="",
        workers=0,
        seed=20260101,
    )
    page = (report / "report.html").resolve()
    say(f"\nReport: {page}\n")
    if sys.stdout.isatty() and (os.environ.get("DISPLAY") or sys.platform == "darwin"):
        webbrowser.open(page.as_uri())
