"""What reviewers found, from a CSV: one row for each image that was looked at."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assay.errors import SourceError
from assay.formats.strata import read_groups
from assay.formats.text_file import read_text


@dataclass(frozen=True)
class VerdictRow:
    """One row of a verdict table.

    Parameters
    ----------
    score
        0 to 1, more is better; NaN where the table has no such column.
    severe_errors
        Number of severe errors, or None where the table has no such column.
    """

    score: float = math.nan
    severe_errors: int | None = None


def read_verdicts(path: Path) -> Mapping[str, VerdictRow]:
    """Return the verdict on each image from a CSV with the columns ``item``, ``score``,
    ``severe_errors``.

    Either of the last two may be absent.  Items are named as in deliveries: path without extension.
    Other columns are ignored, and so are rows whose numbers are all empty: not looked at yet.

    Raises
    ------
    SourceError
        When the file is absent, a column is missing, a number is none or outside its range, or an
        item has two verdicts that differ.
    """  # noqa: D205 - a sentence of two lines
    rows = csv.DictReader(read_text(path, "the verdict table").splitlines())
    columns = set(rows.fieldnames or ())
    if "item" not in columns or not columns & {"score", "severe_errors"}:
        raise SourceError(
            f"{path} has the columns {', '.join(rows.fieldnames or ()) or 'none'}; it needs item, "
            "and score or severe_errors or both."
        )
    verdicts: dict[str, VerdictRow] = {}
    for row in rows:
        where = f"{path}, line {rows.line_num}"
        score, severe = (row.get("score") or "").strip(), (row.get("severe_errors") or "").strip()
        if not score and not severe:
            continue
        item = row["item"] or ""
        found = VerdictRow(
            _score(score, where) if "score" in columns else math.nan,
            _errors(severe, where) if "severe_errors" in columns else None,
        )
        if item in verdicts and repr(verdicts[item]) != repr(found):
            raise SourceError(f"{where} gives {item} another verdict than before. Keep one row.")
        verdicts[item] = found
    return verdicts


def _score(text: str, where: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if not 0 <= score <= 1:
        raise SourceError(f"{where} has the score {text!r}; give a number from 0 to 1.")
    return score


def _errors(text: str, where: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise SourceError(
            f"{where} has {text!r} severe errors; give a whole number, 0 where there is none."
        )
    return int(text)


def read_tiers(path: Path) -> Mapping[str, str]:
    """Return the tier of each item from a CSV with the columns ``item`` and ``tier``.

    The table also says what was ordered: an item that it names belongs to the batch, delivered or
    not.

    Raises
    ------
    SourceError
        When the file is absent, a column is missing, or an item stands in two tiers.
    """
    return read_groups(path, "tier", "the table of tiers")
