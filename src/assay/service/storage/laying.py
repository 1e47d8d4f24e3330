"""Blobs as files in a folder: what programs in processes of their own are given to read."""

from collections.abc import Mapping
from pathlib import Path

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
