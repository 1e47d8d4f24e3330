"""``assay accept``: look at one image after another until the batch is decided."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from assay.assess.accept import accept
from assay.cli.output import Outputs, progress, publish
from assay.cli.warming import announce_compilation
from assay.errors import ParameterError
from assay.formats import open_delivery, read_ontology
from assay.formats.text_file import read_text
from assay.formats.verdicts import read_tiers, read_verdicts
from assay.sampling.acceptance import AcceptanceReport, Look
from assay.sampling.plan import Verdict
from assay.sampling.terms import AcceptTerms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

#: Exit codes with ``--exit-code``.
EXIT_CODES = {Verdict.ACCEPT: 0, Verdict.REJECT: 1, Verdict.UNDECIDED: 3}


def run_accept(
    batch: Path,
    *,
    ontology: Path,
    terms: Path,
    verdicts: Path | None,
    reference: Path | None,
    batch_format: str,
    reference_format: str,
    outputs: Outputs,
    exit_code: bool,
    workers: int,
) -> None:
    """Judge the batch, write what was asked for, and leave with the documented code."""
    outputs.check()
    agreed = AcceptTerms.from_toml(read_text(terms, "acceptance file"))
    if verdicts is not None and reference is not None:
        raise ParameterError("Give --verdicts or --reference, not both: who is right?")
    classes = read_ontology(ontology)
    delivery = open_delivery(batch, classes, format=batch_format or None)
    right = (
        None
        if reference is None
        else open_delivery(reference, classes, format=reference_format or None)
    )
    with announce_compilation(), progress("Reading") as advance:
        report = accept(
            delivery,
            agreed,
            verdicts=None if verdicts is None else _looks(verdicts),
            reference=right,
            tiers=None if agreed.tiers is None else read_tiers(terms.parent / agreed.tiers),
            # Simulating takes seconds, and only these two forms show it.
            curves=outputs.html is not None or outputs.json is not None,
            workers=workers,
            progress=advance,
        )
    publish_acceptance(report, outputs)
    if exit_code and EXIT_CODES[report.verdict]:
        raise typer.Exit(EXIT_CODES[report.verdict])


def _looks(path: Path) -> "Mapping[str, Look]":
    return {item: Look(row.score, row.severe_errors) for item, row in read_verdicts(path).items()}


def publish_acceptance(report: AcceptanceReport, outputs: Outputs) -> None:
    """Write an acceptance in the forms that were asked for."""

    def page() -> str:
        from assay.render.acceptance.page import acceptance_page

        return acceptance_page(report)

    def document() -> str:
        from assay.render.acceptance.document import acceptance_document
        from assay.render.document import dump

        return dump(acceptance_document(report))

    def table() -> str:
        from assay.render.acceptance.csv import acceptance_csv

        return acceptance_csv(report)

    def show(console: "Console") -> None:
        from assay.render.acceptance.terminal import show_acceptance

        show_acceptance(report, console)

    publish(outputs, terminal=show, json=document, html=page, csv=table)
