"""What an image looks like, in a few numbers that make labels easier or harder."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.labels import LabelMap, Ontology

#: Luminance of red, green and blue (ITU-R BT.601).
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Look:
    """Statistics of a photograph.

    Parameters
    ----------
    brightness
        Mean luminance, 0 to 255.
    contrast
        Standard deviation of luminance, 0 to 127.5.
    colourfulness
        Hasler and Süsstrunk 2003, "Measuring Colourfulness in Natural Images": 0 is grey, above
        80 vivid.
    sharpness
        Natural logarithm of one more than the variance of the luminance's Laplacian
        (Pech-Pacheco et al. 2000): low for blur, high for texture and noise.
    """

    brightness: float
    contrast: float
    colourfulness: float
    sharpness: float


@dataclass(frozen=True)
class Content:
    """Statistics of what the reference says is in an image.

    Parameters
    ----------
    detail
        How often the class changes along rows, per 1,000 scored pixels.
    classes
        How many classes there are.
    shares
        Share of each class among scored pixels, in the order of the ontology.
    """

    detail: float
    classes: int
    shares: tuple[float, ...]


def look_of(photograph: NDArray[np.uint8]) -> Look:
    """Return the statistics of a photograph of shape (height, width, 3).

    Examples
    --------
    >>> look_of(np.full((4, 4, 3), 100, np.uint8))
    Look(brightness=100.0, contrast=0.0, colourfulness=0.0, sharpness=0.0)
    """
    pixels = photograph.astype(np.float32)
    luma = pixels @ _LUMA
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    first, second = red - green, (red + green) / 2 - blue
    spread = float(np.hypot(first.std(), second.std()))
    offset = float(np.hypot(first.mean(), second.mean()))
    laplacian = (
        luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * luma[1:-1, 1:-1]
    )
    return Look(
        round(float(luma.mean()), 3),
        round(float(luma.std()), 3),
        round(spread + 0.3 * offset, 3),
        round(float(np.log1p(laplacian.var() if laplacian.size else 0.0)), 4),
    )


def content_of(reference: LabelMap, ontology: Ontology) -> Content:
    """Return the statistics of a reference map.

    Examples
    --------
    >>> from assay import LabelClass
    >>> ontology = Ontology((LabelClass("road", 1, (9, 9, 9)), LabelClass("car", 2, (0, 0, 9))))
    >>> content_of(LabelMap.from_dense([[1, 1], [1, 2]]), ontology)
    Content(detail=250.0, classes=2, shares=(0.75, 0.25))
    """
    pixels = np.bincount(reference.values, weights=reference.lengths, minlength=ontology.size)
    scored = pixels[1 : ontology.first_void]
    total = float(scored.sum())
    if not total:
        return Content(0.0, 0, (0.0,) * len(scored))
    return Content(
        # A row has one run more than it has changes.
        round(1000 * (len(reference.ends) - reference.height) / total, 4),
        int((scored > 0).sum()),
        tuple((scored / total).tolist()),
    )
