"""Findings as they come in: all counted, so many listed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assay.delivery import Finding, Severity
from assay.validation.report import ItemResult, RuleResult

_RANK = {severity: place for place, severity in enumerate(Severity)}


@dataclass
class _Item:
    readable: bool
    errors: int = 0
    warnings: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    size: tuple[int, int] | None = None


@dataclass
class _Rule:
    severity: Severity
    count: int = 0
    listed: int = 0
    items: int = 0


@dataclass
class Tally:
    """Counts the faults of a delivery; the only value here that changes, because findings stream.

    Parameters
    ----------
    most
        Of one rule, so many findings are kept.
    """

    most: int
    _rules: dict[str, _Rule] = field(default_factory=dict)
    _items: dict[str, _Item] = field(default_factory=dict)
    _findings: list[Finding] = field(default_factory=list)

    def expect(self, key: str, *, readable: bool, size: tuple[int, int] | None = None) -> None:
        """Make an item known; what is not, such as a missing item, counts for the delivery."""
        self._items[key] = _Item(readable, size=size)

    def add(self, findings: Iterable[Finding], counts: Mapping[str, int], key: str = "") -> None:
        """Add the findings of an item, or of the delivery, with how many faults there are in all.

        Parameters
        ----------
        findings
            What is said; the listed ones of each rule.
        counts
            Number of faults by rule.
        key
            The item they are of, or ``""`` for the delivery as a whole.
        """
        for finding in findings:
            rule = self._rules.setdefault(finding.rule, _Rule(finding.severity))
            rule.severity = min(rule.severity, finding.severity, key=_RANK.__getitem__)
            if rule.listed < self.most:
                rule.listed += 1
                self._findings.append(finding)
            item = self._items.get(key)
            if item is not None:
                item.errors += finding.severity == Severity.ERROR
                item.warnings += finding.severity == Severity.WARNING
        for name, count in counts.items():
            self._rules[name].count += count
            if key in self._items:
                self._rules[name].items += 1
                own = self._items[key].counts
                own[name] = own.get(name, 0) + count

    def rules(self) -> tuple[RuleResult, ...]:
        """Return every rule that was broken: errors first, then the most frequent."""
        results = (
            RuleResult(name, rule.severity, rule.count, rule.items)
            for name, rule in self._rules.items()
        )
        return tuple(
            sorted(results, key=lambda entry: (_RANK[entry.severity], -entry.count, entry.rule))
        )

    def items(self) -> tuple[ItemResult, ...]:
        """Return every item, in the order in which they were made known."""
        return tuple(
            ItemResult(key, item.readable, item.errors, item.warnings, item.counts, item.size)
            for key, item in self._items.items()
        )

    def findings(self) -> tuple[Finding, ...]:
        """Return the listed findings, in the order in which they came in."""
        return tuple(self._findings)
