"""One PNG to the class indexes of an ontology, by id or by colour."""

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.delivery import Finding, Reading, Severity
from assay.errors import MalformedError
from assay.formats.class_lookup import ClassLookup, color_codes, undeclared_colors
from assay.formats.png import dense_samples, palette_colors, translated_map
from assay.formats.png_container import (
    GRAY_ALPHA,
    PALETTE,
    TRUECOLOR_ALPHA,
    Container,
    Header,
)
from assay.labels import LabelMap

_KIND_NAMES = {GRAY_ALPHA: "grey with alpha", TRUECOLOR_ALPHA: "truecolour with alpha"}


def decode_ids(key: str, container: Container, lookup: ClassLookup) -> Reading:
    """Read samples as class ids; a palette's colours only raise a warning, transparency nothing.

    Raises
    ------
    MalformedError
        When the image is broken, or has colours or alpha.
    """
    header = container.header
    if header.channels > 1:
        raise MalformedError(
            "mask-has-colors",
            f"The image is {_KIND_NAMES.get(header.kind, 'truecolour')}, without a colour map to "
            "class ids.",
            "Export one id per pixel, or read the delivery as color-png.",
        )
    translated = translated_map(container, lookup.of_ids(header.depth))
    findings = lookup.undeclared_ids(key, translated.counts)
    if header.kind == PALETTE:
        findings += lookup.lying_palette(key, translated.counts, palette_colors(container))
    return Reading(translated.label_map, findings)


def decode_colors(key: str, container: Container, lookup: ClassLookup) -> Reading:
    """Read pixels as class colours, exactly; only an opaque pixel has a class.

    Raises
    ------
    MalformedError
        When the image is broken, or has 16 bits per sample.
    """
    header = container.header
    if header.depth == 16:
        raise MalformedError(
            "mask-depth",
            "The image has 16 bits per sample; class colours have 8.",
            "Export with 8 bits per sample.",
        )
    if header.channels == 1:
        return _by_table(key, container, lookup)
    return _by_pixel(key, container, lookup)


def decode_either(key: str, container: Container, lookup: ClassLookup) -> Reading:
    """Read colours where the image has colours, and ids everywhere else.

    Raises
    ------
    MalformedError
        When the image is broken.
    """
    if container.header.has_colors:
        return decode_colors(key, container, lookup)
    return decode_ids(key, container, lookup)


def _by_table(key: str, container: Container, lookup: ClassLookup) -> Reading:
    """Look up the colour of each palette entry or grey value, not of each pixel."""
    size = 2**container.header.depth
    codes, alpha = np.zeros(size, np.uint32), np.full(size, 255, np.uint8)
    if container.header.kind == PALETTE:
        codes[: container.colors] = color_codes(palette_colors(container))
        alpha[: len(container.transparency)] = np.frombuffer(container.transparency, np.uint8)
    else:
        codes[:] = np.arange(size, dtype=np.uint32) * (255 // (size - 1)) * 0x010101
        if container.transparency:
            alpha[int.from_bytes(container.transparency) % size] = 0
    indexes, declared = lookup.of_colors(codes)
    indexes[alpha < 255] = 0
    translated = translated_map(container, indexes)
    return Reading(translated.label_map, _findings(key, codes, alpha, declared, translated.counts))


def _by_pixel(key: str, container: Container, lookup: ClassLookup) -> Reading:
    header = container.header
    pixels = dense_samples(container).reshape(-1, header.channels)
    ends = np.empty(len(pixels), np.uint32)
    packed = np.empty(len(pixels), np.uint32)
    row_starts = np.empty(header.height + 1, np.int64)
    count = kernels.png.color_runs(pixels, header.width, packed, ends, row_starts)
    ends = ends[:count].copy()
    codes, alpha = _unpacked(packed[:count], header, container.transparency)
    indexes, declared = lookup.of_colors(codes)
    indexes[alpha < 255] = 0
    label_map = LabelMap.from_runs(header.height, header.width, ends, indexes)
    counts = np.diff(ends, prepend=np.uint32(0)).astype(np.int64)
    return Reading(label_map, _findings(key, codes, alpha, declared, counts))


def _unpacked(
    packed: NDArray[np.uint32], header: Header, transparency: bytes
) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return colour and alpha of each run."""
    if header.kind == GRAY_ALPHA:
        return (packed >> np.uint32(8)) * np.uint32(0x010101), packed.astype(np.uint8)
    if header.kind == TRUECOLOR_ALPHA:
        return packed >> np.uint32(8), packed.astype(np.uint8)
    alpha = np.full(packed.size, 255, np.uint8)
    if transparency:
        # One colour counts as transparent; its samples are stored in two bytes each.
        alpha[packed == int.from_bytes(transparency[1::2])] = 0
    return packed, alpha


def _findings(
    key: str,
    codes: NDArray[np.uint32],
    alpha: NDArray[np.uint8],
    declared: NDArray[np.bool_],
    counts: NDArray[np.int64],
) -> tuple[Finding, ...]:
    stray = ~declared & (alpha == 255) & (counts > 0)
    return (
        *undeclared_colors(key, codes[stray], counts[stray]),
        *_alpha_findings(key, alpha, counts),
    )


def _alpha_findings(
    key: str, alpha: NDArray[np.uint8], counts: NDArray[np.int64]
) -> tuple[Finding, ...]:
    clear = int(counts[alpha == 0].sum())
    partly = int(counts[(alpha > 0) & (alpha < 255)].sum())
    if not clear and not partly:
        return ()
    # Half-transparent pixels are edges that were smoothed: labels were lost.
    severity = Severity.ERROR if partly else Severity.WARNING
    message = f"{clear} px are transparent and {partly} px are half transparent."
    remedy = "Export without alpha and without smoothing. These pixels count as unlabelled."
    return (Finding("mask-alpha", severity, key, message, remedy),)
