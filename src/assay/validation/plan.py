"""What to look for: which rules, with which settings."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from assay.errors import ParameterError
from assay.validation.registry import VALIDATION_RULES
from assay.validation.running import Task
from assay.validation.spec import Need

_NOTHING: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class ValidationPlan:
    """Every choice that shapes a validation.

    Parameters
    ----------
    rules
        Names of the rules to run; empty for all whose needs are given.
    settings
        By rule: values of its parameters; the others keep their defaults.
    most_findings
        Of one rule in the whole delivery, so many findings are listed; the others are counted.
    worst
        Number of worst items shown in a report.

    Raises
    ------
    ParameterError
        When a value is out of range, or a rule has no such parameter.
    UnknownNameError
        When there is no such rule.

    Examples
    --------
    >>> ValidationPlan(rules=("speck",)).tasks(frozenset())[0].parameters.least_px
    4
    """

    rules: tuple[str, ...] = ()
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _NOTHING)
    most_findings: int = 2000
    worst: int = 6

    def __post_init__(self) -> None:
        if self.most_findings < 1:
            raise ParameterError(f"most_findings is {self.most_findings}; give 1 or more.")
        if self.worst < 0:
            raise ParameterError(f"worst is {self.worst}; give 0 or more items to show.")
        for name in self.rules:
            VALIDATION_RULES.get(name)
        for name, values in self.settings.items():
            rule = VALIDATION_RULES.get(name)
            if self.rules and name not in self.rules:
                raise ParameterError(f"{name} is set but not run. Add it to the rules.")
            known = [setting.name for setting in fields(rule.parameters)]
            for setting in values:
                _check_known(name, setting, known)

    def tasks(self, given: frozenset[Need]) -> tuple[Task, ...]:
        """Return the rules to run, where only some needs are given.

        Raises
        ------
        ParameterError
            When a rule that was asked for by name lacks its need.
        """
        chosen = [rule for rule in VALIDATION_RULES if not self.rules or rule.name in self.rules]
        lacking = [rule for rule in chosen if rule.needs is not None and rule.needs not in given]
        if self.rules and lacking:
            rule = lacking[0]
            raise ParameterError(
                f"{rule.name} needs {rule.needs}, which were not given. Give them with "
                f"{_OPTION[rule.needs or Need.PHOTOGRAPH]}, or leave the rule out."
            )
        return tuple(
            Task(rule, rule.parameters(**self.settings.get(rule.name, {})))
            for rule in chosen
            if rule not in lacking
        )

    def skipped(self, given: frozenset[Need]) -> Mapping[str, Need]:
        """Return the rules that are not run, with what they lack."""
        return MappingProxyType(
            {
                rule.name: rule.needs
                for rule in VALIDATION_RULES
                if not self.rules and rule.needs is not None and rule.needs not in given
            }
        )


#: The option by which each need is given.
_OPTION = {
    Need.PHOTOGRAPH: "--images",
    Need.SHAPES: "a delivery in a format that keeps them",
    Need.PREANNOTATION: "--preannotation",
    Need.EXPECTED: "--expected or --images",
    Need.HISTORY: "--history",
    Need.PREVIOUS: "--previous",
}


def _check_known(rule: str, setting: str, known: list[str]) -> None:
    if setting in known:
        return
    near = difflib.get_close_matches(setting, known, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(known) or 'none'}."
    raise ParameterError(f"{rule} has no parameter {setting!r}. {hint}")
