"""Requests and answers about batches; a vendor's name every field that it may see."""

from typing import Annotated, Literal

from pydantic import Field

from assay.service.projects.schemas import Tier
from assay.service.schemas import Answer, Input, Line, Moment, Time

State = Literal[
    "drawn",
    "packed",
    "sent",
    "delivered",
    "judged",
    "rework",
    "accepted",
    "rejected",
    "cancelled",
]


class NewBatch(Input):
    """Work for a vendor.

    Parameters
    ----------
    vendor
        Its organisation.
    size
        Images, hidden gold included; the tier's policy says how much of it is gold.
    format
        Format in which labels are to come back.
    reason
        Why more images than the ramp proposes; needed only then, and kept in the log.
    """

    vendor: Annotated[str, Field(max_length=64)]
    tier: Tier = "training"
    size: Annotated[int, Field(ge=1, le=100_000)]
    format: Annotated[str, Field(max_length=40)] = "index-png"
    due: Moment | None = None
    reason: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""


class Batch(Answer):
    """A batch as the buyer sees it, with what is hidden in it."""

    id: str
    project: str
    vendor: str
    pilot: str | None
    number: int
    purpose: Literal["pilot", "production"]
    tier: Tier
    guideline: str
    ontology: str
    format: str
    state: State
    round: int
    images: int
    gold: int
    overlap: int
    packed: bool
    due: Time | None
    sent: Time | None
    created: Time
    version: int


class BatchItem(Answer):
    """An image of a batch: its name in the house, the name that the vendor sees, and why it is."""

    id: str
    asset: str
    item: str
    role: Literal["work", "gold", "overlap"]
    gold: str | None
    round: int


class VendorBatch(Answer):
    """Work as the vendor sees it: how many images, in which format, until when."""

    id: str
    state: Literal["sent", "delivered", "judged", "rework", "accepted", "rejected", "cancelled"]
    round: int
    format: str
    images: int
    packed: bool
    due: Time | None
    sent: Time


class VendorItem(Answer):
    """An image that is to be labelled: its name, where it lies in the package, and its size."""

    item: str
    file: str
    height: int
    width: int


class VendorGroup(Input):
    """Vendors of one group share people or owners: what one has seen, all have seen."""

    name: Line
