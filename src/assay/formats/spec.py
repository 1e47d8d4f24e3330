"""What a format plug-in says and does."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assay.delivery import Delivery, Finding
from assay.formats.source import Source
from assay.labels import LabelMap, Ontology


@dataclass(frozen=True)
class NoOptions:
    """A format without settings."""


@dataclass(frozen=True)
class Written:
    """What writing a delivery gave.

    Parameters
    ----------
    items
        Number of items written.
    findings
        Items that could not be written exactly, and why.
    """

    items: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Format:
    """Bytes to deliveries and back, in one file format.

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`.
    lossless
        Whether any label map survives writing and reading unchanged.
    detect
        ``detect(source)`` says from names and first bytes whether the source is of this format;
        formats are asked in the order of the registry.
    open
        ``open(source, ontology, name)`` lists the items without reading them.
    write
        ``write(maps, target, ontology, options)`` writes ``(key, map)`` pairs into a directory
        that does not exist yet; a caller sees all of it or nothing.  None for a format that is
        only read.
    options
        Frozen dataclass of settings for ``write``, all with defaults.
    keeps_shapes
        Whether readings have the objects as they were drawn.
    """

    name: str
    summary: str
    advice: str
    lossless: bool
    detect: Callable[[Source], bool]
    open: Callable[[Source, Ontology, str], Delivery]
    write: Callable[[Iterable[tuple[str, LabelMap]], Path, Ontology, Any], Written] | None
    options: type[Any] = NoOptions
    keeps_shapes: bool = False
