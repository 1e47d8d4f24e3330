"""``assay suspects``: labels that are probably wrong, without knowing what is right."""

from pathlib import Path
from typing import TYPE_CHECKING

from assay.assess.exhibits import Photographs
from assay.assess.panel import name_apart
from assay.assess.suspects import Evidence, find_suspects
from assay.cli.output import Outputs, check_fail_on, exit_by_findings, progress, publish
from assay.cli.settings import read_settings
from assay.cli.warming import announce_compilation
from assay.errors import ParameterError
from assay.formats import open_delivery, read_ontology
from assay.formats.soft_maps import open_soft_maps
from assay.formats.suspect_verdicts import read_verdicts
from assay.labels import Ontology
from assay.suspicion import METHODS, SuspectReport, as_finding

if TYPE_CHECKING:
    from rich.console import Console

#: Suspects that a page shows with their surroundings.
_EXHIBITS = 24


def run_suspects(
    delivery: Path,
    *,
    ontology: Path,
    soft: Path | None,
    others: tuple[Path, ...],
    method: str,
    settings: tuple[str, ...],
    top: int,
    images: Path | None,
    verdicts: Path | None,
    delivery_format: str,
    outputs: Outputs,
    fail_on: str,
    workers: int,
) -> None:
    """Look for label errors, write what was asked for, and leave with the documented code."""
    check_fail_on(fail_on)
    outputs.check()
    chosen = METHODS.get(method)
    parameters = read_settings(method, chosen.parameters, settings)
    classes = read_ontology(ontology)
    candidate = open_delivery(delivery, classes, format=delivery_format or None)
    evidence = _evidence(soft, others, classes)
    said = None if verdicts is None else read_verdicts(verdicts)
    with announce_compilation(), progress("Looking") as advance:
        report = find_suspects(
            candidate,
            evidence,
            chosen,
            parameters,
            top=top,
            exhibits=0 if outputs.html is None else _EXHIBITS,
            photographs=None if images is None else _photographs(images),
            verdicts=said,
            workers=workers,
            progress=advance,
        )
    publish_suspects(report, outputs)
    suspects = [as_finding(suspect, classes) for suspect in report.suspects]
    exit_by_findings([*report.findings, *suspects], fail_on)


def _evidence(soft: Path | None, others: tuple[Path, ...], classes: Ontology) -> Evidence:
    if (soft is None) == (not others):
        raise ParameterError(
            "Say what to compare the labels with: --soft with a model's probabilities, or --others "
            "with other labels of the same images, not both."
        )
    if soft is not None:
        return Evidence(soft=open_soft_maps(soft, classes))
    names = name_apart([path.as_posix() for path in others])
    return Evidence(
        others=tuple(
            open_delivery(path, classes, name=name)
            for path, name in zip(others, names, strict=True)
        )
    )


def _photographs(images: Path) -> Photographs:
    # Imported late: most runs have no use for an image library.
    from assay.formats.photograph import open_photographs

    return open_photographs(images)


def publish_suspects(report: SuspectReport, outputs: Outputs) -> None:
    """Write suspects in the forms that were asked for."""

    def page() -> str:
        from assay.render.suspects.page import suspects_page

        return suspects_page(report)

    def document() -> str:
        from assay.render.document import dump
        from assay.render.suspects.document import suspects_document

        return dump(suspects_document(report))

    def table() -> str:
        from assay.render.suspects.csv import suspects_csv

        return suspects_csv(report)

    def show(console: "Console") -> None:
        from assay.render.suspects.terminal import show_suspects

        show_suspects(report, console)

    publish(outputs, terminal=show, json=document, html=page, csv=table)
