"""STAPLE over several classes."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assay.consensus.ballots import Ballots
from assay.consensus.em import check_steps, fit
from assay.consensus.method import FusionMethod, Opinion, expected_votes
from assay.errors import ParameterError


@dataclass(frozen=True)
class Staple:
    """Settings of STAPLE.

    Parameters
    ----------
    start
        First guess of the truth: ``"shares"`` of votes, as binary STAPLE has it, or the
        ``"majority"``, as its form for several labels has it.
    rounds
        Most steps.
    tolerance
        The steps end when no chance of a confusion changes by more.
    """

    start: Literal["shares", "majority"] = "shares"
    rounds: int = 1000
    tolerance: float = 1e-7

    def __post_init__(self) -> None:
        if self.start not in ("shares", "majority"):
            raise ParameterError(f"start is {self.start!r}; give shares or majority.")
        check_steps(self.rounds, self.tolerance)


def fuse_by_staple(ballots: Ballots, parameters: Staple = Staple()) -> Opinion:
    """Estimate truth and confusions together, class frequencies kept as they were voted for.

    Examples
    --------
    >>> votes = np.array([[0, 0, 0], [0, 0, 1], [1, 1, 1]], np.int16)
    >>> ballots = Ballots(votes, np.array([90, 1, 9]), np.array([1, 2], np.uint16))
    >>> fuse_by_staple(ballots).posterior.argmax(axis=1).tolist()
    [0, 0, 1]
    """
    pixels = ballots.counts.astype(np.float64)
    found = fit(
        ballots,
        np.where(ballots.voters > 0, pixels, 0.0),
        _first_guess(ballots, parameters.start),
        prior=_voted(ballots),
        rounds=parameters.rounds,
        tolerance=parameters.tolerance,
    )
    posterior = np.where(ballots.voters[:, np.newaxis] > 0, found.posterior, 0.0)
    expected = expected_votes(ballots, posterior, pixels)
    return Opinion(posterior, expected, found.prior, found.rounds, found.settled)


def _voted(ballots: Ballots) -> NDArray[np.float64]:
    """Return how often each symbol is voted for, as shares of all votes."""
    votes: NDArray[np.float64] = (ballots.counts @ ballots.tally).astype(np.float64)
    return votes / max(1.0, float(votes.sum()))


def _first_guess(ballots: Ballots, start: str) -> NDArray[np.float64]:
    if start == "shares":
        return ballots.shares
    most = ballots.tally.max(axis=1, keepdims=True, initial=0)
    winners = (ballots.tally == most) & (most > 0)
    # Ties say nothing at first: they start to count with the first estimate of the truth.
    sure = winners.sum(axis=1, keepdims=True) == 1
    return np.asarray(winners & sure, np.float64)


STAPLE = FusionMethod(
    name="staple",
    summary="Truth and confusions estimated together over all pixels, as medical imaging does.",
    advice="""\
Simultaneous truth and performance level estimation (Warfield, Zou and Wells 2004) for any number
of classes: each annotator has a full confusion matrix, class frequencies are those of the votes and
stay fixed. With two classes it is the binary filter of ITK and SimpleITK, to the last digit that
matters (docs/consensus.md says exactly when).

It is here because many know it and compare with it. Know its weakness: where background fills
nearly all of an image, saying *background* proves nothing and saying *object* everything, so the
fused object grows to whatever two annotators, or one, have drawn. One lazy box beats four precise
outlines. The guard notices when it sides with one against all others, and falls back to a majority
with a warning; `dawid-skene` is built so that this does not happen.

Its posterior takes annotators, and pixels, for independent, so it is far too sure.
""",
    fuse=fuse_by_staple,
    parameters=Staple,
)
