"""PNG to label maps and samples, exact at every depth.

Palette images give palette indexes, never colours, and samples are never scaled: a 2-bit 3 is 3.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import MalformedError
from assay.formats.png_container import (
    ADAM7,
    PALETTE,
    Container,
    Header,
    inflate,
    open_png,
)
from assay.labels import LabelMap


@dataclass(frozen=True, eq=False)
class Samples:
    """The samples of a PNG as they are stored.

    Parameters
    ----------
    pixels
        Shape (height, width, channels): uint8, or uint16 for 16 bits.  One channel of grey or
        palette indexes, two of grey and alpha, three of colour, four of colour and alpha.
    palette
        Colours of the palette, uint8, shape (colours, 3); empty where there is none.
    """

    pixels: NDArray[np.uint8] | NDArray[np.uint16]
    palette: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Translated:
    """A label map made from an image of one channel, and what the image held.

    Parameters
    ----------
    label_map
        The samples after translation.
    counts
        Pixels of each sample value before translation, shape (2**depth,).
    """

    label_map: LabelMap
    counts: NDArray[np.int64]


def decode_samples(data: bytes) -> Samples:
    """Decode a whole PNG densely.

    Parameters
    ----------
    data
        The file.

    Raises
    ------
    MalformedError
        When the file breaks the PNG standard; see ``PNG_RULES``.
    """
    container = open_png(data)
    pixels = dense_samples(container)
    if container.header.kind == PALETTE:
        # Checked before anybody looks colours up.
        check_palette(container, np.bincount(pixels.reshape(-1), minlength=1))
    return Samples(pixels, palette_colors(container))


def palette_colors(container: Container) -> NDArray[np.uint8]:
    """Return the colours of the palette, shape (colours, 3)."""
    return np.frombuffer(container.palette, np.uint8).reshape(-1, 3)


def translated_map(container: Container, lookup: NDArray[np.uint16]) -> Translated:
    """Return the label map of an image of one channel, each sample replaced by ``lookup[sample]``.

    Parameters
    ----------
    container
        Grey or palette image.
    lookup
        What each sample becomes, shape (2**depth,).

    Raises
    ------
    MalformedError
        When the image data is broken, or a pixel has an index that the palette lacks.
    """
    header = container.header
    if header.depth == 8 and not header.interlaced:
        ends, values, row_starts = _scanline_runs(container)
    else:
        dense = LabelMap.from_dense(dense_samples(container)[..., 0])
        ends, values, row_starts = dense.ends.copy(), dense.values.copy(), dense.row_starts.copy()
    counts = np.zeros(lookup.size, np.int64)
    count = kernels.png.translate_runs(ends, values, row_starts, lookup, counts)
    check_palette(container, counts)
    label_map = LabelMap(
        header.height, header.width, ends[:count].copy(), values[:count].copy(), row_starts
    )
    return Translated(label_map, counts)


def check_palette(container: Container, counts: NDArray[np.int64]) -> None:
    """Raise MalformedError where pixels have indexes that the palette lacks."""
    if container.header.kind != PALETTE or not counts[container.colors :].any():
        return
    missing = np.flatnonzero(counts[container.colors :]) + container.colors
    raise MalformedError(
        "png-palette-index",
        f"{counts[missing].sum()} px have palette index {', '.join(map(str, missing[:5]))}"
        f"{' and others' if missing.size > 5 else ''}, but the palette has {container.colors} "
        "colours.",
        "Export with the complete palette.",
    )


def _scanline_runs(
    container: Container,
) -> tuple[NDArray[np.uint32], NDArray[np.uint16], NDArray[np.int64]]:
    """Return run arrays with room to spare: ends, samples, row starts."""
    header = container.header
    raw = np.frombuffer(inflate(container), np.uint8)
    visits = np.empty(header.width + 1, np.uint64)
    row_starts = np.empty(header.height + 1, np.int64)
    pixels = header.height * header.width
    # Real maps have a run per 35 to 130 pixels; noise is done again with more room.
    room = min(pixels, max(pixels // 16, 16 * header.width))
    while True:
        ends = np.empty(room, np.uint32)
        values = np.empty(room, np.uint16)
        code, number = kernels.png.scanline_runs(
            raw, header.width, visits, ends, values, row_starts
        )
        if code == kernels.png.DONE:
            return ends, values, row_starts
        if code == kernels.png.BAD_FILTER:
            raise _unknown_filter(number, header.height)
        room = min(pixels, 4 * room)


def dense_samples(container: Container) -> NDArray[Any]:
    """Return all samples, shape (height, width, channels), uint8 or uint16."""
    header = container.header
    raw = np.frombuffer(inflate(container), np.uint8)
    if not header.interlaced:
        return _unpacked(_unfiltered(raw, header, header.height, header.width), header)
    dtype = np.uint16 if header.depth == 16 else np.uint8
    pixels = np.empty((header.height, header.width, header.channels), dtype)
    start = 0
    for (rows, width), (top, down, left, across) in zip(header.passes(), ADAM7, strict=True):
        if not rows or not width:
            continue
        size = rows * (header.row_bytes(width) + 1)
        part = _unfiltered(raw[start : start + size], header, rows, width)
        pixels[top::down, left::across] = _unpacked(part, header, width=width)
        start += size
    return pixels


def _unfiltered(raw: NDArray[np.uint8], header: Header, rows: int, width: int) -> NDArray[np.uint8]:
    row_bytes = header.row_bytes(width)
    pixel_bytes = max(1, header.depth * header.channels // 8)
    out = np.empty(rows * row_bytes, np.uint8)
    done = kernels.png.unfilter_rows(raw, rows, row_bytes, pixel_bytes, out)
    if done < rows:
        raise _unknown_filter(done, rows)
    return out.reshape(rows, row_bytes)


def _unpacked(rows: NDArray[np.uint8], header: Header, *, width: int | None = None) -> NDArray[Any]:
    """Return the samples of unfiltered rows, shape (rows, width, channels)."""
    columns = header.width if width is None else width
    samples: NDArray[Any]
    if header.depth == 16:
        samples = rows.view(">u2").astype(np.uint16)
    elif header.depth == 8:
        samples = rows
    else:
        shifts = np.arange(8 - header.depth, -1, -header.depth, dtype=np.uint8)
        spread = (rows[:, :, np.newaxis] >> shifts) & np.uint8(2**header.depth - 1)
        samples = spread.reshape(rows.shape[0], -1)[:, :columns]
    return samples.reshape(rows.shape[0], columns, header.channels)


def _unknown_filter(row: int, rows: int) -> MalformedError:
    return MalformedError(
        "png-filter",
        f"Row {row} of {rows} uses a filter that PNG does not have.",
        "Export the file again from the annotation tool.",
    )
