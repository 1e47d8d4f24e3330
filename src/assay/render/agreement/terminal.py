"""A report of agreement at the terminal."""

import math
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assay.metrics.agreement_statistics import STATISTICS
from assay.render.agreement.sentences import support_of, verdict_of
from assay.render.agreement.wording import estimate_of, interval_of, value_of
from assay.render.console import begin, line_of, print_findings, severities, table
from assay.render.writing import decimal, estimate, percent, signed, signed_interval
from assay.report.agreement import AgreementReport


def show_agreement(report: AgreementReport, console: Console) -> None:
    """Print how far annotators agree, and who stands apart.

    Parameters
    ----------
    report
        What to show.
    console
        Where to; the form depends on whether it is a terminal.
    """
    if not begin(console, verdict_of(report), support_of(report), _lines(report)):
        return
    console.print()
    console.print(_score_table(report))
    console.print(_annotator_table(report))
    console.print(_class_table(report))
    console.print(line_of(""))
    console.print(line_of("IoU of each two annotators, alike ones side by side", "bold"))
    console.print(_matrix(report))
    print_findings([finding for _, finding in report.findings], console)


def _lines(report: AgreementReport) -> Iterator[str]:
    for name, score in report.scores.items():
        yield f"{name}: {estimate_of(name, score)}"
    for entry in report.annotators:
        apart = ", stands apart" if entry.apart else ""
        yield f"{entry.name}: iou_with_others {estimate(entry.with_others)}{apart}"
    yield f"findings: {severities(finding for _, finding in report.findings)}"


def _score_table(report: AgreementReport) -> Table:
    made = table("Agreement", "", "Score", "Interval")
    for name, score in report.scores.items():
        made.add_row(STATISTICS.get(name).title, value_of(name, score), interval_of(name, score))
    return made


def _annotator_table(report: AgreementReport) -> Table:
    made = table(
        "\nAnnotators", "Annotator", "Images", "IoU with others", "Against the others", "Interval",
        "Alpha without",
    )  # fmt: skip
    for entry in report.annotators:
        made.add_row(
            line_of(entry.name, "bold red" if entry.apart else ""), f"{entry.images:,}",
            estimate(entry.with_others), signed(entry.standing.value),
            signed_interval(entry.standing), decimal(entry.alpha_without),
        )  # fmt: skip
    return made


def _class_table(report: AgreementReport) -> Table:
    names = list(report.scores)
    titles = [STATISTICS.get(name).title for name in names]
    made = table("\nClasses", "Class", "Share", *titles)
    for entry in report.classes:
        values = (value_of(name, entry.scores[name]) for name in names)
        made.add_row(line_of(entry.label.name), percent(entry.share), *values)
    return made


def _matrix(report: AgreementReport) -> Table:
    """Return the IoU of each pair, in the order of the dendrogram."""
    order = report.tree.order
    made = table("", "", *(str(place) for place in range(1, len(order) + 1)))
    for place, one in enumerate(order, 1):
        cells = [Text("·") if one == other else _cell(report, one, other) for other in order]
        made.add_row(line_of(f"{place} {report.annotators[one].name}"), *cells)
    return made


def _cell(report: AgreementReport, one: int, other: int) -> Text:
    value = report.pair(one, other).scores["pairwise_iou"].value
    if math.isnan(value):
        return Text("n/a", "dim")
    return Text(decimal(value), "green" if value >= 0.9 else "yellow" if value >= 0.7 else "red")
