"""Label maps that tests share: made by hypothesis, adversarial by hand, and drawn as text."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from assay import LabelClass, LabelMap, Ontology

#: A tiny ontology: indexes 1 to 3 are classes, 4 is void.
TINY = Ontology(
    (
        LabelClass("road", 1, (128, 64, 128)),
        LabelClass("car", 2, (0, 0, 142), kind="thing", weight=2.0),
        LabelClass("person", 3, (220, 20, 60), kind="thing", weight=5.0),
    ),
    void_ids=(255,),
)


def drawn(text: str) -> LabelMap:
    """Return the map drawn as digits, one line a row: ``drawn('''112 222''')``; ``.`` is 0."""
    rows = [[0 if pixel == "." else int(pixel) for pixel in line] for line in text.split()]
    return LabelMap.from_dense(np.array(rows, np.uint16))


@st.composite
def dense_maps(
    draw: st.DrawFn,
    *,
    highest: int = 4,
    max_side: int = 24,
    shape: tuple[int, int] | None = None,
) -> NDArray[np.uint16]:
    """Dense maps from flat to noise: rectangles painted over each other, then scattered pixels."""
    side = st.integers(1, max_side)
    height, width = shape or (draw(side), draw(side))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dense = np.full((height, width), draw(st.integers(0, highest)), np.uint16)
    for _ in range(draw(st.integers(0, 8))):
        top, left = rng.integers(0, height), rng.integers(0, width)
        bottom, right = rng.integers(top, height) + 1, rng.integers(left, width) + 1
        dense[top:bottom, left:right] = rng.integers(0, highest + 1)
    noise = draw(st.sampled_from([0.0, 0.0, 0.05, 0.5, 1.0]))
    spots = rng.random((height, width)) < noise
    dense[spots] = rng.integers(0, highest + 1, int(spots.sum()))
    return dense


def adversarial_maps() -> dict[str, NDArray[Any]]:
    """Dense maps that break careless kernels, by name."""
    rng = np.random.default_rng(7)
    rows, columns = np.indices((33, 47))
    return {
        "one pixel": np.array([[3]], np.uint16),
        "one row": rng.integers(0, 4, (1, 70)).astype(np.uint16),
        "one column": rng.integers(0, 4, (70, 1)).astype(np.uint16),
        "one class": np.full((20, 30), 2, np.uint16),
        "all unlabelled": np.zeros((20, 30), np.uint16),
        "noise": rng.integers(0, 5, (64, 65)).astype(np.uint16),
        "checkerboard": ((rows + columns) % 2).astype(np.uint16),
        "stripes": (columns % 3).astype(np.uint16),
        "rings": (np.hypot(rows - 16, columns - 23).astype(int) // 3 % 3).astype(np.uint16),
    }
