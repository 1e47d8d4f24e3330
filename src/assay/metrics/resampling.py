"""The paired bootstrap: what other draws of as many images would have said.

A resample draws as many images as there are, with replacement.  How often each image was drawn is
a row of weights, and the counts of all resamples are one matrix product, weights @ counts.  The
weights follow from the number of images and the seed alone, so every vendor and every metric is
judged on the same resamples; differences and ranks are paired.

Resamples answer *how often* (probability that a vendor is better, rank stability); intervals are
taken by leaving images out, see :mod:`assay.metrics.intervals`.

Source: Efron 1979, "Bootstrap methods: another look at the jackknife"; the image as the unit that
is drawn: Field and Welsh 2007, "Bootstrapping clustered data".
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.labels import Ontology
from assay.metrics.measure import Metric

# Drawn images held at a time: 8 bytes each in four arrays, so 32 MB whatever the pilot's size.
_CHUNK = 1_000_000


@dataclass(frozen=True)
class Resampling:
    """Resamples of a number of images; equal values give equal resamples.

    Parameters
    ----------
    images
        How many images there are.
    resamples
        How many resamples to draw.
    seed
        Seed of the draw.

    Raises
    ------
    ParameterError
        When there is no image or no resample.

    Examples
    --------
    >>> resampling = Resampling(3, resamples=2, seed=1)
    >>> counts = np.array([[[1]], [[10]], [[100]]])  # images, classes, columns
    >>> resampling.totals(counts)[:, 0, 0].tolist()
    [120, 102]
    """

    images: int
    resamples: int = 2000
    seed: int = 20260101

    def __post_init__(self) -> None:
        if self.images < 1 or self.resamples < 1:
            raise ParameterError(
                f"{self.resamples} resamples of {self.images} images cannot be drawn. "
                "Give at least one of each."
            )

    def weights(self) -> Iterator[NDArray[np.float64]]:
        """Yield how often each image was drawn, as blocks of shape (some resamples, images).

        The rows of all blocks are the resamples; each row sums to ``images``.
        """
        rng = np.random.default_rng(self.seed)
        rows = max(1, _CHUNK // self.images)
        for start in range(0, self.resamples, rows):
            size = min(rows, self.resamples - start)
            drawn = rng.integers(0, self.images, (size, self.images))
            drawn += self.images * np.arange(size)[:, np.newaxis]
            often = np.bincount(drawn.reshape(-1), minlength=size * self.images)
            yield often.reshape(size, self.images).astype(np.float64)

    def totals(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the summed counts of every resample.

        Parameters
        ----------
        counts
            Per image, shape (images, classes, columns).

        Returns
        -------
        int64 of shape (resamples, classes, columns).  Exact while sums stay below 2**53, some four
        billion images of 2 megapixels.

        Raises
        ------
        ParameterError
            When ``counts`` is not of that many images.
        """
        if counts.ndim != 3 or len(counts) != self.images:
            raise ParameterError(
                f"The counts have shape {counts.shape}; give (images, classes, columns) with the "
                f"{self.images} images that are resampled."
            )
        flat = counts.reshape(self.images, -1).astype(np.float64)
        blocks = [(weights @ flat).astype(np.int64) for weights in self.weights()]
        return np.concatenate(blocks).reshape(self.resamples, *counts.shape[1:])

    def scores(
        self, metric: Metric, counts: NDArray[np.int64], ontology: Ontology
    ) -> NDArray[np.float64]:
        """Return a score on every resample: shape (resamples,), or (resamples, classes).

        NaN where a resample has nothing to score, as when a rare class was not drawn.
        """
        return metric.score(self.totals(counts), ontology)
