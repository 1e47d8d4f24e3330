"""How scores spread over images."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assay.report import ItemScores


@dataclass(frozen=True)
class Bin:
    """Images whose score lies in ``low`` to ``high``, low included, and the last high too."""

    low: float
    high: float
    images: int


def spread_of(items: Sequence[ItemScores], metric: str, *, bins: int = 20) -> tuple[Bin, ...]:
    """Count images by score in equal bins from 0 to 1; images without a score are left out."""
    counts = [0] * bins
    for item in items:
        value = item.scores.get(metric, math.nan)
        if not math.isnan(value):
            counts[min(max(int(value * bins), 0), bins - 1)] += 1
    return tuple(Bin(n / bins, (n + 1) / bins, images) for n, images in enumerate(counts))


def worst_first(items: Sequence[ItemScores], metric: str) -> tuple[ItemScores, ...]:
    """Sort images by score, worst first; those without a score come last, ties by key."""

    def order(item: ItemScores) -> tuple[bool, float, str]:
        value = item.scores.get(metric, math.nan)
        unknown = math.isnan(value)
        return unknown, 0.0 if unknown else value, item.key

    return tuple(sorted(items, key=order))
