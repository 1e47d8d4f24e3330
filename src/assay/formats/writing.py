"""Writing a delivery: all of it or nothing."""

import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from assay.errors import ParameterError, SourceError
from assay.formats.registry import FORMATS
from assay.formats.spec import Format, Written
from assay.labels import LabelMap, Ontology


def write_delivery(
    maps: Iterable[tuple[str, LabelMap]],
    target: Path,
    ontology: Ontology,
    *,
    format: str,  # noqa: A002 - the word users know
    options: Any = None,  # noqa: ANN401 - each format has options of its own
) -> Written:
    """Write label maps into a new directory.

    The directory appears when everything is written: on an error or an interruption nothing is
    left behind.

    Parameters
    ----------
    maps
        Pairs of key and label map; taken one at a time.
    target
        Directory to make; it must not exist.
    ontology
        Whose indexes the maps hold.
    format
        Name of the format.
    options
        The format's options; its defaults when None.

    Raises
    ------
    SourceError
        When the target exists, its folder does not, or a key is no safe file name.
    ParameterError
        When the format cannot be written, or the options are another format's.
    """
    chosen = FORMATS.get(format)
    settings = chosen.options() if options is None else options
    _check(chosen, target, settings)
    # A sibling, so that the last step is a rename within one file system.
    partial = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.partial")
    try:
        written = _written(chosen, maps, partial, ontology, settings)
        _settle(partial, target)
    finally:
        # Also on Ctrl-C; after the rename there is nothing to remove.
        shutil.rmtree(partial, ignore_errors=True)
    return written


def _check(chosen: Format, target: Path, settings: object) -> None:
    if chosen.write is None:
        writable = ", ".join(known.name for known in FORMATS if known.write is not None)
        raise ParameterError(f"{chosen.name} is only read. Write one of {writable}.")
    if not isinstance(settings, chosen.options):
        raise ParameterError(
            f"{chosen.name} is written with {chosen.options.__name__}, not "
            f"{type(settings).__name__}."
        )
    if target.exists() or target.is_symlink():
        raise SourceError(
            f"{str(target)!r} exists and is not overwritten. Choose a new folder, or remove it."
        )
    if not target.parent.is_dir():
        raise SourceError(
            f"There is no folder {str(target.parent)!r} to write into. Make it first."
        )


def _written(
    chosen: Format,
    maps: Iterable[tuple[str, LabelMap]],
    partial: Path,
    ontology: Ontology,
    settings: object,
) -> Written:
    assert chosen.write is not None  # noqa: S101 - checked before, for the type checker
    try:
        return chosen.write(maps, partial, ontology, settings)
    except OSError as error:
        raise SourceError(
            f"The delivery cannot be written ({error.strerror}). Check room and permissions."
        ) from error


def _settle(partial: Path, target: Path) -> None:
    try:
        partial.rename(target)
    except OSError as error:
        # Somebody else made the target meanwhile.
        raise SourceError(
            f"{str(target)!r} cannot be put in place ({error.strerror}). Choose a new folder."
        ) from error
