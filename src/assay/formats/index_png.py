"""Index PNG: one class id per pixel, one file per image."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Delivery
from assay.errors import AssayError, ParameterError
from assay.formats.class_lookup import ClassLookup
from assay.formats.item_path import item_path
from assay.formats.label_images import ImageReader, find_label_images, has_png
from assay.formats.mask_decoding import decode_ids
from assay.formats.png_writing import encode_indexes
from assay.formats.source import Source
from assay.formats.spec import Format, Written
from assay.labels import LabelMap, Ontology

_NAME = "index-png"


@dataclass(frozen=True)
class IndexPngOptions:
    """How index PNGs are written.

    Parameters
    ----------
    palette
        Give the ids the ontology's colours, for people who open the files; ids up to 255 only.
    least_depth
        Fewest bits per sample: 1, 2, 4, 8 or 16.  The ids may need more.  Below 8 bits files are
        smaller, but many readers scale such samples.
    """

    palette: bool = False
    least_depth: int = 8

    def __post_init__(self) -> None:
        if self.least_depth not in (1, 2, 4, 8, 16):
            raise ParameterError(f"least_depth is {self.least_depth}; give 1, 2, 4, 8 or 16.")
        if self.palette and self.least_depth == 16:
            raise ParameterError(
                "A palette PNG has at most 8 bits. Lower least_depth, or no palette."
            )


def _open(source: Source, ontology: Ontology, name: str) -> Delivery:
    images = find_label_images(source.entries)
    reader = ImageReader(source, images.entries, ClassLookup(ontology), decode_ids)
    return Delivery(name, _NAME, ontology, tuple(images.entries), reader, images.findings)


def _write(
    maps: Iterable[tuple[str, LabelMap]],
    target: Path,
    ontology: Ontology,
    options: IndexPngOptions,
) -> Written:
    depth = depth_for(ontology, least=options.least_depth, most=8 if options.palette else 16)
    palette = id_palette(ontology) if options.palette else None
    target.mkdir(parents=True)
    count = 0
    for key, label_map in maps:
        data = encode_indexes(ids_of(label_map, ontology), depth=depth, palette=palette)
        with item_path(target, key, ".png").open("xb") as file:
            file.write(data)
        count += 1
    return Written(count)


def depth_for(ontology: Ontology, *, least: int, most: int) -> int:
    """Return the fewest bits that hold every id of the ontology.

    Raises
    ------
    AssayError
        When an id needs more than ``most`` bits.
    """
    highest = int(ontology.ids.max())
    for depth in (1, 2, 4, 8, 16):
        if least <= depth <= most and highest < 2**depth:
            return depth
    raise AssayError(
        f"Id {highest} does not fit a PNG of {most} bits, which holds ids up to {2**most - 1}. "
        f"Give the classes smaller ids in the ontology, or write "
        f"{'index-png without a palette, ' if highest < 2**16 else ''}coco or assay-json."
    )


def ids_of(label_map: LabelMap, ontology: Ontology) -> NDArray[np.uint16]:
    """Return the id of every pixel, shape (height, width), for ids up to 65535.

    Raises
    ------
    AssayError
        When the map has an index that the ontology lacks.
    """
    check_indexes(label_map, ontology)
    return ontology.ids.astype(np.uint16)[label_map.to_dense()]


def check_indexes(label_map: LabelMap, ontology: Ontology) -> None:
    """Raise AssayError where the map has an index that the ontology lacks."""
    highest = int(label_map.values.max())
    if highest >= ontology.size:
        raise AssayError(
            f"The map holds class index {highest}, but the ontology has indexes 0 to "
            f"{ontology.size - 1}. Write it with the ontology that it was read with."
        )


def id_palette(ontology: Ontology) -> NDArray[np.uint8]:
    """Return the colour of each id up to the highest, black where undeclared, shape (n, 3)."""
    palette = np.zeros((int(ontology.ids.max()) + 1, 3), np.uint8)
    palette[ontology.ids] = ontology.colors
    return palette


def _advice() -> str:
    return """One PNG per image; the value of a pixel is the id of its class.

**Read.** Grey or palette images of 1, 2, 4, 8 or 16 bits, interlaced or not. A palette is only for
people: its indexes are the ids, whatever its colours or transparency. Ids are never scaled. An
item's key is its path without `.png`. Ids that the ontology does not declare become unlabelled and
give a finding (`undeclared-class`); the ontology's `unlabelled_id` is plain unlabelled.

**Refused, with a finding.** Truecolour and alpha images (`mask-has-colors`), other image kinds
whatever their names, and every damaged file: see the rules `png-…`.

**Written.** Grey PNG of 8 bits, or of 16 where an id needs them. Option `palette` adds the
ontology's colours; option `least_depth` allows 1, 2 and 4 bits, which many readers scale wrongly.
The same labels always give the same bytes. Nothing is lost."""


INDEX_PNG = Format(
    name=_NAME,
    summary="PNG images whose pixel values are class ids",
    advice=_advice(),
    lossless=True,
    detect=has_png,
    open=_open,
    write=_write,
    options=IndexPngOptions,
)
