"""Samples to PNG: the same samples give the same bytes, with nothing about when or by whom."""

import struct

import deflate
import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.formats.png_container import GRAY, PALETTE, SIGNATURE, TRUECOLOR

_NO_FILTER, _UP = 0, 2


def encode_indexes(
    samples: NDArray[np.uint8] | NDArray[np.uint16],
    *,
    depth: int,
    palette: NDArray[np.uint8] | None = None,
) -> bytes:
    """Return a grey or palette PNG.

    Parameters
    ----------
    samples
        Shape (height, width), every sample below ``2**depth``.
    depth
        Bits per sample: 1, 2, 4, 8 or 16.
    palette
        Colours, uint8, shape (colours, 3), for a palette image of at most 8 bits.

    Raises
    ------
    ParameterError
        When a sample does not fit the depth or the palette.

    Examples
    --------
    >>> from assay.formats.png import decode_samples
    >>> data = encode_indexes(np.array([[0, 3, 2]], np.uint8), depth=2)
    >>> decode_samples(data).pixels.tolist()
    [[[0], [3], [2]]]
    """
    most = 2**depth - 1 if palette is None else len(palette) - 1
    if int(samples.max()) > most or (palette is not None and len(palette) > min(256, 2**depth)):
        raise ParameterError(
            f"Sample {samples.max()} does not fit a PNG of {depth} bits"
            f"{'' if palette is None else f' with {len(palette)} colours'}. Choose a greater depth."
        )
    kind = GRAY if palette is None else PALETTE
    height, width = samples.shape
    colors = b"" if palette is None else _chunk(b"PLTE", palette.tobytes())
    return _file(height, width, depth, kind, colors, _packed(samples, depth), 1)


def encode_colors(pixels: NDArray[np.uint8]) -> bytes:
    """Return a truecolour PNG of 8 bits from pixels of shape (height, width, 3).

    Examples
    --------
    >>> from assay.formats.png import decode_samples
    >>> decode_samples(encode_colors(np.full((1, 1, 3), 7, np.uint8))).pixels.tolist()
    [[[7, 7, 7]]]
    """
    height, width, _ = pixels.shape
    return _file(height, width, 8, TRUECOLOR, b"", pixels.reshape(height, -1), 3)


def _file(
    height: int,
    width: int,
    depth: int,
    kind: int,
    colors: bytes,
    rows: NDArray[np.uint8],
    step: int,
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    stream = bytes(deflate.zlib_compress(_filtered(rows, step), 6))
    chunks = (_chunk(b"IHDR", header), colors, _chunk(b"IDAT", stream), _chunk(b"IEND", b""))
    return SIGNATURE + b"".join(chunks)


def _packed(samples: NDArray[np.uint8] | NDArray[np.uint16], depth: int) -> NDArray[np.uint8]:
    if depth == 16:
        return samples.astype(">u2").view(np.uint8)
    eight = samples.astype(np.uint8)
    if depth == 8:
        return eight
    per_byte = 8 // depth
    height, width = eight.shape
    padded = np.zeros((height, -(-width // per_byte) * per_byte), np.uint8)
    padded[:, :width] = eight
    lanes = padded.reshape(height, -1, per_byte)
    shifts = np.arange(8 - depth, -1, -depth, dtype=np.uint8)
    packed: NDArray[np.uint8] = np.bitwise_or.reduce(lanes << shifts, axis=2)
    return packed


def _filtered(rows: NDArray[np.uint8], step: int) -> bytes:
    """Return scanlines, each as it is or as difference from the row above: what changes less.

    In a label map a row is nearly the row above, and where it is not it is flat; other filters
    only turn flat areas into patterns.
    """
    up = np.diff(rows, axis=0, prepend=np.zeros((1, rows.shape[1]), np.uint8))
    use_up = _changes(up, step) < _changes(rows, step)
    out = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    out[:, 0] = np.where(use_up, _UP, _NO_FILTER)
    out[:, 1:] = np.where(use_up[:, np.newaxis], up, rows)
    return out.tobytes()


def _changes(rows: NDArray[np.uint8], step: int) -> NDArray[np.int64]:
    """Return how many bytes of each row differ from the pixel before."""
    return np.asarray(np.count_nonzero(rows[:, step:] != rows[:, :-step], axis=1))


def _chunk(kind: bytes, body: bytes) -> bytes:
    content = kind + body
    return struct.pack(">I", len(body)) + content + struct.pack(">I", deflate.crc32(content))
