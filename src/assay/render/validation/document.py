"""A validation as a JSON document of schema ``validation-1``."""

from assay.render.document import Document, finding_document
from assay.validation.report import ItemResult, RuleResult, ValidationReport

SCHEMA = "assay.validation/1"


def validation_document(report: ValidationReport) -> Document:
    """Return a validation as plain values; equal validations give equal documents."""
    return {
        "schema": SCHEMA,
        "delivery": report.delivery,
        "format": report.format,
        "items": len(report.items),
        "clean_items": report.clean_items,
        "faults": report.faults,
        "rules": [_rule(rule) for rule in report.rules],
        "findings": [finding_document(finding) for finding in report.findings],
        "item_faults": [_item(item) for item in report.items if item.counts],
        "worst_items": [item.key for item in report.worst],
        "settings": {
            rule: {name: _plain(value) for name, value in settings.items()}
            for rule, settings in report.settings.items()
        },
        "skipped": {rule: need.value for rule, need in report.skipped.items()},
        "most_findings": report.plan.most_findings,
        "delivery_digest": report.digest,
        "ontology_digest": report.ontology.digest,
        "assay_version": report.version,
    }


def _rule(rule: RuleResult) -> Document:
    return {
        "rule": rule.rule,
        "severity": rule.severity.value,
        "faults": rule.count,
        "items": rule.items,
    }


def _item(item: ItemResult) -> Document:
    return {
        "item": item.key,
        "readable": item.readable,
        "errors": item.errors,
        "warnings": item.warnings,
        "faults": dict(item.counts),
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
