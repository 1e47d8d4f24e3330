"""Colour PNG: the ontology's class colours, one file per image."""

from collections.abc import Iterable
from pathlib import Path

from assay.delivery import Delivery
from assay.formats.class_lookup import ClassLookup
from assay.formats.index_png import check_indexes
from assay.formats.item_path import item_path
from assay.formats.label_images import ImageReader, find_label_images, has_truecolor
from assay.formats.mask_decoding import decode_colors
from assay.formats.png_writing import encode_colors
from assay.formats.source import Source
from assay.formats.spec import Format, NoOptions, Written
from assay.labels import LabelMap, Ontology

_NAME = "color-png"


def _open(source: Source, ontology: Ontology, name: str) -> Delivery:
    images = find_label_images(source.entries)
    reader = ImageReader(source, images.entries, ClassLookup(ontology), decode_colors)
    return Delivery(name, _NAME, ontology, tuple(images.entries), reader, images.findings)


def _write(
    maps: Iterable[tuple[str, LabelMap]],
    target: Path,
    ontology: Ontology,
    options: NoOptions,  # noqa: ARG001 - every format has options, this one none
) -> Written:
    target.mkdir(parents=True)
    count = 0
    for key, label_map in maps:
        check_indexes(label_map, ontology)
        data = encode_colors(ontology.colors[label_map.to_dense()])
        with item_path(target, key, ".png").open("xb") as file:
            file.write(data)
        count += 1
    return Written(count)


_ADVICE = """One PNG per image; the colour of a pixel says its class.

**Read.** Truecolour, palette and grey images of at most 8 bits per sample, with or without alpha.
Colours must equal the ontology's exactly: the colours of classes, of void, and the one that means
unlabelled. Every other colour becomes unlabelled and gives a finding (`undeclared-color`) with its
pixels. Only an opaque pixel has a class: a transparent one is unlabelled, with a finding
(`mask-alpha`). An item's key is its path without `.png`.

**Written.** Truecolour PNG of 8 bits. The same labels always give the same bytes. Nothing is
lost, because an ontology's colours are unique."""

COLOR_PNG = Format(
    name=_NAME,
    summary="PNG images whose colours are the ontology's class colours",
    advice=_ADVICE,
    lossless=True,
    detect=has_truecolor,
    open=_open,
    write=_write,
)
