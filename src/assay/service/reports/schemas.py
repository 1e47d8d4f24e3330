"""Requests and answers about reports."""

from typing import Literal

from assay.service.schemas import Answer, Input, Time

Kind = Literal["systematic"]


class NewReport(Input):
    """A report that is to be made: `systematic` says whose mistakes there are."""

    kind: Kind


class SharedMistake(Answer):
    """A mistake that comes again and again, whose it is, and what to do about it."""

    whose: str
    mistake: str
    advice: str


class Told(Answer):
    """What a report says in short."""

    images: int
    vendors: list[str]
    tests: int
    mistakes: list[SharedMistake]


class Report(Answer):
    """A report; its page and its document can be taken once `state` is `done`."""

    id: str
    project: str
    kind: Kind
    state: Literal["waiting", "done", "failed"]
    told: Told | None
    reason: str | None
    created: Time
    ended: Time | None
