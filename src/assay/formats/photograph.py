"""Photographs for people to look at: upright, 8-bit sRGB, no larger than needed.

Nothing is measured on them, so they may be shrunk and converted; an unreadable one costs a picture
in the report and nothing else.
"""

import io
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from assay.delivery import Finding, Severity
from assay.errors import MalformedError
from assay.formats.label_images import key_of
from assay.formats.source import Source, open_source

#: Largest photograph that is read, by its header.
MAX_PIXELS = 2**27

_KINDS = ("JPEG", "PNG", "TIFF", "WEBP")
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"})

#: Modes of more than 8 bits per sample.
_DEEP = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})

#: Modes that shrink well as they are, a JPEG even while it is decoded, with the colour space that a
#: profile for them speaks of (ICC.1:2022, table 19).
_DIRECT = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}

#: Enough of a file for its size and its EXIF, which stand at its beginning but in some TIFFs.
_HEAD_BYTES = 2**20

#: Orientations in which rows of the file are columns of the picture.
_SIDEWAYS = frozenset({5, 6, 7, 8})

_ORIENTATION = 0x0112  # EXIF 2.32, table 4
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, eq=False)
class Photograph:
    """What reading a photograph gave.

    Parameters
    ----------
    pixels
        uint8, shape (height, width, 3), upright; None where it cannot be shown.
    findings
        Why it cannot be shown.
    """

    pixels: NDArray[np.uint8] | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Photographs:
    """Photographs by item key; picklable.

    Parameters
    ----------
    source
        Where they are.
    entries
        Entry of each key, and of each key without its folders where that is unique.
    max_side
        Longest side of what is returned, in pixels.
    """

    source: Source
    entries: Mapping[str, str]
    max_side: int

    def __call__(self, key: str) -> NDArray[np.uint8] | None:
        """Return the photograph of an item, or None where there is none to show."""
        return self.read(key).pixels

    @property
    def keys(self) -> tuple[str, ...]:
        """Path without extension of each photograph, sorted."""
        return tuple(sorted({key_of(entry) for entry in self.entries.values()}))

    def size(self, key: str) -> tuple[int, int] | None:
        """Return height and width of an item's photograph, upright; None where it has none.

        Only the head of the file is decoded.
        """
        entry = self._entry(key)
        if entry is None:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                data = self.source.part(entry, 0, _HEAD_BYTES)
                with Image.open(io.BytesIO(data), formats=_KINDS) as image:
                    turned = _orientation(image) in _SIDEWAYS
                    width, height = image.size[::-1] if turned else image.size
        except Exception:  # noqa: BLE001 - decoders raise anything on damaged bytes
            return None
        return height, width

    def name(self, key: str) -> str | None:
        """Return the path of an item's photograph, with extension; None where it has none."""
        return self._entry(key)

    def _entry(self, key: str) -> str | None:
        return self.entries.get(key) or self.entries.get(PurePosixPath(key).name)

    def read(self, key: str) -> Photograph:
        """Return the photograph of an item; without pixels and findings where there is none."""
        entry = self._entry(key)
        if entry is None:
            return Photograph(None)
        try:
            data = self.source.read(entry)
        except MalformedError as error:
            return _unshown(key, error.rule, error.message, error.remedy)
        return read_photograph(key, data, max_side=self.max_side)


def open_photographs(path: Path, *, max_side: int = 1600) -> Photographs:
    """List the photographs of a directory or archive.

    A photograph belongs to the item of the same path without extension; failing that, to items of
    its name in other folders, where no two photographs have that name.

    Parameters
    ----------
    path
        Directory, zip or tar.
    max_side
        Longest side in pixels; larger photographs are shrunk.

    Raises
    ------
    SourceError
        When the path does not exist.
    """
    source = open_source(path)
    return Photographs(source, _by_key(source.entries), max_side)


