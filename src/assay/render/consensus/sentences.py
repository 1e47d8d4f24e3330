"""What a consensus says in words."""

from collections.abc import Iterator

from assay.consensus.contested import ContestedRegion
from assay.consensus.fusing import name_of
from assay.consensus.report import FusionReport
from assay.labels import Ontology
from assay.render.writing import count, decimal, estimate, noun, percent

_METHODS = {
    "majority": "majority vote",
    "weighted": "weighted vote",
    "dawid-skene": "Dawid and Skene's model",
    "staple": "STAPLE",
}


def verdict_of(report: FusionReport) -> str:
    """Return the one sentence that stands on top."""
    panel = f"{noun(len(report.annotators), 'annotator')} on {noun(len(report.fused), 'image')}"
    if report.fell_back:
        return f"{panel} fused by majority vote: {name_of_method(report.plan.method)} went astray."
    if not report.total("disputed_px"):
        return f"{panel} agree on every pixel."
    share = report.total("contested_px") / max(1, report.pixels)
    return f"{panel} agree on all but {percent(share)} of the pixels, which are contested."


def support_of(report: FusionReport) -> Iterator[str]:
    """Yield the sentences below it."""
    known = [annotator for annotator in report.nearest if annotator.with_others.known]
    if len(known) > 2:
        first, last = known[0], known[-1]
        yield (
            f"{first.name} is nearest to the majority of the others "
            f"(mean IoU {decimal(first.with_others.value)}), {last.name} farthest "
            f"({decimal(last.with_others.value)})."
        )
    if report.score is not None and report.score.known:
        scored = [a for a in report.annotators if a.with_reference and a.with_reference.known]
        best = max(scored, key=lambda a: a.with_reference.value if a.with_reference else 0.0)
        assert best.with_reference is not None  # noqa: S101 - chosen so
        yield (
            f"Against {report.reference} the fused maps reach a mean IoU of "
            f"{estimate(report.score)}, the best annotator, {best.name}, "
            f"{estimate(best.with_reference)}."
        )
    yield from _ties(report)
    if report.regions:
        found, listed = report.total("regions"), len(report.regions)
        rest = f" {listed} are listed," if listed < found else ""
        yield f"{noun(found, 'contested region')} to review,{rest} worst first."


def _ties(report: FusionReport) -> Iterator[str]:
    by_skill, left = report.total("tied_px"), report.total("open_px")
    if by_skill or left:
        became = "void" if report.plan.ties == "void" and report.ontology.void_ids else "unlabelled"
        yield (
            f"{count(by_skill + left)} tied pixels: {count(by_skill)} went to the more skilled "
            f"annotator's class, {count(left)} stay {became}."
        )
    if report.total("silent_px"):
        yield f"On {count(report.total('silent_px'))} pixels every annotator abstains."


def name_of_method(name: str) -> str:
    """Return what a method is called in a sentence."""
    return _METHODS.get(name, name)


def shares_of(found: ContestedRegion, ontology: Ontology) -> str:
    """Return the classes that compete in a region with their shares of the votes."""
    return ", ".join(
        f"{name_of(index, ontology)} {percent(share)}" for index, share in found.shares[:3]
    )
