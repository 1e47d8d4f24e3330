"""Dawid and Skene's model, made safe for pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.consensus.ballots import Ballots
from assay.consensus.em import check_steps, fit
from assay.consensus.method import FusionMethod, Opinion, expected_votes
from assay.errors import ParameterError


@dataclass(frozen=True)
class DawidSkene:
    """Settings of Dawid and Skene's model.

    Parameters
    ----------
    agreed_share
        Pixels of a class on which all voters agree count for at most this many times the pixels
        where the class is contested; infinity counts all of them, as the textbook does.
    shared_errors
        Whether annotators' mistakes are taken for shared, so that all votes of a pixel together
        are as much evidence as one; False takes annotators for independent, as the textbook does.
        It changes how sure a pixel is, and so what its neighbours hear, not what its own votes
        stand for.
    pseudo_share
        Pixels that each annotator is taken to have labelled before, half of them right, half spread
        over all classes: of each class this many times its contested pixels, by votes.  More makes
        annotators more alike, and the result more like a majority.
    rounds
        Most steps.
    tolerance
        The steps end when no chance of a confusion changes by more.
    """

    agreed_share: float = 1.0
    shared_errors: bool = True
    pseudo_share: float = 0.25
    rounds: int = 500
    tolerance: float = 1e-5

    def __post_init__(self) -> None:
        if not self.agreed_share > 0:
            raise ParameterError(f"agreed_share is {self.agreed_share}; give a number above 0.")
        if not 0 <= self.pseudo_share < np.inf:
            raise ParameterError(
                f"pseudo_share is {self.pseudo_share}; give a number of 0 or more."
            )
        check_steps(self.rounds, self.tolerance)


def fuse_by_dawid_skene(ballots: Ballots, parameters: DawidSkene = DawidSkene()) -> Opinion:
    """Estimate truth, confusions and class frequencies together.

    Examples
    --------
    One lazy box (last column) around what four others outline; the frame is large:

    >>> votes = np.array([[0, 0, 0, 0, 0], [0, 0, 0, 0, 1], [1, 1, 1, 1, 1]], np.int16)
    >>> ballots = Ballots(votes, np.array([9000, 400, 600]), np.array([1, 2], np.uint16))
    >>> fuse_by_dawid_skene(ballots).posterior.argmax(axis=1).tolist()
    [0, 0, 1]
    """
    pixels = ballots.counts.astype(np.float64)
    found = fit(
        ballots,
        _weights(ballots, parameters.agreed_share),
        ballots.shares,
        pseudo=_labelled_before(ballots, parameters.pseudo_share),
        rounds=parameters.rounds,
        tolerance=parameters.tolerance,
    )
    truth = np.where(ballots.voters[:, np.newaxis] > 0, found.posterior, 0.0)
    return Opinion(
        _tempered(truth, ballots) if parameters.shared_errors else truth,
        expected_votes(ballots, truth, pixels),
        found.prior,
        found.rounds,
        found.settled,
    )


def _labelled_before(ballots: Ballots, share: float) -> NDArray[np.float64]:
    """Return the pixels that stand for what is believed of any annotator: true symbol, vote."""
    contested = np.where(ballots.contested, ballots.counts, 0) @ ballots.shares
    symbols = ballots.symbols.size
    even = np.full((symbols, symbols), 0.5 / max(1, symbols))
    return np.asarray(share * contested[:, np.newaxis] * (even + 0.5 * np.eye(symbols)))


def _weights(ballots: Ballots, agreed_share: float) -> NDArray[np.float64]:
    """Return what patterns count for: pixels, those on which all agree up to a limit per class."""
    weights = np.where(ballots.voters > 0, ballots.counts, 0).astype(np.float64)
    contested = np.where(ballots.contested, weights, 0.0)
    if np.isinf(agreed_share) or not contested.any():
        return weights
    for symbol in range(ballots.symbols.size):
        named = ballots.tally[:, symbol] > 0
        agreed = ballots.agreed & named
        total = weights[agreed].sum()
        # At least a pixel, so that a class that nobody contests is still known.
        limit = max(1.0, agreed_share * contested[named].sum())
        if total > limit:
            weights[agreed] *= limit / total
    return weights


def _tempered(truth: NDArray[np.float64], ballots: Ballots) -> NDArray[np.float64]:
    """Return the chances with the evidence of all votes counted as that of one.

    Where nobody contradicts, the chance stands: that all share a mistake is rare, and no vote
    pattern tells how rare.
    """
    voters = np.where(ballots.agreed, 1, np.maximum(ballots.voters, 1))
    rooted = np.power(truth, 1 / voters[:, np.newaxis])
    total = rooted.sum(axis=1, keepdims=True)
    chances: NDArray[np.float64] = np.divide(
        rooted, total, out=np.zeros_like(rooted), where=total > 0
    )
    return chances


DAWID_SKENE = FusionMethod(
    name="dawid-skene",
    summary="Confusions learned where annotators disagree; the safest and best, hence the default.",
    advice="""\
Each annotator has a full confusion matrix (Dawid and Skene 1979), estimated together with the truth
from the vote patterns of all images. So a vote counts for what it is worth, class by class: who is
good at cars and poor at poles is heard on cars.

Three changes make the model fit for pixels; the evidence shows what each does:

* **What all agree on counts little.** Nine tenths of the pixels are settled, and say nothing about
  who is right where it matters; left in, they push the estimates to extremes, and the fused object
  grows to the largest outline. Here the settled pixels of a class count for no more than its
  contested ones (`agreed_share`).
* **Nobody is extreme.** Each starts with a belief that holds for any annotator, worth a quarter of
  the contested pixels (`pseudo_share`), so that few pixels of a rare class do not make a verdict.
* **Mistakes are shared.** Annotators err at the same edges, so seven votes are not seven
  independent proofs. Where votes differ, the evidence of all counts as that of one
  (`shared_errors`), which makes the uncertainty honest.

Contested pixels then hear their neighbours: of the classes voted for at the pixel, the one wins
that is likeliest over 3×3 pixels. `--no-neighbours` leaves each pixel to itself.

The guard watches for a solution turned upside down and falls back to a majority with a warning.
""",
    fuse=fuse_by_dawid_skene,
    parameters=DawidSkene,
    hears_neighbours=True,
)
