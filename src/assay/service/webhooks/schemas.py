"""Requests and answers about webhooks; an address is never shown, a secret once."""

from typing import Annotated, Literal

from pydantic import Field

from assay.service.schemas import Answer, Change, Input, Line, SecretAnswer, Time

Form = Literal["chat", "event"]
EventName = Literal[
    "question.asked",
    "question.asked-on",
    "question.answered",
    "batch.sent",
    "batch.accepted",
    "batch.sent-back",
    "batch.rejected",
    "delivery.received",
    "delivery.judged",
    "delivery.refused",
    "guideline.published",
    "pilot.judged",
    "award.made",
    "award.overridden",
    "award.revoked",
    "invoice.proposed",
    "invoice.issued",
    "week.summarised",
]
Url = Annotated[str, Field(min_length=8, max_length=2000, pattern=r"^https?://[!-~]+$")]
Events = Annotated[list[EventName], Field(min_length=1, max_length=50)]


class NewWebhook(Input):
    """Where to send events: `chat` sends a text alone, `event` all that is known of it."""

    name: Line
    url: Url
    form: Form = "chat"
    events: Events


class WebhookChange(Change):
    """What is to be different; a field that is left out stays as it is."""

    name: Line | None = None
    url: Url | None = None
    form: Form | None = None
    events: Events | None = None
    active: bool | None = None


class Webhook(Answer):
    """A webhook; of its address only the host is shown."""

    id: str
    project: str
    name: str
    host: str
    form: Form
    events: list[EventName]
    active: bool
    created: Time
    version: int


class WebhookWithSecret(SecretAnswer):
    """A webhook with the secret that its notices are signed with, shown this once."""

    webhook: Webhook
    secret: str


class Notice(Answer):
    """An event for a webhook: `waiting`, `sent`, `dead` after its last attempt, or `dropped`.

    `status` is that of the receiver's answer, `reason` why the last attempt failed.
    """

    id: str
    event: str
    subject: str
    text: str
    state: Literal["waiting", "sent", "dead", "dropped"]
    attempts: int
    status: int | None
    reason: str
    occurred: Time
    ended: Time | None


class EventKind(Answer):
    """An event that can be subscribed to."""

    name: str
    summary: str


class EventKinds(Answer):
    """All events that can be subscribed to."""

    events: list[EventKind]
