"""What a ranking of suspects is worth: precision, recall, average precision, with intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Region:
    """A suspect region of some image, and what somebody who looks at it finds.

    Parameters
    ----------
    score
        How suspicious it is; higher is more so.
    hit
        Whether an error is there.
    finds
        Which errors of the image, as places in its list.
    """

    score: float
    hit: bool
    finds: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Ranking:
    """Regions of all images in the order in which they are looked at.

    Parameters
    ----------
    images
        Number of images.
    image
        Image of each region, in order.
    hit
        Whether each region is an error.
    error_image
        Image of each error.
    first
        Place in the order of the first region that finds each error; past the end where none does.
    """

    images: int
    image: Numbers
    hit: NDArray[np.bool_]
    error_image: Numbers
    first: Numbers

    @property
    def found(self) -> float:
        """Share of errors that some region finds."""
        return self.looked().recall(self.image.size)

    def looked(self, times: Numbers | None = None) -> "Looked":
        """Look at all regions in order; each image counts as often as ``times`` says, or once."""
        weight = np.ones(self.images, np.int64) if times is None else times
        per_region = weight[self.image]
        return Looked(
            np.concatenate([[0], np.cumsum(per_region)]),
            np.concatenate([[0], np.cumsum(per_region * self.hit)]),
            weight[self.error_image],
            self.first,
        )


@dataclass(frozen=True, eq=False)
class Looked:
    """What was found after each region.

    Parameters
    ----------
    seen, hits
        Regions so far, and errors among them; both from 0.
    weight, first
        How often each error counts, and the place of the region that finds it first.
    """

    seen: Numbers
    hits: Numbers
    weight: Numbers
    first: Numbers

    def precision(self, looks: int) -> float:
        """Return the share of errors among the first regions; regions that lack find nothing."""
        place = int(np.searchsorted(self.seen, looks))
        end = min(place + 1, self.seen.size)
        found = np.interp(looks, self.seen[:end], self.hits[:end])
        return float(found) / looks

    def recall(self, looks: int, chosen: NDArray[np.bool_] | None = None) -> float:
        """Return the share of (chosen) errors that looking at so many regions finds."""
        weight = self.weight if chosen is None else self.weight * chosen
        # Errors that no region finds are past the end, which no number of looks reaches.
        needed = np.append(self.seen[1:].astype(np.float64), np.inf)[self.first]
        return float(weight[needed <= looks].sum() / max(1, weight.sum()))

    def average_precision(self, chosen: NDArray[np.bool_] | None = None) -> float:
        """Return the mean, over (chosen) errors, of the precision where each is found; 0 if never.

        Examples
        --------
        >>> regions = [[Region(0.9, True, (0,)), Region(0.8, False), Region(0.7, True, (1,))]]
        >>> round(rank(regions, errors=[3]).looked().average_precision(), 3)
        0.556
        """
        weight = self.weight if chosen is None else self.weight * chosen
        ends = np.append(self.seen, 1)[self.first + 1], np.append(self.hits, 0)[self.first + 1]
        precision = ends[1] / np.maximum(ends[0], 1)
        return float((weight * precision).sum() / max(1, weight.sum()))


def rank(
    regions: Sequence[Sequence[Region]],
    errors: Sequence[int],
    shuffled: np.random.Generator | None = None,
) -> Ranking:
    """Put the regions of all images in order: by score, or by chance.

    Parameters
    ----------
    regions
        Those of each image; of equal scores the earlier image and region is first.
    errors
        How many errors each image has.
    shuffled
        Draws the order instead.
    """
    pairs = [(place, region) for place, found in enumerate(regions) for region in found]
    if shuffled is None:
        pairs.sort(key=lambda pair: -pair[1].score)
    else:
        pairs = [pairs[place] for place in shuffled.permutation(len(pairs))]
    starts = np.concatenate([[0], np.cumsum(errors)]).astype(np.int64)
    first = np.full(starts[-1], len(pairs), np.int64)
    for order, (place, region) in enumerate(pairs):
        for error in region.finds:
            first[starts[place] + error] = min(first[starts[place] + error], order)
    return Ranking(
        len(regions),
        np.array([place for place, _ in pairs], np.int64),
        np.array([region.hit for _, region in pairs], bool),
        np.repeat(np.arange(len(errors)), errors),
        first,
    )


@dataclass(frozen=True)
class Estimate:
    """A figure with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f}–{self.high:.2f})".replace("-", "−")


def draws(images: int, resamples: int, *, seed: int) -> Numbers:
    """Return how often each image is drawn, shape (resamples, images): as many draws as images."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(images, np.full(images, 1 / images), size=resamples)


def estimates(
    measure: Callable[[Numbers | None], Sequence[float]], times: Numbers
) -> tuple[Estimate, ...]:
    """Return measures of all images, and their percentile intervals over resampled ones.

    Source: Efron 1979, "Bootstrap methods: another look at the jackknife".
    """
    values = np.array([measure(each) for each in times])
    ends = np.nanpercentile(values, [2.5, 97.5], axis=0).T.tolist()
    return tuple(Estimate(value, *pair) for value, pair in zip(measure(None), ends, strict=True))


def order_precision(order: Sequence[bool], looks: int) -> float:
    """Return the share of wrong ones among the first images."""
    return sum(order[:looks]) / looks


def order_average_precision(order: Sequence[bool]) -> float:
    """Return the mean precision at each wrong image; not a number without any.

    Examples
    --------
    >>> order_average_precision([True, False, True])
    0.8333333333333333
    """
    wrong = np.asarray(order, bool)
    precision = np.cumsum(wrong) / np.arange(1, wrong.size + 1)
    return float(precision[wrong].mean()) if wrong.any() else float("nan")
