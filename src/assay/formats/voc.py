"""Pascal VOC segmentation: palette PNGs in a known tree.

The VOC2012 Development Kit, section 4 (M. Everingham, J. Winn, 2012).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assay.delivery import Delivery, Finding, Rule, Severity
from assay.errors import MalformedError
from assay.formats.class_lookup import ClassLookup
from assay.formats.entry_names import shown
from assay.formats.index_png import depth_for, id_palette, ids_of
from assay.formats.item_path import item_path
from assay.formats.label_images import ImageReader, find_label_images
from assay.formats.mask_decoding import decode_either
from assay.formats.png_writing import encode_indexes
from assay.formats.source import Source
from assay.formats.spec import Format, NoOptions, Written
from assay.labels import LabelMap, Ontology

_NAME = "voc"

#: Folder of the label images; some tools keep drawings under the first name and add the second.
_FOLDERS = ("SegmentationClassPNG", "SegmentationClass")

_LISTS = ("ImageSets", "Segmentation")

#: VOC publishes this list without label images.
_WITHOUT_LABELS = "test.txt"

VOC_RULES = (
    Rule(
        "voc-missing",
        "A list names an item that has no label image.",
        "`ImageSets/Segmentation/*.txt` says which items there are (all lists but `test.txt`, "
        "which VOC publishes without labels). Deliver the label image, or take the name off the "
        "list.",
    ),
    Rule(
        "voc-unlisted",
        "Label images are in no list.",
        "They are read all the same. Add their names to a list in `ImageSets/Segmentation`, or "
        "remove them if they do not belong to the delivery.",
    ),
    Rule(
        "voc-list",
        "A list of items is not text, or not one name per line.",
        "Save it as UTF-8 text with one name per line, without extension.",
    ),
)


@dataclass(frozen=True)
class _Lists:
    """Names that the lists give, by first list; those of the test list apart."""

    labelled: Mapping[str, str]
    unlabelled: frozenset[str]
    findings: tuple[Finding, ...]


def _detect(source: Source) -> bool:
    return _root(source.entries) is not None


def _root(entries: Iterable[str]) -> tuple[str, str] | None:
    """Return what stands before the label folder, and its name; None where there is none."""
    found: dict[str, str] = {}
    for entry in entries:
        parts = PurePosixPath(entry).parts
        for name in _FOLDERS:
            if name in parts[:-1] and entry.lower().endswith(".png"):
                found.setdefault(name, "".join(f"{part}/" for part in parts[: parts.index(name)]))
    return next(((found[name], name) for name in _FOLDERS if name in found), None)


def _open(source: Source, ontology: Ontology, name: str) -> Delivery:
    before, folder = _root(source.entries) or ("", _FOLDERS[-1])
    prefix = f"{before}{folder}/"
    inside = [entry for entry in source.entries if entry.startswith(prefix)]
    images = find_label_images([entry[len(prefix) :] for entry in inside])
    lists = _read_lists(source, before)
    entries = {key: prefix + entry for key, entry in images.entries.items()}
    reader = ImageReader(source, entries, ClassLookup(ontology), decode_either)
    findings = (*images.findings, *lists.findings, *_compared(lists, entries))
    return Delivery(name, _NAME, ontology, tuple(entries), reader, findings)


def _read_lists(source: Source, before: str) -> _Lists:
    folder = f"{before}{'/'.join(_LISTS)}/"
    labelled: dict[str, str] = {}
    unlabelled: set[str] = set()
    findings: list[Finding] = []
    for entry in source.entries:
        if not entry.startswith(folder) or not entry.endswith(".txt"):
            continue
        try:
            names = list(_names(entry, source.read(entry)))
        except MalformedError as error:
            findings.append(Finding.from_error("", error))
            continue
        if entry == folder + _WITHOUT_LABELS:
            unlabelled.update(names)
        else:
            labelled.update((key, entry) for key in names if key not in labelled)
    return _Lists(labelled, frozenset(unlabelled), tuple(findings))


def _names(entry: str, data: bytes) -> Iterator[str]:
    """Yield the first word of each line: lists of one class add a second, 1 or -1."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MalformedError(
            "voc-list",
            f"The list {shown(entry)} is not UTF-8 text.",
            "Save it as UTF-8 with one name per line.",
        ) from None
    for line in text.splitlines():
        words = line.split()
        if len(words) == 2 and words[1] in ("1", "-1", "0"):
            yield words[0]
        elif words:
            yield line.strip()


