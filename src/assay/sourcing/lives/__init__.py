"""Lives: for each thing that has states, one table of all that can happen to it."""

from typing import Any

from assay.sourcing.lives.batch import BATCH_LIFE, BatchState, BatchStep
from assay.sourcing.lives.gold import GOLD_LIFE, GoldState, GoldStep
from assay.sourcing.lives.invoice import INVOICE_LIFE, InvoiceState, InvoiceStep
from assay.sourcing.lives.life import Life, Move, Party
from assay.sourcing.lives.pilot import PILOT_LIFE, PilotState, PilotStep
from assay.sourcing.lives.question import QUESTION_LIFE, QuestionState, QuestionStep
from assay.sourcing.lives.request import REQUEST_LIFE, RequestState, RequestStep

#: Every life, in the order of a purchase.
LIVES: tuple[Life[Any, Any], ...] = (
    REQUEST_LIFE,
    GOLD_LIFE,
    PILOT_LIFE,
    BATCH_LIFE,
    QUESTION_LIFE,
    INVOICE_LIFE,
)

__all__ = [
    "BATCH_LIFE",
    "GOLD_LIFE",
    "INVOICE_LIFE",
    "LIVES",
    "PILOT_LIFE",
    "QUESTION_LIFE",
    "REQUEST_LIFE",
    "BatchState",
    "BatchStep",
    "GoldState",
    "GoldStep",
    "InvoiceState",
    "InvoiceStep",
    "Life",
    "Move",
    "Party",
    "PilotState",
    "PilotStep",
    "QuestionState",
    "QuestionStep",
    "RequestState",
    "RequestStep",
]
