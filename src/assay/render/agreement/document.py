"""A report of agreement as a JSON document, ``assay.agreement/1``."""

from collections.abc import Mapping

from assay.metrics.distance import DISTANCES
from assay.render.document import Document, finding_document, number, score_document
from assay.report import Score
from assay.report.agreement import (
    AgreementReport,
    AnnotatorAgreement,
    ClassAgreement,
    ItemAgreement,
    PairAgreement,
    StratumAgreement,
)

SCHEMA = "assay.agreement/1"


def agreement_document(report: AgreementReport) -> Document:
    """Return a report as plain values, ready for :func:`assay.render.document.dump`."""
    names = [entry.name for entry in report.annotators]
    values = ["unlabelled", *report.ontology.names]
    return {
        "schema": SCHEMA,
        "annotators": [_annotator(entry) for entry in report.annotators],
        "images": len(report.items),
        "images_compared": report.compared,
        "scores": _scores(report.scores),
        "distance": {
            "name": report.plan.distance,
            "summary": DISTANCES.get(report.plan.distance).summary,
            "values": values,
            "matrix": report.distance.tolist(),
        },
        "classes": [_class(entry) for entry in report.classes],
        "pairs": [_pair(entry, names, report) for entry in report.pairs],
        "clusters": {
            "linkage": "average",
            "distance": "1 - pairwise_iou",
            "order": [names[place] for place in report.tree.order],
            "joins": [
                {
                    "first": join.first,
                    "second": join.second,
                    "height": join.height,
                    "size": join.size,
                }
                for join in report.tree.joins
            ],
        },
        "coincidences": {"values": values, "counts": report.coincidences.tolist()},
        "items": [_item(entry) for entry in report.items],
        "strata": [_stratum(entry) for entry in report.strata],
        "findings": [
            {"annotator": name, **finding_document(finding)} for name, finding in report.findings
        ],
        "plan": {
            "distance": report.plan.distance,
            "outlines": report.plan.outlines,
            "confidence": report.plan.confidence,
            "apart_by": report.plan.apart_by,
            "target": report.plan.target,
        },
        "ontology_digest": report.ontology.digest,
        "plan_digest": report.plan.digest,
        "assay_version": report.version,
    }


def _scores(scores: Mapping[str, Score]) -> Document:
    return {name: score_document(score) for name, score in scores.items()}


def _annotator(entry: AnnotatorAgreement) -> Document:
    return {
        "name": entry.name,
        "images": entry.images,
        "iou_with_others": score_document(entry.with_others),
        "standing": score_document(entry.standing),
        "stands_apart": entry.apart,
        "alpha_without": number(entry.alpha_without),
        "digest": entry.digest,
    }


def _class(entry: ClassAgreement) -> Document:
    return {
        "name": entry.label.name,
        "id": entry.label.id,
        "share": number(entry.share),
        "scores": _scores(entry.scores),
    }


def _pair(entry: PairAgreement, names: list[str], report: AgreementReport) -> Document:
    return {
        "first": names[entry.first],
        "second": names[entry.second],
        "images": entry.images,
        "scores": _scores(entry.scores),
        "class_iou": {
            name: number(value)
            for name, value in zip(report.ontology.names, entry.class_iou, strict=True)
        },
    }


def _item(entry: ItemAgreement) -> Document:
    return {
        "item": entry.key,
        "stratum": entry.stratum,
        "height": entry.height,
        "width": entry.width,
        "annotators": entry.annotators,
        "scores": {name: number(value) for name, value in entry.scores.items()},
    }


def _stratum(entry: StratumAgreement) -> Document:
    return {"name": entry.name, "images": entry.items, "scores": _scores(entry.scores)}
