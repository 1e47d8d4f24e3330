"""The two kinds of plug-in by which scores are made: measures that count, metrics that score."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from assay.labels import Ontology
from assay.metrics.pair import Pair


@dataclass(frozen=True)
class NoParameters:
    """A plug-in without settings."""


@dataclass(frozen=True)
class Measure:
    """Counts something of one pair of maps, per class; counts of many images add up.

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`.
    columns
        Names of what is counted.
    count
        ``count(pair, parameters)`` returns int64 of shape (classes, columns).
    parameters
        Frozen dataclass of settings, all with defaults.
    """

    name: str
    summary: str
    advice: str
    columns: tuple[str, ...]
    count: Callable[[Pair, Any], NDArray[np.int64]]
    parameters: type[Any] = NoParameters


@dataclass(frozen=True)
class Metric:
    """Turns summed counts of one measure into a score.

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`; the name is the key in JSON reports.
    title
        Heading in tables and charts.
    measure
        Name of the measure whose counts it takes.
    level
        ``"class"``: one score per class; ``"overall"``: one score for everything.
    score
        ``score(counts, ontology)``: counts have shape (..., classes, columns); the result has
        shape (..., classes) for level ``"class"`` and (...) for level ``"overall"``.  NaN where
        there is nothing to score.
    higher_is_better
        False for error rates.
    share
        Whether scores lie in 0 to 1, so that intervals stay there too.
    """

    name: str
    summary: str
    advice: str
    title: str
    measure: str
    level: Literal["class", "overall"]
    score: Callable[[NDArray[np.int64], Ontology], NDArray[np.float64]]
    higher_is_better: bool = True
    share: bool = True
