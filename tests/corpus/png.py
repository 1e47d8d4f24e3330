"""Files that break the PNG standard, or do what lax readers get wrong."""

import io
import zlib
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from corpus.entry import Family, with_a
from pngs import SIGNATURE, chunk, filtered, header, png

FOUR_COLORS = chunk(b"PLTE", bytes(range(12)))
ROWS: NDArray[Any] = np.array([[1, 1, 2], [1, 2, 2]])
SOUND = png(ROWS, [0, 2])
STREAM = zlib.compress(filtered(ROWS.astype(np.uint8), [0, 2]))
IHDR = header(3, 2)
IEND = chunk(b"IEND")


def built(*chunks: bytes) -> bytes:
    """Return a PNG of those chunks."""
    return SIGNATURE + b"".join(chunks)


def idat(scanlines: bytes) -> bytes:
    """Return scanlines as a chunk."""
    return chunk(b"IDAT", zlib.compress(scanlines))


def saved(kind: str, mode: str = "L") -> bytes:
    """Return a small image in another format."""
    file = io.BytesIO()
    Image.new(mode, (3, 2)).save(file, kind)
    return file.getvalue()


def flipped(data: bytes, place: int) -> bytes:
    """Return the bytes with a bit of one turned."""
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


#: Name of the fault: the file and the rule that it breaks.
MALFORMED = {
    "empty file": (b"", "png-signature"),
    "GIF renamed": (saved("GIF"), "png-signature"),
    "JPEG as mask": (saved("JPEG"), "png-signature"),
    "WebP as mask": (saved("WEBP", "RGB"), "png-signature"),
    "BMP as mask": (saved("BMP"), "png-signature"),
    "TIFF as mask": (saved("TIFF"), "png-signature"),
    "text as mask": (b"version https://git-lfs", "png-signature"),
    "line ends translated": (SOUND.replace(b"\r\n", b"\n"), "png-signature"),
    "signature alone": (SIGNATURE, "png-truncated"),
    "cut inside IHDR": (SOUND[:20], "png-truncated"),
    "cut inside IDAT": (SOUND[:50], "png-truncated"),
    "cut before IEND": (SOUND[:-12], "png-truncated"),
    "cut inside IEND": (SOUND[:-1], "png-truncated"),
    "IHDR damaged": (flipped(SOUND, 18), "png-checksum"),
    "IDAT damaged": (flipped(SOUND, 45), "png-checksum"),
    "IEND damaged": (flipped(SOUND, len(SOUND) - 1), "png-checksum"),
    "text chunk damaged": (
        built(IHDR, flipped(chunk(b"tEXt", b"a\0b"), 9), chunk(b"IDAT", STREAM), IEND),
        "png-checksum",
    ),
    "bytes after IEND": (SOUND + b"\0", "png-trailing"),
    "two files joined": (SOUND + SOUND, "png-trailing"),
    "chunk name of digits": (built(IHDR, chunk(b"1234"), IEND), "png-chunk"),
    "chunk of 4 GiB": (built(IHDR, b"\xff\xff\xff\xffIDAT" + bytes(8)), "png-chunk"),
    "IHDR not first": (built(chunk(b"tEXt", b"a\0b"), IHDR, IEND), "png-header"),
    "IHDR short": (built(chunk(b"IHDR", bytes(12)), IEND), "png-header"),
    "IHDR twice": (built(IHDR, IHDR, chunk(b"IDAT", STREAM), IEND), "png-chunk-order"),
    "0×0": (built(header(0, 0), chunk(b"IDAT", STREAM), IEND), "png-size"),
    "0×2": (built(header(0, 2), chunk(b"IDAT", STREAM), IEND), "png-size"),
    "negative size": (built(header(2**31, 1), chunk(b"IDAT", STREAM), IEND), "png-size"),
    "depth 3": (built(header(3, 2, depth=3), chunk(b"IDAT", STREAM), IEND), "png-header"),
    "colour of 4 bits": (
        built(header(3, 2, depth=4, kind=2), chunk(b"IDAT", STREAM), IEND),
        "png-header",
    ),
    "palette of 16 bits": (
        built(header(3, 2, depth=16, kind=3), chunk(b"IDAT", STREAM), IEND),
        "png-header",
    ),
    "colour type 5": (built(header(3, 2, kind=5), chunk(b"IDAT", STREAM), IEND), "png-header"),
    "interlace 2": (built(header(3, 2, interlace=2), chunk(b"IDAT", STREAM), IEND), "png-header"),
    "65500²": (built(header(65500, 65500), chunk(b"IDAT", STREAM), IEND), "png-too-large"),
    "12000² with 16-bit colour and alpha": (
        built(header(12000, 12000, depth=16, kind=6), chunk(b"IDAT", STREAM), IEND),
        "png-too-large",
    ),
    "unknown critical chunk": (
        built(IHDR, chunk(b"ABCD"), chunk(b"IDAT", STREAM), IEND),
        "png-unknown-chunk",
    ),
    "IDAT not consecutive": (
        built(IHDR, chunk(b"IDAT", STREAM[:5]), chunk(b"tEXt", b"a\0b"),
              chunk(b"IDAT", STREAM[5:]), IEND),
        "png-chunk-order",
    ),
    "PLTE after IDAT": (
        built(header(3, 2, kind=3), chunk(b"IDAT", STREAM), FOUR_COLORS, IEND),
        "png-chunk-order",
    ),
    "PLTE twice": (png(ROWS, [0, 0], kind=3, extra=FOUR_COLORS * 2), "png-chunk-order"),
    "PLTE absent": (png(ROWS, [0, 0], kind=3), "png-palette"),
    "PLTE of 4 bytes": (png(ROWS, [0, 0], kind=3, extra=chunk(b"PLTE", bytes(4))), "png-palette"),
    "PLTE empty": (png(ROWS, [0, 0], kind=3, extra=chunk(b"PLTE")), "png-palette"),
    "PLTE longer than the depth allows": (
        png(ROWS % 2, [0, 0], kind=3, depth=1, extra=FOUR_COLORS),
        "png-palette",
    ),
    "PLTE in a grey image": (png(ROWS, [0, 0], extra=FOUR_COLORS), "png-palette"),
    "short palette": (
        png(ROWS, [0, 0], kind=3, extra=chunk(b"PLTE", bytes(6))),
        "png-palette-index",
    ),
    "short palette, 2 bits": (
        png(ROWS, [0, 0], kind=3, depth=2, extra=chunk(b"PLTE", bytes(6))),
        "png-palette-index",
    ),
    "tRNS longer than the palette": (
        png(ROWS, [0, 0], kind=3, extra=FOUR_COLORS + chunk(b"tRNS", bytes(5))),
        "png-transparency",
    ),
    "tRNS before PLTE": (
        png(ROWS, [0, 0], kind=3, extra=chunk(b"tRNS", bytes(2)) + FOUR_COLORS),
        "png-chunk-order",
    ),
    "tRNS of grey with alpha": (
        png(np.ones((2, 3, 2)), [0, 0], kind=4, extra=chunk(b"tRNS", bytes(2))),
        "png-transparency",
    ),
    "no IDAT": (built(IHDR, IEND), "png-data-short"),
    "IDAT empty": (built(IHDR, chunk(b"IDAT"), IEND), "png-data-short"),
    "stream cut": (built(IHDR, chunk(b"IDAT", STREAM[:-6]), IEND), "png-data-short"),
    "stream cut in its checksum": (
        built(IHDR, chunk(b"IDAT", STREAM[:-1]), IEND),
        "png-data-short",
    ),
    "a row too few": (built(IHDR, idat(bytes(4)), IEND), "png-data-short"),
    "a byte too few": (built(IHDR, idat(bytes(7)), IEND), "png-data-short"),
    "a row too many": (built(IHDR, idat(bytes(12)), IEND), "png-data-surplus"),
    "a byte too many": (built(IHDR, idat(bytes(9)), IEND), "png-data-surplus"),
    "bytes after the stream": (
        built(IHDR, chunk(b"IDAT", STREAM + b"junk"), IEND),
        "png-data-surplus",
    ),
    "wrong adler": (
        built(IHDR, chunk(b"IDAT", flipped(STREAM, len(STREAM) - 1)), IEND),
        "png-data-checksum",
    ),
    "no zlib stream": (built(IHDR, chunk(b"IDAT", b"not compressed"), IEND), "png-data"),
    "preset dictionary": (
        built(IHDR, chunk(b"IDAT", b"\x78\xbb\x02\x28\x01\x88" + STREAM[2:]), IEND),
        "png-data",
    ),
    "filter 5": (built(IHDR, idat(b"\x05" + bytes(7)), IEND), "png-filter"),
    "filter 5, 16 bits": (
        built(header(3, 2, depth=16), idat(bytes(7) + b"\x05" + bytes(6)), IEND),
        "png-filter",
    ),
}  # fmt: skip

_FAMILY = Family("PNG")

ENTRIES = tuple(
    _FAMILY.item_refused(name, partial(with_a, data), rule)
    for name, (data, rule) in MALFORMED.items()
)