def read_photograph(key: str, data: bytes, *, max_side: int | None = 1600) -> Photograph:
    """Decode a JPEG, PNG, TIFF or WebP for display.

    EXIF orientation is applied, an embedded colour profile converted to sRGB, 16-bit and
    floating-point samples are stretched to 8 bits, CMYK and palettes become RGB, alpha is dropped;
    of several pages the first is read.

    Parameters
    ----------
    key
        Item that findings are about.
    data
        The file.
    max_side
        Longest side in pixels; larger photographs are shrunk.  None keeps every pixel.

    Examples
    --------
    >>> file = io.BytesIO()
    >>> Image.new("L", (4, 2), 7).save(file, "PNG")
    >>> read_photograph("a", file.getvalue(), max_side=2).pixels.tolist()
    [[[7, 7, 7], [7, 7, 7]]]
    """
    with warnings.catch_warnings():
        # Pillow warns of odd metadata and of sizes below our own limit.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=_KINDS) as image:
                if image.width * image.height > MAX_PIXELS:
                    return _too_large(key, f"{image.width}×{image.height} px")
                return Photograph(np.asarray(_shown(image, max_side)))
        except Image.DecompressionBombError:
            return _too_large(key, "far more pixels")
        except Exception as error:  # noqa: BLE001 - decoders raise anything on damaged bytes
            return _unshown(
                key,
                "photograph-unreadable",
                f"The photograph cannot be decoded ({type(error).__name__}).",
                "Give a JPEG, PNG, TIFF or WebP that image viewers open.",
            )


def _shown(image: Image.Image, max_side: int | None) -> Image.Image:
    turn = _UPRIGHT.get(_orientation(image))
    profile = image.info.get("icc_profile")
    shrunk: Image.Image = image
    if image.mode in _DEEP:
        shrunk = _stretched(image)
    elif image.mode not in _DIRECT:
        shrunk = image.convert("RGB")
    if max_side is not None:
        shrunk.thumbnail((max_side, max_side), Image.Resampling.BICUBIC, reducing_gap=2.0)
    color = _in_srgb(shrunk, profile)
    return color if turn is None else color.transpose(turn)


def _orientation(image: Image.Image) -> int:
    """Return how an image must be turned; Pillow turns a TIFF itself, as it decodes it."""
    return 1 if image.format == "TIFF" else int(image.getexif().get(_ORIENTATION, 1))


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Return an image in sRGB; a profile that is damaged or speaks of other colours is ignored."""
    if not isinstance(profile, bytes):
        return image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        named = (ImageCms.getProfileDescription(source) or "").startswith("sRGB")
        if named or source.profile.xcolor_space.strip() != _DIRECT[image.mode]:
            return image.convert("RGB")
        return ImageCms.profileToProfile(image, source, _srgb(), outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError):
        return image.convert("RGB")


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _stretched(image: Image.Image) -> Image.Image:
    """Return a grey image whose darkest finite sample is 0 and whose brightest is 255."""
    samples = np.nan_to_num(np.asarray(image, np.float64), posinf=0, neginf=0)
    low, high = float(samples.min()), float(samples.max())
    return Image.fromarray(((samples - low) * (255 / max(high - low, 1e-300))).astype(np.uint8))


def _by_key(entries: Sequence[str]) -> dict[str, str]:
    photographs = [e for e in entries if PurePosixPath(e).suffix.lower() in _SUFFIXES]
    names: defaultdict[str, list[str]] = defaultdict(list)
    for entry in photographs:
        names[PurePosixPath(key_of(entry)).name].append(entry)
    unique = {name: found[0] for name, found in names.items() if len(found) == 1}
    return unique | {key_of(entry): entry for entry in photographs}


def _too_large(key: str, size: str) -> Photograph:
    message = f"The photograph has {size}; at most {MAX_PIXELS} px are read."
    remedy = "Give a smaller copy for the report."
    return _unshown(key, "photograph-too-large", message, remedy)


def _unshown(key: str, rule: str, message: str, remedy: str) -> Photograph:
    return Photograph(None, (Finding(rule, Severity.WARNING, key, message, remedy),))
