"""Making a report, in a process of its own: ``python -m assay.service.reports.making FILE``."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay.assess.systematic import find_systematic
from assay.attribution import SystematicReport
from assay.errors import AssayError
from assay.formats import open_delivery
from assay.formats.photograph import open_photographs
from assay.labels import Ontology
from assay.render.document import dump
from assay.render.systematic.document import systematic_document
from assay.render.systematic.page import systematic_page
from assay.service import programs

#: Mistakes that a list shows; the page has all.
MOST_TOLD = 20


@dataclass(frozen=True)
class Order(programs.Order):
    """What is to be reported on.

    Parameters
    ----------
    home
        Folder with ``gold/``, ``photographs/`` and, for each vendor, a folder named by its number;
        what is found is left there as ``report.html``, ``report.json`` and ``told.json``.
    vendors
        Names of the vendors, in the order of their numbers.
    ontology
        Classes, as TOML.
    workers
        Processes that read items; 0 for one per processor.
    """

    home: Path
    vendors: tuple[str, ...]
    ontology: str
    workers: int


def make(order: Order) -> None:
    """Make the report, or leave the reason why there is none."""
    home, ontology = order.home, Ontology.from_toml(order.ontology)
    try:
        report = find_systematic(
            [
                open_delivery(home / str(place), ontology, format="assay-runs", name=name)
                for place, name in enumerate(order.vendors)
            ],
            open_delivery(home / "gold", ontology, format="assay-runs", name="gold"),
            photographs=open_photographs(home / "photographs"),
            workers=order.workers,
        )
    except AssayError as error:
        (home / "told.json").write_text(json.dumps({"reason": str(error)}), encoding="utf-8")
        return
    document = systematic_document(report)
    (home / "report.html").write_text(systematic_page(report), encoding="utf-8")
    (home / "report.json").write_text(dump(document), encoding="utf-8")
    (home / "told.json").write_text(dump(told_of(report, document)), encoding="utf-8")


def told_of(report: SystematicReport, document: dict[str, Any]) -> dict[str, Any]:
    """Return what lists show of a report."""
    return {
        "images": report.images,
        "vendors": list(report.vendors),
        "tests": report.tests,
        "mistakes": [
            {"whose": error["verdict"], "mistake": error["error"], "advice": error["advice"]}
            for error in document["errors"][:MOST_TOLD]
        ],
    }


if __name__ == "__main__":
    programs.obey(Order, make)
