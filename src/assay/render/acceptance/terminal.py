"""Acceptance at a terminal, and as plain facts in a pipe."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from assay.render.acceptance.wording import claim_title, written, written_bounds, written_limits
from assay.render.console import line_of, print_findings, print_lines, severities, table
from assay.render.writing import count, noun, percent
from assay.sampling.acceptance import AcceptanceReport
from assay.sampling.plan import Verdict

_STYLES = {
    Verdict.ACCEPT: "bold green",
    Verdict.REJECT: "bold red",
    Verdict.UNDECIDED: "bold yellow",
}


def show_acceptance(report: AcceptanceReport, console: Console) -> None:
    """Print the verdict, how each claim stands, and what to look at next.

    Parameters
    ----------
    report
        What to show.
    console
        Where to; the form depends on whether it is a terminal.
    """
    if not console.is_terminal:
        console.print(line_of(report.sentence))
        print_lines(console, _lines(report))
        return
    console.print(line_of(report.sentence, _STYLES[report.verdict]))
    console.print()
    console.print(_claims(report))
    if report.following:
        console.print()
        console.print(line_of("Look at these, in this order:", "bold"))
        for key in report.following:
            console.print(line_of(f"  {key}"))
    print_findings(report.findings, console)


def _lines(report: AcceptanceReport) -> Iterator[str]:
    for result in report.claims:
        yield (
            f"{result.claim.name}: {result.verdict.value} after {count(result.looked)} of at most "
            f"{count(result.sample_size)}, {written(result.claim, result.estimate)} "
            f"({written_bounds(result)}), {written_limits(result)}, {result.claim.plan}"
        )
    yield f"looked at: {count(report.counted)} of {count(report.size)}"
    yield (
        f"risks: producer {percent(report.producer_risk)}, consumer {percent(report.consumer_risk)}"
    )
    yield f"order: seed {report.terms.seed}, batch {report.batch_digest[:12]}"
    if report.following:
        yield f"next: {report.following[0]}"
    yield f"findings: {severities(report.findings)}"


def _claims(report: AcceptanceReport) -> Table:
    made = table(
        f"Claims ({noun(report.size, 'image')})",
        "", "Verdict", "Looked at", "At most", "So far", "Between", "Limits", "Plan",
    )  # fmt: skip
    for result in report.claims:
        made.add_row(
            line_of(claim_title(result.claim)),
            line_of(result.verdict.value, _STYLES[result.verdict]),
            count(result.looked),
            count(result.sample_size),
            written(result.claim, result.estimate),
            written_bounds(result),
            written_limits(result),
            result.claim.plan,
        )
    return made
