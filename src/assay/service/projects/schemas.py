"""Requests and answers about projects."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from assay.service.schemas import Answer, Change, Input, Line, Moment, Text, Time

Sensitivity = Literal["public", "internal", "confidential", "medical"]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
AnswerHours = Annotated[int, Field(ge=1, le=24 * 90, description="Hours to answer a question in.")]
ImageEncoding = Literal["png", "jpeg"]
Tier = Literal["test", "validation", "training", "supplementary"]
EdgeCaseKind = Literal[
    "occlusion",
    "reflection",
    "shadow",
    "ambiguous-boundary",
    "touching-objects",
    "frame-edge",
    "small-object",
    "other",
]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Policy(Input):
    """What a tier of images demands.

    Parameters
    ----------
    standard
        Mean score at which a batch is as good as agreed.
    limit
        Mean score below which a batch must not be accepted but with `consumer_risk`.
    severe_standard, severe_limit
        Shares of images with a severe error that are as good as agreed, and too many.
    consumer_risk, producer_risk
        Probability that a batch at the limit is accepted, or one at the standard is rejected.
    redundancy
        People who label each image.
    gold_share
        Part of a batch that is hidden gold.
    severe_classes
        Classes whose severe errors count; all where empty.
    """

    standard: Share = 0.9
    limit: Share = 0.85
    severe_standard: Share = 0.02
    severe_limit: Share = 0.1
    consumer_risk: Annotated[float, Field(gt=0, le=0.5)] = 0.05
    producer_risk: Annotated[float, Field(gt=0, le=0.5)] = 0.05
    redundancy: Annotated[int, Field(ge=1, le=9)] = 1
    gold_share: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    severe_classes: list[Line] = Field(default_factory=list, max_length=500)


class Policies(Input):
    """A policy for each tier; test and validation images may not be judged less strictly."""

    test: Policy = Policy(standard=0.95, limit=0.9, redundancy=3, gold_share=0.1)
    validation: Policy = Policy(standard=0.95, limit=0.9, redundancy=2, gold_share=0.1)
    training: Policy = Policy()
    supplementary: Policy = Policy(standard=0.85, limit=0.78, gold_share=0.05)


class NewProject(Input):
    """A purchase that begins.

    `image_encoding` is that of every image which leaves the house. It never changes: two encodings
    in one project would tell images apart. `png` keeps every pixel, `jpeg` takes about a third.
    """

    name: Line
    currency: Currency
    budget_minor: Annotated[int, Field(ge=0, le=10**15)]
    sensitivity: Sensitivity = "internal"
    countries: Annotated[list[Country], Field(default_factory=list, max_length=250)]
    deadline: Moment | None = None
    policies: Policies = Policies()
    answer_hours: AnswerHours = 24
    image_encoding: ImageEncoding = "png"


class ProjectChange(Change):
    """What is to be different; a field that is left out stays as it is."""

    name: Line | None = None
    budget_minor: Annotated[int, Field(ge=0, le=10**15)] | None = None
    sensitivity: Sensitivity | None = None
    countries: Annotated[list[Country], Field(max_length=250)] | None = None
    deadline: Moment | None = None
    policies: Policies | None = None
    answer_hours: AnswerHours | None = None


class Project(Answer):
    """One purchase of labels; money is in minor units of its currency."""

    id: str
    name: str
    currency: str
    budget_minor: int
    sensitivity: Sensitivity
    countries: list[str]
    deadline: Time | None
    policies: Policies
    answer_hours: int
    image_encoding: ImageEncoding
    created: Time
    version: int


class NewOntology(Input):
    """Classes as an ontology document, TOML as `assay` reads it."""

    toml: Annotated[str, Field(min_length=1, max_length=1_000_000)]


class OntologyVersion(Answer):
    """One version of a project's classes."""

    id: str
    project: str
    number: int
    classes: list[str]
    document: str
    digest: str
    created: Time


class NewGuideline(Input):
    """A draft: what annotators read, in Markdown, bound to a version of the classes."""

    ontology: str
    text: Text


class GuidelineChange(Change):
    """Another text of a draft."""

    text: Text


class NewEdgeCase(Input):
    """A case that was settled."""

    kind: EdgeCaseKind
    title: Line
    ruling: Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"^[^\x00]*$")]


class EdgeCase(Answer):
    """A case that was settled; `question` is the one that it answers, null where there was none."""

    id: str
    kind: EdgeCaseKind
    title: str
    ruling: str
    question: str | None
    created: Time


class Guideline(Answer):
    """One version of the guideline, with the cases it settles."""

    id: str
    project: str
    number: int
    ontology: str
    text: str
    edge_cases: list[EdgeCase]
    published: Time | None
    created: Time
    version: int


class Gap(Answer):
    """Something that a guideline leaves open; a blocking gap keeps work from being sent out."""

    subject: str
    blocks: bool
    message: str
    remedy: str


class Waiver(Answer):
    """An admin's word that work may be sent out in spite of blocking gaps."""

    reason: str
    signed_by: str
    created: Time


class NewWaiver(Input):
    """Why work may be sent out in spite of blocking gaps."""

    reason: Annotated[str, Field(min_length=10, max_length=2000, pattern=r"^[^\x00]*$")]


class Gaps(Answer):
    """All that a guideline leaves open, and the waiver of what blocks, if an admin signed one."""

    gaps: list[Gap]
    waiver: Waiver | None


class GuidelinePicture(Answer):
    """A picture of a class: how it is right, or how it is usually wrong."""

    id: str
    class_name: str
    right: bool
    caption: str
    width: int
    height: int
    created: Time


class GuidelinePictures(Answer):
    """The pictures of a version of a guideline, oldest first."""

    pictures: list[GuidelinePicture]


class TextLine(Answer):
    """A line of the text; `mark` is `+` for a new one, `-` for one that is gone, or a blank."""

    mark: str
    text: str


class ClassChange(Answer):
    """A class that is explained otherwise, and the fields that differ."""

    name: str
    fields: list[str]


class CaseChange(Answer):
    """A case whose ruling changed; null where a version does not settle it."""

    kind: EdgeCaseKind
    title: str
    before: str | None
    after: str | None


class Outdated(Answer):
    """How much accepted work was labelled under an older version."""

    batches: int
    items: int


class GuidelineDifference(Answer):
    """What a version changes, and what would have to be labelled again under it."""

    older: str
    older_number: int
    newer: str
    newer_number: int
    text: list[TextLine]
    classes_added: list[str]
    classes_removed: list[str]
    classes_changed: list[ClassChange]
    cases: list[CaseChange]
    pictures_added: list[str]
    pictures_removed: list[str]
    outdated: Outdated


class OutdatedBatch(Answer):
    """An accepted batch that was labelled under an older version, with its images."""

    batch: str
    number: int
    vendor: str
    guideline: str
    guideline_number: int
    assets: list[str]
