"""Better work where gold is."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.honesty.case import Case
from assay.honesty.spec import Detector, Kind, Measurement, Need


@dataclass(frozen=True)
class GoldOnlyParameters:
    """How much better work on gold may be.

    Parameters
    ----------
    honest_gap
        Difference in mean IoU that is let be.
    least_images
        Fewest images of gold, and of the others.
    """

    honest_gap: float = 0.02
    least_images: int = 8

    def __post_init__(self) -> None:
        if not 0 <= self.honest_gap < 1:
            raise ParameterError(f"honest_gap is {self.honest_gap}; give 0 to 1.")
        if self.least_images < 2:
            raise ParameterError(f"least_images is {self.least_images}; give 2 or more.")


def measure_gold(case: Case, parameters: GoldOnlyParameters) -> tuple[Measurement, ...]:
    """Test whether each annotator's work on gold is better than on other images."""
    return tuple(_measure(case, place, parameters) for place in range(len(case.annotators)))


def _measure(case: Case, place: int, parameters: GoldOnlyParameters) -> Measurement:
    yardstick, gold, others = _scores(case, place, parameters.least_images)
    enough = min(gold.size, others.size) >= parameters.least_images
    gap = float(gold.mean() - others.mean()) if gold.size and others.size else math.nan
    error = _error(gold, others)
    return Measurement(
        (case.annotators[place],),
        Kind.TEST if enough else Kind.SHOWN,
        gap,
        parameters.honest_gap,
        gold.size + others.size,
        f"Mean IoU with {yardstick} {gold.mean():.3f} on {gold.size} gold images, "
        f"{others.mean():.3f} on {others.size} others."
        if gold.size and others.size
        else "There are no scores on both gold and other images.",
        gap - 1.96 * error,
        gap + 1.96 * error,
        rank_test(gold - parameters.honest_gap, others) if enough else math.nan,
    )


def _scores(
    case: Case, place: int, least: int
) -> tuple[str, NDArray[np.float64], NDArray[np.float64]]:
    """Return the yardstick, and scores by it on gold and on other images.

    Both must be measured alike: by the reference where it holds enough images that are no gold,
    else by the other annotators.
    """
    gold = case.gold or frozenset()
    found = []
    for yardstick, name in (("the reference", "accuracy"), ("the others", "conformity")):
        scores = [
            (item.key in gold, float(getattr(item, name)[place])) for item in case.done_by(place)
        ]
        parts = tuple(
            np.array([s for is_gold, s in scores if is_gold == kind and not math.isnan(s)])
            for kind in (True, False)
        )
        if min(parts[0].size, parts[1].size) >= least:
            return (yardstick, parts[0], parts[1])
        found.append((yardstick, parts[0], parts[1]))
    return found[0]


def _error(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    if min(first.size, second.size) < 2:
        return math.nan
    return math.sqrt(first.var(ddof=1) / first.size + second.var(ddof=1) / second.size)


def rank_test(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return the one-sided p-value of the first being no larger than the second.

    Mann and Whitney 1947, normal approximation with corrections for ties and continuity.

    Examples
    --------
    >>> round(rank_test(np.array([5.0, 6, 7, 8, 9]), np.array([1.0, 2, 3, 4, 5])), 4)
    0.008
    """
    ordered = np.sort(second)
    below = np.searchsorted(ordered, first, "left") + np.searchsorted(ordered, first, "right")
    wins = float(below.sum()) / 2
    n, m = first.size, second.size
    _, ties = np.unique(np.concatenate([first, second]), return_counts=True)
    total = n + m
    spread = n * m / 12 * (total + 1 - float((ties**3 - ties).sum()) / (total * (total - 1)))
    if spread <= 0:
        return 1.0
    return math.erfc((wins - n * m / 2 - 0.5) / math.sqrt(2 * spread)) / 2


GOLD_ONLY = Detector(
    "gold-only-effort",
    "Work on gold images is better than work on others.",
    """\
Gold shows how good the rest is only while nobody knows which images are gold. If work on gold is
better than on images drawn from the same stream, somebody can tell them apart.

**Measured:** mean IoU of an annotator on gold images, less that on other images, both by one
yardstick: the reference where it holds at least `least_images` images that are no gold (a blind
audit), else the plurality of the other annotators. **Test:** Mann and Whitney's, one-sided, of a
gap above `honest_gap`. It supposes that gold was drawn at random from the stream; gold that was
chosen for being easy fails it for everybody.

The table of gold has the column `item`.""",
    "Work on gold is better than on other images",
    "Is anything about these images different for you: name, order, size, time?",
    (
        "Gold was not drawn at random: it is easier, or older.",
        "Gold was part of the training, so the annotator has seen it.",
        "The audit was done to another version of the guideline than gold.",
    ),
    "gap in mean IoU",
    measure_gold,
    GoldOnlyParameters,
    (Need.GOLD,),
)
