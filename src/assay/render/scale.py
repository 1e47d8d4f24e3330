"""Where a value stands on the axis of a chart."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """An axis from ``low`` to ``high`` with round ticks.

    Examples
    --------
    >>> scale = fit_scale([0.62, 0.91], within=(0.0, 1.0))
    >>> scale.ticks
    (0.6, 0.7, 0.8, 0.9, 1.0)
    >>> scale.place(0.7)
    25.0
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    decimals: int

    def place(self, value: float) -> float:
        """Return where a value stands, in percent of the axis; values outside stand at its ends."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 3)

    def label(self, tick: float) -> str:
        """Write a tick with as many decimals as the steps between ticks need."""
        return f"{tick:,.{self.decimals}f}".replace("-", "−")


def fit_scale(
    values: Iterable[float],
    *,
    within: tuple[float, float] = (-math.inf, math.inf),
    include: Iterable[float] = (),
) -> Scale:
    """Fit round ticks around values; NaN is left out.

    Parameters
    ----------
    values
        What must lie on the axis.
    within
        Ends that the axis never passes, for example 0 and 1 for a share.
    include
        Further values that must lie on the axis, for example 0.
    """
    known = [value for value in (*values, *include) if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    if high - low < 1e-9:
        low, high = low - 0.05 * max(abs(low), 1.0), high + 0.05 * max(abs(high), 1.0)
    low, high = max(low, within[0]), min(high, within[1])
    step = _step((high - low) / 4)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(number * step, 12) for number in range(first, last + 1))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return Scale(ticks[0], ticks[-1], ticks, decimals)


def fit_share_scale(values: Sequence[float]) -> Scale:
    """Fit round ticks around scores; the axis of shares never leaves 0 to 1."""
    shares = all(0 <= value <= 1 for value in values if math.isfinite(value))
    return fit_scale(values, within=(0.0, 1.0) if shares else (-math.inf, math.inf))


def _step(rough: float) -> float:
    """Return the round number, 1, 2 or 5 times a power of ten, that is at least ``rough``."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))
