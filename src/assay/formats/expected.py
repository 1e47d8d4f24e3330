"""Which images should be labelled: from lists, folders and archives."""

import csv
from collections.abc import Iterable
from pathlib import Path

from assay.errors import SourceError
from assay.formats.label_images import key_of
from assay.formats.source import open_source
from assay.formats.text_file import read_text


def read_expected(paths: Iterable[Path]) -> tuple[str, ...]:
    """Return the keys of the images that should be labelled, sorted, each once.

    Parameters
    ----------
    paths
        A text file with one key a line; a CSV with a column ``item``; or a folder or archive, of
        photographs or labels, whose files without extension are the keys.

    Raises
    ------
    SourceError
        When a path is absent, a CSV lacks the column, or nothing is expected at all.
    """
    keys = sorted({key for path in paths for key in _keys_of(path)})
    if not keys:
        raise SourceError("The expected items are none. Give a list, a folder or an archive.")
    return tuple(keys)


def _keys_of(path: Path) -> Iterable[str]:
    suffix = path.suffix.lower()
    if path.is_dir() or suffix not in (".txt", ".csv"):
        return (key_of(entry) for entry in open_source(path).entries)
    text = read_text(path, "list of expected items")
    if suffix == ".txt":
        return (line.strip() for line in text.splitlines() if line.strip())
    rows = csv.DictReader(text.splitlines())
    if "item" not in (rows.fieldnames or ()):
        raise SourceError(
            f"{path} has the columns {', '.join(rows.fieldnames or ()) or 'none'}; it needs item."
        )
    return (row["item"] for row in rows if row["item"])
