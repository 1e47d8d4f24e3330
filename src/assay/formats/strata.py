"""Groups of images, from a CSV."""

import csv
from collections.abc import Mapping
from pathlib import Path

from assay.errors import SourceError
from assay.formats.text_file import read_text


def read_strata(path: Path) -> Mapping[str, str]:
    """Return the stratum of each item from a CSV with the columns ``item`` and ``stratum``.

    Items are named as in deliveries: path without extension.  Other columns are ignored.

    Raises
    ------
    SourceError
        When the file is absent, a column is missing, or an item stands in two strata.
    """
    return read_groups(path, "stratum", "the strata table")


def read_groups(path: Path, column: str, what: str) -> Mapping[str, str]:
    """Return the group of each item from a CSV with the columns ``item`` and ``column``.

    Raises
    ------
    SourceError
        When the file is absent, a column is missing, or an item stands in two groups.
    """
    rows = csv.DictReader(read_text(path, what).splitlines())
    if not {"item", column} <= set(rows.fieldnames or ()):
        raise SourceError(
            f"{path} has the columns {', '.join(rows.fieldnames or ()) or 'none'}; "
            f"it needs item and {column}."
        )
    groups: dict[str, str] = {}
    for row in rows:
        item, group = row["item"] or "", row[column] or ""
        if item and groups.setdefault(item, group) != group:
            raise SourceError(
                f"{path} puts {item} into {groups[item]!r} and {group!r}. Keep one row."
            )
    return groups
