"""Requests and answers about pilots and awards."""

from typing import Annotated, Literal

from pydantic import Field

from assay.service.projects.schemas import Tier
from assay.service.schemas import Answer, Input, Line, Moment, Time

Identifier = Annotated[str, Field(max_length=64)]
Reason = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]


class NewPilot(Input):
    """The same images for several vendors.

    Parameters
    ----------
    size
        Images to draw from the gold that none of the vendors has seen; or
    assets
        the images themselves.
    format
        Format in which labels are to come back.
    """

    name: Line
    vendors: Annotated[list[Identifier], Field(min_length=1, max_length=20)]
    tier: Tier = "training"
    size: Annotated[int, Field(ge=1, le=10_000)] | None = None
    assets: Annotated[list[Identifier], Field(default_factory=list, max_length=10_000)]
    format: Annotated[str, Field(max_length=40)] = "index-png"
    due: Moment | None = None


class PilotBatch(Answer):
    """One vendor's part of a pilot."""

    vendor: str
    batch: str
    state: str


class VendorFound(Answer):
    """What a pilot found of one vendor; `value` is the deciding metric with its interval.

    Beside the `turnaround_hours` stands how many `questions` it asked meanwhile, how many were
    `answered`, and the median wait for an answer: who waits may stand still.
    """

    vendor: str
    name: str
    rank: int
    value: float | None
    low: float | None
    high: float | None
    first_rank_probability: float | None
    turnaround_hours: float | None
    questions: int | None = None
    answered: int | None = None
    answer_minutes: float | None = None


class DifferenceFound(Answer):
    """How much better one vendor was than another on the same images."""

    first: str
    second: str
    value: float | None
    low: float | None
    high: float | None
    distinguishable: bool


class Found(Answer):
    """What a pilot found; `award` is null where so many images cannot tell."""

    metric: str
    images: int
    award: str | None
    certainty: float | None
    sentence: str
    smallest_difference: float | None
    vendors: list[VendorFound]
    differences: list[DifferenceFound]


class Pilot(Answer):
    """A pilot, and what it found once it is judged."""

    id: str
    project: str
    name: str
    tier: Tier
    format: str
    images: int
    state: Literal["drawn", "sent", "judging", "judged"]
    batches: list[PilotBatch]
    found: Found | None
    judged: Time | None
    due: Time | None
    created: Time
    version: int


class Judgement(Input):
    """Which vendors are not waited for."""

    without: Annotated[list[Identifier], Field(default_factory=list, max_length=20)]


class NewAward(Input):
    """Which vendor gets production, and why it, where the pilot does not single it out."""

    vendor: Identifier
    reason: Reason = ""


class Override(Input):
    """Which vendor gets production without a pilot, and why."""

    vendor: Identifier
    reason: Annotated[str, Field(min_length=10, max_length=2000, pattern=r"^[^\x00]*$")]


class Revocation(Input):
    """Why an award ends."""

    reason: Line


class Award(Answer):
    """A vendor's leave to do production work of a project; `pilot` is null for an override."""

    id: str
    project: str
    vendor: str
    pilot: str | None
    by_verdict: bool
    sentence: str | None
    report_sha256: str | None
    reason: str
    awarded_by: str
    awarded: Time
    revoked: Time | None
