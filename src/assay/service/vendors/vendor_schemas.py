"""What a vendor sends and sees of its own part: every field is named here, none comes by itself."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from assay.service.schemas import Answer, Input, Time
from assay.service.vendors.schemas import Identifier, Provider, Word

Reply = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]


class OwnProfile(Answer):
    """What a vendor says of itself."""

    name: str
    provider_type: Provider
    address: str
    countries: list[str]
    formats: list[str]
    tools: list[str]
    shapes: list[str]
    qa_layers: list[str]
    domains: list[str]
    video: bool
    version: int


class OwnCertificate(Answer):
    """A certificate of one's own, and whether the buyer has checked it."""

    id: str
    name: str
    expires_on: date | None
    evidence: str | None
    checked: bool
    created: Time


class OwnRateCard(Answer):
    """A version of one's own card, and whether the buyer has agreed to it."""

    id: str
    project: str | None
    number: int
    currency: str
    valid_from: date
    valid_until: date | None
    card: dict[str, Any]
    digest: str
    agreed: Time | None
    created: Time


class AskedQuestion(Answer):
    """A question to answer."""

    name: str
    text: str


class AskedGates(Answer):
    """What a vendor must meet."""

    certificates: list[str]
    certificates_until: date | None
    countries: list[str] | None
    formats: list[str]


class OwnRequest(Answer):
    """A request for proposals with one's own answer; nobody else's."""

    id: str
    title: str
    text: str
    questions: list[AskedQuestion]
    gates: AskedGates
    state: Literal["open", "closed"]
    due: Time
    answer: Literal["asked", "answered", "declined"]
    answers: dict[str, str]
    rate_card: str | None
    answered: Time | None


class NewAnswer(Input):
    """An answer to every question, by its name, and the card that is offered."""

    answers: Annotated[dict[Word, Reply], Field(max_length=100)]
    rate_card: Identifier
