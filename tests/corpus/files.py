"""The whole corpus, and what will join it when its formats are read."""

from collections.abc import Mapping

from corpus import archives, assay_files, coco, masks, names, photographs, png
from corpus.entry import Entry

#: Every entry, family by family.
CORPUS: tuple[Entry, ...] = (
    *archives.ENTRIES,
    *names.ENTRIES,
    *png.ENTRIES,
    *masks.ENTRIES,
    *coco.ENTRIES,
    *assay_files.ENTRIES,
    *photographs.ENTRIES,
)

#: Families in order.
FAMILIES: tuple[str, ...] = tuple(dict.fromkeys(entry.family for entry in CORPUS))

#: Formats that Assay does not read yet, with the files that will come for each; not counted.
NOT_READ_YET: Mapping[str, str] = {
    "CVAT XML": (
        "XXE, billion laughs, XInclude, duplicate image, encoding lie, `nan` points, unknown label"
    ),
    "DICOM and NIfTI": (
        "PHI in tags, burned-in text, truncated element, NaN spacing, flipped affine, gzip bomb, "
        "slice mismatch"
    ),
    "Video": ("zero frames, declared ≠ decoded count, truncated header, 16k² frames, rotation tag"),
}
