"""Commands that set several annotators beside each other."""

from pathlib import Path
from typing import Annotated

import typer

from assay.cli.commands.options import Csv, FailOn, Gallery, Html, Json, Ontology, Strata, Workers


def agree(
    deliveries: Annotated[
        list[Path], typer.Argument(help="Two or more annotators' labels of the same images.")
    ],
    *,
    ontology: Ontology,
    strata: Strata = None,
    format: Annotated[str, typer.Option(help="Format of all; empty to detect each.")] = "",  # noqa: A002 - the option's name
    distance: Annotated[
        str, typer.Option(help="How alpha weighs disagreements: nominal or parents.")
    ] = "nominal",
    outlines: Annotated[bool, typer.Option(help="Compare outlines, too; the slowest part.")] = True,
    json: Json = None,
    html: Html = None,
    csv: Csv = None,
    fail_on: FailOn = "never",
    workers: Workers = 0,
) -> None:
    """Say how far annotators of the same images agree, and who stands apart."""
    from assay.cli.agree import run_agree
    from assay.cli.output import Outputs

    run_agree(
        tuple(deliveries),
        ontology=ontology,
        strata=strata,
        format=format,
        distance=distance,
        outlines=outlines,
        outputs=Outputs(json, html, csv),
        fail_on=fail_on,
        workers=workers,
    )


def fuse(
    annotators: Annotated[list[Path], typer.Argument(help="Labels of each: folder or archive.")],
    *,
    ontology: Ontology,
    method: Annotated[str, typer.Option(help="How to fuse; assay explain METHOD.")] = "dawid-skene",
    out: Annotated[Path | None, typer.Option(help="Folder for the fused delivery.")] = None,
    to: Annotated[str, typer.Option(help="Format of the fused delivery.")] = "index-png",
    uncertainty: Annotated[
        Path | None, typer.Option(help="Folder for uncertainty maps: PNG, 255 is 1.0.")
    ] = None,
    set: Annotated[  # noqa: A002 - the option's name
        list[str] | None,
        typer.Option(metavar="<name=value>", help="Of the method or the contested regions."),
    ] = None,
    weights: Annotated[
        str, typer.Option(metavar="<name=number,...>", help="For weighted; others weigh 1.")
    ] = "",
    neighbours: Annotated[
        bool | None,
        typer.Option(
            "--neighbours/--no-neighbours",
            help="Ask 3×3 pixels where contested.",
            show_default=False,
        ),
    ] = None,
    ties: Annotated[
        str, typer.Option(help="Ties go by skill, or stay unlabelled, or void.")
    ] = "skill",
    unlabelled: Annotated[str, typer.Option(help="An unlabelled pixel: vote or abstain.")] = "vote",
    void: Annotated[str, typer.Option(help="A void pixel: vote or abstain.")] = "vote",
    guard: Annotated[
        bool, typer.Option("--guard/--no-guard", help="Vote where an estimate is upside down.")
    ] = True,
    reference: Annotated[
        Path | None, typer.Option(help="Labels that are right: scores all against them.")
    ] = None,
    images: Gallery = None,
    format: Annotated[str, typer.Option(help="Annotators' format; empty to detect.")] = "",  # noqa: A002 - the option's name
    json: Json = None,
    html: Html = None,
    fail_on: FailOn = "never",
    workers: Workers = 0,
) -> None:
    """Make one delivery of several annotators', and say how far each is to be trusted."""
    from assay.cli.fuse import make_plan, run_fuse
    from assay.cli.output import Outputs

    run_fuse(
        tuple(annotators),
        ontology=ontology,
        out=out,
        to=to,
        plan=make_plan(
            method,
            tuple(set or ()),
            neighbours=neighbours,
            ties=ties,
            unlabelled=unlabelled,
            void=void,
            guard=guard,
        ),
        weights=weights,
        annotators_format=format,
        uncertainty=uncertainty,
        reference=reference,
        images=images,
        outputs=Outputs(json, html),
        fail_on=fail_on,
        workers=workers,
    )


def systematic(
    deliveries: Annotated[list[Path], typer.Argument(help="Labels by vendors of the same images.")],
    *,
    reference: Annotated[Path, typer.Option(help="Labels that are right.", show_default=False)],
    ontology: Ontology,
    annotators: Annotated[
        Path | None, typer.Option(help="CSV with columns item, annotator and maybe delivery.")
    ] = None,
    further_reference: Annotated[
        Path | None, typer.Option(help="Another expert's labels: what experts do is no mistake.")
    ] = None,
    images: Annotated[Path | None, typer.Option(help="Photographs, for the examples.")] = None,
    format: Annotated[str, typer.Option(help="Deliveries' format; empty to detect.")] = "",  # noqa: A002 - the option's name
    reference_format: Annotated[str, typer.Option(help="Reference's; empty to detect.")] = "",
    floor: Annotated[
        float, typer.Option(help="Share of a class's pixels below which nobody is named.")
    ] = 0.01,
    boundary_floor: Annotated[float, typer.Option(help="The same for outlines.")] = 0.05,
    false_discoveries: Annotated[
        float, typer.Option(help="Share of named causes that may be chance.")
    ] = 0.05,
    json: Json = None,
    html: Html = None,
    workers: Workers = 0,
    seed: Annotated[int, typer.Option(help="Seed of the permutations.")] = 20260101,
) -> None:
    """Say which mistakes are shared, which a vendor's, and which a person's."""
    from assay.attribution import AttributionSettings
    from assay.cli.output import Outputs
    from assay.cli.systematic import run_systematic

    run_systematic(
        deliveries,
        reference=reference,
        ontology=ontology,
        annotators=annotators,
        further_reference=further_reference,
        images=images,
        format=format,
        reference_format=reference_format,
        outputs=Outputs(json, html),
        settings=AttributionSettings(
            floor=floor,
            boundary_floor=boundary_floor,
            false_discoveries=false_discoveries,
            seed=seed,
        ),
        workers=workers,
    )


def honesty(
    file: Annotated[Path, typer.Argument(help="HONESTY.toml: annotators, and what is known.")],
    *,
    json: Json = None,
    html: Html = None,
    workers: Workers = 0,
) -> None:
    """Look for signs of work that was not done; each is a question, never a verdict."""
    from assay.cli.honesty import run_honesty
    from assay.cli.output import Outputs

    run_honesty(file, outputs=Outputs(json, html), workers=workers)
