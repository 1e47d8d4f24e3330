"""Which files of a delivery are label images, and reading them one by one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import splitext

from assay.delivery import Finding, Reading, Severity
from assay.errors import MalformedError, SourceError
from assay.formats.class_lookup import ClassLookup
from assay.formats.entry_names import shown
from assay.formats.png_container import SIGNATURE, TRUECOLOR, TRUECOLOR_ALPHA, Container, open_png
from assay.formats.source import Source

#: Extensions of images that a vendor might take for a label map.
_IMAGES = frozenset({".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".jp2"})

#: How many label images are looked at to tell ids from colours.
_LOOKED_AT = 8

#: ``decode(key, container, lookup)`` gives the labels of one file.
Decode = Callable[[str, Container, ClassLookup], Reading]


@dataclass(frozen=True)
class LabelImages:
    """Entry of each item, and what is odd about the rest.

    Parameters
    ----------
    entries
        Key to entry, sorted by key.
    findings
        Duplicates and ignored files.
    """

    entries: Mapping[str, str]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class ImageReader:
    """Reads the item of a key; picklable.

    Parameters
    ----------
    source
        Where the bytes are.
    entries
        Key to entry.
    lookup
        Ids and colours to indexes.
    decode
        How a file becomes labels.
    """

    source: Source
    entries: Mapping[str, str]
    lookup: ClassLookup
    decode: Decode

    def __call__(self, key: str) -> Reading:
        """Return the labels of an item, or why it has none."""
        entry = self.entries.get(key)
        if entry is None:
            raise SourceError(
                f"The delivery has no item {shown(key)}. Ask for one of its {len(self.entries)} "
                "keys."
            )
        try:
            reading = self.decode(key, open_png(self.source.read(entry)), self.lookup)
        except MalformedError as error:
            return Reading(None, (Finding.from_error(key, error),))
        label_map = reading.label_map
        if label_map is None or label_map.ends.size > label_map.height:
            return reading
        if (label_map.values != label_map.values[0]).any():
            return reading
        return Reading(label_map, (*reading.findings, _one_value(key, label_map.values[0])))


def find_label_images(entries: Sequence[str]) -> LabelImages:
    """Sort the entries of a delivery into label images and others.

    A label image is a PNG, or an image of another kind where a label image was to be expected: in
    a folder with PNGs, beside no PNG of its own name.  Reading the latter gives a finding.

    Parameters
    ----------
    entries
        Relative paths with ``/``.

    Examples
    --------
    >>> found = find_label_images(["a.png", "a.jpg", "b.jpg", "notes.txt"])
    >>> dict(found.entries)
    {'a': 'a.png', 'b': 'b.jpg'}
    >>> [finding.message for finding in found.findings]
    ["2 files are not read: 'a.jpg', 'notes.txt'."]
    """
    pngs = [entry for entry in entries if _suffix(entry) == ".png"]
    folders = {PurePosixPath(entry).parent for entry in pngs}
    keys = {key_of(entry).casefold() for entry in pngs}
    strays = [
        entry
        for entry in entries
        if _suffix(entry) in _IMAGES
        and key_of(entry).casefold() not in keys
        and (not pngs or PurePosixPath(entry).parent in folders)
    ]
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for entry in (*pngs, *strays):
        groups[key_of(entry).casefold()].append(entry)
    single = sorted(group[0] for group in groups.values() if len(group) == 1)
    double = sorted(sorted(group) for group in groups.values() if len(group) > 1)
    taken = {*pngs, *strays}
    ignored = [entry for entry in entries if entry not in taken]
    return LabelImages(
        {key_of(entry): entry for entry in sorted(single, key=key_of)},
        (*map(_duplicate, double), *_ignored(ignored)),
    )


def key_of(entry: str) -> str:
    """Return the path without extension: ``"a/b.c.png"`` is item ``"a/b.c"``."""
    return entry[: len(entry) - len(_extension(entry))]


def has_png(source: Source) -> bool:
    """Say whether any entry is called a PNG."""
    return any(_suffix(entry) == ".png" for entry in source.entries)


def has_truecolor(source: Source) -> bool:
    """Say whether any of the first PNGs holds colours rather than ids."""
    pngs = [entry for entry in source.entries if _suffix(entry) == ".png"]
    return any(_is_truecolor(source, entry) for entry in pngs[:_LOOKED_AT])


def _is_truecolor(source: Source, entry: str) -> bool:
    try:
        start = bytes(source.view(entry)[:26])
    except MalformedError:
        # Reading the item will say what is wrong.
        return False
    return start[:8] == SIGNATURE and start[25:] in (bytes([TRUECOLOR]), bytes([TRUECOLOR_ALPHA]))


def _suffix(entry: str) -> str:
    return _extension(entry).lower()


def _extension(entry: str) -> str:
    """Return what ``PurePosixPath.suffix`` does, but quickly; hidden names never get here."""
    extension = splitext(entry)[1]
    return "" if extension == "." else extension


def _duplicate(group: Iterable[str]) -> Finding:
    names = [shown(entry) for entry in group]
    return Finding(
        "duplicate-item",
        Severity.ERROR,
        "",
        f"{', '.join(names[:5])} give the labels of one item; none of them is read.",
        "Deliver one label file per image.",
    )


def _ignored(entries: Sequence[str]) -> tuple[Finding, ...]:
    if not entries:
        return ()
    listed = ", ".join(shown(entry) for entry in entries[:5])
    more = f" and {len(entries) - 5} more" if len(entries) > 5 else ""
    verb = "file is" if len(entries) == 1 else "files are"
    message = f"{len(entries)} {verb} not read: {listed}{more}."
    remedy = "Nothing needs to be done, unless one of them was meant as a label map."
    return (Finding("ignored-file", Severity.INFO, "", message, remedy),)


def _one_value(key: str, value: int) -> Finding:
    what = "is unlabelled" if value == 0 else "has the same class"
    return Finding(
        "mask-one-value",
        Severity.WARNING,
        key,
        f"Every pixel {what}.",
        "Check that the item was labelled and exported; if it is right, nothing needs to be done.",
    )
