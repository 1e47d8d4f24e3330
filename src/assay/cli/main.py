"""The command line: each command parses, calls the library, renders."""

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.operating import audits, backups, keys
from assay.errors import AssayError

#: Exit code after Ctrl-C, as shells have it.
INTERRUPTED = 130

app = typer.Typer(
    name="assay",
    help="Judge the pixel labels that you buy: score, compare, accept and pay with evidence.",
    epilog="Exit codes: 0 done, 1 findings above the limit set, 2 wrong use.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Plain help: rich would take a fifth of a second to draw its boxes.
    rich_markup_mode=None,
)

Ontology = Annotated[Path, typer.Option(help="Class file, TOML or JSON.", show_default=False)]
Json = Annotated[Path | None, typer.Option(help="Write the JSON document; - for standard output.")]
Html = Annotated[Path | None, typer.Option(help="Write the report as one HTML page.")]
Csv = Annotated[Path | None, typer.Option(help="Write the scores of each image and class.")]
FailOn = Annotated[
    str, typer.Option(help="Exit with 1 on findings this severe: error, warning, info or never.")
]
Workers = Annotated[int, typer.Option(min=0, help="Worker processes; 0 for one a processor.")]
Measures = Annotated[str, typer.Option(help="Measures to take, with commas; empty for all.")]
Seed = Annotated[int, typer.Option(help="Seed of the resampling behind every interval.")]


plans = typer.Typer(
    help="Answer how many images: for a pilot, for gold, for a lot, for review.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def root(*, version: Annotated[bool, typer.Option("--version", help="Print it.")] = False) -> None:
    """Hold the options that belong to no command."""
    if version:
        import assay

        typer.echo(assay.__version__)
        raise typer.Exit


@app.command()
def evaluate(
    reference: Annotated[Path, typer.Argument(help="Labels that are right: folder or archive.")],
    candidate: Annotated[Path, typer.Argument(help="Labels to judge: folder or archive.")],
    *,
    ontology: Ontology,
    images: Annotated[Path | None, typer.Option(help="Photographs, shown in the gallery.")] = None,
    strata: Annotated[Path | None, typer.Option(help="CSV with columns item, stratum.")] = None,
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


@app.command()
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


@app.command()
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


@plans.command(name="pilot")
def plan_pilot(
    difference: Annotated[float, typer.Argument(help="Difference to show, such as 0.03.")],
    *,
    spread: Annotated[
        float | None, typer.Option(help="Standard deviation of the paired difference.")
    ] = None,
    pilot: Annotated[Path | None, typer.Option(help="Or report.json of an earlier pilot.")] = None,
    confidence: Annotated[float, typer.Option(help="Level of the interval.")] = 0.95,
    power: Annotated[float, typer.Option(help="Probability of showing the difference.")] = 0.8,
    json: Json = None,
    html: Html = None,
) -> None:
    """Say how many images tell two vendors apart who label the same ones."""
    from assay.cli.output import Outputs
    from assay.cli.plan import run_pilot_size

    run_pilot_size(
        difference,
        spread=spread,
        pilot=pilot,
        confidence=confidence,
        power=power,
        outputs=Outputs(json, html),
    )


@plans.command(name="gold")
def plan_gold(
    share: Annotated[float, typer.Argument(help="Share of images with a severe error: 0.02.")],
    *,
    batch: Annotated[
        int | None, typer.Option(help="Images of the batch; without end by default.")
    ] = None,
    confidence: Annotated[float, typer.Option(help="Level of the upper bound.")] = 0.95,
    errors: Annotated[int, typer.Option(min=0, max=100, help="Answer for up to so many seen.")] = 3,
    json: Json = None,
    html: Html = None,
) -> None:
    """Say how many gold images show that severe errors are rarer than a share."""
    from assay.cli.output import Outputs
    from assay.cli.plan import run_gold_size

    run_gold_size(
        share, batch=batch, confidence=confidence, errors=errors, outputs=Outputs(json, html)
    )


@plans.command(name="review")
def plan_review(
    terms: Annotated[Path, typer.Argument(help="ACCEPT.toml: limits, risks, plans.")],
    *,
    images: Annotated[int, typer.Option(min=1, max=100_000, help="Images of a batch.")],
    minutes: Annotated[float, typer.Option(help="Mean time to look at one image.")] = 5.0,
    minutes_spread: Annotated[float, typer.Option(help="Its standard deviation.")] = 3.0,
    seed: Annotated[int, typer.Option(help="Seed of the simulated batches.")] = 20260101,
    json: Json = None,
    html: Html = None,
) -> None:
    """Say what accepting batches costs in review time."""
    from assay.cli.output import Outputs
    from assay.cli.plan import run_review_cost

    run_review_cost(
        terms,
        images=images,
        minutes=minutes,
        minutes_spread=minutes_spread,
        seed=seed,
        outputs=Outputs(json, html),
    )


@plans.command(name="lot")
def plan_lot(
    images: Annotated[int, typer.Argument(help="Images of the lot.")],
    *,
    aql: Annotated[float, typer.Option(help="Acceptance quality limit: percent faulty.")] = 1.5,
    level: Annotated[str, typer.Option(help="Inspection level: I, II, III, S-1 to S-4.")] = "II",
    inspection: Annotated[str, typer.Option(help="normal, tightened or reduced.")] = "normal",
    history: Annotated[
        str, typer.Option(help="Lots since then, P passed and F failed, such as PPFPF.")
    ] = "",
    json: Json = None,
    html: Html = None,
) -> None:
    """Say which sample ISO 2859-1 takes of a lot, and what that sample can tell."""
    from assay.cli.output import Outputs
    from assay.cli.plan import run_lot

    run_lot(
        images,
        aql=aql,
        level=level,
        inspection=inspection,
        history=history,
        outputs=Outputs(json, html),
    )


app.add_typer(plans, name="plan")
app.add_typer(audits, name="audit")
app.add_typer(backups, name="backup")
app.add_typer(keys, name="keys")


@app.command()
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


@app.command()
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
    images: Annotated[Path | None, typer.Option(help="Photographs, shown in the gallery.")] = None,
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


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
def agree(
    deliveries: Annotated[
        list[Path], typer.Argument(help="Two or more annotators' labels of the same images.")
    ],
    *,
    ontology: Ontology,
    strata: Annotated[Path | None, typer.Option(help="CSV with columns item, stratum.")] = None,
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


@app.command()
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
    images: Annotated[Path | None, typer.Option(help="Photographs, shown in the gallery.")] = None,
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


@app.command()
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


@app.command()
def formats() -> None:
    """List the formats that Assay reads and writes."""
    from assay.cli.catalogue import list_formats

    list_formats()


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="Metric, measure, format, rule, method or fault.")],
) -> None:
    """Say what a metric, format or finding means, and what to do."""
    from assay.cli.catalogue import explain_name

    explain_name(name)


