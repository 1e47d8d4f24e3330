"""What looking for label errors says, in sentences."""

from collections.abc import Iterator

from assay.render.writing import noun
from assay.suspicion import SuspectReport
from assay.suspicion.kinds import KINDS


def verdict_of(report: SuspectReport) -> str:
    """Return the first sentence: how much there is to look at."""
    if not report.judged_items:
        return f"{report.candidate}: no image could be judged"
    if not report.found:
        return f"{report.candidate}: no region is suspect"
    images = sum(item.suspects > 0 for item in report.items)
    return (
        f"{report.candidate}: {noun(report.found, 'suspect region')} in "
        f"{images:,} of {noun(report.judged_items, 'image')}"
    )


def support_of(report: SuspectReport) -> Iterator[str]:
    """Yield what they were found by, what kinds there are, and what could not be judged."""
    sources = ", ".join(report.sources)
    yield f"Found by {report.method} from {report.evidence} ({sources})."
    listed = [
        noun(report.kinds[kind.name], kind.title, kind.plural)
        for kind in KINDS
        if report.kinds[kind.name]
    ]
    if listed:
        few = len(report.suspects) < report.found
        first = f"the first {len(report.suspects):,}" if few else "them"
        yield f"Of {first}: {', '.join(listed)}."
    lost = len(report.items) - report.judged_items
    if lost:
        yield f"{noun(lost, 'image')} could not be judged; the findings say why."
    if report.suspects:
        yield calibration_of(report)


def calibration_of(report: SuspectReport) -> str:
    """Say what the scores mean."""
    if report.calibration is None:
        return (
            "Scores order what to look at and are no probabilities; verdicts on some of the "
            "regions would make them so."
        )
    return (
        f"Probabilities come from {noun(report.calibration.verdicts, 'verdict')}, "
        f"{report.calibration.errors:,} of them errors."
    )
