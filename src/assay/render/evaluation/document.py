"""One delivery's report, and a pilot's, as JSON documents."""

from collections.abc import Mapping

from assay.errors import ParameterError
from assay.metrics import Confusion
from assay.render.document import Document, finding_document, number, score_document
from assay.report import ERROR_KINDS, ClassScores, ItemScores, Plan, Report, Score, StratumScores
from assay.sourcing import Difference, PilotReport, VendorResult

REPORT_SCHEMA = "assay.report/1"
PILOT_SCHEMA = "assay.pilot/1"


def report_document(report: Report) -> Document:
    """Return a report as plain values, ready for :func:`assay.render.document.dump`.

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
        "findings": [finding_document(finding) for finding in report.findings],
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
    """Return a pilot as plain values, vendors in order of rank.

    It is ready for :func:`assay.render.document.dump`.
    """
    return {
        "schema": PILOT_SCHEMA,
        "name": pilot.name,
        "metric": pilot.metric,
        "verdict": {
            "award": pilot.verdict.award,
            "certainty": number(pilot.verdict.certainty),
            "sentence": pilot.verdict.sentence,
        },
        "vendors": [_vendor(result) for result in pilot.results],
        "differences": [_difference(difference) for difference in pilot.differences],
        "smallest_difference": number(pilot.smallest_difference),
        "human_ceiling": _ceiling(pilot.ceiling),
        "plan": _plan(pilot.plan),
        "plan_digest": pilot.plan.digest,
    }


def _values(scores: Mapping[str, Score]) -> Document:
    return {name: number(score.value) for name, score in scores.items()}


def _intervals(scores: Mapping[str, Score]) -> Document:
    return {name: [number(score.low), number(score.high)] for name, score in scores.items()}


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


def _image(item: ItemScores) -> Document:
    return {
        "item": item.key,
        "status": item.status,
        "stratum": item.stratum,
        "height": item.height,
        "width": item.width,
        **{name: number(value) for name, value in item.scores.items()},
        "scored_px": item.scored_px,
        "wrong_px": item.wrong_px,
        "reference_digest": item.reference_digest,
        "candidate_digest": item.candidate_digest,
    }


def _stratum(stratum: StratumScores) -> Document:
    scores = {name: score_document(score) for name, score in stratum.scores.items()}
    return {"name": stratum.name, "items": stratum.items, "scores": scores}


def _ceiling(ceiling: Mapping[str, Mapping[str, Score]]) -> Document:
    return {
        reference: {name: score_document(score) for name, score in scores.items()}
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
    price, times = result.vendor.price_per_image, result.vendor.times
    return {
        "name": result.vendor.name,
        "price": None if price is None else {"currency": price.currency, "minor": price.minor},
        "times": None if times is None else dict(vars(times)),
        "rank": result.rank,
        "rank_probabilities": [number(share) for share in result.rank_probabilities.tolist()],
        "report": report_document(result.report),
    }


def _difference(difference: Difference) -> Document:
    return {
        "first": difference.first,
        "second": difference.second,
        "metric": difference.metric,
        "difference": score_document(difference.difference),
        "probability": number(difference.probability),
        "distinguishable": difference.distinguishable,
    }
