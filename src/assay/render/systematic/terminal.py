"""Systematic errors at the terminal."""

from rich.console import Console
from rich.table import Table

from assay.attribution import SystematicReport
from assay.render.console import line_of, print_lines, table
from assay.render.systematic.words import HEADINGS, advice_of, cause_of, fact_of, verdict_of
from assay.render.writing import count, percent

#: Lines of a pipe; who reads more takes the JSON document.
_MOST_FACTS = 12


def show_systematic(report: SystematicReport, console: Console) -> None:
    """Print what goes wrong again and again, and whose it is."""
    console.print(line_of(verdict_of(report), "bold"))
    if not console.is_terminal:
        named = [error for error in report.errors if error.causes]
        print_lines(console, map(fact_of, named[:_MOST_FACTS]))
        if len(named) > _MOST_FACTS:
            print_lines(console, [f"further: {len(named) - _MOST_FACTS}, listed by --json"])
        undecided = len(report.errors) - len(named)
        print_lines(console, [f"undecided: {undecided}", f"tests: {report.tests}"])
        return
    for verdict, heading in HEADINGS.items():
        errors = [error for error in report.errors if error.verdict == verdict]
        if errors:
            console.print()
            shown = _table(heading, report)
            for error in errors[:12]:
                shown.add_row(
                    line_of(error.text),
                    line_of(", ".join(map(cause_of, error.causes)) or "–"),
                    *(percent(error.vendors[name].value) for name in report.vendors),
                    count(error.pixels),
                )
            console.print(shown)
            for error in errors[:3]:
                if advice := advice_of(error):
                    console.print(line_of(f"  {advice}", "dim"))


def _table(heading: str, report: SystematicReport) -> Table:
    return table(heading, "Mistake", "Whose", *report.vendors, "Wrong px")
