"""Answers of ``assay plan`` as HTML pages."""

from assay.render.page import fill
from assay.render.planning.sentences import (
    gold_sentence,
    hours,
    lot_lines,
    lot_sentence,
    pilot_sentence,
    review_sentence,
)
from assay.render.plots import Curve, Dots, LinePlot, Rule
from assay.render.writing import decimal, level, percent
from assay.sampling.lots import LotAnswer
from assay.sampling.review import ReviewCost
from assay.sampling.sizes import GoldSize, PilotSize


def pilot_size_page(found: PilotSize) -> str:
    """Return how many pilot images tell vendors apart as one HTML page."""
    plot = LinePlot(
        "More images show smaller differences",
        "Images that both vendors label",
        "Smallest difference shown",
        curves=(Curve(tuple((float(i), d) for i, d in found.curve)),),
        rules=(Rule(found.difference, f"asked for: {decimal(found.difference)}", tone=2),),
        y_include=(0.0,),
        y_within=(0.0, 1.0),
    )
    rows = [(f"{images:,}", decimal(difference)) for images, difference in found.curve[::4]]
    return fill(
        "planning.html.jinja",
        kind="Pilot size",
        sentence=pilot_sentence(found),
        lede=(
            "Both vendors label the same images, so what makes an image hard for both drops out. "
            f"Single images differ by {decimal(found.spread)} (standard deviation of the paired "
            f"difference); simulated with normal differences, {percent(found.power_simulated)} of "
            "such pilots show the difference."
        ),
        plot=plot,
        columns=("Images", "Smallest difference"),
        caption="What other numbers of images would show",
        rows=rows,
        method=(
            f"Paired t interval at {level(found.confidence)} confidence that excludes zero with "
            f"{level(found.power)} probability (Julious 2010, chapter 4)."
        ),
    )


def gold_size_page(found: GoldSize) -> str:
    """Return how many gold images bound a share of severe errors as one HTML page."""
    plot = LinePlot(
        "Every severe error seen asks for more images",
        "Images with a severe error seen",
        "Images to look at",
        curves=(Curve(tuple((float(e), float(i)) for e, i in found.rows), dashed=True),),
        dots=(Dots(tuple((float(e), float(i)) for e, i in found.rows)),),
        x_ticks=tuple((float(errors), str(errors)) for errors, _ in found.rows),
        y_include=(0.0,),
    )
    exact = (
        "Exact upper bound of Clopper and Pearson (1934), for a stream without end."
        if found.lot is None
        else "Exact upper bound from the hypergeometric distribution, for a batch of this size."
    )
    return fill(
        "planning.html.jinja",
        kind="Gold size",
        sentence=gold_sentence(found),
        lede=(
            f"Share to stay below: {percent(found.share)} of images, at {level(found.confidence)} "
            "confidence. Decide on the number before looking: whoever adds images until the bound "
            "holds has another risk than stated. For that, accept batches with the sequential plan."
        ),
        plot=plot,
        columns=("Images with a severe error", "Images to look at"),
        caption="By the number of severe errors that turn up",
        rows=[(f"{errors:,}", f"{images:,}") for errors, images in found.rows],
        method=exact,
    )


def lot_page(found: LotAnswer) -> str:
    """Return a lot plan of ISO 2859-1 with its operating characteristic as one HTML page."""
    caught = 1 - found.promise.bad
    plot = LinePlot(
        f"The AQL passes; from {percent(caught)} faulty on, lots are caught",
        "Faulty images in the lot, share",
        "Probability of acceptance",
        curves=(Curve(found.curve),),
        rules=(
            Rule(found.aql / 100, f"AQL {found.aql:g}\xa0%", "x", 3),
            Rule(caught, f"passes in {percent(found.promise.consumer_risk)}", "x", 2),
        ),
        x_within=(0.0, 1.0),
        y_within=(0.0, 1.0),
        y_include=(0.0, 1.0),
    )
    step = max(1, len(found.curve) // 12)
    return fill(
        "planning.html.jinja",
        kind="Lot plan",
        sentence=lot_sentence(found),
        lede=". ".join(line[0].upper() + line[1:] for line in lot_lines(found)) + ".",
        plot=plot,
        columns=("Faulty images in the lot", "Accepted"),
        caption="How often lots of each quality are accepted",
        rows=[(percent(share), percent(passed)) for share, passed in found.curve[::step]],
        method=(
            "ISO 2859-1, single sampling; probabilities are exact for a lot of this size "
            "(hypergeometric). The AQL protects the vendor; the buyer is protected by what is "
            "caught, and by switching to tightened inspection over a stream of lots."
        ),
    )


def review_cost_page(found: ReviewCost) -> str:
    """Return what terms of acceptance cost in review time as one HTML page."""
    places = tuple(enumerate(found.situations))
    plot = LinePlot(
        "Clear cases are cheap, borderline ones are not",
        "How good the batch is",
        "Review time, hours",
        curves=(
            Curve(tuple((float(p), s.minutes / 60) for p, s in places), "Mean"),
            Curve(
                tuple((float(p), s.minutes_most / 60) for p, s in places),
                "Nine of ten batches take at most",
                dashed=True,
            ),
        ),
        dots=(Dots(tuple((float(p), s.minutes / 60) for p, s in places)),),
        note=f"Looking at every image would take {hours(found.all_minutes)}.",
        x_ticks=tuple((float(place), situation.name) for place, situation in places),
        y_include=(0.0,),
    )
    rows = [
        (
            row.name,
            percent(row.accepted),
            f"{row.images:.1f}",
            f"{row.images_most:.0f}",
            hours(row.minutes),
            hours(row.minutes_most),
        )
        for row in found.situations
    ]
    return fill(
        "planning.html.jinja",
        kind="Review cost",
        sentence=review_sentence(found),
        lede=(
            f"One image takes {found.time.minutes:g} minutes, give or take {found.time.spread:g}."
        ),
        plot=plot,
        columns=("Batch", "Accepted", "Images, mean", "9 of 10 at most", "Time", "9 of 10 at most"),
        caption="What a batch costs",
        rows=rows,
        method=(
            f"{found.repetitions:,} simulated batches of each kind, all claims alike good or bad "
            "and independent of each other; minutes an image follow a Gamma distribution. Clearly "
            "good and clearly bad lie as far beyond the limits as these lie apart."
        ),
    )
