"""A batch judged by all of its claims, in one order of looking."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assay.delivery import Finding
from assay.errors import ParameterError
from assay.sampling.characteristic import (
    MOST_ITEMS,
    Characteristic,
    simulate_characteristic,
)
from assay.sampling.plan import Bounds, Verdict
from assay.sampling.population import Limits, Population
from assay.sampling.terms import AcceptTerms, Claim

#: How many images a report names as the next ones to look at.
NEXT = 10


@dataclass(frozen=True)
class Look:
    """What looking at one image found.

    Parameters
    ----------
    score
        0 to 1, more is better.
    severe
        Number of severe errors; None where nobody counted.
    """

    score: float
    severe: int | None = 0


@dataclass(frozen=True)
class LookedItem:
    """One image with a verdict.

    Parameters
    ----------
    key, tier
        Item and its tier, ``""`` for none.
    place
        In the order of looking, from 1.
    look
        What was found.
    counted
        Whether it took part in the verdict: it was reached in order and still needed.
    """

    key: str
    tier: str
    place: int
    look: Look
    counted: bool


@dataclass(frozen=True, eq=False)
class ClaimResult:
    """How a batch fares in one claim.

    Parameters
    ----------
    claim
        What must hold.
    promise
        Limits and risks that the plan holds by.
    verdict
        Of this claim.
    size
        Items that it is about, known ones included.
    unseen
        Items among them whose value is not known without looking.
    sample_size
        The most items that the plan looks at.
    looked
        Items that it has looked at.
    estimate
        Mean of the batch as estimated so far; NaN before the first look.
    bounds
        Between which means the batch lies, after each look.
    values
        float64, shape (looked,): value of each image, in the order of looking.
    characteristic
        How the plan treats batches like this one, or None where nobody asked.
    """

    claim: Claim
    promise: Limits
    verdict: Verdict
    size: int
    unseen: int
    sample_size: int
    looked: int
    estimate: float
    bounds: Bounds
    values: NDArray[np.float64]
    characteristic: Characteristic | None = None

    @property
    def spread(self) -> float:
        """Standard deviation of the values seen; NaN for fewer than two."""
        return float(self.values.std(ddof=1)) if self.looked > 1 else math.nan

    @property
    def low(self) -> float:
        """Lower bound of the batch's mean so far."""
        return float(self.bounds.lower[-1]) if self.looked else 0.0

    @property
    def high(self) -> float:
        """Upper bound of the batch's mean so far."""
        return float(self.bounds.upper[-1]) if self.looked else 1.0

    @property
    def exact(self) -> bool:
        """Whether every image was looked at, so that the mean is known."""
        return self.looked == self.unseen


@dataclass(frozen=True)
class Tier:
    """A group of a batch's items that share a weight."""

    name: str
    items: int
    weight: float


@dataclass(frozen=True, eq=False)
class AcceptanceReport:
    """Whether a batch is accepted, why, and what to look at next.

    Parameters
    ----------
    name, format
        The batch and the format of its delivery.
    terms
        What was agreed on.
    verdict, sentence
        Of the batch: accepted when every claim holds, rejected when one fails.
    claims
        Results in the order of the terms.
    items
        Every image with a verdict, in the order of looking.
    known
        Items whose value needs no look, because they cannot be used.
    following
        The next images to look at, in order; empty once decided.
    size
        Number of items in the batch, known ones included.
    tiers
        Groups of items; empty where there are none.
    batch_digest
        SHA-256 over keys and label-map digests of the batch; it fixes the order together with the
        seed.
    findings
        Faults of the delivery and of its items, and of the looking.
    version
        Of Assay.
    """

    name: str
    format: str
    terms: AcceptTerms
    verdict: Verdict
    sentence: str
    claims: tuple[ClaimResult, ...]
    items: tuple[LookedItem, ...]
    known: tuple[str, ...]
    following: tuple[str, ...]
    size: int
    tiers: tuple[Tier, ...]
    batch_digest: str
    findings: tuple[Finding, ...] = ()
    version: str = ""

    @property
    def producer_risk(self) -> float:
        """Probability that a batch that is good in every claim is rejected, at most."""
        return min(1.0, math.fsum(result.promise.producer_risk for result in self.claims))

    @property
    def consumer_risk(self) -> float:
        """Probability that a batch that is bad in some claim is accepted, at most."""
        return max(result.promise.consumer_risk for result in self.claims)

    @property
    def counted(self) -> int:
        """Number of images that took part in the verdict."""
        return sum(item.counted for item in self.items)


