"""PNG files made by hand: any filters, any chunks, right or wrong."""

import struct
import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    """Return a chunk with its length and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width: int, height: int, *, depth: int = 8, kind: int = 0, interlace: int = 0) -> bytes:
    """Return an IHDR chunk."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlace))


def packed(samples: NDArray[Any], depth: int) -> NDArray[np.uint8]:
    """Return samples (height, width * channels) as the bytes of their rows."""
    if depth == 16:
        rows = samples.astype(">u2")
        return rows.view(np.uint8).reshape(samples.shape[0], -1)
    bits = np.unpackbits(samples.astype(np.uint8)[..., None], axis=-1)[..., 8 - depth :]
    return np.packbits(bits.reshape(samples.shape[0], -1), axis=-1)


def filtered(rows: NDArray[np.uint8], codes: Sequence[int], step: int = 1) -> bytes:
    """Return the scanlines of rows of bytes, each with its own filter: slow and obvious."""
    out = bytearray()
    above = [0] * rows.shape[1]
    for line, code in zip(rows.tolist(), codes, strict=True):
        out.append(code)
        for x, value in enumerate(line):
            a = line[x - step] if x >= step else 0
            b = above[x]
            c = above[x - step] if x >= step else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            out.append((value - (0, a, b, (a + b) // 2, paeth)[code]) % 256)
        above = line
    return bytes(out)


def png(
    samples: NDArray[Any],
    codes: Sequence[int],
    *,
    depth: int = 8,
    kind: int = 0,
    extra: bytes = b"",
    pieces: int = 1,
) -> bytes:
    """Return a whole PNG of samples (height, width) or (height, width, channels)."""
    channels = 1 if samples.ndim == 2 else samples.shape[2]
    rows = packed(samples.reshape(samples.shape[0], -1), depth)
    data = zlib.compress(filtered(rows, codes, max(1, channels * depth // 8)))
    cuts = np.linspace(0, len(data), pieces + 1).astype(int)
    return (
        SIGNATURE
        + header(samples.shape[1], samples.shape[0], depth=depth, kind=kind)
        + extra
        + b"".join(chunk(b"IDAT", data[i:j]) for i, j in pairwise(cuts))
        + chunk(b"IEND")
    )
