"""The container of a PNG: signature, chunks, checksums, inflated size; strict.

PNG specification, third edition (https://www.w3.org/TR/png-3/), sections 5 and 11.  Usual readers
forgive a bad checksum, fill missing rows with background and ignore surplus data; in a label map
each of those is a silent wrong label, so here each is a fault.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

import deflate

from assay.errors import MalformedError

SIGNATURE = b"\x89PNG\r\n\x1a\n"

#: Colour types (section 11.2.1).
GRAY, TRUECOLOR, PALETTE, GRAY_ALPHA, TRUECOLOR_ALPHA = 0, 2, 3, 4, 6

CHANNELS = {GRAY: 1, TRUECOLOR: 3, PALETTE: 1, GRAY_ALPHA: 2, TRUECOLOR_ALPHA: 4}

#: Largest image that is read, and most bytes of its samples, checked before memory is taken.
MAX_PIXELS = 2**28
MAX_SAMPLE_BYTES = 2**29

_DEPTHS = {
    GRAY: (1, 2, 4, 8, 16),
    TRUECOLOR: (8, 16),
    PALETTE: (1, 2, 4, 8),
    GRAY_ALPHA: (8, 16),
    TRUECOLOR_ALPHA: (8, 16),
}

# Deflate cannot pack tighter than 258 bytes into 2 bits, so a stream that is too short for its
# image is known before memory is taken for the image.
_MAX_EXPANSION = 1032

#: First row, row step, first column, column step of each Adam7 pass (section 8.1).
ADAM7 = ((0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2), (0, 2, 1, 2),
         (1, 2, 0, 1))  # fmt: skip

_SAVE_AGAIN = "Export the file again from the annotation tool, and check that the copy is complete."


@dataclass(frozen=True)
class Header:
    """What IHDR says.

    Parameters
    ----------
    height, width
        Size in pixels.
    depth
        Bits per sample: 1, 2, 4, 8 or 16.
    kind
        Colour type: ``GRAY``, ``TRUECOLOR``, ``PALETTE``, ``GRAY_ALPHA`` or ``TRUECOLOR_ALPHA``.
    interlaced
        Whether the pixels come in the seven passes of Adam7.
    """

    height: int
    width: int
    depth: int
    kind: int
    interlaced: bool

    @property
    def channels(self) -> int:
        """Samples per pixel."""
        return CHANNELS[self.kind]

    @property
    def has_colors(self) -> bool:
        """Whether pixels are colours rather than numbers that could be class ids."""
        return self.kind in (TRUECOLOR, TRUECOLOR_ALPHA)

    def row_bytes(self, width: int) -> int:
        """Return the bytes of a row of ``width`` pixels, without its filter byte."""
        return (width * self.depth * self.channels + 7) // 8

    def passes(self) -> tuple[tuple[int, int], ...]:
        """Return height and width of each image that is stored: one, or those of Adam7."""
        if not self.interlaced:
            return ((self.height, self.width),)
        return tuple(
            (len(range(top, self.height, down)), len(range(left, self.width, across)))
            for top, down, left, across in ADAM7
        )

    def inflated_size(self) -> int:
        """Return how many bytes the inflated image data must have."""
        return sum(rows * (self.row_bytes(width) + 1) for rows, width in self.passes() if width)


@dataclass(frozen=True)
class Container:
    """A PNG taken apart; every chunk's checksum was right.

    Parameters
    ----------
    header
        Size and kind of the image.
    palette
        Colours, three bytes each; empty where there is no PLTE.
    transparency
        Body of tRNS; empty where there is none.
    stream
        The zlib stream of all IDAT chunks.
    """

    header: Header
    palette: bytes
    transparency: bytes
    stream: bytes | memoryview

    @property
    def colors(self) -> int:
        """Number of colours in the palette."""
        return len(self.palette) // 3


def open_png(data: bytes, *, max_pixels: int = MAX_PIXELS) -> Container:
    """Take a PNG apart and check everything but its pixels.

    Parameters
    ----------
    data
        The whole file.
    max_pixels
        Larger images are refused before memory is taken for them.

    Raises
    ------
    MalformedError
        With a rule of ``assay.formats.png_rules.PNG_RULES``.
    """
    if data[:8] != SIGNATURE:
        raise MalformedError(
            "png-signature",
            f"The file is {_kind_of(data)}, not PNG.",
            "Deliver label maps as PNG: other formats lose or change labels, and renaming a file "
            "does not convert it.",
        )
    chunks = _chunks(data)
    header = _read_header(*next(chunks), max_pixels=max_pixels)
    container = Container(header, b"", b"", b"")
    pieces: list[memoryview] = []
    closed = False
    for kind, body in chunks:
        if kind == b"IDAT":
            if closed:
                _out_of_order("IDAT chunks are not consecutive")
            pieces.append(body)
            continue
        closed = bool(pieces)
        container = _with_chunk(container, kind, body, after_data=closed)
    if header.kind == PALETTE and not container.palette:
        raise MalformedError(
            "png-palette", "The image is of palette type, but has no palette.", _SAVE_AGAIN
        )
    if not pieces:
        raise MalformedError("png-data-short", "The file has no image data.", _SAVE_AGAIN)
    stream = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    return replace(container, stream=stream)


def inflate(container: Container) -> bytearray:
    """Return the scanlines: exactly the bytes that the header calls for.

    Raises
    ------
    MalformedError
        When the stream is broken, its checksum is wrong, or rows are missing or left over.
    """
    size = container.header.inflated_size()
    stream = container.stream
    if size > len(stream) * _MAX_EXPANSION + 64:
        raise _short(container, len(stream) * _MAX_EXPANSION, size)
    try:
        raw: bytearray = deflate.zlib_decompress(stream, size)
    except deflate.DeflateError:
        _explain(container, size)
    # libdeflate checks the stream, but neither that it fills the buffer nor that nothing follows
    # it.  A stream ends in the checksum of its content; whatever follows it does not.
    if len(raw) != size:
        raise _short(container, len(raw), size)
    if deflate.adler32(raw) != int.from_bytes(stream[-4:]):
        raise _surplus("Data follows the end of the compressed image.")
    return raw


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield kind and body of each chunk up to IEND, which must end the file."""
    view = memoryview(data)
    place = len(SIGNATURE)
    while place + 12 <= len(data):
        length = int.from_bytes(view[place : place + 4])
        kind = data[place + 4 : place + 8]
        end = place + 12 + length
        if not kind.isalpha() or length >= 2**31:
            raise MalformedError(
                "png-chunk",
                f"At byte {place} stands {_shown(kind)} with {length} bytes, which is no chunk.",
                _SAVE_AGAIN,
            )
        if end > len(data):
            raise _truncated(
                f"Chunk {_shown(kind)} at byte {place} needs {length} bytes, but "
                f"{max(0, len(data) - place - 12)} are left."
            )
        if deflate.crc32(view[place + 4 : end - 4]) != int.from_bytes(view[end - 4 : end]):
            raise MalformedError(
                "png-checksum",
                f"The checksum of chunk {_shown(kind)} at byte {place} is wrong.",
                "The file was damaged after it was written. Copy or export it again.",
            )
        yield kind, view[place + 8 : end - 4]
        place = end
        if kind == b"IEND":
            if place != len(data):
                raise MalformedError(
                    "png-trailing",
                    f"{len(data) - place} bytes follow the end of the image.",
                    "Export the file again; nothing may follow the IEND chunk.",
                )
            return
    raise _truncated(f"The file stops at byte {len(data)} without an IEND chunk.")


