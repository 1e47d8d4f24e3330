"""A number and how sure we are of it."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """A score with its confidence interval; NaN where there was nothing to score.

    Parameters
    ----------
    value
        The estimate on all images.
    low, high
        Ends of the interval at the plan's confidence; NaN where one image or none allows none.
    """

    value: float
    low: float = math.nan
    high: float = math.nan

    @property
    def known(self) -> bool:
        """Whether there was anything to score."""
        return not math.isnan(self.value)
