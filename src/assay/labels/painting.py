"""Polygons to spans, and layers of spans to a label map."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import LabelMapError
from assay.labels.labelmap import LabelMap
from assay.labels.polygon import Polygon
from assay.labels.spans import Spans

_LONGEST_SIDE = 2**31 - 1


def fill(polygon: Polygon, height: int, width: int) -> Spans:
    """Return the pixels of a frame that belong to a polygon.

    A pixel belongs to it when the pixel's **centre** lies inside an odd number of rings; a centre
    exactly on the boundary belongs to the side right of it, or below.  So the square from (2, 2)
    to (12, 12) has 100 pixels, shapes that share an edge share no pixel and leave no gap, and
    translation by whole pixels moves the pixels and nothing else.

    Parameters
    ----------
    polygon
        The shape; what lies outside the frame is cut off, however far out it lies.
    height, width
        Size of the frame in pixels.

    Raises
    ------
    LabelMapError
        When a side of the frame is less than 1 or more than 2,147,483,647 pixels.

    Notes
    -----
    Other tools decide otherwise: OpenCV's ``fillPoly`` and Pillow's ``ImageDraw.polygon`` also
    paint the pixels that the outline passes through (121 for the square above); pycocotools
    agrees on it, but rounds slanted edges to a grid of a fifth of a pixel.

    Edges are placed as exactly as float64 allows: to the pixel for ends within about 10¹² pixels,
    less exactly where a slanted edge comes from farther out.

    Examples
    --------
    >>> square = Polygon((np.array([[2.0, 2.0], [12.0, 2.0], [12.0, 12.0], [2.0, 12.0]]),))
    >>> fill(square, 20, 20).area
    100
    >>> fill(square, 20, 5).area  # cut off at the frame
    30
    """
    _check_frame(height, width)
    points = polygon.rings[0] if len(polygon.rings) == 1 else np.concatenate(polygon.rings)
    ring_starts = np.zeros(len(polygon.rings) + 1, np.int64)
    np.cumsum([len(ring) for ring in polygon.rings], out=ring_starts[1:])
    return Spans(*kernels.polygons.fill_rings(points, ring_starts, height, width))


def paint(
    height: int, width: int, layers: Sequence[tuple[Spans, int]], *, background: int = 0
) -> LabelMap:
    """Paint layers over each other; later layers cover earlier ones.

    Parameters
    ----------
    height, width
        Size of the map in pixels.
    layers
        Pixels and their value, from the lowest to the uppermost.
    background
        Value of the pixels that no layer covers; unlabelled by default.

    Raises
    ------
    LabelMapError
        When a layer leaves the frame, or a value is not in 0 to 65535.

    Examples
    --------
    >>> low = Spans(*np.array([[0], [0], [4]], np.int32))
    >>> high = Spans(*np.array([[0], [1], [3]], np.int32))
    >>> paint(1, 5, [(low, 1), (high, 2)]).to_dense().tolist()
    [[1, 2, 2, 1, 0]]
    """
    _check_frame(height, width)
    _check_value(background)
    for place, (spans, value) in enumerate(layers):
        _check_layer(spans, value, place, height, width)
    return _painted(height, width, [layer for layer in layers if len(layer[0])], background)


def _painted(
    height: int, width: int, layers: Sequence[tuple[Spans, int]], background: int
) -> LabelMap:
    if not layers:
        return LabelMap.filled(height, width, background)
    rows = np.concatenate([spans.rows for spans, _ in layers])
    starts = np.concatenate([spans.starts for spans, _ in layers])
    stops = np.concatenate([spans.stops for spans, _ in layers])
    sizes = [len(spans) for spans, _ in layers]
    span_values = np.repeat(np.array([value for _, value in layers], np.uint16), sizes)
    room = 2 * rows.size + height
    ends = np.empty(room, np.uint32)
    values = np.empty(room, np.uint16)
    row_starts = np.empty(height + 1, np.int64)
    count = kernels.painting.paint_spans(
        _by_place(rows, starts), rows, starts, stops, span_values, np.uint16(background),
        height, width, ends, values, row_starts,
    )  # fmt: skip
    return LabelMap(height, width, ends[:count].copy(), values[:count].copy(), row_starts)


def _by_place(rows: NDArray[np.int32], starts: NDArray[np.int32]) -> NDArray[np.int64]:
    places = (rows.astype(np.int64) << 32) | starts
    return np.argsort(places).astype(np.int64, copy=False)


def _check_frame(height: int, width: int) -> None:
    if not (1 <= height <= _LONGEST_SIDE and 1 <= width <= _LONGEST_SIDE):
        raise LabelMapError(
            f"A frame of {height}×{width} px is not possible: each side is 1 to "
            f"{_LONGEST_SIDE} px. Split larger rasters into tiles."
        )


def _check_value(value: int) -> None:
    if not 0 <= value <= np.iinfo(np.uint16).max:
        raise LabelMapError(
            f"A layer has value {value}; class indexes lie in 0 to 65535. "
            "Translate ids with Ontology.index_of first."
        )


def _check_layer(spans: Spans, value: int, place: int, height: int, width: int) -> None:
    _check_value(value)
    if len(spans) and (int(spans.rows[-1]) >= height or int(spans.stops.max()) > width):
        raise LabelMapError(
            f"Layer {place} reaches row {spans.rows[-1]} and column {spans.stops.max() - 1}, "
            f"outside a {height}×{width} frame. Clip it, or paint on a larger frame."
        )
