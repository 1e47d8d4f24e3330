"""Requests and answers about images."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from assay.service.projects.schemas import Tier
from assay.service.schemas import Answer, Change, Input, Line, Time

StratumName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_ -]{1,60}$")]
StratumValue = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,100}$")]


class NewFolderImport(Input):
    """A folder of the server, or a prefix `s3://BUCKET/PREFIX`.

    It lies within one of those that `ASSAY_IMPORT_DIRS` or `ASSAY_IMPORT_BUCKETS` allows.
    """

    folder: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]+$")]
    tier: Tier = "training"
    sequence: Line | None = None


class ImportFault(Answer):
    """An image that was not taken, and what to do about it."""

    item: str
    rule: str
    message: str
    remedy: str


class Import(Answer):
    """Images that come in together.

    `images` were looked at, `added` are new, `known` were here before; the rest is in `findings`.
    """

    id: str
    project: str
    file_name: str
    tier: Tier
    sequence: str | None
    state: Literal["waiting", "done", "failed"]
    images: int
    added: int
    known: int
    findings: list[ImportFault]
    created: Time
    ended: Time | None


class Asset(Answer):
    """An image of a project.

    Parameters
    ----------
    sha256
        Of the file as it came.
    duplicate_of
        The first image that shows the same, or null; draws leave duplicates out.
    strata
        Groups in which it stands, by name; `stratum` is the one that draws keep in proportion.
    """

    id: str
    project: str
    name: str
    sequence: str | None
    sha256: str
    size_bytes: int
    width: int
    height: int
    duplicate_of: str | None
    strata: dict[str, str]
    tier: Tier
    created: Time
    version: int


class AssetChange(Change):
    """What is to be different; strata that are not named stay."""

    tier: Tier | None = None
    strata: Annotated[dict[StratumName, StratumValue], Field(max_length=50)] | None = None


class StrataTable(Input):
    """Groups of images as CSV: a column `item` with their names, and a column for each stratum."""

    csv: Annotated[str, Field(min_length=1, max_length=2_000_000, pattern=r"^[^\x00]*$")]


class StrataResult(Answer):
    """How many images were named, and names that no image has (the first hundred)."""

    changed: int
    unknown: list[str]
