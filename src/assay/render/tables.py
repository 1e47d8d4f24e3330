"""Tables as CSV, for spreadsheets and data frames.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@``, and names come from
vendors, so such text gets an apostrophe in front.  Numbers are written in full precision; a
score of nothing is an empty cell.
"""

import csv
import io
import math
from collections.abc import Iterable
from decimal import Decimal

from assay.render.writing import encodable, visible

Cell = str | int | float | Decimal

# The last four are the full-width forms, which some spreadsheets read as the plain ones.
_RUNS_AS_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def table_text(header: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    r"""Return a table as CSV text with ``\n`` line ends, to be written as UTF-8.

    Examples
    --------
    >>> table_text(["item", "score"], [["=1+1", 0.5], ["b", math.nan]])
    "item,score\n'=1+1,0.5\nb,\n"
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return encodable(out.getvalue())


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


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return guard(cell)
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return "" if math.isnan(cell) else repr(cell)
