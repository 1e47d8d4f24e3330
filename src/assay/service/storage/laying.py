"""Blobs as files in a folder: what programs in processes of their own are given to read."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from assay.formats.entry_names import is_litter, name_fault
from assay.formats.item_path import item_path
from assay.service.storage.blobs import Blobs


def lay_out(blobs: Blobs, folder: Path, files: Mapping[str, str], suffix: str) -> None:
    """Write blobs into a new folder.

    Parameters
    ----------
    folder
        Where to; made here.
    files
        Digest of the blob by name of the file, without its suffix.
    suffix
        Of every file, such as ``.runs``.

    Raises
    ------
    StorageError
        When a blob is absent or damaged.
    """
    folder.mkdir()
    for name, digest in files.items():
        with item_path(folder, name, suffix).open("xb") as file:
            file.writelines(blobs.get(digest))


def lay_upload(folder: Path, file_name: str, pieces: Iterable[bytes]) -> Path:
    """Write what a stranger sent into a new folder, under its own name where that is harmless.

    What kind of file it is, and which folder in it is only there for its sake, is told by its name.

    Parameters
    ----------
    folder
        Where to; made here.
    file_name
        What the stranger calls it.
    pieces
        Its bytes.
    """
    harmless = name_fault(file_name) is None and not is_litter(file_name) and "/" not in file_name
    folder.mkdir()
    path = folder / (file_name if harmless else "upload")
    with path.open("xb") as file:
        file.writelines(pieces)
    return path
