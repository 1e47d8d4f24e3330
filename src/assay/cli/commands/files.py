"""Commands about formats and files, and what makes some."""

from pathlib import Path
from typing import Annotated

import typer

from assay.cli.commands.options import FailOn, Ontology


def convert(
    source: Annotated[Path, typer.Argument(help="Labels to read: folder or archive.")],
    target: Annotated[Path, typer.Argument(help="Folder to write; must not exist.")],
    *,
    from_: Annotated[str, typer.Option("--from", help="Format; empty to detect.")] = "",
    to: Annotated[str, typer.Option("--to", help="Format to write.")],
    ontology: Ontology,
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="<name=value>", help="For the target format; repeatable."),
    ] = None,
    fail_on: FailOn = "never",
) -> None:
    """Write labels in another format and state the loss in pixels."""
    from assay.cli.convert import run_convert

    run_convert(
        source,
        target,
        source_format=from_,
        target_format=to,
        ontology=ontology,
        settings=tuple(option or ()),
        fail_on=fail_on,
    )


def formats() -> None:
    """List the formats that Assay reads and writes."""
    from assay.cli.catalogue import list_formats

    list_formats()


def explain(
    name: Annotated[str, typer.Argument(help="Metric, measure, format, rule, method or fault.")],
) -> None:
    """Say what a metric, format or finding means, and what to do."""
    from assay.cli.catalogue import explain_name

    explain_name(name)


def simulate(
    target: Annotated[Path, typer.Argument(help="Folder to write; must not exist.")],
    *,
    kind: Annotated[
        str, typer.Option(help="What to make: pilot, production or workshop.")
    ] = "pilot",
    images: Annotated[
        int | None,
        typer.Option(min=1, help="Scenes of a pilot (24), a vendor's batch (10), a workshop (30)."),
    ] = None,
    batches: Annotated[int, typer.Option(min=1, help="Weeks of a production.")] = 16,
    height: Annotated[
        int | None, typer.Option(min=32, help="Pixels (pilot 256, others 128).")
    ] = None,
    width: Annotated[
        int | None, typer.Option(min=32, help="Pixels (pilot 512, others 256).")
    ] = None,
    soft: Annotated[
        bool, typer.Option("--soft", help="Also write soft maps of a simulated model (pilot).")
    ] = False,
    seed: Annotated[int, typer.Option(help="Same seed, same files.")] = 1,
) -> None:
    """Make a pilot, a drifting production, or a workshop with cheats, of street scenes."""
    from assay.cli.simulate import run_simulate

    run_simulate(
        target,
        kind=kind,
        images=images,
        batches=batches,
        height=height,
        width=width,
        soft=soft,
        seed=seed,
    )
