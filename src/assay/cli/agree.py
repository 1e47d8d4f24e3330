"""``assay agree``: how far several annotators of the same images agree."""

from pathlib import Path
from typing import TYPE_CHECKING

from assay.assess.agree import agree
from assay.assess.panel import Panel, name_apart
from assay.cli.output import Outputs, check_fail_on, exit_by_findings, progress, publish
from assay.cli.warming import announce_compilation
from assay.formats import open_delivery, read_ontology
from assay.formats.strata import read_strata
from assay.report.agreement import AgreementPlan, AgreementReport

if TYPE_CHECKING:
    from rich.console import Console


def run_agree(
    deliveries: tuple[Path, ...],
    *,
    ontology: Path,
    strata: Path | None,
    format: str,  # noqa: A002 - the option's name
    distance: str,
    outlines: bool,
    outputs: Outputs,
    fail_on: str,
    workers: int,
) -> None:
    """Compare, write what was asked for, and leave with the documented code."""
    check_fail_on(fail_on)
    outputs.check()
    plan = AgreementPlan(distance=distance, outlines=outlines)
    panel = open_panel(deliveries, ontology, format=format)
    with announce_compilation(), progress("Comparing") as advance:
        report = agree(
            panel,
            plan,
            strata=None if strata is None else read_strata(strata),
            workers=workers,
            progress=advance,
        )
    publish_agreement(report, outputs)
    exit_by_findings([finding for _, finding in report.findings], fail_on)


def open_panel(paths: tuple[Path, ...], ontology: Path, *, format: str) -> Panel:  # noqa: A002 - the option's name
    """Open one delivery per annotator, named by what tells their paths apart."""
    classes = read_ontology(ontology)
    names = name_apart([path.as_posix() for path in paths])
    return Panel(
        tuple(
            open_delivery(path, classes, format=format or None, name=name)
            for path, name in zip(paths, names, strict=True)
        )
    )


def publish_agreement(report: AgreementReport, outputs: Outputs) -> None:
    """Write a report in the forms that were asked for."""

    def page() -> str:
        from assay.render.agreement.page import agreement_page

        return agreement_page(report)

    def document() -> str:
        from assay.render.agreement.document import agreement_document
        from assay.render.document import dump

        return dump(agreement_document(report))

    def rows() -> str:
        from assay.render.agreement.csv import agreement_csv

        return agreement_csv(report)

    def show(console: "Console") -> None:
        from assay.render.agreement.terminal import show_agreement

        show_agreement(report, console)

    publish(outputs, terminal=show, json=document, html=page, csv=rows)
