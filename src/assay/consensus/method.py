"""What a fusion method is: a plug-in that says which class each vote pattern stands for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.consensus.ballots import Ballots


@dataclass(frozen=True)
class NoParameters:
    """A method without settings."""


@dataclass(frozen=True, eq=False)
class Opinion:
    """What a method makes of the votes.

    Parameters
    ----------
    posterior
        float64, shape (patterns, symbols): how likely each symbol is the truth.  Rows sum to 1, or
        are 0 where nobody votes or nothing explains the votes.  The largest
        wins; one less that is the uncertainty.
    expected
        float64, shape (annotators, symbols, symbols): pixels where the symbol in the second axis
        is taken for true and the annotator voted for the one in the third.  Skill comes from it.
    prior
        float64, shape (symbols,): how frequent the method takes each symbol to be.
    rounds
        Steps until nothing changed any more; 0 for a method that does not iterate.
    settled
        Whether nothing changed any more within the steps allowed.
    """

    posterior: NDArray[np.float64]
    expected: NDArray[np.float64]
    prior: NDArray[np.float64]
    rounds: int = 0
    settled: bool = True


@dataclass(frozen=True)
class FusionMethod:
    """A way to make one map of several; see :mod:`assay.plugins`.

    Parameters
    ----------
    name, summary, advice
        As of every plug-in.
    fuse
        ``fuse(ballots, parameters)`` returns an :class:`Opinion`.  It must not depend on the order
        of annotators, and sees the patterns of all images together.
    parameters
        Frozen dataclass of settings, all with defaults.
    hears_neighbours
        Whether contested pixels ask the 3×3 pixels around them, unless the plan says otherwise.
    """

    name: str
    summary: str
    advice: str
    fuse: Callable[[Ballots, Any], Opinion]
    parameters: type[Any] = NoParameters
    hears_neighbours: bool = False


def expected_votes(
    ballots: Ballots, truth: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the weight of pixels by annotator, true symbol and vote.

    Parameters
    ----------
    ballots
        The votes.
    truth
        How likely each symbol is the truth, shape (patterns, symbols).
    weights
        Of each pattern, shape (patterns,): mostly its pixels.
    """
    annotators, symbols = ballots.annotators, ballots.symbols.size
    weighted = (truth * weights[:, np.newaxis]).reshape(-1)
    expected = np.empty((annotators, symbols, symbols))
    for annotator, votes in enumerate(ballots.votes.T):
        # One bin for each vote and truth; the first row of bins is for no vote.
        bins = (votes.astype(np.int64) + 1)[:, np.newaxis] * symbols + np.arange(symbols)
        counted = np.bincount(bins.reshape(-1), weighted, minlength=(symbols + 1) * symbols)
        expected[annotator] = counted.reshape(symbols + 1, symbols)[1:].T
    return expected
