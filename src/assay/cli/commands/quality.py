"""Commands that judge a delivery, or deliveries over time."""

from pathlib import Path
from typing import Annotated

import typer

from assay.cli.commands.options import (
    Csv,
    FailOn,
    Gallery,
    Html,
    Json,
    Measures,
    Ontology,
    Seed,
    Strata,
    Workers,
)


def evaluate(
    reference: Annotated[Path, typer.Argument(help="Labels that are right: folder or archive.")],
    candidate: Annotated[Path, typer.Argument(help="Labels to judge: folder or archive.")],
    *,
    ontology: Ontology,
    images: Gallery = None,
    strata: Strata = None,
    further_reference: Annotated[
        list[Path] | None,
        typer.Option(metavar="<path>", help="Another expert's labels, for the human ceiling."),
    ] = None,
    format: Annotated[str, typer.Option(help="Candidate's format; empty to detect.")] = "",  # noqa: A002 - the option's name
    reference_format: Annotated[str, typer.Option(help="Reference's; empty to detect.")] = "",
    json: Json = None,
    html: Html = None,
    csv: Csv = None,
    fail_on: FailOn = "never",
    measures: Measures = "",
    workers: Workers = 0,
    seed: Seed = 20260101,
) -> None:
    """Score one delivery against reference labels of the same images."""
    from assay.cli.evaluate import run_evaluate
    from assay.cli.output import Outputs

    run_evaluate(
        reference,
        candidate,
        ontology=ontology,
        images=images,
        strata=strata,
        further_references=tuple(further_reference or ()),
        candidate_format=format,
        reference_format=reference_format,
        outputs=Outputs(json, html, csv),
        fail_on=fail_on,
        measures=measures,
        workers=workers,
        seed=seed,
    )


def validate(
    delivery: Annotated[Path, typer.Argument(help="Labels to look at: folder or archive.")],
    *,
    ontology: Ontology,
    images: Annotated[Path | None, typer.Option(help="Photographs of the items.")] = None,
    expected: Annotated[
        list[Path] | None,
        typer.Option(metavar="<path>", help="What should be labelled: list, folder, archive."),
    ] = None,
    preannotation: Annotated[
        Path | None, typer.Option(help="Drafts that the annotators were given.")
    ] = None,
    previous: Annotated[
        list[Path] | None, typer.Option(metavar="<path>", help="An earlier delivery.")
    ] = None,
    history: Annotated[
        Path | None, typer.Option(help="Accepted labels, or a file of --write-history.")
    ] = None,
    write_history: Annotated[
        Path | None, typer.Option(help="Write the class mixture of every item, for --history.")
    ] = None,
    rules: Annotated[str, typer.Option(help="Rules to run, with commas; empty for all.")] = "",
    set: Annotated[  # noqa: A002 - the option's name
        list[str] | None,
        typer.Option(metavar="<rule.parameter=value>", help="A setting of a rule."),
    ] = None,
    format: Annotated[str, typer.Option(help="Delivery's format; empty to detect.")] = "",  # noqa: A002 - the option's name
    json: Json = None,
    html: Html = None,
    csv: Annotated[Path | None, typer.Option(help="Write the faults of each item.")] = None,
    export: Annotated[
        tuple[str, Path] | None,
        typer.Option(metavar="<tool> <file>", help="Write findings for cvat or label-studio."),
    ] = None,
    image_url: Annotated[
        str, typer.Option(help="What stands before an image's path in Label Studio.")
    ] = "/data/local-files/?d=",
    fail_on: FailOn = "never",
    workers: Workers = 0,
) -> None:
    """Find faults that show without a reference."""
    from assay.cli.output import Outputs
    from assay.cli.validate import run_validate

    run_validate(
        delivery,
        ontology=ontology,
        delivery_format=format,
        images=images,
        expected=tuple(expected or ()),
        preannotation=preannotation,
        previous=tuple(previous or ()),
        history=history,
        write_history=write_history,
        rules=rules,
        settings=tuple(set or ()),
        outputs=Outputs(json, html, csv),
        export=export,
        image_url=image_url,
        fail_on=fail_on,
        workers=workers,
    )


def suspects(
    delivery: Annotated[Path, typer.Argument(help="Labels to look at: folder or archive.")],
    *,
    ontology: Ontology,
    soft: Annotated[
        Path | None, typer.Option(help="A model's probabilities: NPZ per item, PNG per class.")
    ] = None,
    others: Annotated[
        list[Path] | None,
        typer.Option(metavar="<path>", help="Others' labels of the same images; repeatable."),
    ] = None,
    method: Annotated[str, typer.Option(help="How suspects are found and scored.")] = "regions",
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="<name=value>", help="A setting of the method; repeatable."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many regions are listed.")] = 200,
    images: Gallery = None,
    verdicts: Annotated[
        Path | None, typer.Option(help="CSV with a column verdict: error or fine.")
    ] = None,
    format: Annotated[str, typer.Option(help="Delivery's format; empty to detect.")] = "",  # noqa: A002 - the option's name
    json: Json = None,
    html: Html = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write the regions, to be given verdicts.")
    ] = None,
    fail_on: FailOn = "never",
    workers: Workers = 0,
) -> None:
    """Rank regions and images whose labels are probably wrong, without gold."""
    from assay.cli.output import Outputs
    from assay.cli.suspects import run_suspects

    run_suspects(
        delivery,
        ontology=ontology,
        soft=soft,
        others=tuple(others or ()),
        method=method,
        settings=tuple(set_ or ()),
        top=top,
        images=images,
        verdicts=verdicts,
        delivery_format=format,
        outputs=Outputs(json, html, csv),
        fail_on=fail_on,
        workers=workers,
    )


def drift(
    file: Annotated[Path, typer.Argument(help="DRIFT.toml: reference, images, dated batches.")],
    *,
    json: Json = None,
    html: Html = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write the points of every control chart.")
    ] = None,
    fail_on: FailOn = "never",
    fail_on_drift: Annotated[
        bool, typer.Option("--fail-on-drift", help="Exit with 1 when a vendor's quality fell.")
    ] = False,
    workers: Workers = 0,
    seed: Annotated[int, typer.Option(help="Seed of what could have been found.")] = 20260101,
) -> None:
    """Chart quality over time and tell drifting people from changing images."""
    from assay.cli.drift import run_drift
    from assay.cli.output import Outputs

    run_drift(
        file,
        outputs=Outputs(json, html, csv),
        fail_on=fail_on,
        fail_on_drift=fail_on_drift,
        workers=workers,
        seed=seed,
    )
