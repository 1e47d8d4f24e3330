"""Levels of 0 to 255 as PNG images, one per item: uncertainty maps, written whole or not at all."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assay.errors import SourceError
from assay.formats.item_path import item_path
from assay.formats.png_writing import encode_indexes
from assay.labels import LabelMap


@dataclass(frozen=True)
class LevelFolder:
    """A folder that is being filled; see :func:`write_levels`."""

    path: Path

    def write(self, key: str, levels: LabelMap) -> None:
        """Write one item's levels as a grey PNG of 8 bits.

        Raises
        ------
        SourceError
            When the file cannot be written, or the key is no safe file name.
        """
        target = item_path(self.path, key, ".png")
        try:
            target.write_bytes(encode_indexes(levels.to_dense().astype(np.uint8), depth=8))
        except OSError as error:
            raise SourceError(
                f"{key}.png cannot be written ({error.strerror}). Check room and permissions."
            ) from error


@contextmanager
def write_levels(target: Path) -> Iterator[LevelFolder]:
    """Fill a new folder, which appears when the block ends, and never after an error.

    Raises
    ------
    SourceError
        When the target exists, its folder does not, or it cannot be put in place.
    """
    if target.exists() or target.is_symlink():
        raise SourceError(
            f"{str(target)!r} exists and is not overwritten. Choose a new folder, or remove it."
        )
    if not target.parent.is_dir():
        raise SourceError(
            f"There is no folder {str(target.parent)!r} to write into. Make it first."
        )
    partial = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.partial")
    try:
        partial.mkdir()
        yield LevelFolder(partial)
        partial.rename(target)
    except OSError as error:
        raise SourceError(
            f"{str(target)!r} cannot be written ({error.strerror}). Choose a new folder."
        ) from error
    finally:
        # Also on Ctrl-C; after the rename there is nothing to remove.
        shutil.rmtree(partial, ignore_errors=True)
