"""What reviewers said of suspects, from the CSV that Assay wrote."""

import csv
from collections.abc import Mapping
from pathlib import Path

from assay.delivery import Region
from assay.errors import SourceError
from assay.formats.text_file import read_text

_SAYS = {"error": True, "fine": False}
_SIDES = ("top", "left", "bottom", "right")


def read_verdicts(path: Path) -> Mapping[tuple[str, Region], bool]:
    """Return whether each region is an error, from a CSV with the column ``verdict``.

    Parameters
    ----------
    path
        A CSV with the columns ``item``, ``top``, ``left``, ``bottom``, ``right`` and ``verdict``;
        others are ignored, and so are rows without a verdict.

    Raises
    ------
    SourceError
        When the file is absent, a column is missing, a side is no number, a verdict is neither
        ``error`` nor ``fine``, or two verdicts contradict each other.
    """
    rows = csv.DictReader(read_text(path, "the verdicts").splitlines())
    missing = {"item", *_SIDES, "verdict"} - set(rows.fieldnames or ())
    if missing:
        raise SourceError(
            f"{path} lacks the columns {', '.join(sorted(missing))}. Fill in the column verdict of "
            "the CSV that assay suspects writes."
        )
    verdicts: dict[tuple[str, Region], bool] = {}
    for line, row in enumerate(rows, 2):
        said = (row["verdict"] or "").strip().lower()
        if not said:
            continue
        if said not in _SAYS:
            raise SourceError(f"{path}, line {line}: the verdict is {said!r}; give error or fine.")
        place = _item(row["item"] or ""), _region(row, path, line)
        if verdicts.setdefault(place, _SAYS[said]) != _SAYS[said]:
            raise SourceError(f"{path}, line {line}: the region has another verdict, too.")
    return verdicts


def _item(text: str) -> str:
    """Return a key as it was before an apostrophe kept spreadsheets from running it."""
    guarded = text[:1] == "'" and text[1:].lstrip()[:1] in {"=", "+", "-", "@"}
    return text[1:] if guarded else text


def _region(row: Mapping[str, str | None], path: Path, line: int) -> Region:
    try:
        return Region(*(int(row[side] or "") for side in _SIDES))
    except ValueError:
        sides = ", ".join(str(row[side]) for side in _SIDES)
        raise SourceError(
            f"{path}, line {line}: the region is {sides}; give whole numbers of pixels."
        ) from None
