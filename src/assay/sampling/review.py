"""What a plan costs in review time: simulated, for good, borderline and bad batches."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.sampling.characteristic import MOST_ITEMS, maker_of, play
from assay.sampling.plan import ACCEPTED, REJECTED, Outcomes
from assay.sampling.population import Limits, Population
from assay.sampling.terms import AcceptTerms, Claim


@dataclass(frozen=True)
class ReviewTime:
    """How long it takes to look at one image.

    Parameters
    ----------
    minutes
        Mean, above 0.
    spread
        Standard deviation from image to image, 0 or more.
    """

    minutes: float
    spread: float

    def __post_init__(self) -> None:
        if not 0 < self.minutes < 1e6 or not 0 <= self.spread < 1e6:
            raise ParameterError(
                f"Looking at an image takes {self.minutes} minutes, give or take {self.spread}. "
                "Give minutes above 0, such as 4, and a spread of 0 or more, such as 2."
            )

    def draw(
        self, generator: np.random.Generator, looked: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the minutes that so many images took: each a Gamma variable, and so their sum."""
        if self.spread == 0:
            return np.asarray(self.minutes * looked)
        shape, scale = (self.minutes / self.spread) ** 2, self.spread**2 / self.minutes
        return np.where(looked > 0, generator.gamma(np.maximum(looked, 1) * shape, scale), 0.0)


@dataclass(frozen=True)
class Situation:
    """A kind of batch, and what judging it costs.

    Parameters
    ----------
    name
        How good the batch is.
    accepted
        Share of such batches that are accepted.
    images, images_most
        Images looked at: mean, and what nine of ten batches need at most.
    minutes, minutes_most
        Review time, likewise.
    """

    name: str
    accepted: float
    images: float
    images_most: float
    minutes: float
    minutes_most: float


@dataclass(frozen=True)
class ReviewCost:
    """What terms of acceptance cost for batches of one size.

    Parameters
    ----------
    size
        Images of the batch.
    time
        How long one image takes.
    situations
        From clearly bad to clearly good.
    all_minutes
        Minutes that looking at every image takes, on average.
    repetitions
        Simulated batches of each kind.
    """

    size: int
    time: ReviewTime
    situations: tuple[Situation, ...]
    all_minutes: float
    repetitions: int


#: Where a batch lies, in gaps between *bad* (0) and *good* (1).
SITUATIONS: Mapping[str, float] = {
    "clearly bad": -1.0,
    "bad": 0.0,
    "borderline": 0.5,
    "good": 1.0,
    "clearly good": 2.0,
}


def review_cost(
    terms: AcceptTerms,
    size: int,
    time: ReviewTime,
    *,
    tier_sizes: Mapping[str, int] | None = None,
    repetitions: int = 2000,
    seed: int = 20260101,
) -> ReviewCost:
    """Simulate the terms on batches whose claims are all bad, all borderline, or all good.

    Claims are taken to be independent of each other; claims about a tier look at images spread
    evenly over the batch.  Scores have the spread of the terms.

    Parameters
    ----------
    terms
        What was agreed on.
    size
        Images of a batch, 1 or more.
    time
        How long one image takes.
    tier_sizes
        Images of each tier; needed where a claim is about a tier.
    repetitions, seed
        Simulated batches of each kind, and their seed.

    Raises
    ------
    ParameterError
        When there is no image, or the size of a tier is not known.
    """
    if size < 1:
        raise ParameterError(f"A batch of {size} images costs nothing. Give its number of images.")
    generator = np.random.default_rng(seed)
    situations = tuple(
        _situation(name, place, terms, size, time, tier_sizes or {}, repetitions, generator)
        for name, place in SITUATIONS.items()
    )
    return ReviewCost(size, time, situations, size * time.minutes, repetitions)


def _situation(
    name: str,
    place: float,
    terms: AcceptTerms,
    size: int,
    time: ReviewTime,
    tier_sizes: Mapping[str, int],
    repetitions: int,
    generator: np.random.Generator,
) -> Situation:
    outcomes = [
        _outcomes(claim, place, terms, size, tier_sizes, repetitions, generator)
        for claim in terms.claims
    ]
    verdicts = np.stack([found.verdicts for found in outcomes])
    looked = np.stack([found.looked for found in outcomes])
    # The first claim that fails ends the looking; else the last one that holds does.
    failed = np.where(verdicts == REJECTED, looked, size + 1).min(axis=0)
    images = np.where(failed <= size, failed, looked.max(axis=0))
    minutes = time.draw(generator, images)
    return Situation(
        name,
        float((verdicts == ACCEPTED).all(axis=0).mean()),
        float(images.mean()),
        float(np.quantile(images, 0.9)),
        float(minutes.mean()),
        float(np.quantile(minutes, 0.9)),
    )


def _outcomes(
    claim: Claim,
    place: float,
    terms: AcceptTerms,
    size: int,
    tier_sizes: Mapping[str, int],
    repetitions: int,
    generator: np.random.Generator,
) -> Outcomes:
    items = tier_sizes.get(claim.tier, 0) if claim.tier else size
    if items < 1:
        raise ParameterError(
            f"How many images tier {claim.tier!r} has is not known. Name the table of tiers in the "
            "acceptance file."
        )
    population = Population.of(min(items, MOST_ITEMS))
    limits = terms.limits_of(claim)
    mean = mean_at(claim.spec.promise(population, limits, claim.parameters), place)
    spread = terms.spread if claim.subject == "score" else 0.0
    found = play(
        claim.spec, population, limits, claim.parameters,
        maker_of(generator, population.size, mean, spread), repetitions,
    )  # fmt: skip
    return Outcomes(found.verdicts, np.ceil(found.looked * (size / items)).astype(np.int64))


def mean_at(limits: Limits, place: float) -> float:
    """Return a mean by its place: 0 is bad, 1 is good; never outside 0 to 1.

    Examples
    --------
    >>> round(mean_at(Limits(0.88, 0.80), 2.0), 3)
    0.96
    """
    return min(max(limits.bad + place * (limits.good - limits.bad), 0.0), 1.0)
