"""COCO instance and semantic annotations: one JSON file for any number of images."""

import re

from assay.delivery import Delivery, Finding
from assay.errors import MalformedError
from assay.formats.coco_index import CocoIndex, index_coco, merge
from assay.formats.coco_reading import CocoReader
from assay.formats.coco_writing import CocoOptions, write_coco
from assay.formats.source import Source
from assay.formats.spec import Format
from assay.labels import Ontology

_LOOKED_AT_BYTES = 2**20
_LOOKED_AT_FILES = 16
_KEYS = re.compile(rb'"(?:images|annotations|categories)"\s*:\s*\[')


def _detect(source: Source) -> bool:
    return any(_looks_like_coco(source, entry) for entry in _jsons(source)[:_LOOKED_AT_FILES])


def _looks_like_coco(source: Source, entry: str) -> bool:
    return bool(_KEYS.search(source.part(entry, 0, _LOOKED_AT_BYTES)))


def _jsons(source: Source) -> list[str]:
    return [entry for entry in source.entries if entry.lower().endswith(".json")]


def _open(source: Source, ontology: Ontology, name: str) -> Delivery:
    indexes: list[CocoIndex] = []
    findings: list[Finding] = []
    for entry in _jsons(source):
        try:
            indexes.append(index_coco(source, entry, ontology))
        except MalformedError as error:
            findings.append(Finding.from_error("", error))
    images, clashes = merge(indexes)
    findings += [finding for index in indexes for finding in index.findings]
    reader = CocoReader(source, tuple(indexes), images, ontology)
    return Delivery(name, COCO.name, ontology, tuple(sorted(images)), reader, (*findings, *clashes))


_ADVICE = """One JSON file with `images`, `categories` and `annotations`; several files are read as
one delivery. An item's key is the `file_name` without extension.

**Reading.** `segmentation` may be polygons, run lengths as a list, or compressed run lengths.
Categories are matched to classes by id. Annotations are painted in the order of the file: a later
one covers an earlier one. Polygons of one annotation are united; a pixel belongs to a polygon
when its centre lies inside. `iscrowd` does not change the pixels. An image with one malformed
annotation is not read at all, because a map that lacks an object would be scored as complete.
The file may be of any size: it is indexed once, and each image reads only its own annotations.

**Writing.** `encoding` is `rle` (compressed, one annotation per class and image; a class of
things is marked `iscrowd: 1`, because its objects are not told apart), `rle-uncompressed`, or
`polygons` (outlines along pixel edges, one annotation per connected region, holes joined to the
outline by a bridge of zero width). Assay reads all three back without the loss of a pixel, and
pycocotools decodes the run lengths to the same pixels. Unlabelled pixels have no annotation; void
ids are categories of their own."""


COCO = Format(
    name="coco",
    summary="COCO JSON with polygons or run lengths, of any size",
    advice=_ADVICE,
    lossless=True,
    detect=_detect,
    open=_open,
    write=write_coco,
    options=CocoOptions,
    keeps_shapes=True,
)