def _read_header(kind: bytes, body: memoryview, *, max_pixels: int) -> Header:
    if kind != b"IHDR" or len(body) != 13:
        raise MalformedError(
            "png-header",
            f"The first chunk is {_shown(kind)} with {len(body)} bytes, not IHDR with 13.",
            _SAVE_AGAIN,
        )
    width, height, depth, color, compression, filtering, interlace = struct.unpack(">IIBBBBB", body)
    if not 0 < width < 2**31 or not 0 < height < 2**31:
        raise MalformedError(
            "png-size",
            f"The header gives a size of {width}×{height} px.",
            "Export the label map again at the size of its image.",
        )
    if depth not in _DEPTHS.get(color, ()) or compression or filtering or interlace > 1:
        raise MalformedError(
            "png-header",
            f"The header asks for depth {depth}, colour type {color}, compression {compression}, "
            f"filter method {filtering}, interlace {interlace}, which PNG does not have.",
            _SAVE_AGAIN,
        )
    if width * height > max_pixels:
        raise MalformedError(
            "png-too-large",
            f"The image has {width}×{height} = {width * height} px; at most {max_pixels} are read.",
            "Split the image and its label map into tiles.",
        )
    header = Header(height, width, depth, color, bool(interlace))
    size = height * header.row_bytes(width)
    if size > MAX_SAMPLE_BYTES:
        raise MalformedError(
            "png-too-large",
            f"The image of {width}×{height} px has {size} bytes of samples; at most "
            f"{MAX_SAMPLE_BYTES} are read.",
            "Export one id of 8 bits per pixel, or split the image and its label map into tiles.",
        )
    return header


