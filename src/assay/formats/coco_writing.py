"""Label maps as COCO annotations, without loss when Assay reads them back."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, get_args

from assay.errors import ParameterError
from assay.formats.coco_rle import counts_of, text_of
from assay.formats.entry_names import shown
from assay.formats.item_path import check_key
from assay.formats.spec import Written
from assay.labels import LabelMap, Ontology
from assay.labels.keyhole import keyhole
from assay.labels.spans import Spans, spans_of
from assay.labels.tracing import trace

Encoding = Literal["rle", "rle-uncompressed", "polygons"]


@dataclass(frozen=True)
class CocoOptions:
    """How COCO annotations are written.

    Parameters
    ----------
    encoding
        ``"rle"``: compressed run lengths, one annotation per class and image;
        ``"rle-uncompressed"``: the same with counts as lists; ``"polygons"``: outlines along pixel
        edges, one annotation per connected region, holes joined by a bridge of zero width.
    image_suffix
        Extension of the photographs, for ``file_name``.
    """

    encoding: Encoding = "rle"
    image_suffix: str = ".jpg"

    def __post_init__(self) -> None:
        if self.encoding not in get_args(Encoding):
            raise ParameterError(
                f"encoding is {self.encoding!r}; give one of {', '.join(get_args(Encoding))}."
            )
        plain = self.image_suffix[1:].isalnum() and self.image_suffix.isascii()
        if not self.image_suffix.startswith(".") or not plain:
            raise ParameterError(
                f"image_suffix is {self.image_suffix!r}; give an extension such as '.jpg'."
            )


def write_coco(
    maps: Iterable[tuple[str, LabelMap]], target: Path, ontology: Ontology, options: CocoOptions
) -> Written:
    """Write ``annotations.json`` into a new directory, one image after another."""
    target.mkdir()
    items = 0
    numbers = _Numbers()
    path = target / "annotations.json"
    # Images are known only when all annotations are written, so they wait in a file of their own.
    with path.open("w", encoding="ascii") as out, tempfile.TemporaryFile("w+") as images:
        out.write('{"info": {"description": "Written by Assay", "version": "1"},\n"categories": ')
        json.dump(_categories(ontology), out)
        out.write(',\n"annotations": [')
        for key, label_map in maps:
            check_key(key, options.image_suffix)
            _check_values(key, label_map, ontology)
            items += 1
            _put(images, items, _image(items, key, label_map, options))
            for annotation in _annotations(label_map, ontology, options.encoding):
                numbers.last += 1
                _put(out, numbers.last, {"id": numbers.last, "image_id": items, **annotation})
        out.write('\n],\n"images": [')
        images.seek(0)
        for line in images:
            out.write(line)
        out.write("\n]}\n")
    return Written(items)


@dataclass
class _Numbers:
    """The last annotation id given."""

    last: int = 0


def _put(out: IO[str], number: int, record: dict[str, Any]) -> None:
    out.write("\n" if number == 1 else ",\n")
    out.write(json.dumps(record, separators=(",", ":")))


def _categories(ontology: Ontology) -> list[dict[str, Any]]:
    classes = [
        {
            "id": label.id,
            "name": label.name,
            "supercategory": label.parent or label.kind,
            "isthing": int(label.kind == "thing"),
            "color": list(label.color),
        }
        for label in ontology.classes
    ]
    voids = [
        {"id": number, "name": f"void {number}", "supercategory": "void", "isthing": 0}
        for number in ontology.void_ids
    ]
    return [*classes, *voids]


def _image(number: int, key: str, label_map: LabelMap, options: CocoOptions) -> dict[str, Any]:
    return {
        "id": number,
        "file_name": key + options.image_suffix,
        "height": label_map.height,
        "width": label_map.width,
    }


def _annotations(
    label_map: LabelMap, ontology: Ontology, encoding: Encoding
) -> Iterator[dict[str, Any]]:
    values = [value for value in sorted(set(label_map.values.tolist())) if value]
    if encoding == "polygons":
        yield from _polygons(label_map, values, ontology)
        return
    for value in values:
        spans = spans_of(label_map, value)
        counts = counts_of(spans, *label_map.shape)
        packed = text_of(counts) if encoding == "rle" else counts.tolist()
        thing = value < ontology.first_void and ontology.classes[value - 1].kind == "thing"
        yield {
            "category_id": int(ontology.ids[value]),
            # All objects of the class together are what COCO calls a crowd.
            "iscrowd": int(thing),
            "area": spans.area,
            "bbox": _box(spans),
            "segmentation": {"size": list(label_map.shape), "counts": packed},
        }


def _polygons(
    label_map: LabelMap, values: Sequence[int], ontology: Ontology
) -> Iterator[dict[str, Any]]:
    for region in trace(label_map, values=values):
        ring = keyhole(region.polygon)
        left, top = ring.min(axis=0).astype(int).tolist()
        right, bottom = ring.max(axis=0).astype(int).tolist()
        yield {
            "category_id": int(ontology.ids[region.value]),
            "iscrowd": 0,
            "area": int(region.polygon.area),
            "bbox": [left, top, right - left, bottom - top],
            # Pixel edges have whole coordinates.
            "segmentation": [ring.astype(int).ravel().tolist()],
        }


def _box(spans: Spans) -> list[int]:
    left, top = int(spans.starts.min()), int(spans.rows[0])
    return [left, top, int(spans.stops.max()) - left, int(spans.rows[-1]) + 1 - top]


def _check_values(key: str, label_map: LabelMap, ontology: Ontology) -> None:
    highest = int(label_map.values.max())
    if highest >= ontology.size:
        raise ParameterError(
            f"Map {shown(key)} holds index {highest}, but the ontology has {ontology.size} "
            "indexes. Write it with the ontology it was read with."
        )