def _compared(lists: _Lists, entries: Mapping[str, str]) -> Iterator[Finding]:
    if not lists.labelled and not lists.unlabelled:
        return
    for key, entry in sorted(lists.labelled.items()):
        if key not in entries:
            yield Finding(
                "voc-missing",
                Severity.ERROR,
                key,
                f"The list {shown(entry)} names {shown(key)}, which has no label image.",
                "Deliver the label image, or take the name off the list.",
            )
    extra = sorted(entries.keys() - lists.labelled.keys() - lists.unlabelled)
    if extra:
        listed = ", ".join(map(shown, extra[:5])) + (" and others" if len(extra) > 5 else "")
        yield Finding(
            "voc-unlisted",
            Severity.INFO,
            "",
            f"{len(extra)} label images are in no list: {listed}.",
            "Add them to a list in ImageSets/Segmentation, or remove them.",
        )


def _write(
    maps: Iterable[tuple[str, LabelMap]],
    target: Path,
    ontology: Ontology,
    options: NoOptions,  # noqa: ARG001 - every format has options, this one none
) -> Written:
    depth = depth_for(ontology, least=8, most=8)
    palette = id_palette(ontology)
    folder = target / _FOLDERS[-1]
    folder.mkdir(parents=True)
    keys = []
    for key, label_map in maps:
        data = encode_indexes(ids_of(label_map, ontology), depth=depth, palette=palette)
        with item_path(folder, key, ".png").open("xb") as file:
            file.write(data)
        keys.append(key)
    lists = target.joinpath(*_LISTS)
    lists.mkdir(parents=True)
    text = "".join(f"{key}\n" for key in sorted(keys))
    (lists / "all.txt").write_text(text, encoding="utf-8", newline="\n")
    (target / "labelmap.txt").write_text(_labelmap(ontology), encoding="utf-8", newline="\n")
    return Written(len(keys))


def _labelmap(ontology: Ontology) -> str:
    """Return the colour of each class as CVAT and Datumaro write it: name:r,g,b:parts:actions."""
    lines = ["# label:color_rgb:parts:actions"]
    for label in ontology.classes:
        name = label.name.replace(":", " ").replace("\n", " ")
        lines.append(f"{name}:{','.join(map(str, label.color))}::")
    return "\n".join(lines) + "\n"


_ADVICE = """The tree of the Pascal VOC challenge: `SegmentationClass/KEY.png`, where the palette
index of a pixel is the id of its class, and lists of keys in `ImageSets/Segmentation/*.txt`.

**Read.** Every PNG in `SegmentationClass` (or `SegmentationClassPNG`, which labelme adds); the key
is the path below that folder. VOC marks pixels that are not scored with 255: write
`void_ids = [255]` into the ontology. Truecolour images, as CVAT writes them, are read by the
ontology's colours. Where there are lists, an item that is listed but absent is an error
(`voc-missing`), and label images in no list are reported (`voc-unlisted`).

**Written.** Palette PNG of 8 bits with the ontology's colours, `ImageSets/Segmentation/all.txt`,
and `labelmap.txt` with the colours of the classes. Ids go up to 255. Nothing is lost."""

VOC = Format(
    name=_NAME,
    summary="Pascal VOC tree: palette PNGs in SegmentationClass, lists in ImageSets",
    advice=_ADVICE,
    lossless=True,
    detect=_detect,
    open=_open,
    write=_write,
)
