"""From measurements to flags: all tests of a report adjusted together."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.errors import ParameterError
from assay.honesty.case import Case
from assay.honesty.registry import DETECTORS
from assay.honesty.report import Check, Flag
from assay.honesty.spec import Need


@dataclass(frozen=True)
class Plan:
    """How work is examined.

    Parameters
    ----------
    level
        False discovery rate: of the flags that rest on tests, at most this share is honest work;
        where all work is honest, the chance that a report has any such flag.
    parameters
        Settings of detectors by name; the others have their defaults.
    """

    level: float = 0.01
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise ParameterError(f"level is {self.level}; give a rate such as 0.01.")
        for name in self.parameters:
            DETECTORS.get(name)


def examine(case: Case, plan: Plan) -> tuple[tuple[Check, ...], tuple[Flag, ...]]:
    """Run every detector that has what it needs; return all checks, and what opens a review."""
    checks = tuple(
        Check(
            detector,
            parameters,
            lacking,
            () if lacking else detector.measure(case, parameters),
        )
        for detector in DETECTORS
        for parameters in [plan.parameters.get(detector.name, detector.parameters())]
        for lacking in [_lacking(case, detector.needs)]
    )
    return checks, flags_of(checks, plan.level)


def flags_of(checks: Sequence[Check], level: float) -> tuple[Flag, ...]:
    """Return the measurements that open a review: equalities first, then by adjusted p-value."""
    found = [(check.detector, entry) for check in checks for entry in check.measurements]
    adjusted = adjust(np.array([entry.p_value for _, entry in found]))
    flags = [
        Flag(detector, entry, q)
        for (detector, entry), q in zip(found, adjusted.tolist(), strict=True)
        if entry.remarkable and (math.isnan(q) or q <= level)
    ]
    return tuple(
        sorted(flags, key=lambda flag: -1.0 if math.isnan(flag.adjusted_p) else flag.adjusted_p)
    )


def adjust(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values adjusted for their number; NaN stays NaN and does not count.

    Notes
    -----
    Benjamini and Hochberg 1995, "Controlling the false discovery rate".

    Examples
    --------
    >>> adjust(np.array([0.01, np.nan, 0.02, 0.5])).tolist()
    [0.03, nan, 0.03, 0.5]
    """
    adjusted = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested])[::-1]]
    ranks = np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum.accumulate(np.append(1.0, p_values[order] * order.size / ranks))[
        1:
    ]
    return adjusted


def _lacking(case: Case, needs: Sequence[Need]) -> tuple[str, ...]:
    return tuple(need.value for need in needs if not _GIVEN[need](case))


_GIVEN: Mapping[Need, Callable[[Case], bool]] = MappingProxyType(
    {
        Need.OTHERS: lambda case: len(case.annotators) >= 2 or case.reference,
        Need.PANEL: lambda case: len(case.annotators) >= 3,
        Need.REFERENCE_OR_FIVE: lambda case: case.reference or len(case.annotators) >= 5,
        Need.GOLD: lambda case: case.gold is not None,
        Need.DRAFT: lambda case: any(item.draft is not None for item in case.items),
        Need.EARLIER: lambda case: any(case.earlier),
        Need.MINUTES: lambda case: len(case.minutes) >= 3,
        Need.OUTLINES: lambda case: any((item.vertices >= 0).any() for item in case.items),
    }
)
