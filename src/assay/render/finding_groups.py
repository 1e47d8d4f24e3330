"""Findings of one rule, told once with their remedy."""

from collections.abc import Iterable
from dataclasses import dataclass

from assay.delivery import Finding, Severity

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True)
class FindingGroup:
    """All findings of one rule and severity."""

    rule: str
    severity: Severity
    findings: tuple[Finding, ...]

    @property
    def remedies(self) -> tuple[str, ...]:
        """Different remedies, in the order in which they first appear."""
        return tuple(dict.fromkeys(finding.remedy for finding in self.findings))


def group_findings(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    """Group findings by rule: errors before warnings before the rest, most frequent first."""
    groups: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, finding.rule), []).append(finding)
    return tuple(
        FindingGroup(rule, severity, tuple(members))
        for (severity, rule), members in sorted(
            groups.items(), key=lambda entry: (_ORDER[entry[0][0]], -len(entry[1]), entry[0][1])
        )
    )


def count_severities(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Return the number of findings of each severity, worst first."""
    found = [finding.severity for finding in findings]
    return {severity: found.count(severity) for severity in Severity}
