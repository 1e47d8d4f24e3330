"""Exhibits as small pictures inside the page: no file beside it, no request to anywhere."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.labels import Ontology
from assay.render.kinds import KINDS
from assay.report import Exhibit, Report

#: Widths to try, in pixels, until the pictures of an exhibit fit its share of the page.
_WIDTHS = (640, 480, 360, 240, 160)
_MOST_PLATES = 96
#: Bytes of all pictures of one page, as they stand in it.
BUDGET = 2_400_000

_RIGHT, _OUTLINE, _HATCH = (240, 240, 238), (150, 152, 158), (118, 120, 128)
_FIRST_KIND = 1
_UNLABELLED_KIND = len(KINDS)
_NOT_SCORED = len(KINDS) + 1


@dataclass(frozen=True)
class Picture:
    """A picture with its caption and its description for those who cannot see it."""

    title: str
    alt: str
    src: str
    width: int
    height: int
    smooth: bool = False


@dataclass(frozen=True)
class Plate:
    """All pictures of one exhibit."""

    key: str
    pictures: tuple[Picture, ...]
    counts: tuple[int, ...]
    reduction: int
    delivered: bool


def plates_of(reports: Sequence[Report]) -> tuple[tuple[Plate, ...], ...]:
    """Return the plates of each report, sharing the budget of one page equally.

    Where a page would hold more plates than can be seen at a useful size, each report shows its
    worst ones.
    """
    most = max(1, _MOST_PLATES // max(1, len(reports)))
    shown = [report.exhibits[:most] for report in reports]
    share = BUDGET // max(1, sum(len(exhibits) for exhibits in shown))
    return tuple(
        tuple(_fitting_plate(exhibit, report.ontology, share) for exhibit in exhibits)
        for exhibits, report in zip(shown, reports, strict=True)
    )


def _fitting_plate(exhibit: Exhibit, ontology: Ontology, budget: int) -> Plate:
    """Return the widest plate within a budget of bytes, or the narrowest one."""
    plate = _plate(exhibit, ontology, _WIDTHS[0])
    for width in _WIDTHS[1:]:
        if sum(len(picture.src) for picture in plate.pictures) <= budget:
            break
        plate = _plate(exhibit, ontology, width)
    return plate


def _plate(exhibit: Exhibit, ontology: Ontology, width: int) -> Plate:
    step = max(1, -(-exhibit.reference.width // width))
    reference, errors = exhibit.reference.to_dense(), exhibit.errors.to_dense()
    pictures = [_labels("Reference", exhibit.key, reference, ontology, step)]
    if exhibit.image is not None:
        pictures.insert(0, _photograph(exhibit.key, exhibit.image, width))
    if exhibit.candidate is not None:
        candidate = exhibit.candidate.to_dense()
        pictures.append(_labels("Delivery", exhibit.key, candidate, ontology, step))
    counts = tuple(
        exhibit.errors.counts(_NOT_SCORED + 1)[_FIRST_KIND : _UNLABELLED_KIND + 1].tolist()
    )
    pictures.append(_errors(exhibit, reference, errors, counts, step))
    return Plate(exhibit.key, tuple(pictures), counts, step, exhibit.candidate is not None)


def _labels(
    title: str, key: str, dense: NDArray[np.uint16], ontology: Ontology, step: int
) -> Picture:
    shown = dense[step // 2 :: step, step // 2 :: step]
    present = [ontology.names[index - 1] for index in _classes_in(dense, ontology)]
    alt = f"{title} labels of {key}: {', '.join(present) or 'nothing labelled'}"
    return _picture(title, alt, ontology.colors[shown])


def _classes_in(dense: NDArray[np.uint16], ontology: Ontology) -> list[int]:
    return [index for index in np.unique(dense).tolist() if 0 < index < ontology.first_void]


def _photograph(key: str, image: NDArray[np.uint8], width: int) -> Picture:
    photo = _shrink(image, width)
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=80)
    return Picture(
        "Image", f"Photograph {key}", _uri("jpeg", out.getvalue()), *photo.size, smooth=True
    )


def _shrink(image: NDArray[np.uint8], width: int) -> Image.Image:
    photo = Image.fromarray(image)
    if photo.width > width:
        height = max(1, round(photo.height * width / photo.width))
        photo = photo.resize((width, height), Image.Resampling.LANCZOS)
    return photo


def _errors(
    exhibit: Exhibit,
    reference: NDArray[np.uint16],
    errors: NDArray[np.uint16],
    counts: Sequence[int],
    step: int,
) -> Picture:
    shown = _strongest(errors, step)
    ground = _ground(exhibit, reference, shown.shape, step)
    palette = np.array([kind.rgb for kind in KINDS], np.uint8)
    wrong = (shown >= _FIRST_KIND) & (shown <= _UNLABELLED_KIND)
    ground[wrong] = palette[shown[wrong] - _FIRST_KIND]
    rows, columns = np.indices(shown.shape)
    # Stripes, so that unlabelled is told apart without seeing its colour.
    stripes = (shown == _UNLABELLED_KIND) & ((rows + columns) % 6 < 2)
    ground[stripes] = (232, 234, 238)
    ground[(shown == _NOT_SCORED) & ((rows - columns) % 5 == 0)] = _HATCH
    told = ", ".join(f"{kind.title} {n:,} px" for kind, n in zip(KINDS, counts, strict=True) if n)
    return _picture("Errors", f"Errors of {exhibit.key}: {told or 'none'}", ground)


def _strongest(errors: NDArray[np.uint16], step: int) -> NDArray[np.uint16]:
    """Shrink by blocks; a block with any wrong pixel shows one, or thin errors would vanish."""
    if step == 1:
        return errors
    height, width = (-(-side // step) * step for side in errors.shape)
    padded = np.zeros((height, width), np.uint16)
    # Order by how much a reader must not overlook it: not scored is weakest after right.
    strength = np.array([0, 2, 5, 6, 4, 3, 1], np.uint16)
    padded[: errors.shape[0], : errors.shape[1]] = strength[errors]
    blocks = padded.reshape(height // step, step, width // step, step).max(axis=(1, 3))
    kinds: NDArray[np.uint16] = np.argsort(strength).astype(np.uint16)[blocks]
    return kinds


def _ground(
    exhibit: Exhibit, reference: NDArray[np.uint16], shape: tuple[int, ...], step: int
) -> NDArray[np.uint8]:
    """Return what errors are painted on: the photograph in pale grey, or reference outlines."""
    if exhibit.image is not None:
        photo = Image.fromarray(exhibit.image).convert("L").resize((shape[1], shape[0]))
        # Few levels of grey, so that the picture stays a small palette PNG.
        grey = 150 + (np.asarray(photo, np.uint16) * 100 // 255) // 6 * 6
        return np.repeat(grey[..., None], 3, axis=2).astype(np.uint8)
    shown = reference[step // 2 :: step, step // 2 :: step][: shape[0], : shape[1]]
    shown = np.pad(shown, [(0, shape[0] - shown.shape[0]), (0, shape[1] - shown.shape[1])], "edge")
    edge = np.zeros(shape, bool)
    edge[:, 1:] |= shown[:, 1:] != shown[:, :-1]
    edge[1:] |= shown[1:] != shown[:-1]
    ground = np.full((*shape, 3), _RIGHT, np.uint8)
    ground[edge] = _OUTLINE
    return ground


def _picture(title: str, alt: str, pixels: NDArray[np.uint8]) -> Picture:
    """Write few colours as a palette PNG, the smallest exact form."""
    codes = pixels.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    colors, places = np.unique(codes, return_inverse=True)
    image = Image.fromarray(pixels)
    if colors.size <= 256:
        image = Image.fromarray(places.reshape(codes.shape).astype(np.uint8), "P")
        channels = np.stack([colors >> 16, colors >> 8 & 255, colors & 255], axis=1)
        image.putpalette(channels.astype(np.uint8).tobytes())
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return Picture(title, alt, _uri("png", out.getvalue()), *image.size)


def _uri(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
