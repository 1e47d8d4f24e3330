"""Labels of somebody who keeps to the guideline: nothing smaller than the ontology allows."""

import numpy as np

from assay.labels import LabelMap, Ontology
from assay.labels.regions import find_regions
from assay.simulate.spreading import spread

#: Covering a fleck may cut another region in two; a few rounds settle it.
_ROUNDS = 8


def tidy(label_map: LabelMap, ontology: Ontology) -> LabelMap:
    """Give regions below their class's ``minimum_region_px`` to what surrounds them.

    A drawn scene shows sky between leaves and people of three pixels; a guideline with minima says
    that nobody is to label them.  Void and unlabelled regions stay.

    Examples
    --------
    >>> from assay.labels import LabelClass
    >>> ontology = Ontology((
    ...     LabelClass("road", 1, (1, 1, 1)),
    ...     LabelClass("car", 2, (2, 2, 2), minimum_region_px=2),
    ... ))
    >>> tidy(LabelMap.from_dense([[1, 1, 2, 1, 2, 2]]), ontology).to_dense().tolist()
    [[1, 1, 1, 1, 2, 2]]
    """
    least = np.zeros(ontology.size, np.int64)
    least[1 : ontology.first_void] = [label.minimum_region_px for label in ontology.classes]
    for _ in range(_ROUNDS):
        regions = find_regions(label_map)
        small = regions.area < least[regions.value]
        if not small.any():
            break
        owner = np.repeat(regions.of_run, label_map.lengths).reshape(label_map.shape)
        dense = label_map.to_dense()
        uncovered = small[owner]
        others = ~uncovered & (dense > 0) & (dense < ontology.first_void)
        covered = spread(dense, others, uncovered)
        if (covered == dense).all():
            break
        label_map = LabelMap.from_dense(covered)
    return label_map
