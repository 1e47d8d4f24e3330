"""What a report of agreement says, in sentences with their uncertainty."""

import math
from collections.abc import Iterator

from assay.render.writing import decimal, level, noun, percent
from assay.report.agreement import AgreementReport, PairAgreement

#: Krippendorff 2019, chapter 12: what alpha must reach for conclusions, and for tentative ones.
RELIABLE, TENTATIVE = 0.8, 0.667


def verdict_of(report: AgreementReport) -> str:
    """Say how far the annotators agree, in one sentence with its uncertainty."""
    who = noun(len(report.annotators), "annotator")
    alpha = report.scores["krippendorff_alpha"]
    if not report.compared:
        return f"No image was labelled by two of the {who}."
    if not alpha.known:
        return f"{who} give one value everywhere: without variation there is no alpha."
    says = f"{who} reach a Krippendorff's alpha of {decimal(alpha.value)}"
    if math.isnan(alpha.low):
        return f"{says}; so few images allow no interval."
    ends = f"between {decimal(alpha.low)} and {decimal(alpha.high)}"
    return f"{says}, {ends} at {level(report.plan.confidence)} confidence."


def support_of(report: AgreementReport) -> tuple[str, ...]:
    """Say what stands behind the verdict, and who stands out."""
    return tuple(_support(report))


def _support(report: AgreementReport) -> Iterator[str]:
    reading = reading_of(report)
    if reading:
        yield reading
    pixels = report.scores["pixel_agreement"]
    if pixels.known:
        yield f"Two annotators give {percent(pixels.value)} of pixels the same value."
    yield from _of_target(report)
    yield from _of_apart(report)
    total = len(report.items)
    if 0 < report.compared < total:
        verb = "was" if report.compared == 1 else "were"
        yield f"Of {noun(total, 'image')}, {report.compared:,} {verb} labelled by two or more."
    closest = closest_pair(report)
    if closest is not None and len(report.annotators) > 2:
        one, other = (report.annotators[k].name for k in (closest.first, closest.second))
        yield f"{one} and {other} agree most: IoU {decimal(closest.scores['pairwise_iou'].value)}."


def reading_of(report: AgreementReport) -> str:
    """Say what alpha allows, by Krippendorff's own limits; ``""`` where there is no alpha."""
    alpha = report.scores["krippendorff_alpha"]
    if not alpha.known:
        return ""
    if alpha.low >= RELIABLE:
        return f"That is above {RELIABLE:.3f}, enough to rely on the labels."
    if alpha.value >= RELIABLE:
        return f"That is above {RELIABLE:.3f}, but so few images do not exclude less."
    if alpha.value >= TENTATIVE:
        return f"That allows tentative conclusions only; labels to rely on reach {RELIABLE:.3f}."
    return (
        f"That is below {TENTATIVE:.3f}: the guideline, or the work, does not settle the classes."
    )


def closest_pair(report: AgreementReport) -> PairAgreement | None:
    """Return the pair with the highest IoU, None where no pair has one."""
    known = [pair for pair in report.pairs if pair.scores["pairwise_iou"].known]
    return max(known, key=lambda pair: pair.scores["pairwise_iou"].value, default=None)


def _of_target(report: AgreementReport) -> Iterator[str]:
    dice, target = report.scores["pairwise_dice"], report.plan.target
    if dice.known:
        says = "above" if dice.value > target else "not above"
        yield (
            f"The Dice of two annotators is {decimal(dice.value)}, {says} the "
            f"{target:.2f} that simple work should exceed."
        )


def _of_apart(report: AgreementReport) -> Iterator[str]:
    for entry in report.annotators:
        if entry.apart:
            gap = decimal(-entry.standing.value)
            yield f"{entry.name} stands apart: {gap} less IoU than the others among themselves."
