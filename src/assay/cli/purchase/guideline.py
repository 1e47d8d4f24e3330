"""The guideline of the demo, and its pictures: what each class looks like, right and wrong."""

import io

import numpy as np
from PIL import Image

from assay.cli.purchase.stage import Stage
from assay.labels import LabelMap
from assay.simulate.street import STREET

FIRST = """# Streets, seen from a car

Label every pixel. What belongs to a thing is labelled as the thing: mirrors and wheels are car.

* **Riders** are people on bicycles; the bicycle is a class of its own.
* **Trucks** carry goods. A van with rear windows is a car.
* Label what is seen. Do not guess what is hidden.
"""

SECOND = (
    FIRST
    + """
## Since version 1

* A person who pushes a bicycle is a person, and the bicycle is a bicycle.
"""
)


def example(stage: Stage, class_name: str, *, right: bool) -> bytes:
    """Return a picture for a class: outlined where it is, or a pixel-coarse label of it."""
    index = STREET.index_of(class_name)
    name, truth = _richest(stage, index)
    inside = truth.to_dense() == index
    if not right:
        inside = np.kron(inside[::8, ::8], np.ones((8, 8), bool))[: truth.height, : truth.width]
    with Image.open(io.BytesIO(stage.photographs[name])) as image:
        pixels = np.asarray(image.convert("RGB")).astype(np.float64)
    color = STREET.colors[index].astype(np.float64)
    pixels[inside] = 0.45 * pixels[inside] + 0.55 * color
    pixels[~inside] *= 0.6
    buffer = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def _richest(stage: Stage, index: int) -> tuple[str, LabelMap]:
    def pixels(name: str) -> int:
        truth = stage.truths[name]
        return int(truth.lengths[truth.values == index].sum())

    name = max(sorted(stage.truths), key=pixels)
    return name, stage.truths[name]
