"""Several annotators' dense maps of one image, for tests of agreement and consensus."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from maps import dense_maps

#: What stands for an annotator who did not label the image.
ABSENT = 65_535


@st.composite
def panels(
    draw: st.DrawFn, *, raters: int | None = None, highest: int = 4
) -> list[NDArray[np.uint16]]:
    """Maps of one image by 2 to 6 annotators: copies, spoilt copies, strangers, absent ones."""
    first = draw(dense_maps(highest=highest, max_side=16))
    maps = [first]
    for _ in range((raters or draw(st.integers(2, 6))) - 1):
        other = draw(dense_maps(highest=highest, shape=first.shape))
        how = draw(st.sampled_from(["copy", "spoilt", "spoilt", "stranger", "absent"]))
        rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        maps.append(
            {
                "copy": first,
                "spoilt": np.where(rng.random(first.shape) < 0.2, other, first),
                "stranger": other,
                "absent": np.full_like(first, ABSENT),
            }[how]
        )
    return maps


def values_of(maps: list[NDArray[np.uint16]], first_void: int) -> NDArray[Any]:
    """Return raters by pixels, NaN where a rater gives no value: void, or absent."""
    votes = np.stack([dense.ravel() for dense in maps]).astype(float)
    votes[votes >= first_void] = np.nan
    return votes
