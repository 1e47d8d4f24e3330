"""Pictures inside a page: no file beside it, no request to anywhere."""

import base64
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assay.labels import LabelMap, Ontology, decimated


@dataclass(frozen=True)
class Picture:
    """A picture with its caption and its description for those who cannot see it."""

    title: str
    alt: str
    src: str
    width: int
    height: int
    smooth: bool = False


def labels_picture(
    title: str, key: str, labels: LabelMap, ontology: Ontology, *, step: int
) -> Picture:
    """Draw a label map in the colours of its classes, every ``step``-th pixel of it."""
    present = [
        ontology.names[index - 1]
        for index in np.unique(labels.values).tolist()
        if 0 < index < ontology.first_void
    ]
    alt = f"{title} labels of {key}: {', '.join(present) or 'nothing labelled'}"
    return drawing(title, alt, decimated(labels, step=step), ontology.colors)


def photograph_picture(key: str, image: NDArray[np.uint8], *, side: int) -> Picture:
    """Draw a photograph, uint8 of shape (height, width, 3), shrunk to a longest side."""
    photo = Image.fromarray(image)
    photo.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0)
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=80)
    return Picture(
        "Image", f"Photograph {key}", uri("jpeg", out.getvalue()), *photo.size, smooth=True
    )


def drawing(
    title: str, alt: str, places: NDArray[np.uint16], palette: NDArray[np.uint8]
) -> Picture:
    """Write a picture of palette places as a PNG."""
    if len(palette) <= 256:
        image = Image.fromarray(places.astype(np.uint8), "L")
        image.putpalette(palette.tobytes())
    else:
        image = Image.fromarray(palette[places])
    out = io.BytesIO()
    image.save(out, "PNG")
    return Picture(title, alt, uri("png", out.getvalue()), *image.size)


def uri(kind: str, content: bytes) -> str:
    """Return an encoded image, of kind ``"png"`` or ``"jpeg"``, as an address that holds it."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
