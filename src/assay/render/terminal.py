"""Reports for people at a terminal, and a few plain lines for everything else.

At a terminal there are tables, bars and colour; in a pipe or a log there is one fact a line, and
nothing that needs a screen.  Vendors' text is never read as markup or as control codes.
"""

import math
from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assay.delivery import Severity
from assay.render.finding_groups import count_severities, group_findings
from assay.render.kinds import KINDS
from assay.render.metric_names import title
from assay.render.sentences import support_of, verdict_of
from assay.render.writing import (
    count,
    decimal,
    estimate,
    interval,
    noun,
    percent,
    signed,
    signed_interval,
    visible,
)
from assay.report import Report, Score
from assay.sourcing import PilotReport

_SEVERITY_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_BAR_CELLS = 40
_TOP_RULES = 6


def show_report(report: Report, console: Console) -> None:
    """Print what judging one delivery found.

    Parameters
    ----------
    report
        What to show.
    console
        Where to; the form depends on whether it is a terminal.
    """
    console.print(_text(verdict_of(report), "bold"))
    for sentence in support_of(report):
        console.print(_text(sentence))
    if not console.is_terminal:
        _print_lines(console, _report_lines(report))
        return
    console.print()
    console.print(_score_table(report))
    console.print(_class_table(report))
    _print_anatomy({report.candidate: report}, console)
    _print_findings(report, console)


def show_pilot(pilot: PilotReport, console: Console) -> None:
    """Print whom to award, how the vendors rank, and what tells them apart.

    Parameters
    ----------
    pilot
        What to show.
    console
        Where to; the form depends on whether it is a terminal.
    """
    console.print(_text(pilot.verdict.sentence, "bold"))
    if not console.is_terminal:
        _print_lines(console, _pilot_lines(pilot))
        return
    console.print()
    console.print(_ranking_table(pilot))
    if pilot.differences:
        console.print(_difference_table(pilot))
    _print_anatomy({result.vendor.name: result.report for result in pilot.results}, console)


def _text(text: str, style: str = "") -> Text:
    """Wrap text so that it is printed as it is, on one line: no markup, no control codes."""
    return Text(visible(text).replace("\n", " "), style=style)


def _print_lines(console: Console, lines: Iterator[str]) -> None:
    for line in lines:
        console.print(_text(line), soft_wrap=True)


def _report_lines(report: Report) -> Iterator[str]:
    for name, score in report.scores.items():
        yield f"{name}: {estimate(score)}"
    yield f"findings: {_severities(report)}"


def _pilot_lines(pilot: PilotReport) -> Iterator[str]:
    for result in pilot.results:
        score = estimate(result.report.scores[pilot.metric])
        yield f"{result.rank}. {result.vendor.name}: {pilot.metric} {score}"
    for difference in pilot.differences:
        says = "distinguishable" if difference.distinguishable else "not distinguishable"
        gap = f"{signed(difference.difference.value)} ({signed_interval(difference.difference)})"
        yield f"{difference.first} minus {difference.second}: {gap}, {says}"
    yield f"smallest difference shown: {decimal(pilot.smallest_difference)}"


def _severities(report: Report) -> str:
    counts = count_severities(report.findings)
    plural = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "info"}
    return ", ".join(noun(counts[kind], kind.value, plural[kind]) for kind in counts)


def _table(heading: str, *columns: str) -> Table:
    table = Table(title=heading, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", header_style="dim")
    return table


def _score_table(report: Report) -> Table:
    table = _table("Scores", "", "Score", "Interval")
    for name, score in report.scores.items():
        table.add_row(_text(title(name)), decimal(score.value), interval(score))
    return table


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
    table = _table("\nClasses", *columns)
    unknown = Score(math.nan)
    for entry in report.classes:
        iou, dice, boundary = (
            entry.scores.get(name, unknown) for name in ("iou", "dice", "boundary_iou")
        )
        table.add_row(
            _text(entry.label.name), decimal(iou.value), interval(iou), decimal(dice.value),
            decimal(boundary.value), count(entry.support_px), count(entry.missed),
            count(entry.invented),
        )  # fmt: skip
    return table


def _ranking_table(pilot: PilotReport) -> Table:
    table = _table(
        "Ranking", "Vendor", title(pilot.metric), "Interval", "First in", "Price an image",
        "Severe errors", "File errors",
    )  # fmt: skip
    for result in pilot.results:
        score = result.report.scores[pilot.metric]
        price = result.vendor.price_per_image
        errors = count_severities(result.report.findings)[Severity.ERROR]
        table.add_row(
            _text(f"{result.rank}. {result.vendor.name}"), decimal(score.value), interval(score),
            percent(float(result.rank_probabilities[0])),
            "unknown" if price is None else str(price),
            count(result.report.severe_errors), count(errors),
        )  # fmt: skip
    return table


def _difference_table(pilot: PilotReport) -> Table:
    table = _table("\nDifferences", "Pair", "Difference", "Interval", "Distinguishable")
    for difference in pilot.differences:
        table.add_row(
            _text(f"{difference.first} minus {difference.second}"),
            signed(difference.difference.value),
            signed_interval(difference.difference),
            "yes" if difference.distinguishable else "no",
        )
    table.caption = (
        f"Smallest difference that so many images show: {decimal(pilot.smallest_difference)}"
    )
    table.caption_justify = "left"
    return table


def _print_anatomy(reports: Mapping[str, Report], console: Console) -> None:
    """Print one bar of wrong pixels by kind for each delivery, and the numbers under it."""
    console.print()
    console.print(_text("Error anatomy", "bold"))
    for name, report in reports.items():
        if report.anatomy is None or not report.scored_px:
            continue
        wrong = report.anatomy.wrong
        console.print(_text(f"{name}: {percent(wrong / report.scored_px)} of pixels are wrong"))
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


def _print_findings(report: Report, console: Console) -> None:
    console.print()
    if not report.findings:
        console.print(_text("The files have no faults."))
        return
    console.print(_text(f"Findings: {_severities(report)}", "bold"))
    groups = group_findings(report.findings)
    for group in groups[:_TOP_RULES]:
        line = Text("  ")
        line.append(f"{group.severity.value:8}", _SEVERITY_STYLE[group.severity])
        says = _text(f"{group.rule} ×{len(group.findings)}: {group.remedies[0]}")
        console.print(line + says)
    if len(groups) > _TOP_RULES:
        console.print(_text(f"  and {noun(len(groups) - _TOP_RULES, 'rule')} more"))
