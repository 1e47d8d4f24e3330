"""``assay demo``: a purchase of labels, judged from the pilot to the acceptance of a batch."""

import os
import shlex
import sys
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path

import typer

from assay.cli.output import progress, say
from assay.cli.warming import announce_compilation
from assay.errors import SourceError
from assay.simulate.pilot import simulate_pilot

#: Pages that the demo leaves, in the order in which they are best read.
PAGES = ("report.html", "validation.html", "agreement.html", "systematic.html", "acceptance.html")


def run_demo(
    out: Path, *, seed: int, serve: bool, port: int, command: Callable[..., object]
) -> None:
    """Simulate a pilot, ask the questions of a purchase, then live through one in the service.

    ``command`` is the command line itself, so that what is shown is what anybody gets who types it.
    """
    if out.exists() and not (out / "PILOT.toml").is_file():
        raise SourceError(f"{out} exists and holds no demo. Give another folder with --out.")
    if not out.exists():
        with announce_compilation(), progress("Simulating") as advance:
            simulate_pilot(out, seed=seed, progress=advance)
    for question, arguments in questions(out):
        typer.secho(f"\n{question}", bold=True)
        typer.secho(f"$ assay {shlex.join(arguments)}", dim=True)
        sys.stdout.flush()
        command(arguments, prog_name="assay", standalone_mode=False)
    pages = [(out / "report" / name).resolve() for name in PAGES]
    say("\nReports:\n" + "".join(f"  {page}\n" for page in pages))
    if sys.stdout.isatty() and (os.environ.get("DISPLAY") or sys.platform == "darwin"):
        webbrowser.open(pages[0].as_uri())
    show_service(out, seed=seed, serve=serve, port=port)


def show_service(out: Path, *, seed: int, serve: bool, port: int) -> None:
    """Live through a purchase in the service, then keep serving it if asked to."""
    try:
        from assay.cli.purchase.telling import run_purchase
    except ModuleNotFoundError as error:
        say(
            f"\nThe service is not installed ({error.name} is absent). To see a purchase in it:\n"
            "pip install 'assay[service]'\n"
        )
        return
    run_purchase(out / "service", seed=seed, serve=serve, port=port)


def questions(out: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each question of a buyer with the arguments of the command that answers it."""
    report = out / "report"
    ontology = ["--ontology", str(out / "ontology.toml")]
    cheap = str(out / "delivery-quickmask")
    vendors = [str(out / "delivery-northlight"), str(out / "delivery-pixelforge.zip"), cheap]
    images = ["--images", str(out / "images")]
    expert = str(out / "reference-expert-2")
    yield "Which vendor should I award?", ["pilot", str(out / "PILOT.toml"), "--out", str(report)]
    yield (
        "What is wrong with the cheapest, without looking at gold?",
        ["validate", cheap, *ontology, *images, "--html", str(report / "validation.html")],
    )
    yield (
        "How far do they agree, and who stands apart?",
        ["agree", expert, *vendors, *ontology, "--html", str(report / "agreement.html")],
    )
    yield (
        "Whose mistakes are they?",
        [
            *("systematic", *vendors, "--reference", str(out / "reference")),
            *("--further-reference", expert, *ontology, *images),
            *("--html", str(report / "systematic.html")),
        ],
    )
    yield (
        "May I accept the batch of the winner, and after how many looks?",
        [
            *("accept", vendors[0], "--reference", str(out / "reference"), *ontology),
            *("--terms", str(out / "ACCEPT.toml"), "--html", str(report / "acceptance.html")),
        ],
    )
