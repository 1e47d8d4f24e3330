"""Requests and answers about gold; a vendor gets none of them."""

from typing import Annotated, Literal

from pydantic import Field

from assay.service.deliveries.schemas import Finding
from assay.service.projects.schemas import Tier
from assay.service.schemas import Answer, Change, Input, Line, Time

Stratum = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Proposal(Answer):
    """An archive of labels that an expert holds to be right.

    Of its items, `proposed` wait for a second expert, `agreed` are as another expert proposed and
    so in force, `known` change nothing; the rest is in `findings`.
    """

    id: str
    project: str
    ontology: str
    file_name: str
    format: str | None
    state: Literal["waiting", "done", "failed"]
    proposed: int
    agreed: int
    known: int
    findings: list[Finding]
    proposed_by: str
    created: Time
    ended: Time | None


class Gold(Answer):
    """One version of an image's right labels.

    Parameters
    ----------
    state
        `proposed` by one expert, `replaced` by another proposal, `active` once a second expert
        agreed, `retired`.
    alike
        Share of pixels that are as in the proposal which it replaced; null where there was none.
    exposures
        Vendors that have seen the image.
    """

    id: str
    project: str
    asset: str
    ontology: str
    number: int
    stratum: str
    state: Literal["proposed", "replaced", "active", "retired"]
    label_digest: str
    proposed_by: str
    settled_by: str | None
    alike: float | None
    exposures: int
    created: Time
    version: int


class GoldChange(Change):
    """Another stratum."""

    stratum: Stratum


class Retirement(Input):
    """Why labels go out of force."""

    reason: Line


class Exposure(Answer):
    """A vendor that has seen an image, and in which batch."""

    vendor: str
    batch: str
    created: Time


class Exposures(Answer):
    """All vendors that have seen an image."""

    exposures: list[Exposure]


class PoolStratum(Answer):
    """How much gold a stratum has: in force, and waiting for a second expert."""

    stratum: str
    active: int
    proposed: int


class VendorsShare(Answer):
    """How many gold images in force a vendor has seen, and how many it has not."""

    vendor: str
    seen: int
    left: int


class Pool(Answer):
    """The gold of a project; a vendor that has little left needs fresh gold soon."""

    strata: list[PoolStratum]
    vendors: list[VendorsShare]


class CandidatesWanted(Input):
    """How many images experts are to label as gold, and of which tier.

    With `handed_in_by` they are drawn from what that vendor has handed in as ordinary work: a blind
    audit, which says whether its work on gold is better than the rest.
    """

    size: Annotated[int, Field(ge=1, le=10_000)]
    tier: Tier | None = None
    handed_in_by: Annotated[str, Field(max_length=64)] | None = None


class Candidate(Answer):
    """An image that experts are to label."""

    asset: str
    name: str
    stratum: str


class Candidates(Answer):
    """Images drawn from the stream, each stratum in its share."""

    seed: str
    images: list[Candidate]
