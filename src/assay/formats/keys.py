"""Which entries of a source are items of a format that has one file per item."""

from collections.abc import Mapping

from assay.delivery import Finding, Severity
from assay.errors import SourceError
from assay.formats.entry_names import shown
from assay.formats.source import Source


def entries_by_key(source: Source, suffix: str) -> dict[str, str]:
    """Return the entry of each item: its path without the extension is the key."""
    return {
        entry[: -len(suffix)]: entry
        for entry in source.entries
        if entry.lower().endswith(suffix) and len(entry.rpartition("/")[2]) > len(suffix)
    }


def ignored_files(source: Source, used: frozenset[str]) -> tuple[Finding, ...]:
    """Return the finding for entries that are not in ``used``, if there are any."""
    ignored = [entry for entry in source.entries if entry not in used]
    if not ignored:
        return ()
    message = f"{len(ignored)} files are not part of the format, for example {shown(ignored[0])}."
    remedy = "Nothing, if these are no labels; else write them in the format of the others."
    return (Finding("ignored-file", Severity.INFO, "", message, remedy),)


def entry_of(entries: Mapping[str, str], key: str) -> str:
    """Return the entry of a key; raises SourceError where the delivery has no such item."""
    if key not in entries:
        raise SourceError(
            f"The delivery has no item {shown(key)}. Ask for one of its {len(entries)} keys."
        )
    return entries[key]
