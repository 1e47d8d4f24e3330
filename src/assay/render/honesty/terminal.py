"""An examination at the terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from assay.honesty.report import Flag, HonestyReport
from assay.render.console import begin, line_of, table
from assay.render.honesty.sentences import (
    allowance_of,
    evidence_of,
    headline_of,
    probability,
    subjects_of,
    support_of,
    value_of,
)

#: Rows of a detector that are shown: the oddest ones.
_MOST_ROWS = 6


def show_honesty(report: HonestyReport, console: Console) -> None:
    """Print what an examination found.

    Parameters
    ----------
    report
        What to show.
    console
        Where to; the form depends on whether it is a terminal.
    """
    if not begin(console, headline_of(report), support_of(report), _lines(report)):
        return
    for flag in report.flags:
        _print_flag(flag, console)
    _print_checks(report, console)


def _lines(report: HonestyReport) -> Iterator[str]:
    for flag in report.flags:
        entry = flag.measurement
        yield f"review {flag.detector.name} {subjects_of(entry)}: {entry.sentence}"
    for check in report.checks:
        if check.lacking:
            yield f"not run {check.detector.name}: needs {'; '.join(check.lacking)}"
            continue
        oddest = sorted(check.measurements, key=lambda entry: -_known(entry.value))
        values = ", ".join(
            f"{'/'.join(entry.subjects)} {value_of(entry)}" for entry in oddest[:_MOST_ROWS]
        )
        more = f", and {len(oddest) - _MOST_ROWS} more" if len(oddest) > _MOST_ROWS else ""
        yield f"{check.detector.name} ({check.detector.unit}): {values}{more}"


def _print_flag(flag: Flag, console: Console) -> None:
    console.print()
    head = Text("? ", "bold yellow")
    console.print(head + line_of(f"{subjects_of(flag.measurement)}: {flag.detector.title}", "bold"))
    console.print(line_of(f"  {flag.measurement.sentence} {evidence_of(flag)}"))
    for pair in flag.measurement.sightings[:2]:
        where = " = ".join(
            f"{sighting.owner} {sighting.key} row {sighting.box[0]}, column {sighting.box[1]}"
            for sighting in pair
        )
        console.print(line_of(f"  {where}", "dim"))
    console.print(line_of(f"  Ask: {flag.detector.question}", "cyan"))
    console.print(line_of(f"  It may be: {flag.detector.innocent[0]}", "dim"))


def _print_checks(report: HonestyReport, console: Console) -> None:
    console.print()
    made = table("What was measured", "Detector", "About", "Value", "Honest up to", "p-value")
    for check in report.checks:
        rows = sorted(check.measurements, key=lambda entry: -_known(entry.value))
        for place, entry in enumerate(rows[:_MOST_ROWS]):
            made.add_row(
                line_of(check.detector.name if not place else ""),
                line_of("/".join(entry.subjects)),
                value_of(entry),
                allowance_of(entry),
                probability(entry.p_value),
            )
    made.caption = "`assay explain DETECTOR` says what it measures and when it misleads."
    made.caption_justify = "left"
    console.print(made)
    for check in report.checks:
        if check.lacking:
            text = f"Not run: {check.detector.name} needs {'; '.join(check.lacking)}."
            console.print(line_of(text, "dim"))


def _known(value: float) -> float:
    return value if value == value else float("-inf")  # noqa: PLR0124 - NaN is not equal to itself
