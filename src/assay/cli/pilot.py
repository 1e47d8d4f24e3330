"""``assay pilot``: several vendors on the same images."""

from pathlib import Path

from assay.assess import judge_pilot
from assay.cli.evaluate import make_plan
from assay.cli.output import (
    STANDARD_OUTPUT,
    check_fail_on,
    check_folder,
    check_outputs,
    exit_by_findings,
    make_console,
    make_folder,
    progress,
    write_text,
)
from assay.cli.warming import announce_compilation
from assay.formats import open_delivery, read_ontology
from assay.formats.photograph import open_photographs
from assay.formats.strata import read_strata
from assay.formats.text_file import read_text
from assay.sourcing import PilotReport, PilotTerms


def run_pilot(
    file: Path,
    *,
    out: Path | None,
    json: Path | None,
    html: Path | None,
    csv: Path | None,
    fail_on: str,
    measures: str,
    workers: int,
    seed: int,
) -> PilotReport:
    """Judge the pilot, write what was asked for, and leave with the documented code."""
    check_fail_on(fail_on)
    check_outputs(json, html, csv)
    if out is not None:
        check_folder(out)
    terms = PilotTerms.from_toml(read_text(file, "pilot file"))
    here = file.parent
    classes = read_ontology(here / terms.ontology)
    plan = make_plan(measures, seed)
    with announce_compilation(), progress("Judging") as advance:
        pilot = judge_pilot(
            terms.name,
            [
                (
                    bid.vendor,
                    open_delivery(
                        here / bid.delivery, classes, format=bid.format, name=bid.vendor.name
                    ),
                )
                for bid in terms.bids
            ],
            open_delivery(here / terms.reference, classes, format=terms.reference_format),
            plan,
            strata=None if terms.strata is None else read_strata(here / terms.strata),
            photographs=None if terms.images is None else open_photographs(here / terms.images),
            further_references=tuple(
                open_delivery(here / path, classes) for path in terms.further_references
            ),
            workers=workers,
            progress=advance,
        )
    if out is not None:
        make_folder(out)
        json, html, csv = (
            out / "report.json" if json is None else json,
            out / "report.html" if html is None else html,
            out / "report.csv" if csv is None else csv,
        )
    write_pilot(pilot, json=json, html=html, csv=csv)
    exit_by_findings(
        [finding for result in pilot.results for finding in result.report.findings], fail_on
    )
    return pilot


def write_pilot(
    pilot: PilotReport, *, json: Path | None, html: Path | None, csv: Path | None
) -> None:
    """Write the asked forms; the terminal form goes to standard output unless that is taken."""
    if json is not None:
        from assay.render.json import dump, pilot_document

        write_text(json, dump(pilot_document(pilot)))
    if html is not None:
        from assay.render.html import pilot_page

        write_text(html, pilot_page(pilot))
    if csv is not None:
        from assay.render.csv import pilot_csv

        write_text(csv, pilot_csv(pilot))
    if STANDARD_OUTPUT not in (json, html, csv):
        from assay.render.terminal import show_pilot

        show_pilot(pilot, make_console())