@app.command()
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


@app.command()
def serve(
    *,
    data: Annotated[Path | None, typer.Option(help="Folder of the service's data.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen at; 127.0.0.1 by default.")] = "",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 8080 by default.")
    ] = None,
) -> None:
    """Run the service: the whole purchase, for a browser and for programs."""
    from assay.cli.serve import run_serve

    run_serve(data=data, host=host, port=port)


@app.command()
def worker(
    *,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Jobs done at once.")] = 2,
) -> None:
    """Do the service's jobs on another machine; settings come from the environment."""
    from assay.cli.serve import run_worker

    run_worker(threads=threads)


@app.command()
def demo(
    *,
    out: Annotated[Path, typer.Option(help="Folder for the pilot and its report.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Same seed, same files.")] = 1,
    serve: Annotated[bool, typer.Option(help="Keep the service running in the end.")] = True,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Its port; 0 for a free one.")] = 0,
) -> None:
    """Simulate a pilot, show the reports, then live through a purchase in the service."""
    from assay.cli.demo import run_demo

    run_demo(out, seed=seed, serve=serve, port=port, command=app)


@app.command()
def deliver(
    batch: Annotated[str, typer.Argument(help="Identifier of the batch.")],
    archive: Annotated[Path, typer.Argument(help="Zip or tar with the labels.")],
    *,
    wait: Annotated[
        bool, typer.Option(help="Wait until it is judged, and show what was found.")
    ] = True,
) -> None:
    """Upload labels for a batch; an upload that was cut off goes on where it stopped."""
    from assay.cli.deliver import run_deliver

    run_deliver(batch, archive, wait=wait)


@app.command()
def login(
    address: Annotated[str, typer.Argument(help="Address of the service.")],
    *,
    email: Annotated[str, typer.Option(prompt="Email", help="Your address.")],
    password: Annotated[
        str,
        typer.Option(
            prompt="Password",
            hide_input=True,
            envvar="ASSAY_PASSWORD",
            show_default=False,
            help="Asked for where it is not given; better not given here.",
        ),
    ],
    code: Annotated[
        str | None, typer.Option(help="Code of your phone, or for recovery, if you have any.")
    ] = None,
) -> None:
    """Sign in to a service: `status` and `deliver` then know it for 30 days.

    Who signs in by a provider and has no password makes a token at POST /api/v1/tokens instead,
    and sets ASSAY_URL and ASSAY_TOKEN.
    """
    from assay.cli.extra import service_extra

    with service_extra():
        from assay.cli.login import run_login

    run_login(address, email=email, password=password, code=code)


@app.command()
def logout() -> None:
    """Revoke the token that `login` made, and forget it."""
    from assay.cli.extra import service_extra

    with service_extra():
        from assay.cli.login import run_logout

    run_logout()


@app.command()
def status() -> None:
    """Say who you are at the service, and what waits there."""
    from assay.cli.extra import service_extra

    with service_extra():
        from assay.cli.login import run_status

    run_status()


def main() -> None:
    """Run the command line; a caller's mistake is one message and exit code 2."""
    # Loading makes many objects and no garbage: looking for it takes a tenth of the start.
    # Commands that work for long switch it on again (see warming).
    gc.disable()
    try:
        app(prog_name="assay")
    except AssayError as error:
        typer.secho(f"assay: {one_line(str(error))}", fg=typer.colors.RED, err=True)
        sys.exit(2)
    except SystemExit as error:
        # What typer makes of Ctrl-C.
        if error.code == INTERRUPTED:
            typer.echo("assay: interrupted; nothing half written was left behind.", err=True)
        raise
    finally:
        gc.unfreeze()
        gc.enable()


def one_line(message: str) -> str:
    r"""Return a message without line breaks and control codes, which file names may hold.

    Examples
    --------
    >>> one_line("There is no 'a\nb\x1b[2J'.")
    "There is no 'a b\\x1b[2J'."
    """
    words = " ".join(message.splitlines())
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in words)
