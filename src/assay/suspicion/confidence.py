"""Self-confidence: what a model thinks of the labels that it was given, class by class."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.suspicion.view import View


@dataclass(frozen=True, eq=False)
class SelfConfidence:
    """Probabilities of the labels given, added up per class; sums of many images add up.

    Parameters
    ----------
    total
        float64, shape (indexes,): sum over pixels of the probability of their label.
    pixels
        int64, shape (indexes,): number of those pixels.
    """

    total: NDArray[np.float64]
    pixels: NDArray[np.int64]

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """Mean self-confidence of each class; above 1, so out of reach, where no pixel has it.

        Source: Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in
        Dataset Labels", section 3.1.

        Examples
        --------
        >>> SelfConfidence(np.array([0.0, 1.8]), np.array([0, 2])).thresholds.round(1).tolist()
        [2.0, 0.8999999761581421]
        """
        known = self.pixels > 0
        mean = np.where(known, self.total / np.maximum(self.pixels, 1), 2.0)
        return mean.astype(np.float32)


def measure_confidence(view: View, size: int) -> SelfConfidence:
    """Add up the self-confidence of one image's judged pixels for ``size`` indexes."""
    judged = view.judged
    labels = view.labels.to_dense()[judged]
    shares = view.label_share[judged]
    return SelfConfidence(
        np.bincount(labels, weights=shares.astype(np.float64), minlength=size).astype(np.float64),
        np.bincount(labels, minlength=size).astype(np.int64),
    )


def add_confidence(parts: Iterable[SelfConfidence], size: int) -> SelfConfidence:
    """Return the sum over images."""
    total, pixels = np.zeros(size), np.zeros(size, np.int64)
    for part in parts:
        total += part.total
        pixels += part.pixels
    return SelfConfidence(total, pixels)


def softmin(shares: NDArray[np.float32], *, temperature: float) -> float:
    """Return a mean of shares in which low ones weigh most; NaN of none.

    Each share ``s`` weighs ``exp((1 - s) / temperature)``: at a low temperature this is the least
    share, at a high one the mean.

    Source: the image score of cleanlab's ``segmentation.rank``; Lad and Mueller 2023, "Estimating
    label quality and errors in semantic segmentation data via any model", section 3.

    Examples
    --------
    >>> round(softmin(np.array([0.9, 0.9, 0.1], np.float32), temperature=0.1), 3)
    0.101
    """
    if not shares.size:
        return float("nan")
    doubt = (1 - shares.astype(np.float64)) / temperature
    weights = np.exp(doubt - doubt.max())
    return float((weights * shares).sum() / weights.sum())
