"""Systematic errors as a JSON document."""

from dataclasses import asdict

from assay.attribution import Cause, Instance, SystematicError, SystematicReport
from assay.render.document import Document, finding_document, number, score_document
from assay.render.systematic.words import advice_of, verdict_of

SYSTEMATIC_SCHEMA = "assay.systematic/1"


def systematic_document(report: SystematicReport) -> Document:
    """Return a report as plain values, ready for :func:`assay.render.document.dump`."""
    return {
        "schema": SYSTEMATIC_SCHEMA,
        "verdict": verdict_of(report),
        "reference": report.reference,
        "further_reference": report.further_reference,
        "vendors": list(report.vendors),
        "annotators": [{"vendor": vendor, "name": name} for vendor, name in report.annotators],
        "images": report.images,
        "unscored": dict(report.unscored),
        "tests": report.tests,
        "errors": [_error(error, report) for error in report.errors],
        "findings": [
            {"delivery": name, **finding_document(finding)} for name, finding in report.findings
        ],
        "settings": asdict(report.settings),
        "ontology_digest": report.ontology.digest,
        "assay_version": report.version,
    }


def _error(error: SystematicError, report: SystematicReport) -> Document:
    names = report.ontology.names
    return {
        "error": error.text,
        "kind": error.mistake.kind,
        "class": names[error.mistake.label - 1],
        "given": names[error.mistake.other - 1] if error.mistake.other else None,
        "verdict": error.verdict,
        "advice": advice_of(error),
        "causes": [_cause(cause) for cause in error.causes],
        "floor": error.floor,
        "pixels": error.pixels,
        "images": error.images,
        "vendors": {name: score_document(score) for name, score in error.vendors.items()},
        "annotators": [
            {"vendor": vendor, "name": name, **score_document(score)}
            for (vendor, name), score in error.annotators.items()
        ],
        "examples": [_instance(instance) for instance in error.instances],
    }


def _cause(cause: Cause) -> Document:
    return {
        "verdict": cause.verdict,
        "vendor": cause.vendor,
        "annotator": cause.annotator,
        "p_value": number(cause.p_value),
        "adjusted_p_value": number(cause.adjusted),
    }


def _instance(instance: Instance) -> Document:
    return {
        "vendor": instance.vendor,
        "annotator": instance.annotator,
        "item": instance.item,
        "pixels": instance.pixels,
        "region": asdict(instance.region),
    }