def _with_chunk(
    container: Container, kind: bytes, body: memoryview, *, after_data: bool
) -> Container:
    """Return the container with what a chunk other than IDAT says."""
    if kind == b"PLTE":
        return _with_palette(container, bytes(body), after_data=after_data)
    if kind == b"tRNS":
        return _with_transparency(container, bytes(body), after_data=after_data)
    if kind == b"IHDR":
        _out_of_order("A second IHDR chunk follows the first")
    if kind != b"IEND" and kind[:1].isupper():
        raise MalformedError(
            "png-unknown-chunk",
            f"The file needs chunk {_shown(kind)}, which the PNG standard does not define.",
            "Export a plain PNG.",
        )
    return container


def _with_palette(container: Container, body: bytes, *, after_data: bool) -> Container:
    header = container.header
    if container.palette or container.transparency or after_data:
        _out_of_order("PLTE comes twice, after tRNS, or after the image data")
    most = 2**header.depth if header.kind == PALETTE else 256
    if header.channels < 3 and header.kind != PALETTE:
        raise MalformedError(
            "png-palette", "A grey image has a palette, which PNG forbids.", _SAVE_AGAIN
        )
    if not body or len(body) % 3 or len(body) > 3 * most:
        raise MalformedError(
            "png-palette",
            f"The palette has {len(body)} bytes; it must have 3 per colour for 1 to {most} "
            "colours.",
            _SAVE_AGAIN,
        )
    return replace(container, palette=body)


def _with_transparency(container: Container, body: bytes, *, after_data: bool) -> Container:
    header = container.header
    if container.transparency or after_data or (header.kind == PALETTE and not container.palette):
        _out_of_order("tRNS comes twice, before PLTE, or after the image data")
    fits = {
        GRAY: len(body) == 2,
        TRUECOLOR: len(body) == 6,
        PALETTE: 0 < len(body) <= container.colors,
    }
    if not fits.get(header.kind, False):
        raise MalformedError(
            "png-transparency",
            f"The transparency chunk has {len(body)} bytes, which colour type {header.kind} does "
            "not allow.",
            "Export the label map again, without transparency.",
        )
    return replace(container, transparency=body)


def _explain(container: Container, size: int) -> NoReturn:
    """Say what is wrong with a stream that libdeflate refuses: it does not tell."""
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(container.stream, size + 1)
        # The end of the stream and its checksum are read once all content is out.
        if len(content) == size and not inflater.eof:
            content += inflater.decompress(inflater.unconsumed_tail, 1)
    except zlib.error as error:
        if "incorrect data check" in str(error):
            raise MalformedError(
                "png-data-checksum",
                "The checksum of the image data is wrong.",
                "The file was damaged after it was written. Copy or export it again.",
            ) from None
        raise MalformedError(
            "png-data", "The compressed image data is damaged.", _SAVE_AGAIN
        ) from None
    if len(content) > size:
        raise _surplus(f"The image data is longer than the {size} bytes that the header calls for.")
    raise _short(container, len(content), size)


def _short(container: Container, got: int, size: int) -> MalformedError:
    header = container.header
    rows = min(header.height - 1, got * header.height // size)
    return MalformedError(
        "png-data-short",
        f"The image data ends early, in about row {rows} of {header.height}.",
        _SAVE_AGAIN,
    )


def _surplus(message: str) -> MalformedError:
    return MalformedError(
        "png-data-surplus",
        message,
        "Export the file again: its header and its data do not belong together.",
    )


def _truncated(message: str) -> MalformedError:
    return MalformedError("png-truncated", message, _SAVE_AGAIN)


def _out_of_order(message: str) -> NoReturn:
    raise MalformedError("png-chunk-order", f"{message}.", _SAVE_AGAIN)


def _shown(kind: bytes) -> str:
    """Return the name of a chunk, safe to print whatever its bytes."""
    return kind.decode("ascii") if kind.isalpha() else f"0x{kind.hex()}"


def _kind_of(data: bytes) -> str:
    for start, name in (
        (b"\xff\xd8\xff", "JPEG"),
        (b"GIF8", "GIF"),
        (b"BM", "BMP"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"PK\x03\x04", "a zip archive"),
        (b"%PDF", "PDF"),
    ):
        if data.startswith(start):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    return "of an unknown kind" if data else "empty"
