"""Requests and answers about questions; what a vendor sees names every field."""

from typing import Annotated, Literal

from pydantic import Field

from assay.service.projects.schemas import EdgeCaseKind
from assay.service.schemas import Answer, Input, Line, Time

Pixel = Annotated[int, Field(ge=0, le=2**31)]
Words = Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"^[^\x00]*$")]
State = Literal["open", "answered", "settled"]


class Region(Input):
    """A box of pixels in an image, bottom and right excluded."""

    top: Pixel
    left: Pixel
    bottom: Pixel
    right: Pixel


class NewQuestion(Input):
    """A question about a batch, or about one of its images by its name in the package."""

    item: Annotated[str, Field(max_length=64)] | None = None
    region: Region | None = None
    text: Words


class NewMessage(Input):
    """What is added to a question."""

    text: Words


class NewRule(Input):
    """A case that an answer settles for everybody."""

    kind: EdgeCaseKind
    title: Line
    ruling: Words


class VendorMessage(Answer):
    """What was said, and which side said it."""

    by: Literal["you", "buyer"]
    text: str
    said: Time


class VendorQuestion(Answer):
    """A question as the vendor sees it.

    `due` is when you should hear; `rule_in_version` is the number of the first published version of
    the guideline that has a rule from it.
    """

    id: str
    batch: str
    item: str | None
    region: Region | None
    state: State
    asked: Time
    due: Time
    first_answered: Time | None
    settled: Time | None
    rule_in_version: int | None
    messages: list[VendorMessage]


class Message(Answer):
    """What was said, by whom."""

    id: str
    side: Literal["buyer", "vendor"]
    author: str
    text: str
    said: Time


class Rule(Answer):
    """A settled case that a question led to; `published` is whether its version is in force."""

    case: str
    guideline: str
    guideline_number: int
    title: str
    published: bool


class Question(Answer):
    """A question as the buyer sees it; `overdue` is whether the vendor waits for too long."""

    id: str
    project: str
    batch: str
    vendor: str
    item: str | None
    asset: str | None
    region: Region | None
    guideline: str
    state: State
    overdue: bool
    asked: Time
    due: Time
    first_answered: Time | None
    settled: Time | None
    rules: list[Rule]
    messages: list[Message]
    version: int


class ResponseTimes(Answer):
    """How quickly a project's questions were first answered; minutes, null where none was."""

    asked: int
    answered: int
    in_time: int
    overdue: int
    median_minutes: float | None
    slowest_minutes: float | None
