"""A consensus as a JSON document of schema ``fusion-1``."""

from dataclasses import asdict, fields

from assay.consensus.contested import ContestedRegion
from assay.consensus.fusing import FusionPlan, name_of
from assay.consensus.report import AnnotatorResult, FusedItem, FusionReport
from assay.consensus.skill import ClassSkill
from assay.labels import Ontology
from assay.render.document import Document, finding_document, number, score_document

SCHEMA = "assay.fusion/1"


def fusion_document(report: FusionReport) -> Document:
    """Return a consensus as plain values; equal reports give equal documents."""
    ontology = report.ontology
    return {
        "schema": SCHEMA,
        "method": report.method,
        "fell_back": report.fell_back,
        "neighbours": report.neighbours,
        "rounds": report.rounds,
        "settled": report.settled,
        "patterns": report.patterns,
        "pixels": report.pixels,
        "disputed_px": report.total("disputed_px"),
        "contested_px": report.total("contested_px"),
        "tied_px": report.total("tied_px"),
        "open_px": report.total("open_px"),
        "silent_px": report.total("silent_px"),
        "priors": [
            {"class": name_of(index, ontology), "share": share} for index, share in report.priors
        ],
        "annotators": [_annotator(annotator, ontology) for annotator in report.annotators],
        "reference": report.reference or None,
        "score": None if report.score is None else score_document(report.score),
        "regions": [_region(found, ontology) for found in report.regions],
        "items": [_item(item) for item in report.items],
        "warnings": [finding_document(finding) for finding in report.warnings],
        "findings": [
            {"annotator": name or None, **finding_document(finding)}
            for name, finding in report.findings
        ],
        "plan": _plan(report.plan),
        "fused_digest": report.digest,
        "ontology_digest": ontology.digest,
        "assay_version": report.version,
    }


def _annotator(annotator: AnnotatorResult, ontology: Ontology) -> Document:
    reference = annotator.with_reference
    return {
        "name": annotator.name,
        "images": annotator.images,
        "agreement_with_others": score_document(annotator.with_others),
        "agreement_with_fused": score_document(annotator.with_fused),
        "score": None if reference is None else score_document(reference),
        "classes": [_skill(skill, ontology) for skill in annotator.skills],
    }


def _skill(skill: ClassSkill, ontology: Ontology) -> Document:
    mistaken = skill.mistaken_for
    return {
        "class": name_of(skill.index, ontology),
        "sensitivity": number(skill.sensitivity),
        "precision": number(skill.precision),
        "true_px": round(skill.true_px, 3),
        "voted_px": round(skill.voted_px, 3),
        "mistaken_for": None if mistaken is None else name_of(mistaken, ontology),
    }


def _region(found: ContestedRegion, ontology: Ontology) -> Document:
    return {
        "item": found.item,
        "region": asdict(found.region),
        "area_px": found.area_px,
        "uncertainty": found.uncertainty,
        "shares": [
            {"class": name_of(index, ontology), "share": share} for index, share in found.shares
        ],
    }


def _item(item: FusedItem) -> Document:
    return {
        field.name: number(value) if isinstance(value, float) else value
        for field in fields(item)
        for value in (getattr(item, field.name),)
    }


def _plan(plan: FusionPlan) -> Document:
    settings = {
        field.name: getattr(plan, field.name)
        for field in fields(plan)
        if field.name != "parameters"
    }
    parameters = {name: _plain(value) for name, value in asdict(plan.parameters).items()}
    return {**settings, "parameters": parameters}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    # JSON has no infinity; the setting says it as the command line does.
    return (
        number(value)
        if isinstance(value, float) and value != float("inf")
        else ("inf" if value == float("inf") else value)
    )
