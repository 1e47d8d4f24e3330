"""``assay evaluate``: one delivery against its reference."""

from pathlib import Path

from assay.assess import Plan, assess
from assay.assess.exhibits import Photographs
from assay.cli.output import (
    STANDARD_OUTPUT,
    check_fail_on,
    check_outputs,
    exit_by_findings,
    make_console,
    progress,
    write_text,
)
from assay.cli.warming import announce_compilation
from assay.formats import open_delivery, read_ontology
from assay.formats.strata import read_strata
from assay.report import Report
from assay.report.plan import DEFAULT_MEASURES


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
    json: Path | None,
    html: Path | None,
    csv: Path | None,
    fail_on: str,
    measures: str,
    workers: int,
    seed: int,
) -> None:
    """Judge, write what was asked for, and leave with the documented code."""
    check_fail_on(fail_on)
    check_outputs(json, html, csv)
    plan = make_plan(measures, seed, worst=6 if html is not None else 0)
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
    write_report(report, json=json, html=html, csv=csv)
    exit_by_findings(report.findings, fail_on)


def _photographs(images: Path) -> Photographs:
    # Imported late: most runs have no use for an image library.
    from assay.formats.photograph import open_photographs

    return open_photographs(images)


def make_plan(measures: str, seed: int, *, worst: int = 6) -> Plan:
    """Return the plan that options ask for."""
    names = tuple(name.strip() for name in measures.split(",") if name.strip())
    return Plan(measures=names or DEFAULT_MEASURES, seed=seed, worst=worst)


def write_report(report: Report, *, json: Path | None, html: Path | None, csv: Path | None) -> None:
    """Write the asked forms; the terminal form goes to standard output unless that is taken."""
    if json is not None:
        from assay.render.json import dump, report_document

        write_text(json, dump(report_document(report)))
    if html is not None:
        from assay.render.html import report_page

        write_text(html, report_page(report))
    if csv is not None:
        from assay.render.csv import report_csv

        write_text(csv, report_csv(report))
    if STANDARD_OUTPUT not in (json, html, csv):
        from assay.render.terminal import show_report

        show_report(report, make_console())
