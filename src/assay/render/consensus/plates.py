"""Contested regions as small pictures: what was drawn, how uncertain it is, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.consensus.report import ContestedExhibit, FusionReport
from assay.labels import LabelMap, Ontology, decimated
from assay.render.pictures import Picture, drawing, photograph_picture

#: Longest sides to try, in pixels, until the pictures of a region fit their share of the page.
_SIDES = (480, 360, 240, 160)
#: Bytes of all pictures of one page, as they stand in it.
_BUDGET = 2_400_000

#: Colours of annotators' outlines, told apart best in this order; they repeat beyond.
COLORS = ("#2451b8", "#c0541c", "#1a7f5a", "#8a4fc4", "#a3720a", "#0f7fa0", "#b0305c")

_SHARED = (20, 22, 28)
_GREYS = 18
_RGB = tuple((int(c[1:3], 16), int(c[3:5], 16), int(c[5:7], 16)) for c in COLORS)
# Places in the palette of outlines: greys of the ground, the shared outline, the annotators.
_OUTLINES = np.array([(172 + 4 * grey,) * 3 for grey in range(_GREYS)] + [_SHARED, *_RGB], np.uint8)
# From nothing to all: pale to dark, so that it is read without colours, too.
_STOPS = (0, 60, 130, 255)
_RAMP = ((246, 250, 222, 84), (244, 208, 96, 16), (238, 140, 40, 36))
_HEAT = np.stack([np.interp(range(256), _STOPS, channel) for channel in _RAMP], 1).astype(np.uint8)


@dataclass(frozen=True)
class Plate:
    """All pictures of one contested region."""

    exhibit: ContestedExhibit
    pictures: tuple[Picture, ...]


def plates_of(report: FusionReport) -> tuple[Plate, ...]:
    """Return the plates of a report, as large as the budget of one page allows."""
    share = _BUDGET // max(1, len(report.exhibits))
    return tuple(_fitting(exhibit, report, share) for exhibit in report.exhibits)


def color_of(place: int) -> str:
    """Return the colour of an annotator's outlines."""
    return COLORS[place % len(COLORS)]


def _fitting(exhibit: ContestedExhibit, report: FusionReport, budget: int) -> Plate:
    plate = _plate(exhibit, report, _SIDES[0])
    for side in _SIDES[1:]:
        if sum(len(picture.src) for picture in plate.pictures) <= budget:
            break
        plate = _plate(exhibit, report, side)
    return plate


def _plate(exhibit: ContestedExhibit, report: FusionReport, side: int) -> Plate:
    names = [annotator.name for annotator in report.annotators]
    key = exhibit.found.item
    pictures = [
        _outlines(exhibit, names, side),
        _uncertainty(exhibit, side),
        _labels(exhibit.fused, report.ontology, key, side),
    ]
    if exhibit.image is not None:
        pictures.insert(0, photograph_picture(key, exhibit.image, side=side))
    return Plate(exhibit, tuple(pictures))


def _enlarged(label_map: LabelMap, side: int) -> NDArray[np.uint16]:
    """Return a map near a side's length: pixels repeated, or picked."""
    longest = max(label_map.shape)
    step = -(-longest // side)
    shown = decimated(label_map, step=step)
    times = max(1, side // max(shown.shape))
    return np.repeat(np.repeat(shown, times, axis=0), times, axis=1)


def _labels(fused: LabelMap, ontology: Ontology, key: str, side: int) -> Picture:
    return drawing(
        "Fused",
        f"Fused labels around a contested region of {key}",
        _enlarged(fused, side),
        ontology.colors,
    )


def _uncertainty(exhibit: ContestedExhibit, side: int) -> Picture:
    levels = _enlarged(exhibit.uncertainty, side)
    alt = (
        f"Uncertainty around a contested region of {exhibit.found.item}: mean "
        f"{exhibit.found.uncertainty:.2f} in the region"
    )
    return drawing("Uncertainty", alt, levels, _HEAT)


def _outlines(exhibit: ContestedExhibit, names: Sequence[str], side: int) -> Picture:
    """Draw every annotator's outlines in a colour of their own, black where most coincide."""
    edges = {
        place: _edge(_enlarged(found, side))
        for place, found in enumerate(exhibit.maps)
        if found is not None
    }
    places = _ground(exhibit, next(iter(edges.values())).shape)
    shared = np.sum(list(edges.values()), axis=0) > len(edges) * 2 / 3
    for place, edge in edges.items():
        places[edge] = _GREYS + 1 + place % len(COLORS)
    places[shared] = _GREYS
    drawn = ", ".join(names[place] for place in edges)
    return drawing("Outlines", f"Outlines in {exhibit.found.item} by {drawn}", places, _OUTLINES)


def _edge(shown: NDArray[np.uint16]) -> NDArray[np.bool_]:
    edge = np.zeros(shown.shape, np.bool_)
    across, down = shown[:, 1:] != shown[:, :-1], shown[1:] != shown[:-1]
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    edge[1:] |= down
    edge[:-1] |= down
    return edge


def _ground(exhibit: ContestedExhibit, shape: tuple[int, ...]) -> NDArray[np.uint16]:
    if exhibit.image is None:
        return np.full(shape, _GREYS - 1, np.uint16)
    height, width = shape
    photo = Image.fromarray(exhibit.image).resize((width, height), reducing_gap=1.5)
    # Few levels of grey, so that the picture stays small.
    return np.asarray(photo.convert("L"), np.uint16) * (_GREYS - 1) // 255
