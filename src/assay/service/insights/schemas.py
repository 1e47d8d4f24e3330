"""Answers about a running purchase."""

from typing import Literal

from assay.service.schemas import Answer, Time


class StateCount(Answer):
    """Batches of one vendor in one state."""

    vendor: str
    vendor_name: str
    state: str
    batches: int
    images: int


class Pipeline(Answer):
    """Where all batches stand."""

    counts: list[StateCount]


class QualityPoint(Answer):
    """One batch in a control chart: what its hidden gold scored, and what was expected of it.

    `low` and `high` are what 99.7 % of batches keep within while nothing changes; `evidence` of a
    change is an alarm from 1 on.
    """

    batch: str
    number: int
    sent: Time
    gold_images: int
    mean: float
    expected: float | None
    low: float | None
    high: float | None
    evidence: float
    alarm: bool


class VendorQuality(Answer):
    """One vendor's quality over time, and how much of its work was right at once."""

    vendor: str
    points: list[QualityPoint]
    drifting: bool
    drifting_since: str | None
    decisions: int
    accepted: int
    first_pass_yield: float | None
    revision_rate: float | None
    reviewed: int
    review_pass_rate: float | None


class Quality(Answer):
    """Quality of every vendor of a project."""

    vendors: list[VendorQuality]


class NextAction(Answer):
    """Something that waits for somebody, and since when."""

    kind: Literal[
        "pack",
        "send",
        "wait for vendor",
        "overdue",
        "judging",
        "review",
        "decide",
        "answer",
        "guideline",
        "issue",
    ]
    who: Literal["lead", "vendor", "reviewer", "expert", "finance", "service"]
    subject: str
    vendor: str | None
    message: str
    since: Time | None
    blocks: bool


class NextActions(Answer):
    """All that waits, what blocks first."""

    actions: list[NextAction]


class RuleCount(Answer):
    """How often a rule was broken, and what to do about it."""

    rule: str
    severity: Literal["error", "warning", "info"]
    items: int
    faults: int
    remedy: str


class BatchBand(Answer):
    """How a batch of one's own was decided about, told coarsely; a small one without a band."""

    batch: str
    round: int
    decision: str
    band: str | None
    decided: Time


class Feedback(Answer):
    """What a vendor is told of its work: by rule and by batch, never by item, so never of gold."""

    items: int
    rules: list[RuleCount]
    batches: list[BatchBand]


class VendorGap(Answer):
    """How much better one vendor's work on hidden gold is than its work in a blind audit.

    `gap` is the difference of the means with its 95 % interval, null where either has no image.
    `p_value` is that of a gap no larger than `allowed`, adjusted for the number of vendors; null
    where either has too few images. `asks` is whether somebody should ask how that comes.
    """

    vendor: str
    gold_images: int
    gold_mean: float | None
    audited_images: int
    audited_mean: float | None
    gap: float | None
    low: float | None
    high: float | None
    p_value: float | None
    asks: bool


class GoldGaps(Answer):
    """Gaps of all vendors; `least_images` of either kind are needed for a test."""

    allowed: float
    level: float
    least_images: int
    vendors: list[VendorGap]
