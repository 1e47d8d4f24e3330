"""Better work where gold is."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.honesty.case import Case
from assay.honesty.spec import Detector, Kind, Measurement, Need

#: Fields of :class:`~assay.honesty.case.ItemFacts` with scores, and what they are called.
_YARDSTICKS: Mapping[str, str] = MappingProxyType(
    {"accuracy": "the reference", "conformity": "the others"}
)
#: Fewest colleagues on every image whose median says how hard it is.
_LEAST_COLLEAGUES = 2


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


@dataclass(frozen=True)
class _Scores:
    """One annotator's scores by one yardstick, on gold and on other images."""

    yardstick: str
    gold: NDArray[np.float64]
    others: NDArray[np.float64]

    @property
    def fewest(self) -> int:
        return min(self.gold.size, self.others.size)


@dataclass(frozen=True)
class Gap:
    """How much better work on gold is than work on other images.

    Parameters
    ----------
    size
        Difference of the means; NaN where either has no score.
    low, high
        Its 95 % interval.
    p_value
        Probability of as much, or more, from somebody whose gap is the one that is let be.
    """

    size: float
    low: float
    high: float
    p_value: float


def gap_between(
    gold: NDArray[np.float64], others: NDArray[np.float64], *, honest_gap: float
) -> Gap:
    """Compare scores on gold with scores on other images, both by one yardstick.

    Parameters
    ----------
    gold, others
        Scores, one an image.
    honest_gap
        Difference that is let be.

    Examples
    --------
    >>> gap = gap_between(np.linspace(0.8, 0.9, 20), np.linspace(0.6, 0.8, 20), honest_gap=0.02)
    >>> round(gap.size, 2), gap.p_value < 0.001
    (0.15, True)
    """
    if not min(gold.size, others.size):
        return Gap(math.nan, math.nan, math.nan, math.nan)
    size = float(gold.mean() - others.mean())
    reach = 1.96 * _error(gold, others)
    return Gap(size, size - reach, size + reach, rank_test(gold - honest_gap, others))


def _measure(case: Case, place: int, parameters: GoldOnlyParameters) -> Measurement:
    scores = _scores(case, place, parameters.least_images)
    beyond = _beyond_colleagues(case, place, scores)
    enough = scores.fewest >= parameters.least_images
    told = _more_telling(scores, beyond, parameters.honest_gap)
    return Measurement(
        (case.annotators[place],),
        Kind.TEST if enough else Kind.SHOWN,
        told.size,
        parameters.honest_gap,
        scores.gold.size + scores.others.size,
        _sentence(scores, beyond),
        told.low,
        told.high,
        told.p_value if enough else math.nan,
    )


def _scores(case: Case, place: int, least: int) -> _Scores:
    """Return scores by the reference where it holds enough images that are no gold, else by others.

    Both must be measured alike.
    """
    by_reference, by_others = (
        _split(case, place, name, [float(getattr(item, name)[place]) for item in case.items])
        for name in _YARDSTICKS
    )
    return by_others if by_reference.fewest < least <= by_others.fewest else by_reference


def _split(case: Case, place: int, yardstick: str, scores: Sequence[float]) -> _Scores:
    gold = case.gold or frozenset()
    known = [
        (item.key in gold, score)
        for item, score in zip(case.items, scores, strict=True)
        if item.digests[place] and not math.isnan(score)
    ]
    return _Scores(
        yardstick,
        np.array([score for is_gold, score in known if is_gold]),
        np.array([score for is_gold, score in known if not is_gold]),
    )


def _beyond_colleagues(case: Case, place: int, scores: _Scores) -> _Scores | None:
    """Return scores less the median colleague's on the same image; None where too few have one."""
    everybody = np.array([getattr(item, scores.yardstick) for item in case.items])
    own = everybody[:, place].copy()
    scored = ~np.isnan(own)
    colleagues = np.delete(everybody[scored], place, axis=1)
    few = (~np.isnan(colleagues)).sum(axis=1) < _LEAST_COLLEAGUES
    if not scores.fewest or few.any():
        return None
    own[scored] -= np.nanmedian(colleagues, axis=1)
    return _split(case, place, scores.yardstick, own.tolist())


def _more_telling(scores: _Scores, beyond: _Scores | None, honest_gap: float) -> Gap:
    """Return what has the smaller p-value, which is doubled where two were tried.

    How hard an image is hides a gap, and colleagues tell how hard it is; a gap that all of them
    have shows without them only.
    """
    tried = [
        gap_between(each.gold, each.others, honest_gap=honest_gap)
        for each in (scores, beyond)
        if each is not None
    ]
    told = min(tried, key=lambda gap: gap.p_value)
    return replace(told, p_value=min(1.0, told.p_value * len(tried)))


def _sentence(scores: _Scores, beyond: _Scores | None) -> str:
    if not scores.fewest:
        return "There are no scores on both gold and other images."
    own = (
        f"Mean IoU with {_YARDSTICKS[scores.yardstick]} {scores.gold.mean():.3f} on "
        f"{scores.gold.size} gold images, {scores.others.mean():.3f} on {scores.others.size} others"
    )
    if beyond is None:
        return f"{own}."
    usual = scores.gold.mean() - beyond.gold.mean(), scores.others.mean() - beyond.others.mean()
    return f"{own}; the median colleague has {usual[0]:.3f} and {usual[1]:.3f}."


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
gap above `honest_gap`; of the scores, and, where two colleagues did every image, of the scores less
the median colleague's, because hard images hide a gap. The smaller p-value is doubled and told. It
supposes that gold was drawn at random from the stream; gold that was chosen for being easy fails it
for everybody.

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
