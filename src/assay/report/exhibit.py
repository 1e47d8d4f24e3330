"""One image shown as evidence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.labels import LabelMap


@dataclass(frozen=True, eq=False)
class Exhibit:
    """An image of the gallery: what the reference says, what the candidate says, where they differ.

    Parameters
    ----------
    key
        Item that it shows.
    reference
        Reference labels.
    candidate
        Candidate labels, or None where the item is missing or unreadable.
    errors
        Label map of error kinds: 0 right, 1 to 5 the kinds of ``ERROR_KINDS`` in order, 6 not
        scored.
    image
        The photograph, uint8 of shape (height, width, 3), at any scale; None where not given.
    """

    key: str
    reference: LabelMap
    candidate: LabelMap | None
    errors: LabelMap
    image: NDArray[np.uint8] | None = None
