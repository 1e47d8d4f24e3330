"""From scores to probabilities, by what people said of some suspects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assay.delivery import Region
from assay.errors import ParameterError
from assay.suspicion.suspect import Suspect

#: Verdicts that a probability needs, and how many of them must be of each kind.
LEAST_VERDICTS, LEAST_OF_EACH = 20, 3


#: What a verdict is about: an item and a region of it.
Place = tuple[str, Region]


@dataclass(frozen=True)
class Calibration:
    """The probability of being an error, by score: rises in steps from 0 to 1 at most.

    Parameters
    ----------
    scores
        Where the steps are, rising.
    probabilities
        The probability at each score; between two it is interpolated, beyond them held.
    verdicts, errors
        How many verdicts it comes from, and how many of them say ``error``.
    """

    scores: tuple[float, ...]
    probabilities: tuple[float, ...]
    verdicts: int
    errors: int

    def probability(self, score: float) -> float:
        """Return the probability that a region of that score is an error."""
        return float(np.interp(score, self.scores, self.probabilities))


def calibrate(suspects: Sequence[Suspect], verdicts: Mapping[Place, bool]) -> Calibration:
    """Fit a rising curve through what people said of suspects.

    It is the isotonic regression of the verdicts on the score: the rising curve that is nearest in
    squares, by pooling neighbours that would fall.  Half a verdict of each kind is added to each
    level, so that three errors in a row are no certainty.

    Parameters
    ----------
    suspects
        As ranked now, by the same method; those without a verdict do not count.
    verdicts
        Whether a region is an error.

    Raises
    ------
    ParameterError
        When fewer than 20 suspects have a verdict, or fewer than 3 of either kind.

    Notes
    -----
    Source: Ayer, Brunk, Ewing, Reid and Silverman 1955, "An empirical distribution function for
    sampling with incomplete information"; Zadrozny and Elkan 2002 for scores of classifiers.
    """
    pairs = sorted(
        (suspect.score, verdicts[place])
        for suspect in suspects
        if (place := (suspect.item, suspect.region)) in verdicts
    )
    errors = sum(error for _, error in pairs)
    if len(pairs) < LEAST_VERDICTS or not LEAST_OF_EACH <= errors <= len(pairs) - LEAST_OF_EACH:
        raise ParameterError(
            f"{len(pairs)} verdicts are about regions that are suspect now, {errors} of them "
            f"errors. Give {LEAST_VERDICTS} or more, with {LEAST_OF_EACH} or more of each kind, "
            "from the CSV of the same method."
        )
    scores, shares = _pooled(pairs)
    return Calibration(scores, shares, len(pairs), errors)


def _pooled(pairs: Sequence[tuple[float, bool]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the ends of each level and its share of errors."""
    blocks: list[tuple[float, float, int, int]] = []  # first score, last score, errors, verdicts
    for score, error in pairs:
        block = (score, score, int(error), 1)
        while blocks and blocks[-1][2] * block[3] >= block[2] * blocks[-1][3]:
            before = blocks.pop()
            block = (before[0], block[1], before[2] + block[2], before[3] + block[3])
        blocks.append(block)
    ends = [(end, (errors + 0.5) / (many + 1)) for first, last, errors, many in blocks
            for end in dict.fromkeys((first, last))]  # fmt: skip
    # Levels of few verdicts are drawn to the middle most, so the curve is made to rise again.
    shares = np.maximum.accumulate([share for _, share in ends])
    return tuple(score for score, _ in ends), tuple(shares.tolist())
