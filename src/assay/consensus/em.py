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
    kernel = kernels.consensus
    votes = np.ascontiguousarray(ballots.votes)
    expected = np.ascontiguousarray(expected_votes(ballots, start, weights).transpose(0, 2, 1))
    before = np.ascontiguousarray(np.broadcast_to(pseudo, expected.shape[1:]), np.float64)
    confusion, logs = np.zeros(expected.shape), np.empty(expected.shape)
    kernel.learn(expected, before, confusion, logs)
    posterior = np.empty(start.shape)
    frequency = _shares(weights @ start) if prior is None else prior
    settled, step = False, 0
    while not settled and step < rounds:
        step += 1
        kernel.expect(votes, weights, _logs(frequency), logs, posterior, expected)
        settled = kernel.learn(expected, before, confusion, logs) <= tolerance
        if prior is None:
            frequency = _shares(weights @ posterior)
    # Once more, so that the truth is that of the confusions and frequencies returned.
    likelihood = kernel.expect(votes, weights, _logs(frequency), logs, posterior, expected)
    by_truth = np.ascontiguousarray(confusion.transpose(0, 2, 1))
    return Fit(posterior, by_truth, frequency, step, bool(settled), float(likelihood))


def check_steps(rounds: int, tolerance: float) -> None:
    """Raise ParameterError where steps could not end or be taken."""
    if rounds < 1 or not tolerance > 0:
        raise ParameterError(
            f"rounds is {rounds} and tolerance {tolerance}; give at least 1 and a number above 0."
        )


def _logs(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        logs: NDArray[np.float64] = np.log(chances)
    return logs


def _shares(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    total = pixels.sum()
    return pixels / total if total > 0 else np.full(pixels.shape, 1 / max(1, pixels.size))
