"""Reports as CSV: one row per image and class, for spreadsheets and data frames.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@``, and names come from
vendors, so such text gets an apostrophe in front.  Numbers are written in full precision; a
score of nothing is an empty cell.
"""

import csv
import io
import math
from collections.abc import Iterable, Iterator

from assay.metrics import overlap
from assay.render.writing import encodable, visible
from assay.report import ERROR_KINDS, ItemScores, Report
from assay.sourcing import PilotReport

Cell = str | int | float

#: Columns of a report; a pilot has ``vendor`` before them.
COLUMNS = (
    "item",
    "status",
    "stratum",
    "class",
    "reference_px",
    "candidate_px",
    "both_px",
    "iou",
    "dice",
    "precision",
    "recall",
    *(f"{kind}_px" for kind in ERROR_KINDS),
)

# The last four are the full-width forms, which some spreadsheets read as the plain ones.
_RUNS_AS_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def report_csv(report: Report) -> str:
    r"""Return a report as CSV with a header, one row per image and class.

    Returns
    -------
    Text with ``\n`` line ends, to be written as UTF-8; equal reports give equal text.
    """
    return _write(COLUMNS, _rows(report))


def pilot_csv(pilot: PilotReport) -> str:
    """Return the reports of all vendors as one CSV, with the vendor in the first column."""
    rows = ((result.vendor.name, *row) for result in pilot.results for row in _rows(result.report))
    return _write(("vendor", *COLUMNS), rows)


def guard(text: str) -> str:
    r"""Return text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> guard('=HYPERLINK("x")'), guard("frame_0001")
    ('\'=HYPERLINK("x")', 'frame_0001')
    """
    shown = visible(text)
    risky = shown.startswith(_RUNS_AS_FORMULA) or shown.lstrip().startswith(_RUNS_AS_FORMULA)
    return f"'{shown}" if risky else shown


def _write(header: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return encodable(out.getvalue())


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return guard(cell)
    return "" if math.isnan(cell) else repr(cell)


def _rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    for item in report.items:
        yield from _item_rows(item, report.ontology.names)


def _item_rows(item: ItemScores, names: tuple[str, ...]) -> Iterator[tuple[Cell, ...]]:
    counts = item.counts.get("overlap")
    if counts is None:
        return
    scores = [
        score(counts).tolist()
        for score in (overlap.iou, overlap.dice, overlap.precision, overlap.recall)
    ]
    anatomy = item.counts.get("anatomy")
    kinds = [[math.nan] * len(ERROR_KINDS)] * len(names) if anatomy is None else anatomy.tolist()
    for place, name in enumerate(names):
        both, reference, candidate = counts[place].tolist()
        yield (
            item.key,
            item.status,
            item.stratum,
            name,
            reference,
            candidate,
            both,
            *(column[place] for column in scores),
            *kinds[place],
        )
