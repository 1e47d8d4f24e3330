"""Every choice that shapes a report, in one value."""

import hashlib
import json
from dataclasses import asdict, dataclass

from assay.errors import ParameterError

#: Measures taken unless a plan says otherwise.
DEFAULT_MEASURES = ("overlap", "boundary_iou", "boundary_f", "severe", "anatomy")


@dataclass(frozen=True)
class Plan:
    """How deliveries are judged.

    Parameters
    ----------
    measures
        Names of the measures to take; ``("overlap",)`` is the fastest.
    confidence
        Level of every interval, between 0 and 1.
    resamples
        Number of bootstrap resamples of images.
    seed
        Seed of the resampling.
    power
        Probability with which the smallest detectable difference would be detected.
    worst
        Number of worst images shown in a report.

    Raises
    ------
    ParameterError
        When a value lies outside its range.
    """

    measures: tuple[str, ...] = DEFAULT_MEASURES
    confidence: float = 0.95
    resamples: int = 2000
    seed: int = 20260101
    power: float = 0.8
    worst: int = 6

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise ParameterError(f"confidence is {self.confidence}; give a level such as 0.95.")
        if not 0 < self.power < 1:
            raise ParameterError(f"power is {self.power}; give a probability such as 0.8.")
        if self.resamples < 100:
            raise ParameterError(f"resamples is {self.resamples}; give 100 or more, usually 2000.")
        if self.worst < 0:
            raise ParameterError(f"worst is {self.worst}; give 0 or more images to show.")
        if "overlap" not in self.measures:
            raise ParameterError("measures lacks 'overlap', which every report needs. Add it.")

    @property
    def digest(self) -> str:
        """SHA-256 over all choices, as 64 hexadecimal digits."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()
