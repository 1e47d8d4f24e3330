"""Small pictures for lists and boards; they never leave the house."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

#: Longest side of a thumbnail.
SIDE_PX = 256


def thumbnail(pixels: NDArray[np.uint8]) -> bytes:
    """Return a JPEG of at most 256 pixels a side from pixels of shape (height, width, 3).

    Examples
    --------
    >>> file = thumbnail(np.zeros((600, 1200, 3), np.uint8))
    >>> Image.open(io.BytesIO(file)).size
    (256, 128)
    """
    image = Image.fromarray(pixels)
    image.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC, reducing_gap=2.0)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()
