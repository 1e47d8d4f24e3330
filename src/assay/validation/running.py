"""Running rules: over one item in a worker, over all items at the end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assay.delivery import Finding
from assay.validation.batch import Batch
from assay.validation.example import BatchExample, Example
from assay.validation.spec import BatchRule, ItemRule, ValidationRule
from assay.validation.subject import Subject


@dataclass(frozen=True)
class Task:
    """A rule with its settings.

    Parameters
    ----------
    rule
        What is run.
    parameters
        A value of the rule's ``parameters``.
    """

    rule: ValidationRule
    parameters: Any


@dataclass(frozen=True)
class ItemResult:
    """What the rules say of one item; small, because it travels between processes.

    Parameters
    ----------
    findings
        The worst faults of each rule.
    counts
        Number of all faults by rule; rules without any are left out.
    summaries
        By rule across items: what it keeps of this item.
    """

    findings: tuple[Finding, ...]
    counts: Mapping[str, int]
    summaries: Mapping[str, Any]


def check_item(subject: Subject, tasks: Sequence[Task]) -> ItemResult:
    """Run every rule on one item."""
    findings: list[Finding] = []
    counts: dict[str, int] = {}
    summaries: dict[str, Any] = {}
    for task in tasks:
        rule = task.rule
        if isinstance(rule, BatchRule):
            summary = rule.summarise(subject, task.parameters)
            if summary is not None:
                summaries[rule.name] = summary
            continue
        faults = rule.check(subject, task.parameters)
        if faults.count:
            counts[rule.name] = faults.count
            findings.extend(faults.findings())
    return ItemResult(tuple(findings), counts, summaries)


def findings_in_example(rule: ValidationRule, example: Example | BatchExample) -> list[Finding]:
    """Return what a rule finds in one of its examples.

    Examples
    --------
    >>> from assay.validation.specks import SPECKS
    >>> findings_in_example(SPECKS, SPECKS.clean)
    []
    >>> [finding.rule for finding in findings_in_example(SPECKS, SPECKS.faulty)]
    ['speck']
    """
    return list(_findings_in_example(rule, example))


def _findings_in_example(
    rule: ValidationRule, example: Example | BatchExample
) -> Iterator[Finding]:
    parameters = rule.parameters() if example.parameters is None else example.parameters
    if isinstance(rule, ItemRule) and isinstance(example, Example):
        yield from rule.check(example.subject(), parameters).findings()
    elif isinstance(rule, BatchRule) and isinstance(example, BatchExample):
        yield from rule.compare(_batch(rule, example, parameters), parameters).findings()


def _batch(rule: BatchRule, example: BatchExample, parameters: Any) -> Batch[Any]:  # noqa: ANN401
    def summarised(items: Mapping[str, Example]) -> dict[str, Any]:
        found = {
            key: rule.summarise(item.subject(key), parameters)
            for key, item in sorted(items.items())
        }
        return {key: summary for key, summary in found.items() if summary is not None}

    first = next(iter(example.items.values()))
    return Batch(
        "example",
        first.ontology,
        tuple(sorted(example.items)),
        summarised(example.items),
        {name: summarised(items) for name, items in example.previous.items()},
        example.expected,
        example.history,
    )
