"""A consensus at the terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from assay.consensus.report import AnnotatorResult, FusionReport
from assay.render.consensus.sentences import shares_of, support_of, verdict_of
from assay.render.console import line_of, print_findings, print_lines, severities, table
from assay.render.writing import count, decimal, estimate, interval
from assay.report import Score

_BAR_CELLS = 20
_TOP_REGIONS = 8


def show_fusion(report: FusionReport, console: Console) -> None:
    """Print what fusing gave; the form depends on whether the console is a terminal."""
    console.print(line_of(verdict_of(report), "bold"))
    for sentence in support_of(report):
        console.print(line_of(sentence))
    for warning in report.warnings:
        console.print(line_of(f"{warning.rule}: {warning.message} {warning.remedy}", "yellow"))
    if not console.is_terminal:
        print_lines(console, _lines(report))
        return
    console.print()
    _print_annotators(report, console)
    _print_regions(report, console)
    print_findings([finding for _, finding in report.findings], console)


def _lines(report: FusionReport) -> Iterator[str]:
    for annotator in report.nearest:
        line = f"{annotator.name}: agreement with others {_written(annotator.with_others)}"
        if annotator.with_reference is not None:
            line += f", score {_written(annotator.with_reference)}"
        yield line
    if report.score is not None:
        yield f"fused: score {_written(report.score)}"
    for found in report.regions[:_TOP_REGIONS]:
        box = found.region
        yield (
            f"contested {found.item} rows {box.top}–{box.bottom} columns {box.left}–{box.right}: "
            f"{count(found.area_px)} px, {shares_of(found, report.ontology)}"
        )
    yield f"findings: {severities([finding for _, finding in report.findings])}"


def _written(score: Score) -> str:
    return estimate(score)


def _print_annotators(report: FusionReport, console: Console) -> None:
    scored = report.score is not None
    made = table(
        "Annotators, nearest to the others first",
        "Annotator", "Images", "IoU with the others", "", "IoU with the fused",
        *(["Score"] if scored else []),
    )  # fmt: skip
    for annotator in report.nearest:
        made.add_row(*_cells(annotator, scored=scored))
    if report.score is not None:
        made.add_row(
            Text("fused", "bold"), count(len(report.fused)), "", "", "", _value(report.score)
        )
    made.caption = (
        "Mean IoU with 95 % intervals over images; the others vote without the annotator."
    )
    made.caption_justify = "left"
    console.print(made)


def _cells(annotator: AnnotatorResult, *, scored: bool) -> list[Text | str]:
    value = annotator.with_others.value
    filled = round(_BAR_CELLS * value) if annotator.with_others.known else 0
    bar = Text("█" * filled, "blue") + Text("░" * (_BAR_CELLS - filled), "dim")
    cells: list[Text | str] = [
        line_of(annotator.name),
        count(annotator.images),
        _value(annotator.with_others),
        bar,
        _value(annotator.with_fused),
    ]
    if scored:
        found = annotator.with_reference
        cells.append("" if found is None else _value(found))
    return cells


def _value(score: Score) -> str:
    return f"{decimal(score.value)} {interval(score)}" if score.known else "n/a"


def _print_regions(report: FusionReport, console: Console) -> None:
    if not report.regions:
        return
    console.print()
    made = table("Contested regions, worst first", "Image", "Rows", "Columns", "Pixels", "Votes")
    for found in report.regions[:_TOP_REGIONS]:
        box = found.region
        made.add_row(
            line_of(found.item),
            f"{box.top}–{box.bottom}",
            f"{box.left}–{box.right}",
            count(found.area_px),
            line_of(shares_of(found, report.ontology)),
        )
    console.print(made)
