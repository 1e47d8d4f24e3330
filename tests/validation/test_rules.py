"""What holds for every rule: it finds its own faulty example, not its clean one, and says why."""

import pickle
from dataclasses import fields, is_dataclass

import pytest

from assay.delivery import Finding, Severity
from assay.formats import RULES as FORMAT_RULES
from assay.validation import VALIDATION_RULES, Faults, ItemRule, ValidationRule
from assay.validation.running import Task, check_item, findings_in_example

RULES = tuple(VALIDATION_RULES)
EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@EACH_RULE
def test_a_clean_example_has_no_finding(rule: ValidationRule) -> None:
    assert findings_in_example(rule, rule.clean) == []


@EACH_RULE
def test_a_faulty_example_has_findings_of_this_rule_with_a_remedy(rule: ValidationRule) -> None:
    findings = findings_in_example(rule, rule.faulty)
    assert findings
    for finding in findings:
        assert finding.rule == rule.name
        assert finding.message.endswith(".")
        assert finding.remedy.endswith(".")


@EACH_RULE
def test_a_rule_is_documented(rule: ValidationRule) -> None:
    assert rule.summary.endswith(".")
    assert "\n" not in rule.summary
    assert "## What is found" in rule.advice
    assert "## What to do" in rule.advice
    assert "## When it misleads" in rule.advice


@EACH_RULE
def test_settings_are_frozen_documented_and_have_defaults(rule: ValidationRule) -> None:
    assert is_dataclass(rule.parameters)
    assert rule.parameters() == rule.parameters()
    for setting in fields(rule.parameters):
        assert f"{setting.name}\n" in (rule.parameters.__doc__ or "")


@EACH_RULE
def test_a_rule_travels_to_workers(rule: ValidationRule) -> None:
    """Rules are sent by name, their settings and results by value."""
    settings = rule.parameters()
    assert _sent(settings) == settings
    if isinstance(rule, ItemRule):
        result = check_item(rule.faulty.subject(), [Task(rule, settings)])
        assert _sent(result) == result


def _sent(value: object) -> object:
    return pickle.loads(pickle.dumps(value))


def test_what_is_superseded_is_a_rule_of_reading() -> None:
    known = {rule.name for rule in FORMAT_RULES}
    for rule in RULES:
        if isinstance(rule, ItemRule):
            assert set(rule.supersedes) <= known


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_faults_beyond_the_limit_are_counted_not_listed() -> None:
    listed = Faults(
        25, lambda k: Finding("speck", Severity.WARNING, "a", f"Fault {k}.", "Mend it.")
    ).findings()
    messages = [finding.message for finding in listed]
    assert messages[:20] == [f"Fault {k}." for k in range(20)]
    assert messages[20:] == ["5 more of the same are not listed."]