@dataclass(frozen=True, eq=False)
class Batch:
    """Items in their order of looking, and what is known of them.

    Parameters
    ----------
    order
        Keys in the order of looking, known ones not included.
    looks
        What was found, for those looked at.
    known
        Items whose value needs no look.
    tiers
        Tier of each item; items that are not named have none.
    """

    order: tuple[str, ...]
    looks: Mapping[str, Look]
    known: Mapping[str, Look]
    tiers: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Judgement:
    """What :func:`judge` found.

    Parameters
    ----------
    verdict
        Of the batch.
    claims
        Results in the order of the terms.
    counted
        Keys that took part.
    following
        The next keys to look at, in order.
    gap
        Place in the order of the first needed item without a verdict; the length of the order
        where there is none.
    """

    verdict: Verdict
    claims: tuple[ClaimResult, ...]
    counted: frozenset[str]
    following: tuple[str, ...]
    gap: int


def value_of(claim: Claim, look: Look, terms: AcceptTerms) -> float:
    r"""Return the value of an image for a claim: its score, or 1 where it has no error of the kind.

    Examples
    --------
    >>> terms = AcceptTerms.from_toml("[severe]\ngood = 0.02\nbad = 0.1")
    >>> value_of(terms.claims[0], Look(0.93, severe=1), terms)
    0.0
    """
    if claim.subject == "score":
        return look.score
    faulty = bool(look.severe)
    if claim.subject == "faulty":
        faulty = faulty or look.score < terms.score_below
    return 0.0 if faulty else 1.0


@dataclass(frozen=True, eq=False)
class _Part:
    """One claim with the part of a batch that it is about."""

    claim: Claim
    batch: Batch
    terms: AcceptTerms

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """Places in the batch's order of the items that it is about."""
        return np.array(
            [place for place, key in enumerate(self.batch.order) if self.about(key)], np.int64
        )

    @cached_property
    def population(self) -> Population:
        known = [look for key, look in self.batch.known.items() if self.about(key)]
        weights = [self.weight(key) for key in self.batch.known if self.about(key)]
        values = [value_of(self.claim, look, self.terms) for look in known]
        return Population(
            np.array([self.weight(self.batch.order[place]) for place in self.places], np.float64),
            math.fsum(weights),
            math.fsum(w * v for w, v in zip(weights, values, strict=True)),
        )

    @cached_property
    def limits(self) -> Limits:
        return self.terms.limits_of(self.claim)

    def about(self, key: str) -> bool:
        return not self.claim.tier or self.batch.tiers.get(key, "") == self.claim.tier

    def weight(self, key: str) -> float:
        return self.terms.tier_weights.get(self.batch.tiers.get(key, ""), 1.0)

    def values(self, before: int) -> NDArray[np.float64]:
        """Return the values looked at without a gap, at places of the order before ``before``."""
        found: list[float] = []
        for place in self.places:
            look = self.batch.looks.get(self.batch.order[place])
            if look is None or place >= before:
                break
            found.append(value_of(self.claim, look, self.terms))
        return np.array(found, np.float64)

    def decide(self, before: int) -> tuple[Verdict, float, int]:
        """Return the verdict, the place of the deciding look (inf for none), and the looks."""
        values = self.values(before)
        outcome = self.claim.spec.decide(
            values[np.newaxis], self.population, self.limits, self.claim.parameters
        )
        verdict, looked = Verdict.of(int(outcome.verdicts[0])), int(outcome.looked[0])
        if verdict is Verdict.UNDECIDED:
            return verdict, math.inf, looked
        return verdict, float(self.places[looked - 1]) if looked else -1.0, looked

    def result(self, before: int, *, curves: bool) -> ClaimResult:
        spec, parameters = self.claim.spec, self.claim.parameters
        verdict, _, looked = self.decide(before)
        values = self.values(before)[:looked]
        found = ClaimResult(
            self.claim,
            spec.promise(self.population, self.limits, parameters),
            verdict,
            self.population.size + sum(self.about(key) for key in self.batch.known),
            self.population.size,
            spec.sample_size(self.population, self.limits, parameters),
            looked,
            _estimate(values, self.population),
            spec.bounds(values, self.population, self.limits, parameters),
            values,
        )
        return replace(found, characteristic=self.curve(found)) if curves else found

    def curve(self, found: ClaimResult) -> Characteristic | None:
        """Simulate the plan over means from bad to good, as if all items counted alike."""
        if not self.population.size:
            return None
        limits = found.promise
        gap = limits.good - limits.bad
        means = np.linspace(max(0.0, limits.bad - gap), min(1.0, limits.good + gap), 13)
        means = np.unique(np.concatenate([means, [limits.bad, limits.good]]))
        return simulate_characteristic(
            self.claim.spec,
            Population.of(min(self.population.size, MOST_ITEMS)),
            self.limits,
            self.claim.parameters,
            means=[float(mean) for mean in means],
            spread=0.0 if self.claim.subject != "score" else self.terms.spread,
        )


