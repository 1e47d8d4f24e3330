"""An examination as a JSON document of schema ``honesty-1``."""

from dataclasses import asdict

from assay.honesty.report import Check, Flag, HonestyReport
from assay.honesty.spec import Measurement, Sighting
from assay.render.document import Document, finding_document, number
from assay.render.honesty.sentences import PRINCIPLE, headline_of

SCHEMA = "assay.honesty/1"


def honesty_document(report: HonestyReport) -> Document:
    """Return an examination as plain values; equal examinations give equal documents."""
    return {
        "schema": SCHEMA,
        "name": report.name,
        "headline": headline_of(report),
        "principle": PRINCIPLE,
        "annotators": [{"name": name, "images": report.images[name]} for name in report.annotators],
        "level": report.level,
        "tests": report.tests,
        "flags": [_flag(flag) for flag in report.flags],
        "checks": [_check(check) for check in report.checks],
        "findings": [
            {"annotator": who, **finding_document(finding)} for who, finding in report.findings
        ],
        "assay_version": report.version,
    }


def _flag(flag: Flag) -> Document:
    return {
        "detector": flag.detector.name,
        "title": flag.detector.title,
        "adjusted_p": number(flag.adjusted_p),
        "question": flag.detector.question,
        "honest_explanations": list(flag.detector.innocent),
        **_measurement(flag.measurement),
        "sightings": [
            [_sighting(first), _sighting(second)] for first, second in flag.measurement.sightings
        ],
    }


def _check(check: Check) -> Document:
    return {
        "detector": check.detector.name,
        "summary": check.detector.summary,
        "unit": check.detector.unit,
        "settings": asdict(check.parameters),
        "lacking": list(check.lacking),
        "measurements": [_measurement(entry) for entry in check.measurements],
    }


def _measurement(measurement: Measurement) -> Document:
    return {
        "subjects": list(measurement.subjects),
        "kind": measurement.kind.value,
        "value": number(measurement.value),
        "low": number(measurement.low),
        "high": number(measurement.high),
        "allowance": number(measurement.allowance),
        "p_value": number(measurement.p_value),
        "items": measurement.items,
        "sentence": measurement.sentence,
    }


def _sighting(sighting: Sighting) -> Document:
    top, left, bottom, right = sighting.box
    return {
        "owner": sighting.owner,
        "item": sighting.key,
        "region": {"top": top, "left": left, "bottom": bottom, "right": right},
    }
