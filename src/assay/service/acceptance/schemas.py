"""Requests and answers about acceptance."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from assay.service.schemas import Answer, Input, Time

Verdict = Literal["accept", "reject", "undecided"]
Decided = Literal["accept", "reject", "send back"]
ItemName = Annotated[str, Field(max_length=64)]


class ClaimStanding(Answer):
    """One thing that must hold: what is known of it, between which bounds, and what it demands."""

    name: str
    good: float
    bad: float
    verdict: Verdict
    looked: int
    size: int
    estimate: float | None
    low: float
    high: float


class Standing(Answer):
    """How a batch stands by its plan: the verdict, and what to look at next."""

    batch: str
    round: int
    state: str
    verdict: Verdict
    consumer_risk: float
    producer_risk: float
    claims: list[ClaimStanding]
    next: list[str]
    waiting: int


class NewDecision(Input):
    """What is decided. Against the plan's verdict it takes `override` and a reason.

    `items` are to be done again when a batch is sent back; left out, they are those that are
    missing, faulty, or were found not good enough.
    """

    decision: Decided
    items: Annotated[list[ItemName], Field(default_factory=list, max_length=100_000)]
    reason: Annotated[str, Field(max_length=5000, pattern=r"^[^\x00]*$")] = ""
    override: bool = False


class Decision(Answer):
    """What was decided about a batch in one round, and on what evidence."""

    id: str
    batch: str
    round: int
    decision: Decided
    plan_verdict: Verdict
    overridden: bool
    reason: str
    evidence: dict[str, Any]
    items: int
    decided_by: str
    decided: Time


class VendorDecision(Answer):
    """What a vendor is told of a decision: coarse, so that no gold can be worked out.

    `band` is null where the batch is so small that a band would begin to name its gold.
    """

    id: str
    batch: str
    round: int
    decision: Decided
    band: Literal["as agreed", "near the limit", "below the limit"] | None
    reason: str
    decided: Time


class Ramp(Answer):
    """How many images the next batch of a vendor may have, and why."""

    vendor: str
    images: int
    grows: bool
    grows_on: date | None
    reasons: list[str]
