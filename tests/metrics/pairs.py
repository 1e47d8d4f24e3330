"""Pairs of dense maps that tests of metrics share."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from maps import adversarial_maps, dense_maps

#: Two dense maps of one size.
DensePair = tuple[NDArray[Any], NDArray[Any]]


@st.composite
def dense_pairs(draw: st.DrawFn, *, highest: int = 4) -> DensePair:
    """Two maps of one size: unrelated, or the second a shifted or spoilt copy of the first."""
    reference = draw(dense_maps(highest=highest))
    other = draw(dense_maps(highest=highest, shape=reference.shape))
    how = draw(st.sampled_from(["unrelated", "shifted", "spoilt", "equal"]))
    if how == "unrelated":
        return reference, other
    if how == "shifted":
        return reference, np.roll(reference, draw(st.integers(-2, 2)), axis=1)
    if how == "spoilt":
        rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        return reference, np.where(rng.random(reference.shape) < 0.2, other, reference)
    return reference, reference


def adversarial_pairs() -> dict[str, DensePair]:
    """Adversarial maps against themselves, turned upside down, and shifted."""
    pairs: dict[str, DensePair] = {}
    for name, dense in adversarial_maps().items():
        small = np.minimum(dense, 4)
        pairs[f"{name}, equal"] = (small, small)
        pairs[f"{name}, flipped"] = (small, small[::-1, ::-1].copy())
        pairs[f"{name}, shifted"] = (small, np.roll(small, 1, axis=1))
    return pairs


def eight_connected(mask: NDArray[Any]) -> list[NDArray[np.bool_]]:
    """The 8-connected regions of a mask, one mask each."""
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    return [labels == number for number in range(1, count + 1)]
