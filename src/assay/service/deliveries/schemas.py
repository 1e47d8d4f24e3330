"""Requests and answers about uploads and deliveries."""

from typing import Annotated, Any, Literal

from pydantic import Field

from assay.service.schemas import Answer, Input, Line, Time

State = Literal["received", "judged", "refused"]


class NewUpload(Input):
    """An archive that is to come: how large it is, and its SHA-256."""

    file_name: Line
    size: Annotated[int, Field(ge=1, le=2**50)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Upload(Answer):
    """An archive on its way in; send what follows `received`, in parts of at most `part_bytes`."""

    id: str
    batch: str
    file_name: str
    size: int
    received: int
    part_bytes: int
    state: Literal["open", "done", "lapsed"]
    created: Time


class Region(Answer):
    """A box of pixels; bottom and right are excluded."""

    top: int
    left: int
    bottom: int
    right: int


class Finding(Answer):
    """One fault, and what to do about it."""

    rule: str
    severity: Literal["error", "warning", "info"]
    item: str
    message: str
    remedy: str
    region: Region | None


class VendorDelivery(Answer):
    """What a vendor sees of its own delivery: what is checked without knowing the truth."""

    id: str
    batch: str
    number: int
    round: int
    file_name: str
    state: State
    format: str | None
    items: int
    errors: int
    warnings: int
    findings: list[Finding]
    received: Time
    judged: Time | None


class VendorItem(Answer):
    """What a vendor sees of an item that it handed in."""

    item: str
    version: int
    readable: bool
    errors: int
    warnings: int
    findings: list[Finding]


class Delivery(Answer):
    """A delivery as the buyer sees it."""

    id: str
    batch: str
    vendor: str
    number: int
    round: int
    file_name: str
    sha256: str
    size: int
    state: State
    format: str | None
    items: int
    errors: int
    warnings: int
    findings: list[Finding]
    gold_items: int
    gold_score: float | None
    gold_severe: int | None
    received: Time
    judged: Time | None


class DeliveredItem(Answer):
    """One version of an item as the buyer sees it: with its score, where its labels are gold."""

    id: str
    item: str
    asset: str
    role: Literal["work", "gold", "overlap"]
    version: int
    round: int
    first: bool
    readable: bool
    label_digest: str | None
    errors: int
    warnings: int
    suspicion: float
    score: float | None
    severe: int | None
    findings: list[Finding]


def findings(documents: list[dict[str, Any]]) -> list[Finding]:
    """Return stored findings as they are told."""
    return [Finding.model_validate(document) for document in documents]
