"""Commands that say how many images: ``assay plan``."""

from pathlib import Path
from typing import Annotated

import typer

from assay.cli.commands.options import Html, Json

plans = typer.Typer(
    help="Answer how many images: for a pilot, for gold, for a lot, for review.",
    no_args_is_help=True,
    rich_markup_mode=None,
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
