"""Who labelled what, from a CSV."""

import csv
from pathlib import Path
from types import MappingProxyType

from assay.delivery import WorkTable
from assay.errors import SourceError
from assay.formats.text_file import read_text


def read_annotators(path: Path) -> WorkTable:
    """Return who labelled what, from a CSV.

    Its columns are ``item``, ``annotator`` and, where one table serves several deliveries,
    ``delivery`` with the delivery's name; without it the delivery is ``""``.  Other columns are
    ignored.

    Raises
    ------
    SourceError
        When the file is absent, a column is missing, or an item of a delivery has two annotators.
    """
    rows = csv.DictReader(read_text(path, "the table of annotators").splitlines())
    columns = rows.fieldnames or ()
    if not {"item", "annotator"} <= set(columns):
        raise SourceError(
            f"{path} has the columns {', '.join(columns) or 'none'}; it needs item and annotator, "
            "and may have delivery."
        )
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        delivery, item, name = (row.get(key) or "" for key in ("delivery", "item", "annotator"))
        if found.setdefault((delivery, item), name) != name:
            raise SourceError(
                f"{path} gives {item} to {found[delivery, item]!r} and {name!r}. Keep one row."
            )
    return WorkTable(MappingProxyType(found))
