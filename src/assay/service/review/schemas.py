"""Requests and answers about reviews."""

from typing import Annotated, Literal

from pydantic import Field

from assay.sampling.layers import Layer, Outcome
from assay.service.deliveries.schemas import Finding
from assay.service.schemas import Answer, Input, Time

Pixel = Annotated[int, Field(ge=0, le=2**31)]


class PinnedRegion(Input):
    """Where the fault is: a box of pixels, bottom and right excluded."""

    top: Pixel
    left: Pixel
    bottom: Pixel
    right: Pixel
    note: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""


class Verdict(Input):
    """What was found: whether it is good enough, how right it is, severe errors, and why."""

    outcome: Outcome
    score: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    severe: Annotated[int, Field(ge=0, le=100_000)] = 0
    reason: Annotated[str, Field(max_length=5000, pattern=r"^[^\x00]*$")] = ""
    regions: Annotated[list[PinnedRegion], Field(default_factory=list, max_length=200)]


class Task(Answer):
    """An item that is yours to look at until `held_until`."""

    id: str
    batch: str
    item: str
    version: int
    layer: Layer
    width: int
    height: int
    findings: list[Finding]
    suspicion: float
    held_until: Time


class Review(Answer):
    """A look at an item, and what was found."""

    id: str
    batch: str
    item: str
    layer: Layer
    reviewer: str
    state: Literal["held", "given", "let go"]
    outcome: Outcome | None
    score: float | None
    severe: int | None
    reason: str | None
    regions: list[PinnedRegion]
    created: Time
    given: Time | None
