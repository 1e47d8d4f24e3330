"""Answers of ``assay plan`` as JSON documents."""

from dataclasses import asdict

from assay.render.document import Document, number
from assay.render.planning.sentences import (
    gold_sentence,
    lot_sentence,
    pilot_sentence,
    review_sentence,
)
from assay.sampling.lots import LotAnswer
from assay.sampling.review import ReviewCost
from assay.sampling.sizes import GoldSize, PilotSize

SCHEMA = "assay.plan/1"


def pilot_size_document(found: PilotSize) -> Document:
    """Return how many pilot images tell vendors apart; ``images`` is null where no number does."""
    return {
        "schema": SCHEMA,
        "question": "pilot",
        "sentence": pilot_sentence(found),
        "difference": found.difference,
        "spread": found.spread,
        "confidence": found.confidence,
        "power": found.power,
        "images": number(found.images),
        "power_simulated": number(found.power_simulated),
        "curve": [
            {"images": images, "difference": difference} for images, difference in found.curve
        ],
    }


def gold_size_document(found: GoldSize) -> Document:
    """Return how many gold images bound a share of severe errors, by the errors seen."""
    return {
        "schema": SCHEMA,
        "question": "gold",
        "sentence": gold_sentence(found),
        "share": found.share,
        "confidence": found.confidence,
        "batch": found.lot,
        "rows": [{"severe_errors": errors, "images": images} for errors, images in found.rows],
    }


def lot_document(found: LotAnswer) -> Document:
    """Return a lot plan of ISO 2859-1 with its exact risks."""
    return {
        "schema": SCHEMA,
        "question": "lot",
        "sentence": lot_sentence(found),
        "images": found.lot,
        "aql": found.aql,
        "level": found.level,
        "inspection": found.inspection,
        "stopped": found.stopped,
        "letter": found.plan.letter,
        "sample_size": found.plan.size,
        "accept": found.plan.accept,
        "reject": found.plan.reject,
        "producer_risk": found.promise.producer_risk,
        "consumer_risk": found.promise.consumer_risk,
        "share_caught": 1 - found.promise.bad,
        "curve": [{"share": share, "acceptance": passed} for share, passed in found.curve],
    }


def review_cost_document(found: ReviewCost) -> Document:
    """Return what terms of acceptance cost in review time, by the quality of the batch."""
    return {
        "schema": SCHEMA,
        "question": "review",
        "sentence": review_sentence(found),
        "images": found.size,
        "minutes_an_image": found.time.minutes,
        "minutes_spread": found.time.spread,
        "all_minutes": found.all_minutes,
        "repetitions": found.repetitions,
        "situations": [asdict(situation) for situation in found.situations],
    }
