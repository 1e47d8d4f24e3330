"""Suspects as pictures: the photograph with both outlines, and the doubt in the labels.

Outlines are vectors over a small picture, so they stay sharp however large a browser shows them.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.labels import LabelMap, Ontology, decimated
from assay.render.pictures import drawing, uri
from assay.suspicion import SuspectExhibit, SuspectReport
from assay.suspicion.kinds import KIND_BY_NAME
from assay.suspicion.rules import index_name, sentences_of

#: Longest side of a picture, in pixels; larger windows are shrunk.
_SIDE = 320

#: A photograph whose brightest pixels lie below this is shown brighter, up to so many times.
_DARK, _MOST_GAIN = 100, 16

#: Colours of doubt, from none to all: dark to bright, by equal steps of lightness.
_HEAT = np.array(
    [(24, 22, 38), (66, 28, 84), (122, 36, 96), (182, 54, 84), (226, 92, 58), (247, 150, 60),
     (250, 208, 110), (253, 246, 214)],
    np.float64,
)  # fmt: skip


@dataclass(frozen=True)
class Pane:
    """A picture with outlines over it.

    Parameters
    ----------
    title
        Caption.
    alt
        What it shows, for those who cannot see it.
    src
        The picture.
    outline
        SVG path of the outlines; ``""`` for none.
    tone
        ``"labels"``, ``"rival"`` or ``"doubt"``.
    smooth
        Whether the picture is a photograph.
    """

    title: str
    alt: str
    src: str
    outline: str
    tone: str
    smooth: bool


@dataclass(frozen=True)
class SuspectPlate:
    """All pictures of one suspect; lengths are in label pixels, shrunk by ``reduction``.

    A dark photograph is shown ``brightened`` times as bright.
    """

    rank: int
    title: str
    says: str
    width: int
    height: int
    box: tuple[int, int, int, int]
    panes: tuple[Pane, ...]
    reduction: int
    brightened: int


def suspect_plates(report: SuspectReport) -> tuple[SuspectPlate, ...]:
    """Return the plates of a report's exhibits."""
    places = {id(suspect): rank for rank, suspect in enumerate(report.suspects, 1)}
    return tuple(
        _plate(places.get(id(exhibit.suspect), place), exhibit, report.ontology)
        for place, exhibit in enumerate(report.exhibits, 1)
    )


def _plate(rank: int, exhibit: SuspectExhibit, ontology: Ontology) -> SuspectPlate:
    suspect, step = exhibit.suspect, max(1, -(-max(exhibit.labels.shape) // _SIDE))
    labels, rival = decimated(exhibit.labels, step=step), decimated(exhibit.rival, step=step)
    height, width = labels.shape
    names = {
        "label": index_name(suspect.label, ontology),
        "rival": index_name(suspect.rival, ontology),
    }
    kind, region = KIND_BY_NAME[suspect.kind], suspect.region
    where = f"in {suspect.item}, {names['label']} against {names['rival']}"
    panes = (
        _over(exhibit, exhibit.labels, labels, "labels", f"Labels {where}", ontology, step),
        _over(exhibit, exhibit.rival, rival, "rival", f"What is seen {where}", ontology, step),
        Pane("Doubt", f"Doubt {where}", _heat(exhibit.doubt, step), "", "doubt", smooth=False),
    )
    return SuspectPlate(
        rank,
        kind.title.capitalize(),
        sentences_of(suspect, ontology)[0],
        width,
        height,
        (
            (region.left - exhibit.left) // step,
            (region.top - exhibit.top) // step,
            -(-(region.right - exhibit.left) // step),
            -(-(region.bottom - exhibit.top) // step),
        ),
        panes,
        step,
        1 if exhibit.image is None else _gain(exhibit.image),
    )


def _over(
    exhibit: SuspectExhibit,
    label_map: LabelMap,
    shown: NDArray[np.uint16],
    tone: str,
    alt: str,
    ontology: Ontology,
    step: int,
) -> Pane:
    title = "As labelled" if tone == "labels" else "As seen"
    outline = " ".join(outline_path(shown))
    if exhibit.image is not None:
        return Pane(title, alt, _photo(exhibit.image), outline, tone, smooth=True)
    picture = drawing(title, alt, decimated(label_map, step=step), ontology.colors)
    return Pane(title, alt, picture.src, outline, tone, smooth=False)


def _gain(image: NDArray[np.uint8]) -> int:
    """Return how many times as bright a photograph is shown: 1 unless all of it is dark."""
    brightest = max(1.0, float(np.percentile(image, 99.5)))
    return 1 if brightest >= _DARK else min(_MOST_GAIN, max(1, int(255 / brightest)))


def _photo(image: NDArray[np.uint8]) -> str:
    brighter = np.minimum(image.astype(np.uint16) * _gain(image), 255).astype(np.uint8)
    photo = Image.fromarray(brighter)
    photo.thumbnail((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=85)
    return uri("jpeg", out.getvalue())


def _heat(doubt: NDArray[np.uint8], step: int) -> str:
    """Draw the doubt; a block of pixels shows its greatest, or thin regions would vanish."""
    height, width = (-(-side // step) * step for side in doubt.shape)
    padded = np.zeros((height, width), np.uint8)
    padded[: doubt.shape[0], : doubt.shape[1]] = doubt
    rows = padded.reshape(height // step, step, width).max(axis=1)
    blocks = rows.reshape(height // step, width // step, step).max(axis=2)
    steps = np.linspace(0, len(_HEAT) - 1, 256)
    palette = np.stack(
        [np.interp(steps, range(len(_HEAT)), _HEAT[:, part]) for part in range(3)], axis=1
    )
    return drawing("", "", blocks.astype(np.uint16), palette.astype(np.uint8)).src


def outline_path(shown: NDArray[np.uint16]) -> Iterator[str]:
    """Yield the borders between values as parts of an SVG path, along the edges of pixels.

    Examples
    --------
    >>> list(outline_path(np.array([[1, 1], [2, 2]], np.uint16)))
    ['M0 1h2']
    """
    for rows, columns, step in _stretches(shown[1:] != shown[:-1]):
        yield f"M{columns} {rows + 1}h{step}"
    for columns, rows, step in _stretches((shown[:, 1:] != shown[:, :-1]).T):
        yield f"M{columns + 1} {rows}v{step}"


def _stretches(edges: NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    """Yield row, first column and length of each stretch of true values."""
    turns = np.diff(np.pad(edges.astype(np.int8), [(0, 0), (1, 1)]), axis=1)
    starts, stops = np.argwhere(turns == 1), np.argwhere(turns == -1)
    for (row, first), (_, stop) in zip(starts.tolist(), stops.tolist(), strict=True):
        yield row, first, stop - first
