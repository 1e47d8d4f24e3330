"""``assay honesty``: signs of work that was not done."""

from pathlib import Path

from assay.assess.honesty import Books, examine_honesty
from assay.cli.output import Outputs, progress, publish
from assay.cli.warming import announce_compilation
from assay.delivery import Delivery
from assay.errors import ParameterError
from assay.formats import open_delivery, read_ontology
from assay.formats.text_file import read_text
from assay.formats.work_tables import read_items, read_seeds, read_times, read_vertex_counts
from assay.honesty.deciding import Plan
from assay.honesty.report import HonestyReport
from assay.honesty.terms import HonestyTerms
from assay.labels import Ontology


def run_honesty(file: Path, *, outputs: Outputs, workers: int) -> HonestyReport:
    """Examine, and write what was asked for.  Flags are questions: the exit code is 0."""
    outputs.check()
    terms = HonestyTerms.from_toml(read_text(file, "honesty file"))
    here = file.parent
    classes = read_ontology(here / terms.ontology)
    deliveries = tuple(
        open_delivery(here / party.delivery, classes, format=party.format, name=party.name)
        for party in terms.parties
    )
    books = _books(terms, here, classes)
    _check_gold(terms, books)
    with announce_compilation(), progress("Examining") as advance:
        report = examine_honesty(
            terms.name,
            deliveries,
            Plan(terms.level, terms.parameters),
            books=books,
            workers=workers,
            progress=advance,
        )
    write_honesty(report, outputs)
    return report


def _books(terms: HonestyTerms, here: Path, classes: Ontology) -> Books:
    def delivery(path: str | None, kind: str | None) -> Delivery | None:
        return None if path is None else open_delivery(here / path, classes, format=kind)

    earlier = tuple(
        tuple(open_delivery(here / path, classes, format=party.format) for path in party.earlier)
        for party in terms.parties
    )
    return Books(
        delivery(terms.reference, terms.reference_format),
        delivery(terms.preannotation, terms.preannotation_format),
        earlier if any(earlier) else (),
        None if terms.gold is None else read_items(here / terms.gold),
        {} if terms.seeded is None else read_seeds(here / terms.seeded),
        {} if terms.timings is None else read_times(here / terms.timings),
        {} if terms.vertices is None else read_vertex_counts(here / terms.vertices),
    )


def _check_gold(terms: HonestyTerms, books: Books) -> None:
    """Refuse a table of gold that names no image of the reference: it is the wrong table."""
    if books.gold is None or books.reference is None:
        return
    if not books.gold & books.reference.key_set:
        raise ParameterError(
            f"No item of {terms.gold} is in the reference. Items are named by their path without "
            "extension, as the reference has them."
        )


def write_honesty(report: HonestyReport, outputs: Outputs) -> None:
    """Write the asked forms; the terminal form goes to standard output unless that is taken."""

    def as_json() -> str:
        from assay.render.document import dump
        from assay.render.honesty.document import honesty_document

        return dump(honesty_document(report))

    def as_html() -> str:
        from assay.render.honesty.page import honesty_page

        return honesty_page(report)

    from assay.render.honesty.terminal import show_honesty

    publish(
        outputs,
        terminal=lambda console: show_honesty(report, console),
        json=as_json,
        html=as_html,
    )
