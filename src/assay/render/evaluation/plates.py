"""Exhibits as small pictures: the worst images of a report."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.labels import Ontology, decimated
from assay.render.kinds import KINDS
from assay.render.pictures import Picture, drawing, labels_picture, photograph_picture
from assay.report import Exhibit, Report

#: Longest sides to try, in pixels, until the pictures of an exhibit fit its share of the page.
_SIDES = (640, 480, 360, 240, 160)
_MOST_PLATES = 96
#: Bytes of all pictures of one page, as they stand in it.
BUDGET = 2_400_000

# Error kinds as an exhibit's map has them, and the order in which a shrunken block shows them:
# what a reader must not overlook comes last.
_FIRST_KIND, _UNLABELLED_KIND, _NOT_SCORED = 1, len(KINDS), len(KINDS) + 1
_STRENGTH = np.array([0, 2, 5, 6, 4, 3, 1], np.uint8)

# Places in the palette of the errors picture: greys of the photograph, then everything else.
_GREYS = 18
_KIND = _GREYS
_PLAIN, _OUTLINE, _HATCH, _STRIPE = range(_KIND + len(KINDS), _KIND + len(KINDS) + 4)
_PALETTE = np.array(
    [(150 + 6 * grey,) * 3 for grey in range(_GREYS)]
    + [kind.rgb for kind in KINDS]
    + [(240, 240, 238), (150, 152, 158), (118, 120, 128), (232, 234, 238)],
    np.uint8,
)


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
    """Return the largest plate within a budget of bytes, or the smallest one."""
    plate = _plate(exhibit, ontology, _SIDES[0])
    for side in _SIDES[1:]:
        if sum(len(picture.src) for picture in plate.pictures) <= budget:
            break
        plate = _plate(exhibit, ontology, side)
    return plate


def _plate(exhibit: Exhibit, ontology: Ontology, side: int) -> Plate:
    step = max(1, -(-max(exhibit.reference.shape) // side))
    pictures = [labels_picture("Reference", exhibit.key, exhibit.reference, ontology, step=step)]
    if exhibit.image is not None:
        pictures.insert(0, photograph_picture(exhibit.key, exhibit.image, side=side))
    if exhibit.candidate is not None:
        pictures.append(
            labels_picture("Delivery", exhibit.key, exhibit.candidate, ontology, step=step)
        )
    pixels = exhibit.errors.counts(_NOT_SCORED + 1).tolist()
    counts = tuple(pixels[_FIRST_KIND:_NOT_SCORED])
    pictures.append(_errors(exhibit, counts, step))
    return Plate(exhibit.key, tuple(pictures), counts, step, exhibit.candidate is not None)


def _errors(exhibit: Exhibit, counts: Sequence[int], step: int) -> Picture:
    shown = _strongest(exhibit.errors.to_dense(), step)
    places = _ground(exhibit, shown.shape, step)
    wrong = (shown >= _FIRST_KIND) & (shown < _NOT_SCORED)
    places[wrong] = shown[wrong] - _FIRST_KIND + _KIND
    rows, columns = np.indices(shown.shape)
    # Stripes, so that unlabelled is told apart without seeing its colour.
    places[(shown == _UNLABELLED_KIND) & ((rows + columns) % 6 < 2)] = _STRIPE
    places[(shown == _NOT_SCORED) & ((rows - columns) % 5 == 0)] = _HATCH
    told = ", ".join(f"{kind.title} {n:,} px" for kind, n in zip(KINDS, counts, strict=True) if n)
    return drawing("Errors", f"Errors of {exhibit.key}: {told or 'none'}", places, _PALETTE)


def _strongest(errors: NDArray[np.uint16], step: int) -> NDArray[np.uint16]:
    """Shrink by blocks; a block with any wrong pixel shows one, or thin errors would vanish."""
    if step == 1:
        return errors
    height, width = (-(-side // step) * step for side in errors.shape)
    padded = np.zeros((height, width), np.uint8)
    padded[: errors.shape[0], : errors.shape[1]] = _STRENGTH[errors]
    rows = padded.reshape(height // step, step, width).max(axis=1)
    blocks = rows.reshape(height // step, width // step, step).max(axis=2)
    kinds: NDArray[np.uint16] = np.argsort(_STRENGTH).astype(np.uint16)[blocks]
    return kinds


def _ground(exhibit: Exhibit, shape: tuple[int, ...], step: int) -> NDArray[np.uint16]:
    """Return what errors are painted on: the photograph in pale grey, or reference outlines."""
    if exhibit.image is not None:
        height, width = shape
        photo = Image.fromarray(exhibit.image).resize((width, height), reducing_gap=1.5)
        # Few levels of grey, so that the picture stays small.
        return np.asarray(photo.convert("L"), np.uint16) * (_GREYS - 1) // 255
    shown = decimated(exhibit.reference, step=step)
    edge = np.zeros(shape, bool)
    edge[:, 1:] |= shown[:, 1:] != shown[:, :-1]
    edge[1:] |= shown[1:] != shown[:-1]
    return np.where(edge, _OUTLINE, _PLAIN).astype(np.uint16)
