"""``assay evaluate``: one delivery against its reference."""

from pathlib import Path
from typing import TYPE_CHECKING

from assay.assess import Plan, assess
from assay.assess.exhibits import Photographs
from assay.cli.output import Outputs, check_fail_on, exit_by_findings, progress, publish
from assay.cli.warming import announce_compilation
from assay.formats import open_delivery, read_ontology
from assay.formats.strata import read_strata
from assay.report import Report
from assay.report.plan import DEFAULT_MEASURES

if TYPE_CHECKING:
    from rich.console import Console


def run_evaluate(
    reference: Path,
    candidate: Path,
    *,
    ontology: Path,
    images: Path | None,
    strata: Path | None,
    further_references: tuple[Path, ...],
    candidate_format: str,
    reference_format: str,
    outputs: Outputs,
    fail_on: str,
    measures: str,
    workers: int,
    seed: int,
) -> None:
    """Judge, write what was asked for, and leave with the documented code."""
    check_fail_on(fail_on)
    outputs.check()
    plan = make_plan(measures, seed, worst=6 if outputs.html is not None else 0)
    classes = read_ontology(ontology)
    truth = open_delivery(reference, classes, format=reference_format or None)
    judged = open_delivery(candidate, classes, format=candidate_format or None)
    with announce_compilation(), progress("Judging") as advance:
        report = assess(
            judged,
            truth,
            plan,
            strata=None if strata is None else read_strata(strata),
            photographs=None if images is None else _photographs(images),
            further_references=tuple(open_delivery(path, classes) for path in further_references),
            workers=workers,
            progress=advance,
        )
    publish_report(report, outputs)
    exit_by_findings(report.findings, fail_on)


def _photographs(images: Path) -> Photographs:
    # Imported late: most runs have no use for an image library.
    from assay.formats.photograph import open_photographs

    return open_photographs(images)


def make_plan(measures: str, seed: int, *, worst: int = 6) -> Plan:
    """Return the plan that options ask for."""
    names = tuple(name.strip() for name in measures.split(",") if name.strip())
    return Plan(measures=names or DEFAULT_MEASURES, seed=seed, worst=worst)


def publish_report(report: Report, outputs: Outputs) -> None:
    """Write a report in the forms that were asked for."""

    def page() -> str:
        from assay.render.evaluation.page import report_page

        return report_page(report)

    def document() -> str:
        from assay.render.document import dump
        from assay.render.evaluation.document import report_document

        return dump(report_document(report))

    def table() -> str:
        from assay.render.evaluation.csv import report_csv

        return report_csv(report)

    def show(console: "Console") -> None:
        from assay.render.evaluation.terminal import show_report

        show_report(report, console)

    publish(outputs, terminal=show, json=document, html=page, csv=table)
