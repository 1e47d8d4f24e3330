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
    rows = csv.DictReader(read_text(path, "the strata table").splitlines())
    if not {"item", "stratum"} <= set(rows.fieldnames or ()):
        raise SourceError(
            f"{path} has the columns {', '.join(rows.fieldnames or ()) or 'none'}; "
            "it needs item and stratum."
        )
    strata: dict[str, str] = {}
    for row in rows:
        item, stratum = row["item"] or "", row["stratum"] or ""
        if strata.setdefault(item, stratum) != stratum:
            raise SourceError(
                f"{path} puts {item} into {strata[item]!r} and {stratum!r}. Keep one row."
            )
    return strata
