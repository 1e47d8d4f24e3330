"""Why pixels are wrong: every wrong pixel has exactly one kind."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.metrics.anatomy import ERROR_KINDS


@dataclass(frozen=True, eq=False)
class Anatomy:
    """Wrong pixels by reference class and kind.

    Parameters
    ----------
    counts
        int64, shape (classes, 5), columns in the order of ``ERROR_KINDS``.
    """

    counts: NDArray[np.int64]

    @property
    def by_kind(self) -> dict[str, int]:
        """Wrong pixels of each kind; the values sum to all wrong pixels."""
        return dict(zip(ERROR_KINDS, self.counts.sum(axis=0).tolist(), strict=True))

    @property
    def wrong(self) -> int:
        """Number of wrong pixels."""
        return int(self.counts.sum())
