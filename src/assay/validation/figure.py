"""Things before one ground, for holes in which several classes show."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Region
from assay.labels import LabelMap, Regions, enclosing_regions, find_regions


@dataclass(frozen=True, eq=False)
class Figure:
    """Things before one ground: a label map in which every class of stuff is the same.

    Parameters
    ----------
    label_map
        The map; ``ground`` wherever the subject has stuff.
    regions
        Its regions.
    is_hole
        bool, shape (regions,): ground that one region of a thing encloses.
    encloser
        int32, shape (regions,): the enclosing region, -1 where there is none.
    """

    label_map: LabelMap
    regions: Regions
    is_hole: NDArray[np.bool_]
    encloser: NDArray[np.int32]

    def box(self, region: int) -> Region:
        """Return the bounding box of one of :attr:`regions`."""
        return box_of(self.regions, region)

    @classmethod
    def of(cls, label_map: LabelMap, stuff: NDArray[np.bool_], things: NDArray[np.bool_]) -> Self:
        """Return the figure of a map.

        Parameters
        ----------
        label_map
            The map.
        stuff, things
            Which indexes are of each kind, shape (size,).

        Examples
        --------
        >>> label_map = LabelMap.from_dense([[3, 3, 3, 3], [3, 1, 2, 3], [3, 3, 3, 3]])
        >>> stuff = np.array([False, True, True, False])
        >>> figure = Figure.of(label_map, stuff, np.array([False, False, False, True]))
        >>> figure.regions.area[figure.is_hole].tolist()
        [2]
        """
        ground = np.arange(stuff.size, dtype=np.uint16)
        ground[stuff] = np.flatnonzero(stuff)[:1]
        merged = label_map.relabel(ground)
        regions = find_regions(merged)
        encloser = enclosing_regions(merged, regions)
        around = things[regions.value[encloser]]
        return cls(merged, regions, (encloser >= 0) & stuff[regions.value] & around, encloser)


def box_of(regions: Regions, region: int) -> Region:
    """Return the bounding box of a region."""
    sides = (regions.top, regions.left, regions.bottom, regions.right)
    return Region(*(int(side[region]) for side in sides))
