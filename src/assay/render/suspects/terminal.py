"""Suspects at the terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from assay.render.console import begin, line_of, print_findings, severities, table
from assay.render.suspects.sentences import support_of, verdict_of
from assay.render.writing import count, decimal, percent
from assay.suspicion import Suspect, SuspectReport
from assay.suspicion.kinds import KIND_BY_NAME
from assay.suspicion.rules import index_name

#: Regions and images that a terminal shows; the other forms have all.
_MOST_REGIONS, _MOST_IMAGES = 20, 10


def show_suspects(report: SuspectReport, console: Console) -> None:
    """Print the most suspicious regions and images.

    Parameters
    ----------
    report
        What to show.
    console
        Where to; the form depends on whether it is a terminal.
    """
    if not begin(console, verdict_of(report), support_of(report), _lines(report)):
        return
    if report.suspects:
        console.print()
        console.print(_regions(report))
        console.print(_images(report))
    print_findings(report.findings, console)


def _lines(report: SuspectReport) -> Iterator[str]:
    for rank, suspect in enumerate(report.suspects[:_MOST_REGIONS], 1):
        kind = KIND_BY_NAME[suspect.kind].title
        yield (
            f"{rank}. {suspect.item} {_place(suspect)}: {kind}, {_classes(suspect, report)}, "
            f"{count(suspect.area_px)} px, score {decimal(suspect.score)}"
        )
    yield f"findings: {severities(report.findings)}"


def _regions(report: SuspectReport) -> Table:
    last = "Probability" if report.calibration is not None else "Score"
    shown = table("Regions to look at first", "Item", "Where", "Kind", "Classes", "Pixels", last)
    for suspect in report.suspects[:_MOST_REGIONS]:
        shown.add_row(
            line_of(suspect.item),
            _place(suspect),
            KIND_BY_NAME[suspect.kind].title,
            line_of(_classes(suspect, report)),
            count(suspect.area_px),
            decimal(suspect.score)
            if report.calibration is None
            else percent(report.probability(suspect)),
        )
    return shown


def _images(report: SuspectReport) -> Table:
    shown = table("Images to look at first", "Item", "Regions", "Differs", "Score")
    for item in report.items[:_MOST_IMAGES]:
        if item.status == "judged":
            differs = percent(item.differing_px / max(1, item.judged_px))
            row = (count(item.suspects), differs, decimal(item.score))
            shown.add_row(line_of(item.key), *row)
    return shown


def _classes(suspect: Suspect, report: SuspectReport) -> str:
    names = (index_name(index, report.ontology) for index in (suspect.label, suspect.rival))
    return " → ".join(names)


def _place(suspect: Suspect) -> str:
    region = suspect.region
    return f"rows {region.top}–{region.bottom}, columns {region.left}–{region.right}"
