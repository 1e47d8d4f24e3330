"""``assay systematic``: which mistakes are shared, a vendor's, or a person's."""

from pathlib import Path
from typing import TYPE_CHECKING

from assay.assess.exhibits import Photographs
from assay.assess.panel import name_apart
from assay.assess.systematic import find_systematic
from assay.attribution import AttributionSettings, SystematicReport
from assay.cli.output import Outputs, progress, publish
from assay.cli.warming import announce_compilation
from assay.delivery import NOBODY_KNOWN
from assay.formats import open_delivery, read_ontology
from assay.formats.annotators import read_annotators

if TYPE_CHECKING:
    from rich.console import Console


def run_systematic(
    deliveries: list[Path],
    *,
    reference: Path,
    ontology: Path,
    annotators: Path | None,
    further_reference: Path | None,
    images: Path | None,
    format: str,  # noqa: A002 - the option's name
    reference_format: str,
    outputs: Outputs,
    settings: AttributionSettings,
    workers: int,
) -> None:
    """Compare, and write what was asked for."""
    outputs.check()
    classes = read_ontology(ontology)
    truth = open_delivery(reference, classes, format=reference_format or None)
    names = name_apart([path.as_posix() for path in deliveries])
    opened = [
        open_delivery(path, classes, format=format or None, name=name)
        for path, name in zip(deliveries, names, strict=True)
    ]
    who = NOBODY_KNOWN if annotators is None else read_annotators(annotators)
    with announce_compilation(), progress("Comparing") as advance:
        report = find_systematic(
            opened,
            truth,
            settings,
            annotators=who,
            further_reference=None
            if further_reference is None
            else open_delivery(further_reference, classes),
            photographs=None if images is None else _photographs(images),
            workers=workers,
            progress=advance,
        )
    publish_systematic(report, outputs)


def _photographs(images: Path) -> Photographs:
    # Imported late: most runs have no use for an image library.
    from assay.formats.photograph import open_photographs

    return open_photographs(images)


def publish_systematic(report: SystematicReport, outputs: Outputs) -> None:
    """Write the report in the forms that were asked for."""

    def page() -> str:
        from assay.render.systematic.page import systematic_page

        return systematic_page(report)

    def document() -> str:
        from assay.render.document import dump
        from assay.render.systematic.document import systematic_document

        return dump(systematic_document(report))

    def show(console: "Console") -> None:
        from assay.render.systematic.terminal import show_systematic

        show_systematic(report, console)

    publish(outputs, terminal=show, json=document, html=page)
