"""A report and a pilot at the terminal."""

import math
from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assay.delivery import Severity
from assay.render.console import begin, line_of, print_findings, severities, table
from assay.render.evaluation.sentences import support_of, verdict_of
from assay.render.finding_groups import count_severities
from assay.render.kinds import KINDS
from assay.render.metric_names import title
from assay.render.writing import (
    count,
    decimal,
    estimate,
    interval,
    percent,
    signed,
    signed_interval,
)
from assay.report import Report, Score
from assay.sourcing import PilotReport

_BAR_CELLS = 40


def show_report(report: Report, console: Console) -> None:
    """Print what judging one delivery found.

    Parameters
    ----------
    report
        What to show.
    console
        Where to; the form depends on whether it is a terminal.
    """
    if not begin(console, verdict_of(report), support_of(report), _report_lines(report)):
        return
    console.print()
    console.print(_score_table(report))
    console.print(_class_table(report))
    _print_anatomy({report.candidate: report}, console)
    print_findings(report.findings, console)


def show_pilot(pilot: PilotReport, console: Console) -> None:
    """Print whom to award, how the vendors rank, and what tells them apart.

    Parameters
    ----------
    pilot
        What to show.
    console
        Where to; the form depends on whether it is a terminal.
    """
    if not begin(console, pilot.verdict.sentence, (), _pilot_lines(pilot)):
        return
    console.print()
    console.print(_ranking_table(pilot))
    if pilot.differences:
        console.print(_difference_table(pilot))
    _print_anatomy({result.vendor.name: result.report for result in pilot.results}, console)


def _report_lines(report: Report) -> Iterator[str]:
    for name, score in report.scores.items():
        yield f"{name}: {estimate(score)}"
    yield f"findings: {severities(report.findings)}"


def _pilot_lines(pilot: PilotReport) -> Iterator[str]:
    for result in pilot.results:
        score = estimate(result.report.scores[pilot.metric])
        yield f"{result.rank}. {result.vendor.name}: {pilot.metric} {score}"
    for difference in pilot.differences:
        says = "distinguishable" if difference.distinguishable else "not distinguishable"
        gap = f"{signed(difference.difference.value)} ({signed_interval(difference.difference)})"
        yield f"{difference.first} minus {difference.second}: {gap}, {says}"
    yield f"smallest difference shown: {decimal(pilot.smallest_difference)}"


def _score_table(report: Report) -> Table:
    made = table("Scores", "", "Score", "Interval")
    for name, score in report.scores.items():
        made.add_row(line_of(title(name)), decimal(score.value), interval(score))
    return made


def _class_table(report: Report) -> Table:
    columns = (
        "Class",
        "IoU",
        "Interval",
        "Dice",
        "Boundary IoU",
        "Support px",
        "Missed",
        "Invented",
    )
    made = table("\nClasses", *columns)
    unknown = Score(math.nan)
    for entry in report.classes:
        iou, dice, boundary = (
            entry.scores.get(name, unknown) for name in ("iou", "dice", "boundary_iou")
        )
        made.add_row(
            line_of(entry.label.name), decimal(iou.value), interval(iou), decimal(dice.value),
            decimal(boundary.value), count(entry.support_px), count(entry.missed),
            count(entry.invented),
        )  # fmt: skip
    return made


def _ranking_table(pilot: PilotReport) -> Table:
    made = table(
        "Ranking", "Vendor", title(pilot.metric), "Interval", "First in", "Price an image",
        "Severe errors", "File errors",
    )  # fmt: skip
    for result in pilot.results:
        score = result.report.scores[pilot.metric]
        price = result.vendor.price_per_image
        errors = count_severities(result.report.findings)[Severity.ERROR]
        made.add_row(
            line_of(f"{result.rank}. {result.vendor.name}"), decimal(score.value), interval(score),
            percent(float(result.rank_probabilities[0])),
            "unknown" if price is None else str(price),
            count(result.report.severe_errors), count(errors),
        )  # fmt: skip
    return made


def _difference_table(pilot: PilotReport) -> Table:
    made = table("\nDifferences", "Pair", "Difference", "Interval", "Distinguishable")
    for difference in pilot.differences:
        made.add_row(
            line_of(f"{difference.first} minus {difference.second}"),
            signed(difference.difference.value),
            signed_interval(difference.difference),
            "yes" if difference.distinguishable else "no",
        )
    made.caption = (
        f"Smallest difference that so many images show: {decimal(pilot.smallest_difference)}"
    )
    made.caption_justify = "left"
    return made


def _print_anatomy(reports: Mapping[str, Report], console: Console) -> None:
    """Print one bar of wrong pixels by kind for each delivery, and the numbers under it."""
    console.print()
    console.print(line_of("Error anatomy", "bold"))
    for name, report in reports.items():
        if report.anatomy is None or not report.scored_px:
            continue
        wrong = report.anatomy.wrong
        console.print(line_of(f"{name}: {percent(wrong / report.scored_px)} of pixels are wrong"))
        if wrong:
            console.print(_anatomy_bar(list(report.anatomy.by_kind.values())))


def _anatomy_bar(counts: list[int]) -> Text:
    wrong, done, drawn = sum(counts), 0, 0
    bar, legend = Text("  "), Text("\n  ")
    for kind, pixels in zip(KINDS, counts, strict=True):
        done += pixels
        cells = round(_BAR_CELLS * done / wrong) - drawn
        drawn += cells
        bar.append("█" * cells, kind.color)
        if pixels:
            legend.append("■ ", kind.color)
            legend.append(f"{kind.title} {percent(pixels / wrong)}  ")
    return bar + legend
