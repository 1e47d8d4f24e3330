"""What all terminal forms share: plain text from strangers, tables, findings.

At a terminal there are tables, bars and colour; in a pipe or a log there is one fact a line, and
nothing that needs a screen.  Vendors' text is never read as markup or as control codes.
"""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assay.delivery import Finding, Severity
from assay.render.finding_groups import count_severities, group_findings
from assay.render.writing import noun, visible

#: The colour of each severity.
SEVERITY_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_TOP_RULES = 6


def line_of(text: str, style: str = "") -> Text:
    """Wrap text so that it is printed as it is, on one line: no markup, no control codes."""
    return Text(visible(text).replace("\n", " "), style=style)


def print_lines(console: Console, lines: Iterable[str]) -> None:
    """Print one fact a line, never wrapped: for pipes and logs."""
    for line in lines:
        console.print(line_of(line), soft_wrap=True)


def begin(console: Console, headline: str, support: Iterable[str], facts: Iterable[str]) -> bool:
    """Print what a report comes to, and say whether tables are to follow: in a pipe, facts did."""
    console.print(line_of(headline, "bold"))
    for sentence in support:
        console.print(line_of(sentence))
    if not console.is_terminal:
        print_lines(console, facts)
    return console.is_terminal


def table(heading: str, *columns: str) -> Table:
    """Return an empty table: the first column to the left, the others to the right."""
    made = Table(title=heading, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for place, column in enumerate(columns):
        made.add_column(column, justify="right" if place else "left", header_style="dim")
    return made


def severities(findings: Iterable[Finding]) -> str:
    """Write how many findings of each severity there are."""
    counts = count_severities(findings)
    plural = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "info"}
    return ", ".join(noun(counts[kind], kind.value, plural[kind]) for kind in counts)


def print_findings(findings: Sequence[Finding], console: Console) -> None:
    """Print findings by rule, errors first, each with its remedy."""
    console.print()
    if not findings:
        console.print(line_of("The files have no faults."))
        return
    console.print(line_of(f"Findings: {severities(findings)}", "bold"))
    groups = group_findings(findings)
    for group in groups[:_TOP_RULES]:
        line = Text("  ")
        line.append(f"{group.severity.value:8}", SEVERITY_STYLE[group.severity])
        says = line_of(f"{group.rule} ×{len(group.findings)}: {group.remedies[0]}")
        console.print(line + says)
    if len(groups) > _TOP_RULES:
        console.print(line_of(f"  and {noun(len(groups) - _TOP_RULES, 'rule')} more"))
