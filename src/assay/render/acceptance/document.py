"""Acceptance of a batch as a JSON document."""

from dataclasses import asdict
from typing import Any

from assay.render.document import Document, finding_document, number
from assay.sampling.acceptance import AcceptanceReport, ClaimResult, LookedItem
from assay.sampling.characteristic import Characteristic

SCHEMA = "assay.acceptance/1"


def acceptance_document(report: AcceptanceReport) -> Document:
    """Return an acceptance as plain values, ready for :func:`assay.render.document.dump`.

    Values of claims are means of which more is better: of scores, or the share of images *without*
    an error of the kind.
    """
    return {
        "schema": SCHEMA,
        "batch": report.name,
        "format": report.format,
        "verdict": report.verdict.value,
        "sentence": report.sentence,
        "items": report.size,
        "looked_at": report.counted,
        "next": list(report.following),
        "producer_risk": report.producer_risk,
        "consumer_risk": report.consumer_risk,
        "claims": [_claim(result) for result in report.claims],
        "images": [_image(item) for item in report.items],
        "known": list(report.known),
        "tiers": [asdict(tier) for tier in report.tiers],
        "findings": [finding_document(finding) for finding in report.findings],
        "score": report.terms.score,
        "seed": report.terms.seed,
        "batch_digest": report.batch_digest,
        "terms_digest": report.terms.digest,
        "assay_version": report.version,
    }


def _claim(result: ClaimResult) -> Document:
    parameters: Any = result.claim.parameters
    return {
        "name": result.claim.name,
        "subject": result.claim.subject,
        "tier": result.claim.tier,
        "plan": result.claim.plan,
        "parameters": asdict(parameters),
        "verdict": result.verdict.value,
        "good": result.promise.good,
        "bad": result.promise.bad,
        "producer_risk": result.promise.producer_risk,
        "consumer_risk": result.promise.consumer_risk,
        "items": result.size,
        "sample_size": result.sample_size,
        "looked_at": result.looked,
        "estimate": number(result.estimate),
        "low": result.low,
        "high": result.high,
        "bounds": {
            "lower": [float(value) for value in result.bounds.lower],
            "upper": [float(value) for value in result.bounds.upper],
        },
        "characteristic": None
        if result.characteristic is None
        else characteristic_document(result.characteristic),
    }


def characteristic_document(found: Characteristic) -> Document:
    """Return an operating characteristic as columns of equal length."""
    return {
        "means": [float(value) for value in found.means],
        "acceptance": [float(value) for value in found.acceptance],
        "looked_at": [float(value) for value in found.looked],
        "looked_at_nine_of_ten": [float(value) for value in found.looked_most],
        "repetitions": found.repetitions,
        "spread": number(found.spread),
    }


def _image(item: LookedItem) -> Document:
    return {
        "item": item.key,
        "place": item.place,
        "tier": item.tier,
        "score": number(item.look.score),
        "severe_errors": item.look.severe,
        "counted": item.counted,
    }
