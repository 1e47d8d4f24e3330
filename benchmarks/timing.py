"""Timing side by side: every round runs each side once, so a slow minute slows all sides."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Ratio:
    """How many times faster: the median over rounds, and the middle half of the rounds."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Rounds:
    """Seconds per unit of work, one entry per round, by side."""

    seconds: Mapping[str, NDArray[np.float64]]

    def median(self, side: str) -> float:
        """Median seconds per unit of work of one side."""
        return float(np.median(self.seconds[side]))

    def ratio(self, side: str, peer: str) -> Ratio:
        """How many times the side is faster than its peer, compared within each round."""
        ratios = self.seconds[peer] / self.seconds[side]
        low, median, high = np.percentile(ratios, [25, 50, 75])
        return Ratio(float(median), float(low), float(high))


def interleave(
    sides: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    units: int,
    shortest: float = 0.02,
) -> Rounds:
    """Time all sides in turn, ``rounds`` times.

    Parameters
    ----------
    sides
        What to run, by name.  Each side is run once before the clock starts, so compiling,
        loading and filling caches are not counted.
    rounds
        How often every side gets its turn.
    units
        Maps or pairs that one call works through; times are given per unit.
    shortest
        Seconds that a turn lasts at least: quick sides are called several times a turn.
    """
    repeats = {name: _repeats(side, shortest) for name, side in sides.items()}
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, side in sides.items():
                seconds[name].append(_turn(side, repeats[name]) / units)
    finally:
        gc.enable()
    return Rounds({name: np.array(values) for name, values in seconds.items()})


def _repeats(side: Callable[[], object], shortest: float) -> int:
    side()
    return max(1, round(shortest / max(_turn(side, 1), 1e-9)))


def _turn(side: Callable[[], object], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        side()
    return (time.perf_counter() - start) / repeats
