"""Which entries of a source are items of a format that has one file per item."""

from assay.delivery import Finding, Rule, Severity
from assay.formats.entry_names import shown
from assay.formats.source import Source

KEY_RULES = (
    Rule(
        "entry-unused",
        "Files of the delivery are not part of its format.",
        "They are not read. Photographs or notes beside the labels do no harm; label files with "
        "another extension would be missing from the scores, so check the example named.",
    ),
)


def entries_by_key(source: Source, suffix: str) -> dict[str, str]:
    """Return the entry of each item: its path without the extension is the key."""
    return {
        entry[: -len(suffix)]: entry
        for entry in source.entries
        if entry.lower().endswith(suffix) and len(entry.rpartition("/")[2]) > len(suffix)
    }


def unused_entries(source: Source, used: frozenset[str]) -> tuple[Finding, ...]:
    """Return the finding for entries that are not in ``used``, if there are any."""
    unused = [entry for entry in source.entries if entry not in used]
    if not unused:
        return ()
    message = f"{len(unused)} files are not part of the format, for example {shown(unused[0])}."
    remedy = "Nothing, if these are no labels; else write them in the format of the others."
    return (Finding("entry-unused", Severity.INFO, "", message, remedy),)
