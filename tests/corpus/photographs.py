"""Photographs that the buyer brings in: decoded, turned upright, and written anew as pixels."""

import io
import struct
import zlib
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from corpus.entry import Entry, Family
from pngs import SIGNATURE, chunk, header, png

#: Blue on the left, red on the right, 8 × 8 px squares so that a JPEG keeps them.
FLAG = np.zeros((16, 32, 3), np.uint8)
FLAG[:, :16, 2] = FLAG[:, 16:, 0] = 255
GPS_IFD = 0x8825


def saved(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    """Return an image as a file; by default the flag."""
    file = io.BytesIO()
    (Image.fromarray(FLAG) if image is None else image).save(file, kind, **options)
    return file.getvalue()


def _with_places() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Camera of a certain make"
    exif[0x0132] = "2026:01:02 03:04:05"
    places = exif.get_ifd(GPS_IFD)
    places[1], places[2] = "N", (52.0, 31.0, 12.0)
    return exif


def _turned() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def _jpeg_of_bits(bits: int) -> bytes:
    """Return a JPEG whose frame says that it has so many bits for a sample."""
    data = bytearray(saved("JPEG"))
    data[data.index(b"\xff\xc0") + 4] = bits
    return bytes(data)


def _jpeg_of_size(height: int, width: int) -> bytes:
    data = bytearray(saved("JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def _tiled(side: int, tile: int) -> bytes:
    """Return a TIFF of one grey tile: the image is small, what its tile asks for is not."""
    tags = ((256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
            (277, 3, 1, 1), (322, 4, 1, tile), (323, 4, 1, tile), (324, 4, 1, 8),
            (325, 4, 1, tile * tile % 2**32))  # fmt: skip
    body = b"".join(struct.pack("<HHLL", *tag) for tag in tags)
    return struct.pack("<2sHLH", b"II", 42, 8, len(tags)) + body + bytes(4) + bytes(64)


def _endless_tiff() -> bytes:
    """Return a TIFF whose first directory is its own next one."""
    data = bytearray(saved("TIFF"))
    (place,) = struct.unpack_from("<L", data, 4)
    (count,) = struct.unpack_from("<H", data, place)
    struct.pack_into("<L", data, place + 2 + 12 * count, place)
    return bytes(data)


def _png_of_size(side: int) -> bytes:
    return (
        SIGNATURE
        + header(side, side, kind=2)
        + chunk(b"IDAT", zlib.compress(bytes(9)))
        + chunk(b"IEND")
    )


def _deep() -> tuple[bytes, NDArray[np.uint8]]:
    grey = np.zeros(FLAG.shape[:2], np.uint16)
    grey[:, :16] = 4095
    return saved("PNG", Image.fromarray(grey)), np.where(grey[..., None] > 0, 255, 0).repeat(3, 2)


def _entries() -> tuple[Entry, ...]:
    family = Family("Photographs", format="", file="a.bin")
    upright = np.rot90(FLAG, -1)
    deep, stretched = _deep()
    grey = FLAG[..., :1].repeat(3, axis=2)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = png(FLAG, [0] * len(FLAG), kind=2)

    def taken(wrong: str, data: bytes, pixels: NDArray[Any] = FLAG) -> Entry:
        return family.accepted(wrong, partial(bytes, data), labels=pixels)

    def refused(wrong: str, data: bytes, rule: str = "photograph-unreadable") -> Entry:
        return family.refused(wrong, partial(bytes, data), rule)

    return (
        taken("nothing", plain),
        taken("GPS and the camera's make in EXIF, JPEG", saved("JPEG", exif=_with_places(),
                                                              quality=100, subsampling=0)),
        taken("GPS in EXIF, PNG", saved("PNG", exif=_with_places())),
        taken("GPS in EXIF, TIFF", saved("TIFF", exif=_with_places())),
        taken("GPS in EXIF, WebP", saved("WEBP", exif=_with_places(), lossless=True)),
        taken("turned by EXIF", saved("PNG", exif=_turned()), upright),
        taken("an XMP packet", saved("WEBP", xmp=b"<x:xmpmeta>GPS</x:xmpmeta>", lossless=True)),
        taken("a comment", saved("JPEG", comment=b"GPS 52 N", quality=100, subsampling=0)),
        taken("a colour profile", saved("PNG", icc_profile=profile)),
        taken("a damaged colour profile", saved("PNG", icc_profile=profile[:200])),
        taken("CMYK", saved("TIFF", Image.fromarray(FLAG).convert("CMYK"))),
        taken("CMYK, JPEG", saved("JPEG", Image.fromarray(FLAG).convert("CMYK"), quality=100)),
        taken("16 bits for a sample, of which 12 are used", deep, stretched),
        taken("grey", saved("PNG", Image.fromarray(FLAG[..., 0])), grey),
        taken("a palette", saved("PNG", Image.fromarray(FLAG).quantize(2))),
        taken("a zip after its end", plain + b"PK\x03\x04" + bytes(40)),
        taken("a TIFF that is its own next page", _endless_tiff()),
        refused("JPEG of 12 bits", _jpeg_of_bits(12)),
        refused("JPEG cut short", saved("JPEG")[:300]),
        refused("JPEG of 65,500 × 65,500 px", _jpeg_of_size(65500, 65500), "photograph-too-large"),
        refused("PNG of 65,500 × 65,500 px", _png_of_size(65500), "photograph-too-large"),
        refused("PNG of 12,000 × 12,000 px", _png_of_size(12000), "photograph-too-large"),
        refused("PNG of 8,000 × 8,000 px without its rows", _png_of_size(8000)),
        refused("PNG with a bit turned", plain[:60] + bytes([plain[60] ^ 1]) + plain[61:]),
        refused("a tile of 2¹⁷ × 2¹⁷ px in a TIFF of 16 × 16", _tiled(16, 2**17)),
        refused("a TIFF directory at 2³¹", struct.pack("<2sHI", b"II", 42, 2**31)),
        refused("GIF", saved("GIF")),
        refused("SVG with a script", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
        refused("PostScript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        refused("a program", b"MZ\x90\x00" + bytes(60)),
        refused("no byte", b""),
    )  # fmt: skip


ENTRIES = _entries()
