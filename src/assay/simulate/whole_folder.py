"""Folders that appear when everything in them is written, or not at all."""

import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assay.errors import SourceError

#: Called with images done and images in all.
Progress = Callable[[int, int], None]

#: Zip entries carry a time; one for all, so that equal simulations have equal bytes.
_ZIP_TIME = (2026, 1, 1, 0, 0, 0)


def silent(done: int, total: int) -> None:
    """Report progress to nobody."""


@dataclass
class Steps:
    """Counts images done."""

    progress: Progress
    total: int
    done: int = 0

    def step(self) -> None:
        """Say that one more is done."""
        self.done += 1
        self.progress(self.done, self.total)


def check_target(target: Path) -> None:
    """Refuse a target that exists, or that lies in no folder.

    Raises
    ------
    SourceError
        When it cannot be made.
    """
    if target.exists() or target.is_symlink():
        raise SourceError(
            f"{str(target)!r} exists and is not overwritten. Choose a new folder, or remove it."
        )
    if not target.parent.is_dir():
        raise SourceError(
            f"There is no folder {str(target.parent)!r} to write into. Make it first."
        )


@contextmanager
def whole_folder(target: Path, what: str) -> Iterator[Path]:
    """Give a folder to write into, and put it in place at the end; on any error nothing is left.

    Raises
    ------
    SourceError
        When something cannot be written; the message says ``what`` it was to be.
    """
    partial = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.partial")
    try:
        partial.mkdir()
        yield partial
        _settle(partial, target)
    except OSError as error:
        raise SourceError(
            f"The {what} cannot be written ({error.strerror}). Check room and permissions."
        ) from error
    finally:
        # Also on Ctrl-C; after the rename there is nothing to remove.
        shutil.rmtree(partial, ignore_errors=True)


def pack(folder: Path, archive: Path) -> None:
    """Put a folder into a zip, and remove it."""
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes())
    shutil.rmtree(folder)


def file_name_of(name: str) -> str:
    """Return a name in small letters and digits, with dashes for all else.

    Examples
    --------
    >>> file_name_of("Müller & Co")
    'müller---co'
    """
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower())


def _settle(partial: Path, target: Path) -> None:
    try:
        partial.rename(target)
    except OSError as error:
        # Somebody else made the target meanwhile.
        raise SourceError(
            f"{str(target)!r} cannot be put in place ({error.strerror}). Choose a new folder."
        ) from error
