"""Opening a delivery: which format it is in, and its items."""

from collections import Counter
from dataclasses import replace
from pathlib import Path, PurePosixPath

from assay.delivery import Delivery, Reading
from assay.errors import MalformedError, SourceError
from assay.formats.entry_names import shown
from assay.formats.registry import FORMATS
from assay.formats.source import Source, open_source
from assay.formats.spec import Format
from assay.labels import Ontology


def open_delivery(
    path: Path,
    ontology: Ontology,
    *,
    format: str | None = None,  # noqa: A002 - the word users know
    name: str | None = None,
) -> Delivery:
    """List the items of a delivery without reading them.

    Parameters
    ----------
    path
        Directory, zip, tar or file.
    ontology
        The classes that vendors' ids, names and colours are translated to.
    format
        Name of the format; by default the first format that fits what is there.
    name
        Whose labels these are; by default the name of the path.

    Returns
    -------
    Delivery
        A broken archive gives a delivery without items whose findings say why.

    Raises
    ------
    SourceError
        When the path does not exist, is empty, or no format fits what it holds.
    UnknownNameError
        When there is no such format.
    """
    wanted = None if format is None else FORMATS.get(format)
    source = open_source(path)
    title = source.name if name is None else name
    if not source.entries:
        return _without_items(source, ontology, title, format or "unknown")
    chosen = _detected(source) if wanted is None else wanted
    delivery = chosen.open(source, ontology, title)
    findings = tuple(dict.fromkeys((*source.findings, *delivery.findings)))
    return replace(delivery, findings=findings)


def _without_items(source: Source, ontology: Ontology, name: str, kind: str) -> Delivery:
    if not source.findings:
        raise SourceError(
            f"{source.name!r} holds no files besides hidden ones. Give the folder or archive "
            "with the labels."
        )
    return Delivery(name, kind, ontology, (), _no_item, source.findings)


def _no_item(key: str) -> Reading:
    raise SourceError(f"The delivery has no item {shown(key)}; it has none at all.")


def _detected(source: Source) -> Format:
    for candidate in FORMATS:
        if _fits(candidate, source):
            return candidate
    raise SourceError(
        f"{source.name!r} fits no known format: it holds {_summary(source)}. "
        f"Say format=… if it is one of {', '.join(FORMATS.names())}; otherwise convert it first."
    )


def _fits(candidate: Format, source: Source) -> bool:
    try:
        return candidate.detect(source)
    except MalformedError:
        # The first file is broken; a format that asks less may still recognise the names.
        return False


def _summary(source: Source) -> str:
    kinds = Counter(
        PurePosixPath(entry).suffix.lower() or "(no extension)" for entry in source.entries
    )
    listed = [f"{count} {kind}" for kind, count in kinds.most_common(4)]
    more = len(kinds) - len(listed)
    example = shown(source.entries[0])
    return (
        ", ".join(listed) + (f" and {more} other kinds" if more else "") + f" (such as {example})"
    )
