"""Expectation and maximisation over vote patterns, for confusion-matrix models.

Pixels of one vote pattern are interchangeable, so one step looks at some thousand patterns with
their pixel counts, and gives what it would give for all pixels of all images.

Sources: Dawid and Skene 1979, "Maximum likelihood estimation of observer error-rates using the EM
algorithm"; Warfield, Zou and Wells 2004, "Simultaneous truth and performance level estimation
(STAPLE)".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay import kernels
from assay.consensus.ballots import Ballots
from assay.consensus.method import expected_votes
from assay.errors import ParameterError


@dataclass(frozen=True, eq=False)
class Fit:
    """A confusion-matrix model fitted to votes.

    Parameters
    ----------
    posterior
        float64, shape (patterns, symbols): chance of each true symbol, annotators taken for
        independent; zeros where no symbol can explain the votes.
    confusion
        float64, shape (annotators, symbols, symbols): chance of each vote (last axis) for each
        true symbol; a row of zeros where the model never takes the symbol for true.
    prior
        float64, shape (symbols,).
    rounds
        Steps taken.
    settled
        Whether no chance of a confusion changed by more than the tolerance in the last step.
    likelihood
        Weighted log likelihood of the votes that can be explained.
    """

    posterior: NDArray[np.float64]
    confusion: NDArray[np.float64]
    prior: NDArray[np.float64]
    rounds: int
    settled: bool
    likelihood: float


def fit(
    ballots: Ballots,
    weights: NDArray[np.float64],
    start: NDArray[np.float64],
    *,
    prior: NDArray[np.float64] | None = None,
    pseudo: NDArray[np.float64] | float = 0.0,
    rounds: int = 500,
    tolerance: float = 1e-7,
) -> Fit:
    """Fit confusion matrices and class frequencies to the votes.

    Parameters
    ----------
    ballots
        The votes.
    weights
        How many pixels each pattern counts for, shape (patterns,).
    start
        First guess of the truth, shape (patterns, symbols).
    prior
        Frequency of each symbol, kept as it is; None to estimate it.
    pseudo
        Pixels that each annotator is taken to have labelled before, shape (symbols, symbols): true
        symbol, vote.
    rounds
        Most steps to take.
    tolerance
        The steps end when no chance of a confusion changes by more.
    """
    votes = np.ascontiguousarray(ballots.votes)
    expected = np.ascontiguousarray(expected_votes(ballots, start, weights).transpose(0, 2, 1))
    posterior = np.empty(start.shape)
    frequency = _shares(weights @ start) if prior is None else prior
    confusion = _normalised(expected, pseudo)
    settled, step = False, 0
    while not settled and step < rounds:
        step += 1
        _expect(votes, weights, frequency, confusion, posterior, expected)
        update = _normalised(expected, pseudo)
        settled = bool(np.abs(update - confusion).max() <= tolerance)
        confusion = update
        if prior is None:
            frequency = _shares(weights @ posterior)
    # Once more, so that the truth is that of the confusions and frequencies returned.
    likelihood = _expect(votes, weights, frequency, confusion, posterior, expected)
    by_truth = np.ascontiguousarray(confusion.transpose(0, 2, 1))
    return Fit(posterior, by_truth, frequency, step, settled, likelihood)


def check_steps(rounds: int, tolerance: float) -> None:
    """Raise ParameterError where steps could not end or be taken."""
    if rounds < 1 or not tolerance > 0:
        raise ParameterError(
            f"rounds is {rounds} and tolerance {tolerance}; give at least 1 and a number above 0."
        )


def _expect(
    votes: NDArray[np.int16],
    weights: NDArray[np.float64],
    frequency: NDArray[np.float64],
    confusion: NDArray[np.float64],
    posterior: NDArray[np.float64],
    expected: NDArray[np.float64],
) -> float:
    with np.errstate(divide="ignore"):
        logs = np.log(frequency), np.log(confusion)
    return float(kernels.consensus.expect(votes, weights, *logs, posterior, expected))


def _normalised(
    expected: NDArray[np.float64], pseudo: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Return chances of votes (second axis) for each truth (third axis)."""
    seen = expected + (pseudo.T if isinstance(pseudo, np.ndarray) else pseudo)
    total = seen.sum(axis=1, keepdims=True)
    chances: NDArray[np.float64] = np.divide(seen, total, out=np.zeros_like(seen), where=total > 0)
    return chances


def _shares(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    total = pixels.sum()
    return pixels / total if total > 0 else np.full(pixels.shape, 1 / max(1, pixels.size))
