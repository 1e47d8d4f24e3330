"""Small tables about work: which items are gold, where errors were seeded, what was billed."""

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from assay.delivery import Region
from assay.errors import SourceError
from assay.formats.text_file import read_text

N = TypeVar("N", int, float)


def read_items(path: Path) -> frozenset[str]:
    """Return the items of a CSV with the column ``item``; other columns are ignored.

    Raises
    ------
    SourceError
        When the file is absent or lacks the column.
    """
    return frozenset(row["item"] for _, row in _rows(path, "table of items", ("item",)))


def read_seeds(path: Path) -> Mapping[str, tuple[Region, ...]]:
    """Return the boxes of each item from a CSV: ``item``, ``top``, ``left``, ``bottom``, ``right``.

    Raises
    ------
    SourceError
        When the file is absent, lacks a column, or a box is none.
    """
    sides = ("top", "left", "bottom", "right")
    boxes: dict[str, list[Region]] = {}
    for line, row in _rows(path, "table of seeded errors", ("item", *sides)):
        top, left, bottom, right = (_number(row, side, line, path, int) for side in sides)
        if not (0 <= top < bottom and 0 <= left < right):
            raise SourceError(
                f"Line {line} of {path} has no box: rows {top} to {bottom}, columns {left} to "
                f"{right}. Ends are excluded, so each must be larger than its start."
            )
        boxes.setdefault(row["item"], []).append(Region(top, left, bottom, right))
    return {item: tuple(found) for item, found in boxes.items()}


def read_times(path: Path) -> Mapping[str, Mapping[str, float]]:
    """Return minutes by annotator and item from a CSV: ``item``, ``annotator``, ``minutes``.

    Raises
    ------
    SourceError
        When the file is absent, lacks a column, or a number is none.
    """
    return _by_annotator(path, "table of times", "minutes", float)


def read_vertex_counts(path: Path) -> Mapping[str, Mapping[str, int]]:
    """Return billed vertices by annotator and item: ``item``, ``annotator``, ``vertices``.

    Raises
    ------
    SourceError
        When the file is absent, lacks a column, or a number is none.
    """
    return _by_annotator(path, "table of vertices", "vertices", int)


def _by_annotator(
    path: Path, what: str, column: str, kind: Callable[[str], N]
) -> Mapping[str, Mapping[str, N]]:
    """Sum up a number by annotator and item: an item may have several sittings."""
    found: dict[str, dict[str, N]] = {}
    for line, row in _rows(path, what, ("item", "annotator", column)):
        items = found.setdefault(row["annotator"], {})
        number = _number(row, column, line, path, kind)
        items[row["item"]] = items[row["item"]] + number if row["item"] in items else number
    return found


def _rows(path: Path, what: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    table = csv.DictReader(read_text(path, what).splitlines())
    missing = [column for column in columns if column not in (table.fieldnames or ())]
    if missing:
        there = ", ".join(table.fieldnames or ()) or "none"
        raise SourceError(f"{path} has the columns {there}; it needs {', '.join(columns)}.")
    for row in table:
        yield table.line_num, {column: (row[column] or "").strip() for column in columns}


def _number(
    row: Mapping[str, str], column: str, line: int, path: Path, kind: Callable[[str], N]
) -> N:
    try:
        number = kind(row[column])
    except ValueError:
        number = kind("-1")
    if not math.isfinite(number) or number < 0:
        raise SourceError(
            f"Line {line} of {path} has {column} {row[column]!r}; give a number, 0 or more."
        )
    return number
