"""Acceptance of a batch as one HTML page."""

from assay.render.acceptance.wording import (
    claim_title,
    shown,
    written,
    written_bounds,
    written_limits,
)
from assay.render.page import fill
from assay.render.plots import Band, Curve, Dots, LinePlot, Rule
from assay.render.writing import percent
from assay.sampling.acceptance import AcceptanceReport, ClaimResult
from assay.sampling.characteristic import Characteristic
from assay.sampling.plan import Verdict
from assay.sampling.terms import Claim

# What a page shows of long lists; the JSON report has all.
_MOST_IMAGES = 100


def acceptance_page(report: AcceptanceReport) -> str:
    """Return an acceptance as one HTML page.

    Parameters
    ----------
    report
        What judging a batch found.

    Returns
    -------
    The page as text, to be written as UTF-8; equal reports give equal text.
    """
    return fill(
        "acceptance.html.jinja",
        report=report,
        Verdict=Verdict,
        MOST_IMAGES=_MOST_IMAGES,
        claim_title=claim_title,
        written=written,
        written_bounds=written_bounds,
        written_limits=written_limits,
        sequence_plot=sequence_plot,
        acceptance_plot=acceptance_plot,
        looks_plot=looks_plot,
    )


def sequence_plot(result: ClaimResult) -> LinePlot:
    """Draw the bounds of the batch's mean against the images looked at, with the limits."""
    claim, promise = result.claim, result.promise
    looks = range(1, result.looked + 1)
    ends = [
        sorted((shown(claim, float(low)), shown(claim, float(high))))
        for low, high in zip(result.bounds.lower, result.bounds.upper, strict=True)
    ]
    return LinePlot(
        _sequence_title(result),
        "Images looked at, in the order that was drawn",
        _axis(claim),
        curves=(Curve(tuple(zip(looks, _running(result), strict=True)), "Mean of what was seen"),),
        bands=(
            Band(
                tuple((look, low, high) for look, (low, high) in zip(looks, ends, strict=True)),
                "Where the batch can lie",
            ),
        ),
        dots=(
            Dots(
                tuple(
                    (look, shown(claim, float(value)))
                    for look, value in zip(looks, result.values, strict=True)
                ),
                "Single images",
                0,
                "ring",
            ),
        )
        if claim.subject == "score"
        else (),
        rules=(
            Rule(shown(claim, promise.good), f"good: {written(claim, promise.good)}", tone=3),
            Rule(shown(claim, promise.bad), f"bad: {written(claim, promise.bad)}", tone=2),
        ),
        x_include=(0.0,),
        y_within=(0.0, 1.0),
    )


def _sequence_title(result: ClaimResult) -> str:
    if result.verdict is Verdict.UNDECIDED:
        return f"After {result.looked} images either verdict is still possible"
    limit = result.promise.bad if result.verdict is Verdict.ACCEPT else result.promise.good
    if result.exact:
        return "Every image was looked at: the mean is known"
    worse = "bad" if result.verdict is Verdict.ACCEPT else "good"
    return (
        f"After {result.looked} images the batch can no longer be {worse} "
        f"({written(result.claim, limit)})"
    )


def _running(result: ClaimResult) -> list[float]:
    total, means = 0.0, []
    for look, value in enumerate(result.values, 1):
        total += shown(result.claim, float(value))
        means.append(total / look)
    return means


def _axis(claim: Claim) -> str:
    return "Mean score, 0 to 1" if claim.subject == "score" else "Share of images, 0 to 1"


def acceptance_plot(claim: Claim, found: Characteristic, result: ClaimResult) -> LinePlot:
    """Draw the operating characteristic: how often batches of each quality are accepted."""
    points = sorted(
        zip((shown(claim, float(m)) for m in found.means), found.acceptance, strict=True)
    )
    promise = result.promise
    return LinePlot(
        "Good batches pass, bad ones do not",
        f"True {_axis(claim)[0].lower()}{_axis(claim)[1:]}",
        "Probability of acceptance",
        curves=(Curve(tuple((x, float(y)) for x, y in points)),),
        rules=(
            Rule(shown(claim, promise.good), "good", "x", 3),
            Rule(shown(claim, promise.bad), "bad", "x", 2),
            Rule(promise.consumer_risk, percent(promise.consumer_risk)),
            Rule(1 - promise.producer_risk, percent(1 - promise.producer_risk)),
        ),
        y_within=(0.0, 1.0),
        y_include=(0.0, 1.0),
    )


def looks_plot(claim: Claim, found: Characteristic, result: ClaimResult) -> LinePlot:
    """Draw the average sample number beside it."""
    places = [shown(claim, float(mean)) for mean in found.means]
    promise = result.promise
    return LinePlot(
        "The clearer the case, the fewer images",
        f"True {_axis(claim)[0].lower()}{_axis(claim)[1:]}",
        "Images looked at",
        curves=(
            Curve(tuple(sorted(zip(places, map(float, found.looked), strict=True))), "Mean"),
            Curve(
                tuple(sorted(zip(places, map(float, found.looked_most), strict=True))),
                "Nine of ten batches need at most",
                dashed=True,
            ),
        ),
        rules=(
            Rule(shown(claim, promise.good), "good", "x", 3),
            Rule(shown(claim, promise.bad), "bad", "x", 2),
        ),
        y_include=(0.0,),
    )
