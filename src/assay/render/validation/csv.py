"""A validation as CSV: one row per item, one column per rule that was broken."""

from collections.abc import Iterator

from assay.render.tables import Cell, table_text
from assay.validation.report import ValidationReport


def validation_csv(report: ValidationReport) -> str:
    r"""Return a validation as CSV with a header.

    Returns
    -------
    Text with ``\n`` line ends, to be written as UTF-8.  Columns are ``item``, ``readable``,
    ``errors``, ``warnings``, ``faults``, and the number of faults by each rule that was broken
    somewhere.
    """
    rules = tuple(sorted(rule.rule for rule in report.rules))
    return table_text(
        ("item", "readable", "errors", "warnings", "faults", *rules), _rows(report, rules)
    )


def _rows(report: ValidationReport, rules: tuple[str, ...]) -> Iterator[tuple[Cell, ...]]:
    for item in report.items:
        readable = "yes" if item.readable else "no"
        counts = (item.counts.get(rule, 0) for rule in rules)
        yield (item.key, readable, item.errors, item.warnings, item.faults, *counts)
