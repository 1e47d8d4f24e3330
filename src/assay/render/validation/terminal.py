"""A validation at the terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from assay.render.console import SEVERITY_STYLE, begin, line_of, table
from assay.render.validation.sentences import support_of, verdict_of
from assay.render.writing import count, noun
from assay.validation.report import ValidationReport

_BAR_CELLS = 24
_TOP_ITEMS = 8


def show_validation(report: ValidationReport, console: Console) -> None:
    """Print what validating a delivery found.

    Parameters
    ----------
    report
        What to show.
    console
        Where to; the form depends on whether it is a terminal.
    """
    if not begin(console, verdict_of(report), support_of(report), _lines(report)):
        return
    if report.rules:
        console.print()
        _print_rules(report, console)
        _print_items(report, console)


def _lines(report: ValidationReport) -> Iterator[str]:
    for rule in report.rules:
        where = f" in {noun(rule.items, 'item')}" if rule.items else ""
        yield f"{rule.severity} {rule.rule}: {noun(rule.count, 'fault')}{where}"
    yield f"clean items: {report.clean_items} of {len(report.items)}"


def _print_rules(report: ValidationReport, console: Console) -> None:
    made = table("Broken rules", "Rule", "Severity", "Faults", "Items", "")
    most = max(rule.items or rule.count for rule in report.rules)
    for rule in report.rules:
        cells = max(1, round(_BAR_CELLS * (rule.items or rule.count) / most))
        made.add_row(
            line_of(rule.rule),
            Text(rule.severity.value, SEVERITY_STYLE[rule.severity]),
            count(rule.count),
            count(rule.items),
            Text("█" * cells + " " * (_BAR_CELLS - cells), SEVERITY_STYLE[rule.severity]),
        )
    made.caption = "Bars: items. `assay explain RULE` says what a rule looks for and what to do."
    made.caption_justify = "left"
    console.print(made)


def _print_items(report: ValidationReport, console: Console) -> None:
    faulty = [item for item in report.items if item.counts]
    faulty.sort(key=lambda item: (-item.errors, -len(item.counts), -item.faults, item.key))
    if not faulty:
        return
    console.print()
    made = table("Worst items", "Item", "Errors", "Faults", "Rules")
    for item in faulty[:_TOP_ITEMS]:
        rules = ", ".join(sorted(item.counts, key=lambda name: -item.counts[name])[:4])
        made.add_row(line_of(item.key), count(item.errors), count(item.faults), line_of(rules))
    console.print(made)