def judge(batch: Batch, terms: AcceptTerms, *, curves: bool = False) -> Judgement:
    """Judge a batch by all claims of the terms, counting what was looked at in order.

    The batch is rejected at the look at which the first claim fails, accepted at that at which the
    last one holds.  Items that no open claim is about are passed over.  A claim's verdict rests on
    its own items in their order, which is as random as the whole.

    Parameters
    ----------
    batch
        Items, in order, and what is known of them.
    terms
        What must hold.
    curves
        Whether operating characteristics are simulated, which takes seconds.
    """
    parts = [_Part(claim, batch, terms) for claim in terms.claims]
    for part in parts:
        check_part(part.claim, part.population)
    ends = [
        (verdict, place) for verdict, place, _ in (part.decide(len(batch.order)) for part in parts)
    ]
    rejected = min(
        (place for verdict, place in ends if verdict is Verdict.REJECT), default=math.inf
    )
    accepted = max(place if verdict is Verdict.ACCEPT else math.inf for verdict, place in ends)
    final = min(rejected, accepted)
    needed = _needed(parts, [place for _, place in ends], final)
    gap = next((p for p in needed if batch.order[p] not in batch.looks), len(batch.order))
    counted = frozenset(batch.order[place] for place in needed if place < gap)
    results = tuple(part.result(int(min(gap, final + 1)), curves=curves) for part in parts)
    if math.isinf(final) or gap <= final:
        open_places = [place for place in needed if place >= gap]
        following = tuple(
            batch.order[place] for place in open_places if batch.order[place] not in batch.looks
        )
        return Judgement(Verdict.UNDECIDED, results, counted, following[:NEXT], gap)
    verdict = Verdict.REJECT if rejected <= accepted else Verdict.ACCEPT
    return Judgement(verdict, results, counted, (), len(batch.order))


def check_part(claim: Claim, population: Population) -> None:
    """Raise ParameterError where a claim's plan cannot serve the batch, or nothing is there."""
    if not population.total:
        raise ParameterError(
            f"No image of the batch is in tier {claim.tier!r}, which has limits of its own. Check "
            "the table of tiers."
        )
    claim.spec.sample_size(population, Limits(claim.good, claim.bad), claim.parameters)


def _needed(parts: Sequence[_Part], ends: Sequence[float], final: float) -> list[int]:
    """Return the places of the order that some claim needs, before the batch is decided."""
    wanted: set[int] = set()
    for part, end in zip(parts, ends, strict=True):
        most = part.claim.spec.sample_size(part.population, part.limits, part.claim.parameters)
        wanted.update(int(place) for place in part.places[:most] if place <= min(end, final))
    return sorted(wanted)


def _estimate(values: NDArray[np.float64], population: Population) -> float:
    """Estimate the batch's mean: what was seen, and as much for what was not."""
    looks = len(values)
    if not looks:
        return population.known_sum / population.total if not population.size else math.nan
    weights = population.weights
    seen = float(values @ weights[:looks]) + population.known_sum
    left = float(weights[looks:].sum())
    return (seen + left * float(values.mean())) / population.total
