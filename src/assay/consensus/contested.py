"""Contested regions: where annotators disagree over an area, not just along an edge."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.consensus.fusing import Consensus
from assay.delivery import Region
from assay.labels import LabelMap, find_regions
from assay.labels.thickness import holds_square
from assay.metrics.patterns import PatternMap


@dataclass(frozen=True)
class ContestedRegion:
    """A connected area over which annotators disagree about the same two classes.

    Parameters
    ----------
    item
        Key of the image.
    region
        Its box.
    area_px
        Its pixels.
    uncertainty
        Mean over its pixels.
    shares
        Ontology index and share of the votes cast in it, most voted for first.
    """

    item: str
    region: Region
    area_px: int
    uncertainty: float
    shares: tuple[tuple[int, float], ...]

    @property
    def weight(self) -> float:
        """How much is open: uncertainty summed over pixels."""
        return self.uncertainty * self.area_px


def find_contested(item: str, where: PatternMap, consensus: Consensus) -> list[ContestedRegion]:
    """Return an image's contested regions, worst first.

    A pixel counts as contested where annotators vote for different classes and its uncertainty
    reaches the plan's limit.  Neighbouring pixels belong together where the same two classes
    compete; a region is listed where a square of the plan's width fits in and its area suffices.
    """
    plan, ballots = consensus.plan, consensus.ballots
    pairs = _pairs(consensus)
    contested = where.paint(pairs)
    regions = find_regions(contested, connectivity=4)
    wide = (regions.value > 0) & (regions.area >= plan.contested_px)
    if not wide.any():
        return []
    wide &= holds_square(contested, regions, side_px=plan.contested_width_px)
    region, pattern, pixels = _overlay(contested, regions.of_run, where)
    listed = wide[region]
    region, pattern, pixels = region[listed], pattern[listed], pixels[listed]
    found: list[ContestedRegion] = []
    for number in np.flatnonzero(wide):
        here = region == number
        amounts = pixels[here]
        votes = amounts @ ballots.tally[pattern[here]]
        uncertain = float(amounts @ consensus.decision.uncertainty[pattern[here]])
        found.append(
            ContestedRegion(
                item,
                Region(
                    int(regions.top[number]),
                    int(regions.left[number]),
                    int(regions.bottom[number]),
                    int(regions.right[number]),
                ),
                int(regions.area[number]),
                uncertain / int(regions.area[number]),
                _shares(votes, ballots.symbols),
            )
        )
    return worst_first(found)


def worst_first(regions: Iterable[ContestedRegion]) -> list[ContestedRegion]:
    """Sort by what is open; equal ones by image and place."""
    return sorted(
        regions, key=lambda found: (-found.weight, found.item, found.region.top, found.region.left)
    )


def _pairs(consensus: Consensus) -> NDArray[np.uint16]:
    """Return a number for the two classes that compete in each pattern, 0 where none do."""
    ballots, decision = consensus.ballots, consensus.decision
    open_ = ballots.contested & (decision.uncertainty >= consensus.plan.contested_from)
    ranked = np.argsort(-ballots.tally, axis=1, kind="stable")[:, :2]
    low, high = ranked.min(axis=1), ranked.max(axis=1)
    numbers = np.zeros(len(ballots.counts), np.uint16)
    if open_.any():
        keys = low[open_].astype(np.int64) * ballots.symbols.size + high[open_]
        numbers[open_] = np.unique(keys, return_inverse=True)[1].reshape(-1) + 1
    return numbers


def _overlay(
    regions: LabelMap, of_run: NDArray[np.int32], where: PatternMap
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Return region, pattern and pixels of every stretch in which neither changes."""
    cuts = np.union1d(regions.ends, where.ends)
    pixels = np.diff(cuts, prepend=np.uint32(0)).astype(np.int64)
    region = of_run[np.searchsorted(regions.ends, cuts)]
    pattern = where.of_stretch[np.searchsorted(where.ends, cuts)]
    return region, pattern, pixels


def _shares(votes: NDArray[np.int64], symbols: NDArray[np.uint16]) -> tuple[tuple[int, float], ...]:
    order = np.argsort(-votes, kind="stable")
    total = float(votes.sum())
    return tuple(
        (int(symbols[place]), float(votes[place]) / total) for place in order if votes[place] > 0
    )
