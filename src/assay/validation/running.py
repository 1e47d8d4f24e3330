"""Running rules: over one item in a worker, over all items at the end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assay.delivery import Finding
from assay.validation.batch import Batch
from assay.validation.example import BatchExample, Example
from assay.validation.faults import Faults
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
class CheckedItem:
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


def check_item(subject: Subject, tasks: Sequence[Task]) -> CheckedItem:
    """Run every rule on one item."""
    findings: list[Finding] = []
    counts: dict[str, int] = {}
    for task in tasks:
        if isinstance(task.rule, ItemRule):
            faults = task.rule.check(subject, task.parameters)
            if faults.count:
                counts[task.rule.name] = faults.count
                findings.extend(faults.findings())
    return CheckedItem(tuple(findings), counts, summarise_item(subject, tasks))


def summarise_item(subject: Subject, tasks: Sequence[Task]) -> Mapping[str, Any]:
    """Return what each rule across items keeps of one item."""
    kept = {
        task.rule.name: task.rule.summarise(subject, task.parameters)
        for task in tasks
        if isinstance(task.rule, BatchRule)
    }
    return {name: summary for name, summary in kept.items() if summary is not None}


def compare_items(batch: Batch[Any], tasks: Sequence[Task]) -> Iterator[tuple[str, Faults]]:
    """Yield what each rule across items finds, by the rule's name.

    Parameters
    ----------
    batch
        The delivery; its summaries hold, for each item, those of every rule by name.
    tasks
        Rules with their settings.
    """
    for task in tasks:
        rule = task.rule
        if isinstance(rule, BatchRule):
            own = replace(
                batch,
                summaries=_of_rule(rule.name, batch.summaries),
                previous={
                    name: _of_rule(rule.name, earlier) for name, earlier in batch.previous.items()
                },
            )
            yield rule.name, rule.compare(own, task.parameters)


def _of_rule(name: str, summaries: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {key: kept[name] for key, kept in summaries.items() if name in kept}


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


def _batch(rule: BatchRule, example: BatchExample, parameters: Any) -> Batch[Any]:  # noqa: ANN401 - of the rule's own type
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
