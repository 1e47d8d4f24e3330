"""Reports as JSON documents, in a published schema with a version.

The schemas are package data (``schemas/report-1.json`` and ``schemas/pilot-1.json``).  Equal
reports give equal bytes; a score of nothing is ``null``, never ``NaN``, which JSON lacks.
"""

import json
import math
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal

from assay.delivery import Finding
from assay.errors import ParameterError
from assay.metrics import Confusion
from assay.render.writing import encodable
from assay.report import ERROR_KINDS, ClassScores, ItemScores, Plan, Report, Score, StratumScores
from assay.sourcing import Difference, PilotReport, VendorResult

REPORT_SCHEMA = "assay.report/1"
PILOT_SCHEMA = "assay.pilot/1"

Document = dict[str, Any]


def report_document(report: Report) -> Document:
    """Return a report as plain values, ready for :func:`dump`.

    Every overall score stands at the top level under the name of its metric.

    Raises
    ------
    ParameterError
        When a metric has the name of another key of the document.
    """
    before: Document = {
        "schema": REPORT_SCHEMA,
        "candidate": report.candidate,
        "reference": report.reference,
        "items": len(report.items),
    }
    after = {
        "scored_px": report.scored_px,
        "intervals": _intervals(report.scores),
        "classes": [_class(entry) for entry in report.classes],
        "confusion": _confusion(report.confusion),
        "error_anatomy": _anatomy(report),
        "severe_errors": report.severe_errors,
        "severe": _severe(report),
        "findings": [_finding(finding) for finding in report.findings],
        "images": [_image(item) for item in report.items],
        "strata": [_stratum(stratum) for stratum in report.strata],
        "worst_images": [exhibit.key for exhibit in report.exhibits],
        "human_ceiling": _ceiling(report.ceiling),
        "plan": _plan(report.plan),
        "ontology_digest": report.ontology.digest,
        "plan_digest": report.plan.digest,
        "reference_digest": report.reference_digest,
        "candidate_digest": report.candidate_digest,
        "assay_version": report.version,
    }
    taken = sorted({*before, *after}.intersection(report.scores))
    if taken:
        raise ParameterError(
            f"The metric {taken[0]!r} has the name of another key of the report. Rename it."
        )
    return before | _values(report.scores) | after


def pilot_document(pilot: PilotReport) -> Document:
    """Return a pilot as plain values, ready for :func:`dump`; vendors stand in order of rank."""
    return {
        "schema": PILOT_SCHEMA,
        "name": pilot.name,
        "metric": pilot.metric,
        "verdict": {
            "award": pilot.verdict.award,
            "certainty": _number(pilot.verdict.certainty),
            "sentence": pilot.verdict.sentence,
        },
        "vendors": [_vendor(result) for result in pilot.results],
        "differences": [_difference(difference) for difference in pilot.differences],
        "smallest_difference": _number(pilot.smallest_difference),
        "human_ceiling": _ceiling(pilot.ceiling),
        "plan": _plan(pilot.plan),
        "plan_digest": pilot.plan.digest,
    }


def dump(document: Document) -> str:
    r"""Write a document as text: two spaces of indent, one newline at the end, UTF-8 in full.

    Examples
    --------
    >>> dump({"name": "Müller", "score": None})
    '{\n  "name": "Müller",\n  "score": null\n}\n'
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)
    return encodable(text) + "\n"


def read_schema(name: Literal["report-1", "pilot-1"]) -> Document:
    """Return a published JSON Schema (draft 2020-12).

    Examples
    --------
    >>> read_schema("report-1")["properties"]["schema"]
    {'const': 'assay.report/1'}
    """
    text = files("assay.render").joinpath("schemas", f"{name}.json").read_text("utf-8")
    schema: Document = json.loads(text)
    return schema


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _values(scores: Mapping[str, Score]) -> Document:
    return {name: _number(score.value) for name, score in scores.items()}


def _intervals(scores: Mapping[str, Score]) -> Document:
    return {name: [_number(score.low), _number(score.high)] for name, score in scores.items()}


def _score(score: Score) -> Document:
    return {
        "value": _number(score.value),
        "low": _number(score.low),
        "high": _number(score.high),
    }


def _class(entry: ClassScores) -> Document:
    return {
        "name": entry.label.name,
        "id": entry.label.id,
        **_values(entry.scores),
        "support_px": entry.support_px,
        "candidate_px": entry.candidate_px,
        "objects": entry.objects,
        "missed": entry.missed,
        "invented": entry.invented,
        "intervals": _intervals(entry.scores),
    }


def _confusion(confusion: Confusion) -> Document:
    return {"classes": list(confusion.classes), "counts": confusion.counts.tolist()}


def _anatomy(report: Report) -> Document | None:
    return None if report.anatomy is None else {k: report.anatomy.by_kind[k] for k in ERROR_KINDS}


def _severe(report: Report) -> Document:
    return {
        "objects": sum(entry.objects for entry in report.classes),
        "missed": sum(entry.missed for entry in report.classes),
        "invented": sum(entry.invented for entry in report.classes),
    }


def _finding(finding: Finding) -> Document:
    region = finding.region
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "item": finding.item,
        "message": finding.message,
        "remedy": finding.remedy,
        "region": None
        if region is None
        else {
            "top": region.top,
            "left": region.left,
            "bottom": region.bottom,
            "right": region.right,
        },
    }


def _image(item: ItemScores) -> Document:
    return {
        "item": item.key,
        "status": item.status,
        "stratum": item.stratum,
        "height": item.height,
        "width": item.width,
        **{name: _number(value) for name, value in item.scores.items()},
        "scored_px": item.scored_px,
        "wrong_px": item.wrong_px,
        "reference_digest": item.reference_digest,
        "candidate_digest": item.candidate_digest,
    }


def _stratum(stratum: StratumScores) -> Document:
    scores = {name: _score(score) for name, score in stratum.scores.items()}
    return {"name": stratum.name, "items": stratum.items, "scores": scores}


def _ceiling(ceiling: Mapping[str, Mapping[str, Score]]) -> Document:
    return {
        reference: {name: _score(score) for name, score in scores.items()}
        for reference, scores in ceiling.items()
    }


def _plan(plan: Plan) -> Document:
    return {
        "measures": list(plan.measures),
        "confidence": plan.confidence,
        "resamples": plan.resamples,
        "seed": plan.seed,
        "power": plan.power,
        "worst": plan.worst,
    }


def _vendor(result: VendorResult) -> Document:
    price = result.vendor.price_per_image
    return {
        "name": result.vendor.name,
        "price": None if price is None else {"currency": price.currency, "minor": price.minor},
        "rank": result.rank,
        "rank_probabilities": [_number(share) for share in result.rank_probabilities.tolist()],
        "report": report_document(result.report),
    }


def _difference(difference: Difference) -> Document:
    return {
        "first": difference.first,
        "second": difference.second,
        "metric": difference.metric,
        "difference": _score(difference.difference),
        "probability": _number(difference.probability),
        "distinguishable": difference.distinguishable,
    }
