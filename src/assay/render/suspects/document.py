"""Suspects as a JSON document, ``assay.suspects/1``."""

import dataclasses

from assay.delivery import Region
from assay.render.document import Document, finding_document, number
from assay.suspicion import Suspect, SuspectItem, SuspectReport
from assay.suspicion.rules import index_name, sentences_of

SCHEMA = "assay.suspects/1"


def suspects_document(report: SuspectReport) -> Document:
    """Return suspects as plain values, ready for :func:`assay.render.document.dump`."""
    return {
        "schema": SCHEMA,
        "candidate": report.candidate,
        "evidence": report.evidence,
        "sources": list(report.sources),
        "method": report.method,
        "settings": dict(report.settings),
        "items": len(report.items),
        "judged_items": report.judged_items,
        "found": report.found,
        "kinds": dict(report.kinds),
        "suspects": [
            _suspect(rank, suspect, report) for rank, suspect in enumerate(report.suspects, 1)
        ],
        "images": [_image(rank, item) for rank, item in enumerate(report.items, 1)],
        "findings": [finding_document(finding) for finding in report.findings],
        "calibration": None
        if report.calibration is None
        else {
            "verdicts": report.calibration.verdicts,
            "errors": report.calibration.errors,
            "scores": [number(score) for score in report.calibration.scores],
            "probabilities": [number(share) for share in report.calibration.probabilities],
        },
        "ontology_digest": report.ontology.digest,
        "assay_version": report.version,
    }


def _suspect(rank: int, suspect: Suspect, report: SuspectReport) -> Document:
    return {
        "rank": rank,
        "item": suspect.item,
        "kind": suspect.kind,
        "label": index_name(suspect.label, report.ontology),
        "rival": index_name(suspect.rival, report.ontology),
        "region": _region(suspect.region),
        "area_px": suspect.area_px,
        "score": number(suspect.score),
        "probability": number(report.probability(suspect)),
        "label_share": number(suspect.label_share),
        "rival_share": number(suspect.rival_share),
        "remedy": sentences_of(suspect, report.ontology)[1],
    }


def _region(region: Region) -> Document:
    return dataclasses.asdict(region)


def _image(rank: int, item: SuspectItem) -> Document:
    judged = item.status == "judged"
    return {
        "rank": rank if judged else None,
        "item": item.key,
        "status": item.status,
        "height": item.height,
        "width": item.width,
        "score": number(item.score),
        "suspects": item.suspects,
        "judged_px": item.judged_px,
        "differing_px": item.differing_px,
    }
