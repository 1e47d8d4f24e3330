"""Images of the gallery."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from assay.assess.inspect import read_candidate
from assay.delivery import Delivery
from assay.labels import LabelMap
from assay.metrics import Pair
from assay.metrics.anatomy import error_map
from assay.report import Exhibit

#: Gives the photograph of an item, uint8 of shape (height, width, 3), or None.
Photographs = Callable[[str], NDArray[np.uint8] | None]


def make_exhibit(
    key: str, candidate: Delivery, reference: Delivery, photographs: Photographs | None
) -> Exhibit | None:
    """Read an item again and lay out what differs; None where the reference is unreadable."""
    truth = reference.read(key).label_map
    if truth is None:
        return None
    label_map = read_candidate(key, candidate, truth)[0].label_map
    shown = LabelMap.filled(*truth.shape) if label_map is None else label_map
    return Exhibit(
        key,
        truth,
        label_map,
        error_map(Pair(truth, shown, reference.ontology)),
        None if photographs is None else photographs(key),
    )
