"""How scores of agreement are written: shares with three decimals, distances in pixels."""

import math

from assay.metrics.agreement_statistics import STATISTICS
from assay.render.writing import NOT_KNOWN, decimal
from assay.render.writing import interval as share_interval
from assay.report import Score


def value_of(name: str, score: Score) -> str:
    """Write the value of a statistic: ``0.812``, or ``1.56 px``."""
    if STATISTICS.get(name).unit == "":
        return decimal(score.value)
    return NOT_KNOWN if math.isnan(score.value) else f"{score.value:.2f}\xa0px"


def interval_of(name: str, score: Score) -> str:
    """Write the interval of a statistic: ``0.790–0.833``, or ``1.21–1.92 px``."""
    if STATISTICS.get(name).unit == "":
        return share_interval(score)
    if math.isnan(score.low) or math.isnan(score.high):
        return NOT_KNOWN
    return f"{score.low:.2f}–{score.high:.2f}\xa0px"


def estimate_of(name: str, score: Score) -> str:
    """Write a statistic with its interval, where it has one."""
    interval = interval_of(name, score)
    value = value_of(name, score)
    return value if interval == NOT_KNOWN else f"{value} ({interval})"
