"""Under which name an item is written."""

from pathlib import Path

from assay.errors import SourceError
from assay.formats.entry_names import is_litter, name_fault, shown


def item_path(folder: Path, key: str, suffix: str) -> Path:
    """Return where an item of that key is written, its folders made.

    Raises
    ------
    SourceError
        When the key would lead outside the folder, or could not be read back.
    """
    check_key(key, suffix)
    path = folder / (key + suffix)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def check_key(key: str, suffix: str) -> None:
    """Raise SourceError unless an item can be written, and read back, as ``key + suffix``."""
    fault = name_fault(key + suffix)
    if fault is not None or is_litter(key + suffix) or not key or "" in key.split("/"):
        reason = "it is hidden or empty." if fault is None else fault.message
        raise SourceError(f"An item cannot be written under the key {shown(key)}: {reason}")
