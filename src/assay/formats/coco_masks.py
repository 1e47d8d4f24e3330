"""One COCO annotation to the pixels it covers, strictly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import MalformedError
from assay.formats.coco_rle import spans_of_counts, spans_of_text
from assay.labels import LabelMap
from assay.labels.painting import fill
from assay.labels.polygon import Polygon, Ring
from assay.labels.spans import Spans

_FURTHEST = 1e9
_LARGEST_RING_CHECKED = 500
#: How far outside the frame a vertex may lie without a word: tools round.
_SLACK_PX = 0.5
_MOST_CROSSINGS = 10**8


@dataclass(frozen=True)
class Mask:
    """The pixels of an annotation, as parts that are united.

    Parameters
    ----------
    parts
        One per polygon, or one run-length mask.
    rings
        The polygons as drawn; none for run lengths.
    outside_px
        How far the furthest vertex lies outside the frame; 0 for run lengths.
    crossing
        Whether a polygon crosses itself.
    """

    parts: tuple[Spans, ...]
    rings: tuple[Ring, ...] = ()
    outside_px: float = 0.0
    crossing: bool = False


def read_mask(segmentation: object, height: int, width: int) -> Mask:
    """Return the pixels of a ``segmentation``.

    Polygons of one annotation are united; the area that one polygon encloses twice is not part of
    it.

    Raises
    ------
    MalformedError
        When it is no sound mask of an image of that size.
    """
    if isinstance(segmentation, dict):
        return Mask((_read_rle(segmentation, height, width),))
    if isinstance(segmentation, list) and segmentation:
        return _read_polygons(segmentation, height, width)
    what = "an empty segmentation" if segmentation == [] else "no segmentation"
    raise MalformedError(
        "coco-annotation", f"It has {what}.", "Draw the object, or delete the annotation."
    )


def _read_rle(table: Mapping[str, Any], height: int, width: int) -> Spans:
    size, counts = table.get("size"), table.get("counts")
    if size != [height, width] or any(type(side) is not int for side in size):
        raise MalformedError(
            "coco-rle",
            f"A run-length mask has size {ascii(size)[:40]}, the image is [{height}, {width}].",
            "Export the mask at the size of the image: [height, width].",
        )
    if isinstance(counts, str):
        return spans_of_text(counts, height, width)
    if isinstance(counts, list):
        return spans_of_counts(counts, height, width)
    raise MalformedError(
        "coco-rle", "A run-length mask has no counts.", "Export counts as a list or a text."
    )


def _read_polygons(rings: Sequence[object], height: int, width: int) -> Mask:
    read = [_read_ring(ring) for ring in rings]
    vertices = sum(len(ring) for ring in read)
    # Each pixel edge twice, for bridges, is more than any set of pixels can need.
    most = max(10_000, 4 * (height + 1) * (width + 1))
    if vertices > most:
        raise _too_complex(f"has {vertices} vertices", height, width)
    measured = [kernels.crossings.measure_ring(ring, height, width) for ring in read]
    crossings = sum(crossed for crossed, _ in measured)
    if crossings > min(max(10**6, 8 * height * width), _MOST_CROSSINGS):
        raise _too_complex(f"crosses rows {crossings:.0f} times", height, width)
    parts = tuple(fill(Polygon((ring,)), height, width) for ring in read)
    outside = max(reach for _, reach in measured)
    crossing = any(
        kernels.crossings.crosses_itself(ring)
        for ring in read
        if len(ring) <= _LARGEST_RING_CHECKED
    )
    return Mask(parts, tuple(read), outside if outside > _SLACK_PX else 0.0, crossing)


def _read_ring(ring: object) -> NDArray[np.float64]:
    if not isinstance(ring, list) or not set(map(type, ring)) <= {int, float}:
        raise _bad_polygon("A polygon is no flat list of numbers")
    if len(ring) < 6 or len(ring) % 2:
        raise _bad_polygon(f"A polygon has {len(ring)} numbers")
    try:
        points = np.array(ring, np.float64).reshape(-1, 2)
    except OverflowError:
        raise _bad_polygon("A vertex has a coordinate of hundreds of digits") from None
    # NaN fails every comparison, so it is refused too.
    far = ~(np.abs(points) <= _FURTHEST).all(axis=1)
    if far.any():
        vertex = int(far.argmax())
        place = f"({points[vertex, 0]:g}, {points[vertex, 1]:g})"
        raise _bad_polygon(f"Vertex {vertex} lies at {place}")
    return points


def covered(label_map: LabelMap, background: int) -> int:
    """Return how many pixels of a map are not ``background``."""
    return label_map.pixels - int(label_map.lengths[label_map.values == background].sum())


def _too_complex(what: str, height: int, width: int) -> MalformedError:
    return MalformedError(
        "coco-too-complex",
        f"A polygon {what} in an image of {height}×{width} px.",
        "Simplify the shape, or export a run-length mask.",
    )


def _bad_polygon(what: str) -> MalformedError:
    return MalformedError(
        "coco-polygon", f"{what}.", "Give at least three finite points: [x1, y1, x2, y2, x3, y3]."
    )
