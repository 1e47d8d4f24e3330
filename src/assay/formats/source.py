"""Where bytes come from: a directory, a zip or a tar, read through one strict door."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assay.delivery import Finding


@dataclass(frozen=True)
class Source:
    """Named entries of a directory or archive, each read when asked for.

    Parameters
    ----------
    name
        Name for reports and messages: never a path of this machine.
    entries
        Sorted relative paths with ``/``; hidden entries and operating-system litter left out.
    read
        Returns the bytes of an entry; picklable, callable from several processes.  Raises
        :class:`assay.errors.MalformedError` where they cannot be had.
    findings
        Entries refused, and why.
    """

    name: str
    entries: tuple[str, ...]
    read: Callable[[str], bytes]
    findings: tuple[Finding, ...] = ()


def open_source(path: Path) -> Source:
    """Open a directory, zip or tar; a single file is a source of one entry."""
    raise NotImplementedError(path)
