"""Connected regions of a label map."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.errors import ParameterError
from assay.labels.labelmap import LabelMap


@dataclass(frozen=True, eq=False)
class Regions:
    """Maximal connected sets of pixels of one value, in order of their first pixel.

    Every value has regions, 0 (unlabelled) included.

    Parameters
    ----------
    of_run
        int32, shape (runs,): region of each run of the map.
    value
        uint16, shape (regions,): class index.
    area
        int64, shape (regions,): pixels.
    top, left, bottom, right
        int64, shape (regions,): bounding box in pixels, ends excluded.
    """

    of_run: NDArray[np.int32]
    value: NDArray[np.uint16]
    area: NDArray[np.int64]
    top: NDArray[np.int64]
    left: NDArray[np.int64]
    bottom: NDArray[np.int64]
    right: NDArray[np.int64]

    def __len__(self) -> int:
        return self.area.size


def find_regions(label_map: LabelMap, *, connectivity: Literal[4, 8] = 8) -> Regions:
    """Find the connected regions of every value in one pass over the runs.

    Parameters
    ----------
    label_map
        The map.
    connectivity
        8: pixels that touch at a corner belong together; 4: only those that share an edge.

    Raises
    ------
    ParameterError
        When the connectivity is neither.

    Examples
    --------
    >>> regions = find_regions(LabelMap.from_dense([[1, 2], [2, 1]]), connectivity=4)
    >>> regions.value.tolist(), regions.area.tolist()
    ([1, 2, 2, 1], [1, 1, 1, 1])
    >>> len(find_regions(LabelMap.from_dense([[1, 2], [2, 1]])))
    2

    Notes
    -----
    Union-find over the runs of neighbouring rows, after He, Chao and Suzuki 2008, "A run-based
    two-scan labeling algorithm", with all values labelled at once.
    """
    if connectivity not in (4, 8):
        raise ParameterError(f"connectivity is {connectivity}; give 4 or 8.")
    runs = (label_map.ends, label_map.values, label_map.row_starts, label_map.width)
    of_run = np.empty(label_map.ends.size, np.int32)
    count = kernels.components.label_runs(*runs, connectivity == 8, of_run)
    value = np.empty(count, np.uint16)
    area = np.empty(count, np.int64)
    box = np.empty((count, 4), np.int64)
    kernels.components.measure_regions(*runs, of_run, value, area, box)
    for array in (of_run, value, area, box):
        array.setflags(write=False)
    return Regions(of_run, value, area, *box.T)
