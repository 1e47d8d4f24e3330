"""What a validation says in words."""

from collections import Counter
from collections.abc import Iterator

from assay.delivery import Severity
from assay.render.writing import count, noun
from assay.validation.report import RuleResult, ValidationReport


def verdict_of(report: ValidationReport) -> str:
    """Return the one sentence that stands on top."""
    items = len(report.items)
    if not report.items:
        return f"{report.delivery} holds no items."
    faulty = items - report.clean_items
    if not faulty and not report.faults:
        return f"No rule found a fault in {noun(items, 'item')} of {report.delivery}."
    if not faulty:
        return (
            f"{noun(report.faults, 'fault')} of {report.delivery} as a whole; its items are clean."
        )
    return f"{count(faulty)} of {noun(items, 'item')} of {report.delivery} have faults."


def support_of(report: ValidationReport) -> Iterator[str]:
    """Yield the sentences below it."""
    if report.rules:
        words = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "remarks"}
        kinds = Counter(rule.severity for rule in report.rules)
        listed = [f"{kinds[severity]} with {words[severity]}" for severity in kinds]
        yield (
            f"{noun(report.faults, 'fault')} by {noun(len(report.rules), 'rule')}: "
            f"{', '.join(listed)}."
        )
        yield f"Most frequent: {_frequent(report)}."
    unread = sum(not item.readable for item in report.items)
    if unread:
        yield f"{noun(unread, 'item')} could not be read."
    if report.skipped:
        needs = dict.fromkeys(need.value for need in report.skipped.values())
        yield f"{noun(len(report.skipped), 'rule')} not run, for want of {', '.join(needs)}."


def _frequent(report: ValidationReport) -> str:
    def rank(rule: RuleResult) -> tuple[int, str]:
        return -rule.count, rule.rule

    first = sorted(report.rules, key=rank)[:3]
    return ", ".join(f"{rule.rule} ({count(rule.count)})" for rule in first)
