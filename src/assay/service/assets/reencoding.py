"""The one way out of the house: any photograph in, plain pixels in one fixed encoding out.

What a camera, a scanner or an editor left in a file - places, times, names, profiles, the habits of
its encoder - would tell a vendor where an image comes from, and so perhaps that it is gold. Nothing
of it survives: a file is decoded to upright sRGB pixels, and the pixels are written anew by one
encoder with constant settings. The same pixels always give the same bytes.

Files are hostile: call :func:`reencode` in disposable workers only (:mod:`assay.assess.walk`).
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.delivery import Finding
from assay.formats.photograph import read_photograph

#: Encodings that a project can choose from.
Encoding = Literal["png", "jpeg"]


#: What files end with.
SUFFIXES: Mapping[Encoding, str] = MappingProxyType({"png": ".png", "jpeg": ".jpg"})


def encoding_of(name: str) -> Encoding:
    """Return an encoding by its name, as the database has it.

    Examples
    --------
    >>> encoding_of("jpeg")
    'jpeg'
    """
    return "jpeg" if name == "jpeg" else "png"


@dataclass(frozen=True)
class _Writer:
    kind: str
    options: Mapping[str, Any]


# Level 3 is three times as fast as level 6 and, on photographs, no larger.  A JPEG keeps colour at
# full resolution: annotators draw along edges of colour.
_WRITERS: Mapping[Encoding, _Writer] = MappingProxyType(
    {
        "png": _Writer("PNG", {"compress_level": 3}),
        "jpeg": _Writer("JPEG", {"quality": 95, "subsampling": 0}),
    }
)


@dataclass(frozen=True, eq=False)
class Reencoded:
    """What became of a photograph.

    Parameters
    ----------
    pixels
        uint8, shape (height, width, 3), upright sRGB; None where it cannot be decoded.
    data
        The file that may leave the house; empty without pixels.
    findings
        Why it cannot be decoded.
    """

    pixels: NDArray[np.uint8] | None
    data: bytes
    findings: tuple[Finding, ...] = ()


def reencode(name: str, data: bytes, *, encoding: Encoding) -> Reencoded:
    """Decode a JPEG, PNG, TIFF or WebP and write it anew, with its pixels and nothing else.

    EXIF orientation is applied, colours are converted to sRGB, and every kind of metadata is
    dropped.  ``png`` keeps these pixels exactly.

    Parameters
    ----------
    name
        What findings are about.
    data
        The file.
    encoding
        The project's choice, the same for all of its images.

    Examples
    --------
    Whatever a file says beside its pixels, what leaves is the same:

    >>> plain, talkative = io.BytesIO(), io.BytesIO()
    >>> image = Image.new("RGB", (4, 2), (1, 2, 3))
    >>> image.save(plain, "PNG")
    >>> image.save(talkative, "TIFF", software="a secret scanner")
    >>> first = reencode("a", plain.getvalue(), encoding="png").data
    >>> first == reencode("b", talkative.getvalue(), encoding="png").data
    True
    """
    photograph = read_photograph(name, data, max_side=None)
    if photograph.pixels is None:
        return Reencoded(None, b"", photograph.findings)
    return Reencoded(photograph.pixels, encode(photograph.pixels, encoding))


def encode(pixels: NDArray[np.uint8], encoding: Encoding) -> bytes:
    """Return pixels of shape (height, width, 3) as a file without metadata."""
    writer = _WRITERS[encoding]
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, writer.kind, **writer.options)
    return file.getvalue()
