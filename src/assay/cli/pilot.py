"""``assay pilot``: several vendors on the same images."""

from pathlib import Path
from typing import TYPE_CHECKING

from assay.assess import judge_pilot
from assay.cli.evaluate import make_plan
from assay.cli.output import (
    Outputs,
    check_fail_on,
    check_folder,
    exit_by_findings,
    make_folder,
    progress,
    publish,
)
from assay.cli.warming import announce_compilation
from assay.formats import open_delivery, read_ontology
from assay.formats.photograph import open_photographs
from assay.formats.strata import read_strata
from assay.formats.text_file import read_text
from assay.sourcing import PilotReport, PilotTerms

if TYPE_CHECKING:
    from rich.console import Console


def run_pilot(
    file: Path,
    *,
    out: Path | None,
    outputs: Outputs,
    fail_on: str,
    measures: str,
    workers: int,
    seed: int,
) -> PilotReport:
    """Judge the pilot, write what was asked for, and leave with the documented code."""
    check_fail_on(fail_on)
    outputs.check()
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
        outputs = Outputs(
            json=outputs.json or out / "report.json",
            html=outputs.html or out / "report.html",
            csv=outputs.csv or out / "report.csv",
        )
    publish_pilot(pilot, outputs)
    exit_by_findings(
        [finding for result in pilot.results for finding in result.report.findings], fail_on
    )
    return pilot


def publish_pilot(pilot: PilotReport, outputs: Outputs) -> None:
    """Write a pilot in the forms that were asked for."""

    def page() -> str:
        from assay.render.evaluation.page import pilot_page

        return pilot_page(pilot)

    def document() -> str:
        from assay.render.document import dump
        from assay.render.evaluation.document import pilot_document

        return dump(pilot_document(pilot))

    def table() -> str:
        from assay.render.evaluation.csv import pilot_csv

        return pilot_csv(pilot)

    def show(console: "Console") -> None:
        from assay.render.evaluation.terminal import show_pilot

        show_pilot(pilot, console)

    publish(outputs, terminal=show, json=document, html=page, csv=table)
