"""What a report says, in sentences with their uncertainty."""

import math

from assay.render.metric_names import title
from assay.render.writing import decimal, level, noun, percent
from assay.report import Report

#: Overall metrics that may lead a report, the first one that it has is taken.
_LEADING = ("mean_iou", "pixel_accuracy")


def leading_metric(report: Report) -> str:
    """Return the name of the overall metric that the report leads with."""
    return next((name for name in _LEADING if name in report.scores), next(iter(report.scores), ""))


def verdict_of(report: Report) -> str:
    """Say how good the delivery is, in one sentence with its uncertainty."""
    name = leading_metric(report)
    score = report.scores.get(name)
    if score is None or not score.known:
        return f"Nothing in {report.candidate} could be scored."
    says = f"{report.candidate} reaches a {_in_sentence(title(name))} of {decimal(score.value)}"
    if math.isnan(score.low):
        return f"{says}; so few images allow no interval."
    confidence = level(report.plan.confidence)
    low, high = decimal(score.low), decimal(score.high)
    return f"{says}, between {low} and {high} at {confidence} confidence."


def support_of(report: Report) -> tuple[str, ...]:
    """Say what stands behind the verdict: pixels, lost images, severe errors, human ceiling."""
    accuracy = report.scores.get("pixel_accuracy")
    sentences = []
    if accuracy is not None and accuracy.known:
        scored = noun(report.scored_px, "scored pixel")
        sentences.append(f"{percent(accuracy.value)} of {scored} are right.")
    sentences.append(_lost(report))
    sentences.append(_severe(report))
    sentences.append(_ceiling(report))
    return tuple(sentence for sentence in sentences if sentence)


def _lost(report: Report) -> str:
    lost = [item for item in report.items if item.status not in ("scored", "reference_unreadable")]
    if not lost:
        return ""
    images = noun(len(report.items), "image")
    return (
        f"{len(lost)} of {images} {'is' if len(lost) == 1 else 'are'} missing, unreadable or of "
        "the wrong size, and count as wholly unlabelled."
    )


def _severe(report: Report) -> str:
    if "severe" not in report.plan.measures:
        return ""
    missed = sum(entry.missed for entry in report.classes)
    invented = sum(entry.invented for entry in report.classes)
    objects = noun(sum(entry.objects for entry in report.classes), "object")
    return f"Of {objects}, {missed:,} were missed; {invented:,} were made up."


def _ceiling(report: Report) -> str:
    name = leading_metric(report)
    known = [
        f"{reference} {decimal(scores[name].value)}"
        for reference, scores in report.ceiling.items()
        if name in scores
    ]
    return f"Human ceiling, on the same images: {', '.join(known)}." if known else ""


def _in_sentence(heading: str) -> str:
    """Lower a heading's first letter, but leave abbreviations such as ``IoU`` alone."""
    return heading if heading[1:2].isupper() else heading[:1].lower() + heading[1:]
