"""Commands of a buyer: how many images, whom to award, what to accept."""

from pathlib import Path
from typing import Annotated

import typer

from assay.cli.commands.options import Csv, FailOn, Html, Json, Measures, Ontology, Seed, Workers


def pilot(
    file: Annotated[Path, typer.Argument(help="PILOT.toml: reference, images, vendors.")],
    *,
    out: Annotated[Path | None, typer.Option(help="Folder for report.html, .json, .csv.")] = None,
    json: Json = None,
    html: Html = None,
    csv: Csv = None,
    fail_on: FailOn = "never",
    measures: Measures = "",
    workers: Workers = 0,
    seed: Seed = 20260101,
) -> None:
    """Rank vendors on the same images and say whom to award."""
    from assay.cli.output import Outputs
    from assay.cli.pilot import run_pilot

    run_pilot(
        file,
        out=out,
        outputs=Outputs(json, html, csv),
        fail_on=fail_on,
        measures=measures,
        workers=workers,
        seed=seed,
    )


def accept(
    batch: Annotated[Path, typer.Argument(help="Labels that were delivered: folder or archive.")],
    *,
    ontology: Ontology,
    terms: Annotated[Path, typer.Option(help="ACCEPT.toml: limits, risks, plans.")],
    verdicts: Annotated[
        Path | None, typer.Option(help="CSV of images looked at: item, score, severe_errors.")
    ] = None,
    reference: Annotated[
        Path | None, typer.Option(help="Or right labels of the images looked at.")
    ] = None,
    format: Annotated[str, typer.Option(help="Batch's format; empty to detect.")] = "",  # noqa: A002 - the option's name
    reference_format: Annotated[str, typer.Option(help="Reference's; empty to detect.")] = "",
    json: Json = None,
    html: Html = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write the images looked at, and those that come next.")
    ] = None,
    exit_code: Annotated[
        bool,
        typer.Option("--exit-code", help="Exit with 0 accepted, 1 rejected, 3 look at more."),
    ] = False,
    workers: Workers = 0,
) -> None:
    """Accept or reject a batch at stated risks, or say which image to look at next."""
    from assay.cli.accept import run_accept
    from assay.cli.output import Outputs

    run_accept(
        batch,
        ontology=ontology,
        terms=terms,
        verdicts=verdicts,
        reference=reference,
        batch_format=format,
        reference_format=reference_format,
        outputs=Outputs(json, html, csv),
        exit_code=exit_code,
        workers=workers,
    )
