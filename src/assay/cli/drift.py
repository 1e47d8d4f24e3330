"""``assay drift``: quality over time, and whose change it is."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from assay.cli.output import Outputs, check_fail_on, exit_by_findings, progress, publish
from assay.cli.warming import announce_compilation
from assay.errors import ParameterError
from assay.formats import open_delivery, read_ontology
from assay.formats.strata import read_strata
from assay.formats.text_file import read_text

if TYPE_CHECKING:
    from rich.console import Console

    from assay.assess.drift import DatedDelivery
    from assay.drift.report import DriftReport
    from assay.drift.terms import DriftTerms
    from assay.labels import Ontology


def run_drift(
    file: Path,
    *,
    outputs: Outputs,
    fail_on: str,
    fail_on_drift: bool,
    workers: int,
    seed: int,
) -> None:
    """Watch the production, write what was asked for, and leave with the documented code."""
    from assay.assess.drift import overall_metric, watch_production
    from assay.delivery import NOBODY_KNOWN
    from assay.drift.terms import DriftTerms
    from assay.formats.annotators import read_annotators
    from assay.formats.photograph import open_photographs
    from assay.render.drift.facts import ALARMING

    check_fail_on(fail_on)
    outputs.check()
    if seed < 0:
        raise ParameterError(f"--seed is {seed}; give 0 or more.")
    terms = DriftTerms.from_toml(read_text(file, "drift file"))
    overall_metric(terms.metric)
    here = file.parent
    classes = read_ontology(here / terms.ontology)
    strata = None if terms.strata is None else read_strata(here / terms.strata)
    work = NOBODY_KNOWN if terms.annotators is None else read_annotators(here / terms.annotators)
    images = None
    if terms.images is not None:
        # Statistics need no more pixels than that.
        images = open_photographs(here / terms.images, max_side=512)
    with announce_compilation(), progress("Watching") as advance:
        report = watch_production(
            terms.name,
            _open(terms, here, classes),
            metric=terms.metric,
            baseline_batches=terms.baseline_batches,
            run_length=terms.run_length,
            strata=strata,
            work=work,
            photographs=images,
            workers=workers,
            seed=seed,
            progress=advance,
        )
    publish_drift(report, outputs)
    exit_by_findings(report.findings, fail_on)
    if fail_on_drift and any(watch.diagnosis.state in ALARMING for watch in report.vendors):
        raise typer.Exit(1)


def _open(terms: "DriftTerms", here: Path, classes: "Ontology") -> "list[DatedDelivery]":
    from assay.assess.drift import DatedDelivery

    shared = open_delivery(here / terms.reference, classes, format=terms.reference_format)
    return [
        DatedDelivery(
            batch,
            open_delivery(here / batch.delivery, classes, format=batch.format, name=batch.name),
            shared
            if batch.reference is None
            else open_delivery(here / batch.reference, classes, format=batch.reference_format),
        )
        for batch in terms.batches
    ]


def publish_drift(report: "DriftReport", outputs: Outputs) -> None:
    """Write a report in the forms that were asked for."""

    def page() -> str:
        from assay.render.drift.page import drift_page

        return drift_page(report)

    def document() -> str:
        from assay.render.document import dump
        from assay.render.drift.document import drift_document

        return dump(drift_document(report))

    def table() -> str:
        from assay.render.drift.csv import drift_csv

        return drift_csv(report)

    def show(console: "Console") -> None:
        from assay.render.drift.terminal import show_drift

        show_drift(report, console)

    publish(outputs, terminal=show, json=document, html=page, csv=table)
